"""Adapters, one for each outside thing. No Qt."""
