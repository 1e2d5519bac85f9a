"""Readers of resident ID cards that speak the SAM-V serial protocol.

`session.open_id_reader` gives an `IdReader`; its `read` waits for a card and gives a `document.Document`.
"""
