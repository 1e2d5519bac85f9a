"""The session against the pure pad: every fault at every step, on a faked clock."""

import functools
import itertools
import random

import pytest
import trio
from trio.testing import MockClock

from drivers.errors import DeviceError, Outcome
from drivers.pin_pad import (
    EncryptedPin,
    EntryCancelled,
    EntryTimedOut,
    FixedPrompt,
    ForeignBlock,
    LinkBroken,
    OwnPrompt,
    PadGone,
    PadKey,
    PadRefused,
    PadSilent,
    PinPad,
    PinPadError,
    random_account,
)
from drivers.pin_pad.protocol import Frame, encode
from simulator.pin_pad.faults import KINDS, Fault
from simulator.pin_pad.memory import MemoryPad
from simulator.pin_pad.model import PinPadModel

ACCOUNT = "401234567890"
PIN = "592706"
PROMPTS = [OwnPrompt("ENTER PIN", "PRESS ENTER", "PLEASE WAIT"), FixedPrompt(1)]


def opened(key: PadKey, encrypted: EncryptedPin) -> str:
    with key.open(encrypted) as pin:
        return bytes(pin.digits).decode()


def fail(far_end: MemoryPad, how: str, at: str, *, once: bool = True, seconds: float = 8.0) -> None:
    far_end.model.fail(Fault(how, at=at, once=once, seconds=seconds), trio.current_time())
    far_end.wake()


async def works(pad: PinPad, far_end: MemoryPad, key: PadKey) -> bool:
    """Whether the next citizen gets through."""
    far_end.model.mend()
    far_end.plug()
    await trio.sleep(3)  # It may have to start.
    await pad.check()
    async with trio.open_nursery() as citizen:
        citizen.start_soon(far_end.answer, PIN)
        return opened(key, await pad.enter_pin(random_account(), seconds=60)) == PIN


@pytest.mark.parametrize("prompt", PROMPTS)
async def test_an_entry(
    pad: PinPad,
    far_end: MemoryPad,
    pad_key: PadKey,
    nursery: trio.Nursery,
    prompt: OwnPrompt | FixedPrompt,
    autojump_clock: MockClock,
) -> None:
    """Prompt, digits, enter: the block opens to the digits, and the next entry has another key."""
    for expected_counter in (1, 2, 3):
        nursery.start_soon(far_end.answer, PIN)
        encrypted = await pad.enter_pin(ACCOUNT, seconds=60, length=(6, 6), prompt=prompt)
        assert opened(pad_key, encrypted) == PIN
        assert int.from_bytes(encrypted.ksn[-2:], "big") == expected_counter
        assert far_end.model.entering is False


async def test_what_the_citizen_reads(
    pad: PinPad, far_end: MemoryPad, nursery: trio.Nursery, autojump_clock: MockClock
) -> None:
    async def citizen() -> None:
        await far_end.asked()
        seen.append(far_end.model.display)
        await far_end.answer(PIN)
        seen.append(far_end.model.display)

    seen: list[tuple[str, str]] = []
    async with trio.open_nursery() as both:
        both.start_soon(citizen)
        await pad.enter_pin(ACCOUNT, seconds=60, prompt=OwnPrompt("请输入密码", "按确认键", "请稍候"))
    assert seen == [("请输入密码", "按确认键"), ("请稍候", "")]

    await pad.cancel()
    assert far_end.model.display == ("WELCOME", "")


async def test_the_pad_holds_the_limits_of_length(
    pad: PinPad, far_end: MemoryPad, pad_key: PadKey, nursery: trio.Nursery, autojump_clock: MockClock
) -> None:
    """ENTER does nothing before the shortest, and digits beyond the longest are not taken."""

    async def citizen() -> None:
        await far_end.answer("12345")
        await far_end.answer("67890")

    nursery.start_soon(citizen)
    assert opened(pad_key, await pad.enter_pin(ACCOUNT, seconds=60, length=(6, 6))) == "123456"


async def test_clear_starts_over(
    pad: PinPad, far_end: MemoryPad, pad_key: PadKey, nursery: trio.Nursery, autojump_clock: MockClock
) -> None:
    async def citizen() -> None:
        await far_end.answer("999", last="clear")
        await far_end.answer(PIN)

    nursery.start_soon(citizen)
    assert opened(pad_key, await pad.enter_pin(ACCOUNT, seconds=60)) == PIN


# EOT has one byte for all its reasons.


