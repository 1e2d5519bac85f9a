"""The `reader` path: the card reader's own keypad takes the PIN (PC/SC part 10), and this program never sees it."""

import pytest
import trio
from keypad import Keypad
from kiosk_under_test import KioskUnderTest
from trio.testing import MockClock

from drivers.pin import Pin
from kiosk import conditions
from kiosk.pages import Answer, Decide, Done, Instruct, PinEntry, Status, StillThere
from kiosk.settings import Settings

OLD, NEW, WRONG = "358269", "746108", "903517"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"pin_pad": settings.pin_pad.model_copy(update={"path": "reader", "port": None})})


@pytest.fixture
def keypad(kiosk: KioskUnderTest, monkeypatch: pytest.MonkeyPatch) -> Keypad:
    """The reader's; nobody makes a `Pin` in any of these tests."""

    def never(self: Pin, digits: bytearray) -> None:
        raise AssertionError("a PIN entered this program")

    monkeypatch.setattr(Pin, "__init__", never)
    assert kiosk.keypad is not None
    return kiosk.keypad


async def entering(kiosk: KioskUnderTest, tries: int, problem: str | None = None) -> PinEntry:
    """Wait until the page names so many tries and the keypad asks."""
    page = await kiosk.until(PinEntry, lambda page: page.tries is not None and page.tries.count == tries)
    assert (page.problem and page.problem.heading.message) == problem
    assert not page.can_exit
    assert kiosk.keypad is not None
    await kiosk.keypad.asked()
    return page


async def test_the_pin_is_changed(autojump_clock: MockClock, kiosk: KioskUnderTest, keypad: Keypad) -> None:
    """One command, which the reader completes: no VERIFY before, or the old PIN would be typed twice."""
    await kiosk.ask_for_change("normal")
    page = await entering(kiosk, 6)
    assert [entry.state.message for entry in page.rounds] == ["现在的密码", "新密码", "再输一次新密码"]
    assert page.rules
    kiosk.slot.commands.clear()
    for pin in (OLD, NEW, NEW):
        await kiosk.type_pin(pin)
    await kiosk.until(Done)

    assert kiosk.slot.commands == [bytes.fromhex("805E0100")]
    assert kiosk.pin_is("normal", NEW)
    assert kiosk.outcomes() == ["done"]
    assert kiosk.receipts() == 1
    assert keypad.display is None
    await kiosk.go_home()
    await kiosk.reported()


async def test_status_with_the_pin(autojump_clock: MockClock, kiosk: KioskUnderTest, keypad: Keypad) -> None:
    """A wrong one is told with the tries left; the right one shows the person, masked."""
    await kiosk.at_home()
    await kiosk.show_card("normal")
    await entering(kiosk, 6)
    await kiosk.type_pin(WRONG)
    await entering(kiosk, 5, "密码不对，还可以输 {n} 次")
    await kiosk.type_pin(OLD)
    page = await kiosk.until(Status)

    assert page.name == "张*"
    assert kiosk.tries("normal") == 6


async def test_status_without_the_pin(autojump_clock: MockClock, kiosk: KioskUnderTest, keypad: Keypad) -> None:
    """The red key: the card, and nothing about the person."""
    await kiosk.at_home()
    await kiosk.show_card("normal")
    await entering(kiosk, 6)
    await kiosk.type_pin("", last="cancel")

    assert (await kiosk.until(Status)).name == ""
    assert kiosk.tries("normal") == 6


async def test_wrong_down_to_the_block(autojump_clock: MockClock, kiosk: KioskUnderTest, keypad: Keypad) -> None:
    """Each entry costs one try, the last one is asked about first, and each attempt is on record as not done."""
    await kiosk.ask_for_change("normal")
    for left in range(6, 1, -1):
        await entering(kiosk, left, None if left == 6 else "密码不对，还可以输 {n} 次")
        for pin in (WRONG, NEW, NEW):
            await kiosk.type_pin(pin)
    await kiosk.until(Decide)
    assert kiosk.tries("normal") == 1
    kiosk.press(Answer.AGAIN)
    await entering(kiosk, 1, "密码不对，还可以输 {n} 次")
    for pin in (WRONG, NEW, NEW):
        await kiosk.type_pin(pin)

    assert await kiosk.refused() == "pin.blocked"
    assert kiosk.outcomes() == ["not_done"] * 6
    assert kiosk.pin_is("normal", OLD) is False
    await kiosk.go_home()
    await kiosk.reported()


