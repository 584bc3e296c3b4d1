"""The only way to change state: frozen command records, each executed in one transaction. File = noun, class = verb."""