async def test_the_cancel_key(
    pad: PinPad, far_end: MemoryPad, nursery: trio.Nursery, autojump_clock: MockClock
) -> None:
    nursery.start_soon(functools.partial(far_end.answer, "12", last="cancel"))
    with pytest.raises(EntryCancelled) as caught:
        await pad.enter_pin(ACCOUNT, seconds=60)
    assert not caught.value.by_host
    assert caught.value.outcome is Outcome.NOT_DONE


@pytest.mark.parametrize("seconds", [1, 29, 30, 45, 60, 270])
async def test_nobody_answers(pad: PinPad, far_end: MemoryPad, seconds: int, autojump_clock: MockClock) -> None:
    """Whether the pad's timer or the host's ends first, it is a timeout, and the pad is idle."""
    began = trio.current_time()
    with pytest.raises(EntryTimedOut):
        await pad.enter_pin(ACCOUNT, seconds=seconds)
    assert trio.current_time() - began == pytest.approx(seconds, abs=3)
    assert not far_end.model.entering


@pytest.mark.parametrize("prompt", [FixedPrompt(99), OwnPrompt("YOUR CARD NUMBER?")])
async def test_a_prompt_that_the_pad_does_not_hold(
    pad: PinPad, far_end: MemoryPad, prompt: OwnPrompt | FixedPrompt, autojump_clock: MockClock
) -> None:
    """Refused, and not mistaken for a citizen who cancels."""
    if isinstance(prompt, OwnPrompt):
        with pytest.raises(ValueError, match="16"):
            await pad.enter_pin(ACCOUNT, seconds=60, prompt=prompt)
        prompt = OwnPrompt("CARD NUMBER?")
    with pytest.raises(PadRefused) as caught:
        await pad.enter_pin(ACCOUNT, seconds=60, prompt=prompt)
    assert caught.value.code == ""


async def test_the_pad_has_used_up_its_key(
    pad: PinPad, far_end: MemoryPad, nursery: trio.Nursery, autojump_clock: MockClock
) -> None:
    far_end.model.ksn = bytes.fromhex("FFFF9876543210FFF800")
    nursery.start_soon(far_end.answer, PIN)
    with pytest.raises(PadRefused, match="used up") as caught:
        await pad.enter_pin(ACCOUNT, seconds=60)
    assert caught.value.code == "F"


async def test_cancel_from_elsewhere(
    pad: PinPad, far_end: MemoryPad, nursery: trio.Nursery, autojump_clock: MockClock
) -> None:
    """`cancel` ends the entry of another task and returns when the pad is idle."""

    async def elsewhere() -> None:
        await far_end.asked()
        await pad.cancel()
        assert not far_end.model.entering

    async with trio.open_nursery() as both:
        both.start_soon(elsewhere)
        with pytest.raises(EntryCancelled) as caught:
            await pad.enter_pin(ACCOUNT, seconds=60)
    assert caught.value.by_host


async def test_a_cancelled_scope_leaves_the_pad_idle(
    pad: PinPad, far_end: MemoryPad, pad_key: PadKey, autojump_clock: MockClock
) -> None:
    """A pulled card, the exit button, a stopping service: whatever the scope was for."""
    for moment in (0.0, 0.1, 3.0, 40.0):
        with trio.move_on_after(moment) as scope:
            await pad.enter_pin(ACCOUNT, seconds=60)
        assert scope.cancelled_caught
        assert not far_end.model.entering
    assert await works(pad, far_end, pad_key)


async def test_the_pad_is_idle_even_when_all_is_cancelled(far_end: MemoryPad, autojump_clock: MockClock) -> None:
    """The nursery that reads the line is cancelled too: the last answer is still heard."""
    began = trio.current_time()
    with trio.move_on_after(5) as scope:
        async with trio.open_nursery() as inner, PinPad(far_end.connect, inner) as pad:
            await pad.enter_pin(ACCOUNT, seconds=60)
    assert scope.cancelled_caught
    assert not far_end.model.entering
    assert trio.current_time() - began == pytest.approx(5)  # An answer that nobody heard would have been awaited.


