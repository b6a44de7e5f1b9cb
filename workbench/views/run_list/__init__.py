"""The Run List."""