async def test_status_down_to_the_block(autojump_clock: MockClock, kiosk: KioskUnderTest, keypad: Keypad) -> None:
    """The last try is asked about here too."""
    await kiosk.at_home()
    await kiosk.show_card("one_try_left")
    await kiosk.until(Decide)
    kiosk.press(Answer.AGAIN)
    await entering(kiosk, 1)
    await kiosk.type_pin(WRONG)

    assert await kiosk.refused() == "pin.blocked"


async def test_two_new_pins_that_differ(autojump_clock: MockClock, kiosk: KioskUnderTest, keypad: Keypad) -> None:
    """No command was sent, so no try is gone; once more from the start."""
    await kiosk.ask_for_change("normal")
    await entering(kiosk, 6)
    for pin in (OLD, NEW, WRONG):
        await kiosk.type_pin(pin)
    await kiosk.until(PinEntry, lambda page: page.problem is not None)
    await entering(kiosk, 6, "两次输的不一样")
    for pin in (OLD, NEW, NEW):
        await kiosk.type_pin(pin)
    await kiosk.until(Done)

    assert kiosk.outcomes() == ["not_done", "done"]


@pytest.mark.parametrize("service", ["change_pin", "card_status"])
async def test_too_few_digits(autojump_clock: MockClock, kiosk: KioskUnderTest, keypad: Keypad, service: str) -> None:
    """Some keypads let go of them; nothing reached the card, and the page says what was wrong."""
    await kiosk.at_home()
    kiosk.choose(service)
    await kiosk.until(Instruct)
    kiosk.insert("normal")
    await entering(kiosk, 6)
    await kiosk.type_pin("3582")
    await kiosk.until(PinEntry, lambda page: page.problem is not None)
    await entering(kiosk, 6, "位数不对")


@pytest.mark.parametrize("typed", [(), ("",), (OLD, "7461"), (OLD, NEW, "")])
async def test_cancel(autojump_clock: MockClock, kiosk: KioskUnderTest, keypad: Keypad, typed: tuple[str, ...]) -> None:
    """At whichever entry: the old PIN holds, and no try is gone."""
    await kiosk.ask_for_change("normal")
    await entering(kiosk, 6)
    for pin in typed[:-1]:
        await kiosk.type_pin(pin)
    await kiosk.type_pin(typed[-1] if typed else "", last="cancel")

    assert await kiosk.refused() == "pin.cancelled"
    assert kiosk.pin_is("normal", OLD)
    assert kiosk.tries("normal") == 6
    assert kiosk.outcomes() == ["not_done"]
    await kiosk.go_home()


@pytest.mark.parametrize("service", ["change_pin", "card_status"])
async def test_nobody_types(autojump_clock: MockClock, kiosk: KioskUnderTest, keypad: Keypad, service: str) -> None:
    """The reader's own timer ends it, and nobody is asked whether they are still there meanwhile."""
    await kiosk.at_home()
    kiosk.choose(service)
    await kiosk.until(Instruct)
    kiosk.insert("normal")
    await entering(kiosk, 6)
    began = trio.current_time()

    assert await kiosk.refused() == "pin.timed_out"
    assert trio.current_time() - began == pytest.approx(30, abs=2)
    await kiosk.go_home()


async def test_a_slow_hand_is_not_asked_whether_it_is_there(
    autojump_clock: MockClock, kiosk: KioskUnderTest, keypad: Keypad
) -> None:
    """Three entries with a key every ten seconds take longer than the machine otherwise waits."""
    await kiosk.ask_for_change("normal")
    await entering(kiosk, 6)
    began = trio.current_time()
    for pin in (OLD, NEW, NEW):
        await keypad.answer(pin, seconds=10)
    await kiosk.until(Done)

    assert trio.current_time() - began > kiosk.settings.visit.idle_seconds
    assert not any(isinstance(view.overlay, StillThere) for view in kiosk.screen.views)


