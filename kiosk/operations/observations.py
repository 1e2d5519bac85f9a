"""What cards show of themselves that the server doesn't know: blocked, or no longer."""

from collections.abc import Callable
from uuid import UUID

from kiosk import conditions
from kiosk.conditions import ConditionBoard
from kiosk.operations import steps
from kiosk.operations.errors import StorageError
from kiosk.operations.outbox import Outbox
from kiosk.operations.storage import Storage
from kiosk.uplink.contract import CardRecord


class Observations:
    """Remembers what was told of the last card: its record may be older than that.

    Args:
        storage: Where they are written down.
        outbox: Sends them.
        board: Says whether there is room for more.
        kiosk: This machine's name in the fleet.
        at: The time to write into records.
        new_id: Makes ids.
    """

    def __init__(
        self,
        storage: Storage,
        outbox: Outbox,
        board: ConditionBoard,
        *,
        kiosk: str,
        at: Callable[[], str],
        new_id: Callable[[], UUID],
    ) -> None:
        self._storage = storage
        self._outbox = outbox
        self._board = board
        self._kiosk = kiosk
        self._at = at
        self._new_id = new_id
        self._observed: dict[tuple[UUID, int], tuple[bool, int]] = {}
        """Of the last card that was told of, by its record's version then: what the record says by now, and which
        version that makes it."""

    def observe(self, record: CardRecord, tries_left: int | None) -> None:
        """Have the server told that the card is blocked, or isn't, where its record says otherwise.

        The record may be older than what was told of the card since it was fetched.
        """
        if tries_left is None or self._board.stands(conditions.OUTBOX_FULL):
            return
        blocked, fetched = tries_left == 0, (record.handle, record.version)
        told, version = self._observed.get(fetched, (record.pin_blocked, record.version))
        if told == blocked:
            return
        identity = self._new_id()
        try:
            self._storage.write(
                lambda store: steps.observe(
                    store,
                    identity,
                    record.handle,
                    record_version=version,
                    tries_left=tries_left,
                    kiosk=self._kiosk,
                    at=self._at(),
                )
            )
        except StorageError:
            return  # The card tells the next kiosk as well.
        self._observed = {fetched: (blocked, version + 1)}
        self._outbox.wake()
