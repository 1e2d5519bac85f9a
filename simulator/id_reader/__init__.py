"""The virtual reader of resident ID cards: `python -m simulator.id_reader`."""
