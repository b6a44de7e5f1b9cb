"""Changing a project folder so that it is, after any crash, the state before or the target."""