async def test_the_last_entrys_block_is_not_taken_for_this_one(
    pad: PinPad, far_end: MemoryPad, pad_key: PadKey, nursery: trio.Nursery, autojump_clock: MockClock
) -> None:
    nursery.start_soon(far_end.answer, "111222")
    last = await pad.enter_pin(ACCOUNT, seconds=60)

    async def citizen() -> None:
        await far_end.asked()
        far_end._push(encode(Frame(b"710" + last.ksn.hex().encode() + last.block.hex().encode())))
        await far_end.answer(PIN)

    nursery.start_soon(citizen)
    assert opened(pad_key, await pad.enter_pin(ACCOUNT, seconds=60)) == PIN


async def test_enter_and_cancel_at_once(
    pad: PinPad, far_end: MemoryPad, pad_key: PadKey, nursery: trio.Nursery, autojump_clock: MockClock
) -> None:
    """The block that crosses the host's cancel is not taken for the next entry's."""

    async def citizen() -> None:
        await far_end.asked()
        await trio.sleep(1)
        fail(far_end, "late_reply", "71", seconds=0.5)
        for key in (*PIN, "enter"):
            far_end.press(key)

    nursery.start_soon(citizen)
    with trio.move_on_after(1.2) as scope:
        await pad.enter_pin(ACCOUNT, seconds=60)
    assert scope.cancelled_caught
    nursery.start_soon(far_end.answer, "123456")
    assert opened(pad_key, await pad.enter_pin("998877665544", seconds=60)) == "123456"


# Faults.

MENDED = [
    (how, at)
    for how, at in itertools.product(
        ["silence", "noise", "nak", "drop_ack", "duplicate", "late_reply", "wrong_lrc"],
        ["72", "Z2", "Z60", "Z62", "71"],
    )
    if (how, at) != ("silence", "71")  # Nothing can bring that block back.
]


@pytest.mark.parametrize(("how", "at"), MENDED)
async def test_one_fault_on_the_line_costs_nothing(
    pad: PinPad,
    far_end: MemoryPad,
    pad_key: PadKey,
    nursery: trio.Nursery,
    how: str,
    at: str,
    autojump_clock: MockClock,
) -> None:
    """One lost, late, doubled or damaged message: the citizen notices nothing, or is asked again."""
    fail(far_end, how, at, seconds=4)

    async def citizen() -> None:
        await far_end.asked()
        await trio.sleep(3)  # By then a question that was withdrawn has been asked again.
        await far_end.answer(PIN)

    nursery.start_soon(citizen)
    prompt = OwnPrompt("ENTER PIN") if at == "Z62" else FixedPrompt(1)
    assert opened(pad_key, await pad.enter_pin(ACCOUNT, seconds=60, prompt=prompt)) == PIN
    await trio.sleep(20)  # Repeats that the pad may owe come while nobody listens.
    assert await works(pad, far_end, pad_key)


PLACES = ["72", "Z2", "Z60", "71", "digit"]


@pytest.mark.parametrize(
    ("how", "at"),
    [(how, at) for how, at in itertools.product(KINDS, PLACES) if at != "digit" or how in ("power_lost", "unplug")],
)
async def test_a_lasting_fault_ends_in_a_typed_error_and_heals(
    pad: PinPad, far_end: MemoryPad, pad_key: PadKey, how: str, at: str, autojump_clock: MockClock
) -> None:
    """Whatever stays broken wherever: an error that derives from DeviceError, in bounded time; then all is well."""
    fail(far_end, how, at, once=False)
    ended: EncryptedPin | PinPadError
    async with trio.open_nursery() as citizen:
        citizen.start_soon(far_end.answer, PIN)
        try:
            with trio.fail_after(120):
                ended = await pad.enter_pin(ACCOUNT, seconds=60, prompt=FixedPrompt(1))
        except PinPadError as error:
            ended = error
        citizen.cancel_scope.cancel()
    if isinstance(ended, DeviceError):
        assert ended.outcome is Outcome.NOT_DONE
        assert how not in ("noise", "duplicate")
    else:
        assert opened(pad_key, ended) == PIN
    assert await works(pad, far_end, pad_key)


EXPECTED = [
    ("silence", "72", PadSilent),
    ("silence", "Z2", PadSilent),
    ("silence", "Z60", PadSilent),
    ("silence", "71", EntryTimedOut),
    ("nak", "72", LinkBroken),
    ("nak", "Z60", LinkBroken),
    ("wrong_lrc", "Z2", LinkBroken),
    ("wrong_lrc", "71", LinkBroken),
    ("power_lost", "71", EntryTimedOut),
    ("unplug", "72", PadGone),
    ("unplug", "Z60", PadGone),
    ("unplug", "digit", PadGone),
    ("unplug", "71", PadGone),
]


