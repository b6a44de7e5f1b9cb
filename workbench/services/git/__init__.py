"""Git: the hidden history repository and the user's own one. The only home of GitPython."""
