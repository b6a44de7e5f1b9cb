"""Widgets that every page is built from."""
