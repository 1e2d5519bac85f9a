"""The maintenance console: one set of actions, several faces."""
