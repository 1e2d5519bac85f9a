"""What a citizen can have done: one file a service, read top to bottom like its description."""
