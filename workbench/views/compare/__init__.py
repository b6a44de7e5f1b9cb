"""The Compare page: two or three runs side by side."""
