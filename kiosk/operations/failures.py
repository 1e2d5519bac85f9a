"""SQLite's failures by what they mean here."""

from collections.abc import Iterator
from contextlib import contextmanager

import apsw

from kiosk.operations.errors import StorageBusy, StorageDamaged, StorageError, StorageFull


@contextmanager
def told() -> Iterator[None]:
    """Raise SQLite's errors as this program's. Their texts may quote, so only the kind is handed on."""
    try:
        yield
    except apsw.FullError:
        raise StorageFull("no room left on the disk") from None
    except (apsw.NotADBError, apsw.CorruptError):
        raise StorageDamaged("not a database, or malformed") from None
    except apsw.BusyError:
        raise StorageBusy("another process has the database open") from None
    except (apsw.IOError, apsw.CantOpenError, apsw.ReadOnlyError, apsw.PermissionsError, apsw.NoMemError) as error:
        raise StorageError(f"SQLite's {type(error).__name__}") from None
