"""Registers and their records: lists, search, duplicates, imports, merging."""
