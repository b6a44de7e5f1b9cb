"""pytest-xdist, as far as the tests use it."""
