"""Each screen of the window: a view bound to its controller."""
