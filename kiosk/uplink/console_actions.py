"""What the server is still to hear of the maintenance console: read from the journal, told with heartbeats."""

import json

from kiosk.operations.errors import StorageError
from kiosk.operations.journal import ORIGIN, Event, Position, Row
from kiosk.operations.storage import Storage
from kiosk.uplink.contract import ConsoleAction

MOST_AT_ONCE = 50
_ROWS_AT_ONCE = 500
_NOTE = "console_told"


class ConsoleActions:
    """Knows how far the server has heard.

    Args:
        storage: Holds the journal; remembers across restarts how far, so that little is told twice.
    """

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._told: Position | None = None
        self._worth_noting = False

    def waiting(self) -> tuple[tuple[ConsoleAction, ...], Position]:
        """The oldest that the server may not have heard of, and through which record; none if they can't be read."""
        try:
            if self._told is None:
                note = self._storage.read(lambda store: store.memory.note(_NOTE))
                self._told = ORIGIN if note is None else Position(*json.loads(note))
            through, found = self._told, []
            rows = self._storage.read(lambda store: store.journal(after=through, limit=_ROWS_AT_ONCE))
        except StorageError:
            return (), ORIGIN
        for row in rows:
            if (action := _action(row)) is not None:
                found.append(action)
            through = row.position
            if len(found) == MOST_AT_ONCE:
                break
        self._worth_noting = bool(found) or len(rows) == _ROWS_AT_ONCE
        return tuple(found), through

    def told(self, through: Position) -> None:
        """The server has heard of everything through this record."""
        if self._told is None or through <= self._told:
            return
        self._told = through
        if self._worth_noting:
            value = json.dumps([through.boot, through.sequence])
            self._storage.owe(lambda store: store.memory.set_note(_NOTE, value))


def _action(row: Row) -> ConsoleAction | None:
    content = json.loads(row.record)
    if content["event"] != Event.TECHNICIAN or "face" not in content:
        return None  # Recovery by hand, and what belongs to an action that was told.
    return ConsoleAction(
        boot=row.position.boot,
        sequence=row.position.sequence,
        at=content["at"],
        action=content["action"],
        who=content["who"][:64],
        roles=content["roles"],
        face=content["face"],
        denied=bool(content.get("denied")),
    )
