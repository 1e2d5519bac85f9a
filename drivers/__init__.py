"""The machine's devices: one folder each. A driver knows wires, not citizens, and imports nothing else of the house."""
