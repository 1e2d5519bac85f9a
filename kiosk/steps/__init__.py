"""What services have in common: putting a card in, entering a PIN, holding up a code."""
