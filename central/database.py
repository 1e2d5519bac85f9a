"""Where the central server keeps its tables: SQLite with a rollback journal, one writer, nothing lost.

A 2xx must mean a commit that survives power loss. SQLite promises that with a rollback journal and
`synchronous=EXTRA` (https://sqlite.org/pragma.html#pragma_synchronous); Python's own library may be older than
3.51.3 and then has the defect that resets a write-ahead log under two connections, so WAL is refused.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, StaticPool, create_engine, event
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from central import service_tables  # noqa: F401 (its tables belong to the database, too)
from central.tables import Table

DATABASE = "central.sqlite"
"""The file's name within the state directory."""


class WalRefused(Exception):
    """The database is in write-ahead mode, which this server does not trust with a citizen's operation."""


class InUse(Exception):
    """Another server writes to this state directory."""


def open_database(state: Path) -> Engine:
    """Open the database in `state`, made or brought to the current tables by the migrations.

    Raises:
        WalRefused: Somebody put the file in write-ahead mode.
    """
    engine = connect(state)
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    (state / DATABASE).chmod(0o600)
    return engine


def connect(state: Path) -> Engine:
    """The database in `state` as it is, for a second process beside the server.

    Raises:
        WalRefused: Somebody put the file in write-ahead mode.
    """
    return _engine(f"sqlite:///{state / DATABASE}")


def open_in_memory(content: bytes | None = None) -> Engine:
    """A database of its own that lasts as long as the engine: for runs in one process.

    Args:
        content: What another one held; None: it is empty.
    """
    engine = _engine("sqlite://")
    if content is None:
        Table.metadata.create_all(engine)
    else:
        _connection(engine).deserialize(content)
    return engine


def content_of(engine: Engine) -> bytes:
    """The whole of a database in memory."""
    content: bytes = _connection(engine).serialize()
    return content


def _connection(engine: Engine) -> Any:
    return engine.raw_connection().driver_connection


@contextmanager
def sole_writer(state: Path) -> Iterator[None]:
    """Hold `state` for this process alone.

    Raises:
        InUse: Another process holds it.
    """
    state.mkdir(parents=True, exist_ok=True)
    with (state / "central.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InUse(f"another central server runs on {state}") from None
        yield


def _engine(url: str) -> Engine:
    # One connection for the whole process: one writer, by construction.
    engine = create_engine(
        url.replace("sqlite:", "sqlite+immediate:"),
        poolclass=StaticPool,
        connect_args={"check_same_thread": False},
        hide_parameters=True,  # An error must not print a citizen's row.
    )
    event.listen(engine, "connect", _prepare)
    return engine


def _prepare(connection: Any, _record: Any) -> None:
    # The sqlite3 module would begin transactions late, at the first change: `_Immediate` does it instead.
    connection.isolation_level = None
    (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
    if mode == "wal":
        connection.close()
        raise WalRefused("the database is in WAL mode; convert it with PRAGMA journal_mode=DELETE")
    connection.execute("PRAGMA synchronous=EXTRA")
    connection.execute("PRAGMA foreign_keys=ON")


class _Immediate(SQLiteDialect_pysqlite):
    """SQLite whose transactions begin with the writer's lock. An event at "begin" would do the same, and make
    SQLAlchemy look for listeners at every statement."""

    supports_statement_cache = True

    def do_begin(self, dbapi_connection: Any) -> None:
        dbapi_connection.execute("BEGIN IMMEDIATE")


registry.register("sqlite.immediate", __name__, _Immediate.__name__)
