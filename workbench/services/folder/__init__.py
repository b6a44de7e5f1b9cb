"""The project folder as it is now: walk, ignore rules, stat cache, reading of files."""
