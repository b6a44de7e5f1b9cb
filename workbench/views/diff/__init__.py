"""The difference of two versions of a file, and the list of files that differ."""
