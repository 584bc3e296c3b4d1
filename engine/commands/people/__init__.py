"""People: accounts, departments, passwords, sessions. Every change is written to the log of account events."""
