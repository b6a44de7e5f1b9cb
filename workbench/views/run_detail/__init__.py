"""The Run Detail page: one run with everything it left behind."""
