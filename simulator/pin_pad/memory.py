"""The pure pad behind an in-memory stream, for tests on a faked clock: no process, no thread, no pty.

    async def test_flow(nursery: trio.Nursery, autojump_clock: MockClock) -> None:
        far_end = MemoryPad(PinPadModel(bytes(16), bytes(10)), nursery)  # Its key: PadKey(bytearray(16), bytes(10)).
        async with PinPad(far_end.connect, nursery) as pad:
            nursery.start_soon(far_end.answer, "123456")  # The citizen: waits until asked, then types.
            encrypted = await pad.enter_pin(random_account(), seconds=60)
        far_end.unplug()

Under pytest-trio the test itself must name `autojump_clock`: a fixture that asks for it is not enough.
A citizen takes a moment before the first key: an EOT sooner than 0.2 s after the question is read as the pad's
own refusal.
"""

import trio

from simulator.pin_pad.model import PinPadModel
from simulator.wire import Wire

CITIZEN_SECONDS = 1.0
"""From the question to the first key, and from key to key."""


class MemoryPad:
    """Carries bytes between a pad model and whoever connects.

    Args:
        model: The pad. Work its faults with `model.fail(fault, trio.current_time())`, then `wake()`.
        nursery: Where the pad's clock runs; it stops when the driver closes its end, or with `unplug`.
    """

    def __init__(self, model: PinPadModel, nursery: trio.Nursery) -> None:
        self.model = model
        self._nursery = nursery
        self._out = b""
        self._kick = trio.Event()
        self._ticked = trio.Event()

    async def connect(self) -> trio.abc.Stream:
        """What the driver calls to open its line.

        Raises:
            OSError: The pad is unplugged.
        """
        await trio.lowlevel.checkpoint()
        if not self.model.plugged:
            raise OSError("no pad is plugged in")
        wire = Wire(self.wake)
        self._nursery.start_soon(self._run, wire)
        return wire

    def press(self, key: str) -> None:
        """A finger on a key: a digit, `enter`, `clear` or `cancel`."""
        self._push(self.model.press(key, trio.current_time()))

    def wake(self) -> None:
        """Look at the model again after its faults were changed."""
        self._push(b"")

    async def answer(self, digits: str, *, last: str = "enter") -> None:
        """Be a citizen: wait until the pad asks, then type `digits` and press `last`."""
        await self.asked()
        for key in (*digits, last):
            await trio.sleep(CITIZEN_SECONDS)
            self.press(key)

    async def asked(self) -> None:
        """Wait until the pad asks for a PIN."""
        while not self.model.entering:
            await self._ticked.wait()

    def unplug(self) -> None:
        """Pull the cable: the driver's line breaks."""
        self.model.unplug()
        self.wake()

    def plug(self) -> None:
        """Put the cable back; the driver may connect again."""
        self.model.plug(trio.current_time())

    def _push(self, out: bytes) -> None:
        self._out += out
        self._kick.set()

    async def _run(self, wire: Wire) -> None:
        """One line's life."""
        while self.model.plugged and wire.alive:
            with trio.CancelScope(deadline=self.model.deadline):
                await self._kick.wait()
            self._kick = trio.Event()
            now = trio.current_time()
            heard = wire.take()
            out = (self.model.receive(heard, now) if heard else b"") + self.model.tick(now)
            wire.say(self._out + out)
            self._out = b""
            self._ticked.set()
            self._ticked = trio.Event()
        self._out = b""
        wire.hang_up()
