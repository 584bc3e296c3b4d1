"""Accounts, departments, sessions, the log of account changes, notifications and mail."""
