"""Alembic migrations of the central server."""
