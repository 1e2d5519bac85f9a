"""What the server is still to hear of the journal's: what was done at the console, and how each run began."""

import json
from dataclasses import dataclass
from typing import Any

from kiosk.operations.errors import StorageError
from kiosk.operations.journal import ORIGIN, Event, Position, Row
from kiosk.operations.storage import Storage
from kiosk.uplink.contract import BootRecord, ConsoleAction

MOST_AT_ONCE = 50
_ROWS_AT_ONCE = 500
_NOTE = "console_told"


@dataclass(frozen=True, slots=True, kw_only=True)
class Untold:
    """Some of it, the oldest first.

    Attributes:
        through: The last record that was looked at for it.
    """

    actions: tuple[ConsoleAction, ...] = ()
    boots: tuple[BootRecord, ...] = ()
    through: Position = ORIGIN


class Teller:
    """Knows how far the server has heard.

    Args:
        storage: Holds the journal; remembers across restarts how far, so that little is told twice.
    """

    def __init__(self, storage: Storage) -> None:
        self._storage = storage
        self._told: Position | None = None
        self._worth_noting = False

    def waiting(self) -> Untold:
        """The oldest that the server may not have heard of; nothing if it can't be read."""
        try:
            if self._told is None:
                note = self._storage.read(lambda store: store.memory.note(_NOTE))
                self._told = ORIGIN if note is None else Position(*json.loads(note))
            through = self._told
            rows = self._storage.read(lambda store: store.journal(after=through, limit=_ROWS_AT_ONCE))
        except StorageError:
            return Untold()
        actions, boots = list[ConsoleAction](), list[BootRecord]()
        for row in rows:
            match _told_of(row):
                case ConsoleAction() as action:
                    actions.append(action)
                case BootRecord() as boot:
                    boots.append(boot)
            through = row.position
            if len(actions) + len(boots) == MOST_AT_ONCE:
                break
        self._worth_noting = bool(actions or boots) or len(rows) == _ROWS_AT_ONCE
        return Untold(actions=tuple(actions), boots=tuple(boots), through=through)

    def told(self, through: Position) -> None:
        """The server has heard of everything through this record."""
        if self._told is None or through <= self._told:
            return
        self._told = through
        if self._worth_noting:
            value = json.dumps([through.boot, through.sequence])
            self._storage.owe(lambda store: store.memory.set_note(_NOTE, value))


def _told_of(row: Row) -> ConsoleAction | BootRecord | None:
    """What a record has for the server."""
    try:
        content = json.loads(row.record)
        if content["event"] == Event.STARTED:
            return BootRecord(**{key: content[key] for key in BootRecord.model_fields if key in content})
        if content["event"] == Event.TECHNICIAN and "face" in content:  # Else: recovery by hand, or part of an action.
            return _action(content)
    except (ValueError, TypeError, KeyError):  # Somebody altered it: recovery has seen that, and the board tells of it.
        pass
    return None


def _action(content: dict[str, Any]) -> ConsoleAction:
    return ConsoleAction(
        boot=content["boot"],
        sequence=content["sequence"],
        at=content["at"],
        action=content["action"],
        who=content["who"][:64],
        roles=content["roles"],
        face=content["face"],
        denied=bool(content.get("denied")),
    )
