"""Widgets: state in, intent signals out."""
