"""The command line: `tuoke …`."""
