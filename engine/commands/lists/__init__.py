"""What the task list remembers of a person."""
