"""An 80 mm ESC/POS receipt printer: what a slip is, its bytes, and a session that prints it once."""
