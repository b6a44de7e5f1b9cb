"""Which commands there are, with their flags and help texts."""
