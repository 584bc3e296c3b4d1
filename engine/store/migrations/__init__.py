"""Forward-only changes of the schema, one file per step, never edited once released."""
