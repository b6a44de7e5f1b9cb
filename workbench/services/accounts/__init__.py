"""Accounts and secrets: the only place that uses ``msal`` and ``keyring``."""
