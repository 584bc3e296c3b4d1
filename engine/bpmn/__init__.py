"""The only package that knows BPMN's XML and SpiffWorkflow: dialect, lint, runtime, drawing."""
