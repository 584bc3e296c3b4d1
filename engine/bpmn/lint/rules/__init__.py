"""One lint rule per file: `check` takes what it looks at and yields findings."""
