"""Workbench: run scripts, keep a snapshot of the project for each run, restore any of them."""

__version__ = "0.1.0"