async def test_exit_does_not_interrupt(autojump_clock: MockClock, kiosk: KioskUnderTest, keypad: Keypad) -> None:
    """The button is off, and a press that got through all the same does nothing."""
    await kiosk.ask_for_change("normal")
    await entering(kiosk, 6)
    kiosk.press(Answer.EXIT)
    kiosk.press(Answer.LANGUAGE)
    for pin in (OLD, NEW, NEW):
        await kiosk.type_pin(pin)
    await kiosk.until(Done)

    assert kiosk.screen.view.preferences.language == "en"
    assert kiosk.pin_is("normal", NEW)


@pytest.mark.parametrize(
    ("service", "refusal"), [("change_pin", "pin.change_unknown"), ("card_status", "pin.try_unknown")]
)
async def test_the_card_is_pulled_while_the_keypad_waits(
    autojump_clock: MockClock, kiosk: KioskUnderTest, keypad: Keypad, service: str, refusal: str
) -> None:
    """Whether the reader had sent anything nobody here knows: told as unknown."""
    await kiosk.at_home()
    kiosk.choose(service)
    await kiosk.until(Instruct)
    kiosk.insert("normal")
    await entering(kiosk, 6)
    kiosk.pull()

    assert await kiosk.refused() == refusal
    assert kiosk.outcomes() == (["in_doubt"] if service == "change_pin" else [])
    assert kiosk.pin_is("normal", OLD)
    kiosk.press(Answer.FINISH)
    await kiosk.at_home()


@pytest.mark.parametrize("how", ["pull", "tear", "nothing", "garble", "truncate"])
async def test_a_fault_at_the_change(
    autojump_clock: MockClock, kiosk: KioskUnderTest, keypad: Keypad, how: str
) -> None:
    """Never "done" for what nobody heard of, and never sent twice."""
    await kiosk.ask_for_change("normal")
    await entering(kiosk, 6)
    kiosk.slot.commands.clear()
    kiosk.slot.fail_at_change(how)
    for pin in (OLD, NEW, NEW):
        await kiosk.type_pin(pin)

    assert await kiosk.refused() == "pin.change_unknown"  # A garbled status word means nothing at all.
    assert kiosk.slot.commands.count(bytes.fromhex("805E0100")) == 1
    assert "done" not in kiosk.outcomes()
    await kiosk.go_home()


async def test_a_dead_reader_is_given_up(autojump_clock: MockClock, kiosk: KioskUnderTest, keypad: Keypad) -> None:
    """It took the command and never comes back: the driver's own limit ends it, as unknown."""
    await kiosk.ask_for_change("normal")
    keypad.dead = True
    began = trio.current_time()

    assert await kiosk.refused() == "pin.change_unknown"
    assert trio.current_time() - began < 400
    assert kiosk.outcomes() == ["in_doubt"]
    await kiosk.go_home()


@pytest.mark.parametrize("service", ["change_pin", "card_status"])
async def test_a_reader_without_keys(
    autojump_clock: MockClock, kiosk: KioskUnderTest, keypad: Keypad, service: str
) -> None:
    """A machine set up wrongly: the citizen is told of the keypad, the technician why, and it isn't offered again."""
    keypad.features = {}
    await kiosk.at_home()
    kiosk.choose(service)
    await kiosk.until(Instruct)
    kiosk.insert("normal")

    assert await kiosk.refused() == "pin_pad.silent"
    assert conditions.READER_WITHOUT_KEYS in [condition for condition, _ in kiosk.board.standing()]
    await kiosk.go_home()
    await kiosk.home_lacks("enable", "change_pin", "reset_pin")
    await kiosk.show_card("normal")
    assert (await kiosk.until(Status)).name == ""
