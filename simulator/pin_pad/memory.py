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

import math

import trio
import trio.testing

from simulator.pin_pad.model import PinPadModel

CITIZEN_SECONDS = 1.0
"""From the question to the first key, and from key to key."""


class MemoryPad:
    """Carries bytes between a pad model and whoever connects.

    Args:
        model: The pad. Work its faults with `model.fail(fault, trio.current_time())`, then `wake()`.
        nursery: Where the carrying tasks live; they end when the near end closes, or with `unplug`.
    """

    def __init__(self, model: PinPadModel, nursery: trio.Nursery) -> None:
        self.model = model
        self._nursery = nursery
        self._line: trio.abc.Stream | None = None
        self._out = b""
        self._kick = trio.Event()
        self._asked = trio.Condition()

    async def connect(self) -> trio.abc.Stream:
        """What the driver calls to open its line.

        Raises:
            OSError: The pad is unplugged.
        """
        await trio.lowlevel.checkpoint()
        if not self.model.plugged:
            raise OSError("no pad is plugged in")
        near, far = trio.testing.memory_stream_pair()
        self._line = far
        self._nursery.start_soon(self._carry, far)
        return near

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
        async with self._asked:
            while not self.model.entering:
                await self._asked.wait()

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

    async def _carry(self, far: trio.abc.Stream) -> None:
        """One line's life: bytes in one task, the pad's own clock in the other."""
        async with trio.open_nursery() as both:

            async def hear() -> None:
                try:
                    while data := await far.receive_some():
                        self._push(self.model.receive(bytes(data), trio.current_time()))
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
                async with self._asked:
                    self._asked.notify_all()
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
