"""What the citizen sees and touches. The only place with pygame."""
