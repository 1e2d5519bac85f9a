"""The link to the central server: the wire contract, and the client that speaks it."""