@pytest.mark.parametrize(("how", "at", "expected"), EXPECTED)
async def test_which_error_says_what(
    pad: PinPad,
    far_end: MemoryPad,
    nursery: trio.Nursery,
    how: str,
    at: str,
    expected: type[PinPadError],
    autojump_clock: MockClock,
) -> None:
    fail(far_end, how, at, once=False)
    async with trio.open_nursery() as citizen:
        citizen.start_soon(far_end.answer, PIN)
        with pytest.raises(expected):
            await pad.enter_pin(ACCOUNT, seconds=60, prompt=FixedPrompt(1))
        citizen.cancel_scope.cancel()


async def test_power_lost_for_good_while_entering_is_silence(
    pad: PinPad, far_end: MemoryPad, nursery: trio.Nursery, autojump_clock: MockClock
) -> None:
    """Not a citizen who was slow."""

    async def cut() -> None:
        await far_end.asked()
        fail(far_end, "power_lost", "now")
        fail(far_end, "silence", "any", once=False)

    nursery.start_soon(cut)
    with pytest.raises(PadSilent):
        await pad.enter_pin(ACCOUNT, seconds=45)


async def test_unplugged_when_idle_and_back(
    pad: PinPad, far_end: MemoryPad, pad_key: PadKey, autojump_clock: MockClock
) -> None:
    """Noticed without being asked; the next use opens the line again."""
    await pad.check()
    connected = [pad.connected]
    far_end.unplug()
    await trio.sleep(0.1)
    connected.append(pad.connected)
    assert connected == [True, False]
    with pytest.raises(PadGone):
        await pad.check()
    with pytest.raises(PadGone):
        await pad.enter_pin(ACCOUNT, seconds=60)
    assert await works(pad, far_end, pad_key)


async def test_check_does_not_disturb_an_entry(
    pad: PinPad, far_end: MemoryPad, pad_key: PadKey, nursery: trio.Nursery, autojump_clock: MockClock
) -> None:
    async def health() -> None:
        await far_end.asked()
        await pad.check()
        await far_end.answer(PIN)

    nursery.start_soon(health)
    assert opened(pad_key, await pad.enter_pin(ACCOUNT, seconds=60)) == PIN


async def test_a_pad_that_was_left_asking_is_stopped_first(
    pad: PinPad, far_end: MemoryPad, autojump_clock: MockClock
) -> None:
    """A kiosk that restarts finds the pad where the last one left it."""
    far_end.model.receive(bytes.fromhex("02 5A32 1E 303031 1A 03 2C".replace(" ", "")), 0)
    far_end.model._begin(b"12345678", (4, 12), b"9", ("", ""), 0)
    assert far_end.model.entering
    await pad.check()
    assert not far_end.model.entering


async def test_self_test(pad: PinPad, far_end: MemoryPad, autojump_clock: MockClock) -> None:
    assert await pad.self_test() == ()
    fail(far_end, "silence", "16", once=False)
    with pytest.raises(PadSilent):
        await pad.self_test()


@pytest.mark.parametrize("key", ["0", "7", "cancel", "clear", "enter"])
async def test_a_key_outside_an_entry(pad: PinPad, far_end: MemoryPad, autojump_clock: MockClock, key: str) -> None:
    """Which one, and the pad is ready for whatever comes next."""
    async with trio.open_nursery() as hand:

        async def press() -> None:
            await trio.sleep(2)
            far_end.press(key)

        hand.start_soon(press)
        assert await pad.read_key(seconds=10) == key
    await pad.check()


async def test_no_key_in_time(pad: PinPad, far_end: MemoryPad, autojump_clock: MockClock) -> None:
    """The pad's own timer says so; a cable that is pulled meanwhile is told at once."""
    began = trio.current_time()
    assert await pad.read_key(seconds=5) is None
    assert trio.current_time() - began < 8
    async with trio.open_nursery() as hand:

        async def die() -> None:
            await trio.sleep(2)
            far_end.unplug()

        hand.start_soon(die)
        with pytest.raises(PadGone):
            await pad.read_key(seconds=5)


class TerseModel(PinPadModel):
    """A model that ends no exchange with EOT, and has other words for some."""

    def __init__(self, replies: dict[bytes, bytes]) -> None:
        super().__init__(bytes(16), bytes(10))
        self.replies = replies

    def receive(self, data: bytes, now: float) -> bytes:
        """The other words, or what the pad says."""
        for asked, answer in self.replies.items():
            if asked in data:
                return answer
        return super().receive(data, now)


