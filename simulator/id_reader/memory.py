"""The pure reader behind an in-memory stream, for tests on a faked clock: no process, no thread, no pty.

    async def test_flow(nursery: trio.Nursery, autojump_clock: MockClock) -> None:
        far_end = MemoryIdReader(IdReaderModel(), nursery)
        async with open_id_reader(far_end.connect) as reader:
            far_end.place("normal")
            document = await reader.read()

Under pytest-trio the test itself must name `autojump_clock`: a fixture that asks for it is not enough.
"""

from collections.abc import Mapping

import trio

from simulator.id_reader.faults import Fault
from simulator.id_reader.model import IdReaderModel
from simulator.id_reader.people import IdCard, cards
from simulator.wire import Wire


class MemoryIdReader:
    """Carries bytes between a reader model and whoever connects.

    Args:
        model: The reader. After working it by hand call `wake`.
        nursery: Where the reader's clock runs; it stops when the driver closes its end, or with `unplug`.
        deck: The cards that can be laid on it, by their ids; None: all virtual people's.
    """

    def __init__(self, model: IdReaderModel, nursery: trio.Nursery, deck: Mapping[str, IdCard] | None = None) -> None:
        self.model = model
        self._cards = {card.id: card for card in cards()} if deck is None else deck
        self._nursery = nursery
        self._kick = trio.Event()

    async def connect(self) -> trio.abc.Stream:
        """What the driver calls to open its line.

        Raises:
            OSError: The reader is unplugged.
        """
        await trio.lowlevel.checkpoint()
        if not self.model.plugged:
            raise OSError("no ID card reader is plugged in")
        wire = Wire(self.wake)
        self._nursery.start_soon(self._run, wire)
        return wire

    def place(self, card: str) -> None:
        """Lay somebody's card on the reader."""
        self.model.place(self._cards[card])

    def lift(self) -> None:
        """Take it away."""
        self.model.lift()

    def fail(self, how: str, at: str = "any", *, once: bool = True, seconds: float = 8.0) -> None:
        """Let something go wrong: see simulator.id_reader.faults."""
        self.model.fail(Fault(how, at, once, seconds))
        self.wake()

    def unplug(self) -> None:
        """Pull the cable: the driver's line breaks."""
        self.model.unplug()
        self.wake()

    def plug(self) -> None:
        """Put the cable back; the driver may connect again."""
        self.model.plug()

    def wake(self) -> None:
        """Look at the model again after it was worked by hand."""
        self._kick.set()

    async def _run(self, wire: Wire) -> None:
        """One line's life."""
        while self.model.plugged and wire.alive:
            with trio.CancelScope(deadline=self.model.deadline):
                await self._kick.wait()
            self._kick = trio.Event()
            now = trio.current_time()
            heard = wire.take()
            wire.say((self.model.receive(heard, now) if heard else b"") + self.model.tick(now))
        wire.hang_up()
