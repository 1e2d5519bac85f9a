"""The link rules, byte by byte, against a pad that says exactly what the test wants."""

from collections.abc import AsyncIterator, Callable

import pytest
import trio
from trio.testing import MockClock, memory_stream_pair

from drivers.pin_pad import LinkBroken, PadGone, PadSilent, protocol
from drivers.pin_pad.link import Link
from drivers.pin_pad.protocol import Control, Frame, encode

ACK, NAK, EOT = "06", "15", "04"
CANCEL = encode(protocol.CANCEL).hex()
STATUS = encode(Frame(b"Z20")).hex()
BROKEN = STATUS[:-2] + "00"
BLOCK = encode(Frame(b"7109876543210E000011B9C1845EB993A7A")).hex()


class Script:
    """The far end: says what it is told, remembers what it hears."""

    def __init__(self, near: trio.abc.Stream, far: trio.abc.Stream) -> None:
        self.link = Link(near)
        self.far = far

    async def say(self, *parts: str) -> None:
        """Send hex."""
        await self.far.send_all(bytes.fromhex("".join(parts)))

    async def hears(self, *expected: str) -> None:
        """All that the host said since the last time, once it waits."""
        await trio.testing.wait_all_tasks_blocked()
        with trio.move_on_after(0.01):
            assert (await self.far.receive_some()).hex() == "".join(expected)
            return
        assert not expected


@pytest.fixture
async def script(nursery: trio.Nursery) -> AsyncIterator[Script]:
    near, far = memory_stream_pair()
    made = Script(near, far)
    nursery.start_soon(made.link.run)
    with made.link.exchange():
        yield made
    await made.link.aclose()


async def both(near: Callable[[], object], far: Callable[[], object]) -> None:
    async with trio.open_nursery() as nursery:
        nursery.start_soon(near)  # type: ignore[arg-type]
        nursery.start_soon(far)  # type: ignore[arg-type]


@pytest.mark.parametrize(("answer", "control"), [(ACK, Control.ACK), (EOT, Control.EOT)])
async def test_an_answer(script: Script, answer: str, control: Control, autojump_clock: MockClock) -> None:
    async def far() -> None:
        await script.hears(CANCEL)
        await script.say(BROKEN, answer)  # What is left of something else doesn't matter.

    async def near() -> None:
        assert await script.link.command(protocol.CANCEL) is control

    await both(near, far)


async def test_two_naks_are_answered_with_the_frame_again(script: Script, autojump_clock: MockClock) -> None:
    async def far() -> None:
        for answer in (NAK, NAK, ACK):
            await script.hears(CANCEL)
            await script.say(answer)
        await script.hears()

    async def near() -> None:
        assert await script.link.command(protocol.CANCEL) is Control.ACK

    await both(near, far)


async def test_the_third_nak_ends_with_eot(script: Script, autojump_clock: MockClock) -> None:
    async def far() -> None:
        for _ in range(3):
            await script.hears(CANCEL)
            await script.say(NAK)
        await script.hears(EOT)

    async def near() -> None:
        with pytest.raises(LinkBroken):
            await script.link.command(protocol.CANCEL)

    await both(near, far)


async def test_an_eot_after_naks_is_no_refusal(script: Script, autojump_clock: MockClock) -> None:
    """The pad gave up first."""

    async def far() -> None:
        await script.hears(CANCEL)
        await script.say(NAK, EOT)

    async def near() -> None:
        with pytest.raises(LinkBroken):
            await script.link.command(protocol.CANCEL)

    await both(near, far)


@pytest.mark.parametrize(("repeatable", "copies"), [(True, 3), (False, 1)])
async def test_silence(script: Script, repeatable: bool, copies: int, autojump_clock: MockClock) -> None:
    """A command is repeated twice; a PIN entry never."""
    with pytest.raises(PadSilent):
        await script.link.command(protocol.CANCEL, repeatable=repeatable)
    await script.hears(CANCEL * copies)


