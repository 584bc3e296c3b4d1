"""Pages of administrators who keep instances running."""
