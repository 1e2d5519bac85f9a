"""Operations: whatever changes a card or the record behind it, written down before it happens."""
