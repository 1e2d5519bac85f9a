"""A virtual PIN pad: the pure pad in `model`, a process on a pty in `__main__`, one in memory for tests in `memory`."""
