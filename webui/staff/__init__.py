"""Pages of staff: task list, task, start, instances."""
