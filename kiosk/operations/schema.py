"""The tables of the machine's memory."""

VERSION = 3
"""Counts up with every change of the tables; `MIGRATIONS` leads there from the one before."""

_MEMORY = """
CREATE TABLE note (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
CREATE TABLE tally (
    day TEXT NOT NULL,
    name TEXT NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (day, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE self_test (
    number INTEGER PRIMARY KEY,
    device TEXT NOT NULL,
    at TEXT NOT NULL,
    boot INTEGER NOT NULL,
    result TEXT NOT NULL CHECK (result IN ('passed', 'failed', 'not_done')),
    detail TEXT NOT NULL
) STRICT;
"""

SCHEMA = (
    """
CREATE TABLE boot (
    number INTEGER PRIMARY KEY,
    recovered INTEGER NOT NULL DEFAULT 0 CHECK (recovered IN (0, 1)),
    probe BLOB
) STRICT;
CREATE TABLE journal (
    boot INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    record BLOB NOT NULL,
    previous BLOB NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (boot, sequence)
) STRICT, WITHOUT ROWID;
CREATE TABLE operation (
    operation_id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    card TEXT NOT NULL,
    boot INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('intent', 'sent', 'done', 'not_done', 'in_doubt')),
    acknowledged INTEGER NOT NULL DEFAULT 0 CHECK (acknowledged IN (0, 1))
) STRICT;
CREATE INDEX operation_waiting ON operation (boot, sequence) WHERE NOT acknowledged;
CREATE TABLE outbox (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    message TEXT NOT NULL CHECK (message IN ('intent', 'outcome', 'settlement', 'observation')),
    message_id TEXT NOT NULL,
    thread TEXT NOT NULL,
    held INTEGER NOT NULL CHECK (held IN (0, 1)),
    body BLOB NOT NULL,
    boot INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    refusals INTEGER NOT NULL DEFAULT 0,
    set_aside INTEGER NOT NULL DEFAULT 0 CHECK (set_aside IN (0, 1)),
    UNIQUE (message, message_id)
) STRICT;
CREATE TABLE receipt (
    number TEXT PRIMARY KEY,
    operation_id TEXT NOT NULL UNIQUE,
    printings INTEGER NOT NULL DEFAULT 0
) STRICT;
"""
    + _MEMORY
)

MIGRATIONS = {2: _MEMORY}
"""What leads from a version to the next."""