async def test_a_reply_in_place_of_the_ack(script: Script, autojump_clock: MockClock) -> None:
    async def far() -> None:
        await script.hears(CANCEL)
        await script.say(STATUS)
        await script.hears(ACK)

    async def near() -> None:
        assert await script.link.command(protocol.CANCEL) is Control.ACK
        assert await script.link.reply() == Frame(b"Z20")

    await both(near, far)


async def test_three_naks_then_eot_for_a_broken_reply(script: Script, autojump_clock: MockClock) -> None:
    async def far() -> None:
        for answer in (NAK, NAK, NAK, EOT):
            await script.say(BROKEN)
            await script.hears(answer)

    async def near() -> None:
        with pytest.raises(LinkBroken):
            await script.link.reply()

    await both(near, far)


async def test_a_broken_reply_that_comes_whole_on_the_third_copy(script: Script, autojump_clock: MockClock) -> None:
    async def far() -> None:
        for frame, answer in ((BROKEN, NAK), (BROKEN, NAK), (STATUS, ACK)):
            await script.say(frame)
            await script.hears(answer)

    async def near() -> None:
        assert await script.link.reply() == Frame(b"Z20")

    await both(near, far)


async def test_a_repeat_is_acknowledged_and_not_taken_twice(script: Script, autojump_clock: MockClock) -> None:
    """The pad lost our ACK: within the exchange, during the next command, and while nobody listens."""
    await script.say(BLOCK)
    assert (await script.link.reply()).body.startswith(b"710")  # type: ignore[union-attr]
    await script.hears(ACK)

    await script.say(BLOCK, ACK, STATUS)
    assert await script.link.reply() == Frame(b"Z20")
    await script.hears(ACK, ACK)

    async def far() -> None:
        await script.hears(CANCEL)
        await script.say(STATUS, ACK)

    async def near() -> None:
        assert await script.link.command(protocol.CANCEL) is Control.ACK

    await both(near, far)
    await script.hears(ACK)


async def test_the_same_words_after_another_command_are_a_new_reply(script: Script, autojump_clock: MockClock) -> None:
    async def far() -> None:
        await script.hears(CANCEL)
        await script.say(ACK, STATUS)
        await script.hears(ACK, CANCEL)
        await script.say(ACK, STATUS)
        await script.hears(ACK)

    async def near() -> None:
        for _ in range(2):
            await script.link.command(protocol.CANCEL)
            assert await script.link.reply() == Frame(b"Z20")

    await both(near, far)


async def test_late_messages_are_not_for_the_next_exchange(autojump_clock: MockClock, nursery: trio.Nursery) -> None:
    near, far = memory_stream_pair()
    script = Script(near, far)
    nursery.start_soon(script.link.run)
    await script.say(BLOCK, EOT, BROKEN, NAK)
    await script.hears(ACK)
    with script.link.exchange(), pytest.raises(PadSilent):
        await script.link.reply(3)
    await script.link.aclose()


async def test_no_reply(script: Script, autojump_clock: MockClock) -> None:
    with pytest.raises(PadSilent):
        await script.link.reply()
    await script.say(EOT)
    assert await script.link.reply() is None


async def test_a_flood_is_dropped_and_then_forgotten(script: Script, autojump_clock: MockClock) -> None:
    await script.say(NAK * 5000)
    await trio.testing.wait_all_tasks_blocked()
    assert len(script.link._inbox) <= 64


async def test_the_far_end_closes(script: Script, autojump_clock: MockClock) -> None:
    await script.say(STATUS)
    await script.far.aclose()
    await trio.testing.wait_all_tasks_blocked()
    assert script.link.gone
    with pytest.raises(PadGone):  # The ACK can't be sent.
        await script.link.reply()
    with pytest.raises(PadGone):
        await script.link.reply()


async def test_the_line_breaks_between_frame_and_ack(nursery: trio.Nursery, autojump_clock: MockClock) -> None:
    """Found out by the reader itself, while nobody listens."""
    near, far = memory_stream_pair()
    link = Link(near)
    await far.send_all(bytes.fromhex(STATUS))
    near.send_stream.close()
    await link.run()
    assert link.gone
