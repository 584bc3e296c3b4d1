"""People's lists of tasks and of copies: what is on them, in which order, and the lists that somebody keeps."""
