"""Changing the records of registers: by hand, by import, by merging."""
