"""Pages of record registers."""
