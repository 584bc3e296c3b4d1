"""The only package that knows XML and SpiffWorkflow: dialect, lint, runtime, drawing."""
