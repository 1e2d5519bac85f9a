"""How technicians prove at the machine itself who they are: a card with a key, its PIN, and a certificate."""
