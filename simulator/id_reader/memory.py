"""The pure reader behind an in-memory stream, for tests on a faked clock: no process, no thread, no pty.

    async def test_flow(nursery: trio.Nursery, autojump_clock: MockClock) -> None:
        far_end = MemoryIdReader(IdReaderModel(), nursery)
        async with open_id_reader(far_end.connect) as reader:
            far_end.place("normal")
            document = await reader.read()

Under pytest-trio the test itself must name `autojump_clock`: a fixture that asks for it is not enough.
"""

import math
from collections.abc import Mapping

import trio
import trio.testing

from simulator.id_reader.faults import Fault
from simulator.id_reader.model import IdReaderModel
from simulator.id_reader.people import IdCard, cards


class MemoryIdReader:
    """Carries bytes between a reader model and whoever connects.

    Args:
        model: The reader. After working it by hand call `wake`.
        nursery: Where the carrying tasks live; they end when the near end closes, or with `unplug`.
        deck: The cards that can be laid on it, by their ids; None: all virtual people's.
    """

    def __init__(self, model: IdReaderModel, nursery: trio.Nursery, deck: Mapping[str, IdCard] | None = None) -> None:
        self.model = model
        self._cards = {card.id: card for card in cards()} if deck is None else deck
        self._nursery = nursery
        self._out = b""
        self._kick = trio.Event()

    async def connect(self) -> trio.abc.Stream:
        """What the driver calls to open its line.

        Raises:
            OSError: The reader is unplugged.
        """
        await trio.lowlevel.checkpoint()
        if not self.model.plugged:
            raise OSError("no ID card reader is plugged in")
        near, far = trio.testing.memory_stream_pair()
        self._nursery.start_soon(self._carry, far)
        return near

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

    async def _carry(self, far: trio.abc.Stream) -> None:
        """One line's life: bytes in one task, the reader's own clock in the other."""
        async with trio.open_nursery() as both:

            async def hear() -> None:
                try:
                    while data := await far.receive_some():
                        self._out += self.model.receive(bytes(data), trio.current_time())
                        self.wake()
                except trio.ClosedResourceError:
                    pass  # Unplugged from this side.
                both.cancel_scope.cancel()

            both.start_soon(hear)
            while True:
                deadline = self.model.deadline
                with trio.move_on_at(deadline) if deadline < math.inf else trio.CancelScope():
                    await self._kick.wait()
                self._kick = trio.Event()
                self._out += self.model.tick(trio.current_time())
                if not self.model.plugged:
                    break
                out, self._out = self._out, b""
                if out:
                    try:
                        await far.send_all(out)
                    except trio.BrokenResourceError:
                        break  # The driver closed its end.
            both.cancel_scope.cancel()
        self._out = b""
        await trio.aclose_forcefully(far)