OTHER_WORDS = [
    (b"Z2", b"\x04"),
    (b"Z2", b"\x06\x04"),
    (b"Z2", b"\x06" + encode(Frame(b"Z43#"))),
    (b"Z60", b"\x04"),
    (b"Z42", b"\x04"),
    (b"Z42", b"\x06" + encode(Frame(b"Z20"))),
    (b"16", b"\x04"),
    (b"16", b"\x06\x04"),
]


@pytest.mark.parametrize(("asked", "answer"), OTHER_WORDS)
async def test_a_pad_that_knows_no_such_command(
    nursery: trio.Nursery, asked: bytes, answer: bytes, autojump_clock: MockClock
) -> None:
    async def enter() -> None:
        await pad.enter_pin(ACCOUNT, seconds=60, prompt=FixedPrompt(1))

    far_end = MemoryPad(TerseModel({asked: answer}), nursery)
    async with PinPad(far_end.connect, nursery) as pad:
        verb = {b"16": pad.self_test, b"Z42": functools.partial(pad.read_key, seconds=5)}.get(asked, enter)
        with pytest.raises(PadRefused):
            await verb()


class AbruptModel(PinPadModel):
    """A model that ends no exchange with EOT."""

    def _host_answered(self, answer: bytes, now: float) -> None:
        super()._host_answered(answer, now)
        self._out = b""


async def test_a_pad_that_ends_no_exchange(nursery: trio.Nursery, autojump_clock: MockClock) -> None:
    """Without the EOT after Z2 the entry begins a second later."""
    far_end = MemoryPad(AbruptModel(bytes(16), bytes(10)), nursery)
    async with PinPad(far_end.connect, nursery) as pad:
        nursery.start_soon(far_end.answer, PIN)
        encrypted = await pad.enter_pin(ACCOUNT, seconds=60, prompt=FixedPrompt(1))
    assert opened(PadKey(bytearray(16), bytes(10)), encrypted) == PIN


async def test_a_reply_without_meaning_is_waited_over(
    pad: PinPad, far_end: MemoryPad, pad_key: PadKey, nursery: trio.Nursery, autojump_clock: MockClock
) -> None:
    async def far() -> None:
        await far_end.asked()
        far_end._push(encode(Frame(b"Z20")))
        await far_end.answer(PIN)

    nursery.start_soon(far)
    assert opened(pad_key, await pad.enter_pin(ACCOUNT, seconds=60)) == PIN


async def test_a_babbling_line_is_bounded(
    pad: PinPad, far_end: MemoryPad, pad_key: PadKey, autojump_clock: MockClock
) -> None:
    """Megabytes of anything, idle and while entering, cost neither memory nor the pad."""
    await pad.check()
    noise = random.Random(7).randbytes(20_000)
    far_end._push(noise)
    await trio.sleep(30)
    with trio.move_on_after(1):
        await pad.enter_pin(ACCOUNT, seconds=60)
    assert await works(pad, far_end, pad_key)


async def test_nothing_secret_is_shown(
    pad: PinPad, far_end: MemoryPad, nursery: trio.Nursery, autojump_clock: MockClock
) -> None:
    nursery.start_soon(far_end.answer, PIN)
    encrypted = await pad.enter_pin(ACCOUNT, seconds=60)
    assert repr(encrypted) == "EncryptedPin()"


async def test_another_pads_key(
    pad: PinPad, far_end: MemoryPad, nursery: trio.Nursery, autojump_clock: MockClock
) -> None:
    nursery.start_soon(far_end.answer, PIN)
    encrypted = await pad.enter_pin(ACCOUNT, seconds=60)
    with pytest.raises(ForeignBlock):
        PadKey(bytearray(16), bytes(10)).open(encrypted)
    with pytest.raises(ForeignBlock):
        PadKey(bytearray(16), encrypted.ksn).open(encrypted)


@pytest.mark.parametrize("seconds", [0, 0.5, 271, float("nan")])
async def test_impossible_times(pad: PinPad, seconds: float, autojump_clock: MockClock) -> None:
    with pytest.raises(ValueError, match="270"):
        await pad.enter_pin(ACCOUNT, seconds=seconds)


def test_random_accounts() -> None:
    assert random_account(lambda below: 7) == "000000000007"
    assert len({random_account() for _ in range(100)}) == 100
