"""What goes on beside the services: recovery, mending, comparing journals, dropping old records."""

from collections.abc import Callable
from contextlib import suppress

import structlog
import trio

from kiosk import conditions
from kiosk.conditions import ConditionBoard
from kiosk.operations import recovery, steps
from kiosk.operations.errors import ChangesClosed, StorageError
from kiosk.operations.journal import Position
from kiosk.operations.outbox import Outbox
from kiosk.operations.storage import Storage
from kiosk.uplink.client import Central
from kiosk.uplink.contract import JournalHead
from kiosk.uplink.errors import CentralError

log = structlog.get_logger()

JOURNAL_LIMIT = 20_000
"""So many records are kept at least; of older ones the server has seen the end."""
PRUNED_AT_ONCE = 2_000

_COMPARE_AGAIN_SECONDS = 60.0
_MEND_AGAIN_SECONDS = 5.0


class Upkeep:
    """Keeps the machine's memory in order, and changes closed while it isn't.

    Args:
        storage: The memory.
        outbox: What waits for the server.
        central: The server.
        board: Learns here what is wrong.
        kiosk: This machine's name in the fleet.
        at: The time to write into records.
    """

    def __init__(
        self,
        storage: Storage,
        outbox: Outbox,
        central: Central,
        board: ConditionBoard,
        *,
        kiosk: str,
        at: Callable[[], str],
    ) -> None:
        self._storage = storage
        self._outbox = outbox
        self._central = central
        self._board = board
        self._kiosk = kiosk
        self._at = at
        self._recovered = trio.Event()
        self._finished = trio.Event()
        self._result: recovery.Recovered | None = None
        self._compared = False
        self._comparing = trio.Lock()
        self._answers = trio.Event()

    async def run(self) -> None:
        """Recover, and deliver what waits, for ever."""
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._mend)
            nursery.start_soon(self._recover)
            nursery.start_soon(self._keep_comparing)
            self._outbox.wake()
            await self._outbox.run()

    async def ready(self) -> None:
        """Wait for the recovery, and see that changes are open.

        Raises:
            ChangesClosed: They aren't.
            CentralError: The server can't say which head of the journal it holds.
        """
        self.require_open()
        await self._recovered.wait()
        await self._compare()
        self.require_open()

    def require_open(self) -> None:
        """See that no condition closes changes.

        Raises:
            ChangesClosed: One does.
        """
        if closing := self._board.closing("change"):
            raise ChangesClosed(closing)

    @property
    def head(self) -> JournalHead | None:
        """The journal's newest record; None: it can't be read, or the server has yet to confirm the last one."""
        store = self._storage.store
        if store is None or store.head is None or not self._compared:
            return None
        position = store.head.position
        return JournalHead(boot=position.boot, sequence=position.sequence, hash=store.head.hash.hex())

    def server_answers(self, head: JournalHead | None) -> None:
        """The server has just answered, and holds `head`."""
        self._outbox.server_answers()
        self._answers.set()
        if head is not None:
            with suppress(StorageError):  # The board tells; there will be another heartbeat.
                self._prune(Position(head.boot, head.sequence))

    async def recover(self) -> None:
        """This boot's recovery, unless too many boots have tried it in vain.

        Raises:
            StorageError: The storage failed on the way.
        """
        if self._storage.read(lambda store: store.unrecovered_boots()) >= recovery.MOST_BOOTS:
            log.error("recovery.stopped")
            self._board.set(conditions.RECOVERY_STOPPED, stands=True)
            self._finished.set()
            return
        recovered = await recovery.recover(self._storage, kiosk=self._kiosk, at=self._at)
        self._board.set(conditions.JOURNAL_BROKEN, stands=recovered.broken is not None)
        self._result = recovered
        self._recovered.set()
        self._finished.set()
        self._outbox.wake()

    async def recovered(self) -> recovery.Recovered | None:
        """Wait until this boot's recovery has ended; what it found, or None: it isn't tried any more."""
        await self._finished.wait()
        return self._result

    async def _recover(self) -> None:
        while True:
            with suppress(StorageError):  # Changes are closed until the storage is mended.
                await self.recover()
                return
            await trio.sleep(_MEND_AGAIN_SECONDS)

    async def _mend(self) -> None:
        """Try again and again, while the storage fails, whether it takes anything. A damaged one is left alone."""
        while True:
            await self._storage.trouble.wait()
            while self._storage.failing and not self._storage.mended():  # noqa: ASYNC110 -- No disk says that it has room.
                await trio.sleep(_MEND_AGAIN_SECONDS)
            self._storage.trouble = trio.Event()
            self._outbox.wake()

    async def _compare(self) -> None:
        """Once a boot: is this the journal that the server knows?

        Raises:
            CentralError: The server doesn't say.
            ChangesClosed: The journal can't be read.
        """
        async with self._comparing:
            if self._compared:
                return
            held = (await self._central.journal_head(self._kiosk)).head
            try:
                other = held is not None and self._storage.read(lambda store: recovery.contradicts(store, held))
            except StorageError:
                raise ChangesClosed(self._board.closing("change")) from None
            if other:
                log.error("journal.contradiction")
            self._board.set(conditions.JOURNAL_CONTRADICTION, stands=other)
            self._compared = not other

    async def _keep_comparing(self) -> None:
        """Until this journal is the one that the server knows, or the bureau has had it forget the other."""
        await self._answers.wait()
        while not self._compared:
            with suppress(CentralError, ChangesClosed):  # Changes are closed, or the next one compares by itself.
                await self._compare()
            await trio.sleep(_COMPARE_AGAIN_SECONDS)

    def _prune(self, held: Position) -> None:
        """Drop old records that the server has seen the end of and nothing under way needs.

        Not while the chain is being followed, and none of one that was altered: a person will want to see it.
        """
        if not self._recovered.is_set() or self._board.stands(conditions.JOURNAL_BROKEN):
            return
        if self._storage.read(lambda store: store.journal_length()) < JOURNAL_LIMIT + PRUNED_AT_ONCE:
            return
        needed = self._storage.read(lambda store: store.oldest_needed())
        through = self._storage.read(lambda store: store.journal(limit=PRUNED_AT_ONCE))[-1]
        if through.position < held and (needed is None or through.position < needed):
            self._storage.write(lambda store: steps.prune(store, through, at=self._at()))
