"""Operations: changes that were begun, and why one isn't."""
