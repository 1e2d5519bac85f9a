"""A virtual 80 mm receipt printer: reads ESC/POS, answers with status bytes, keeps its paper and draws it."""
