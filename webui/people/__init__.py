"""Accounts: signing in, one's own settings, administration."""
