"""What people do with a task: claim, draft, complete, withdraw, hand over."""
