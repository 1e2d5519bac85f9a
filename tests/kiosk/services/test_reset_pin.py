import pytest
from kiosk_under_test import KioskUnderTest
from trio.testing import MockClock

from kiosk.pages import Answer, Done, Instruct, PinEntry

NEW, WEAK = "746108", "111111"


@pytest.mark.parametrize("persona", ["blocked", "normal", "sm4", "third_generation"])
async def test_a_forgotten_pin_is_reset(autojump_clock: MockClock, stand: KioskUnderTest, persona: str) -> None:
    """A new PIN and all tries again, on cards of either algorithm; the pad's blocks stay closed here."""
    await stand.ask_for("reset_pin", persona)
    await stand.prove(persona)
    await stand.new_pin(NEW)
    await stand.until(Done)

    assert stand.pin_is(persona, NEW)
    assert stand.tries(persona) == 6
    assert stand.outcomes() == ["done"]
    assert stand.receipts() == 1
    await stand.go_home()
    await stand.reported()
    assert not stand.record(persona).pin_blocked


async def test_no_pin_is_opened_here(
    autojump_clock: MockClock, stand: KioskUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a pad whose key this machine has, too: a reset never uses it."""
    from drivers.pin_pad.dukpt import PadKey

    def refuse(*_: object) -> None:
        raise AssertionError("a block was opened")

    monkeypatch.setattr(PadKey, "open", refuse)
    await stand.ask_for("reset_pin", "blocked")
    await stand.prove("blocked")
    await stand.new_pin(NEW)
    await stand.until(Done)
    await stand.go_home()


@pytest.mark.parametrize(
    ("first", "second", "heading"),
    [(NEW, "746109", "两次输的不一样"), (WEAK, WEAK, "这个密码容易被猜到")],
)
async def test_what_the_issuer_does_not_take_is_entered_again(
    autojump_clock: MockClock, stand: KioskUnderTest, first: str, second: str, heading: str
) -> None:
    """The server compares, since nobody here can; the citizen may go, and needn't prove again who they are."""
    await stand.ask_for("reset_pin", "blocked")
    await stand.prove("blocked")
    await stand.new_pin(first, second)
    page = await stand.until(PinEntry, lambda page: page.problem is not None)
    assert page.problem is not None
    assert page.problem.heading.message == heading
    assert page.can_exit
    assert page.actions.secondary is not None
    await stand.new_pin(NEW)
    await stand.until(Done)
    assert stand.pin_is("blocked", NEW)
    assert stand.outcomes() == ["not_done", "done"]
    await stand.go_home()


async def test_weak_again_and_again(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """The server's limit ends it; the card was never told anything."""
    await stand.ask_for("reset_pin", "blocked")
    await stand.prove("blocked")
    for _ in range(8):  # Two authorisations each, of the sixteen that a card has a day.
        await stand.new_pin(WEAK)
        await stand.until(PinEntry, lambda page: page.problem is not None)
    await stand.new_pin(WEAK)
    assert await stand.refused() == "operation.limit_reached"
    assert set(stand.outcomes()) == {"not_done"}
    assert stand.tries("blocked") == 0
    await stand.go_home()


async def test_the_card_leaves_after_a_refused_entry(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """It ends there and then, not when the next two entries are typed."""
    await stand.ask_for("reset_pin", "blocked")
    await stand.prove("blocked")
    await stand.new_pin(WEAK)
    await stand.until(PinEntry, lambda page: page.problem is not None)
    stand.pull()
    assert await stand.refused() == "card.removed"
    assert not stand.pad_model.entering
    assert stand.outcomes() == ["not_done"]
    await stand.at_home()


@pytest.mark.parametrize("refused_once", [False, True], ids=["at first", "after a refused entry"])
async def test_cancel_on_the_pad(autojump_clock: MockClock, stand: KioskUnderTest, refused_once: bool) -> None:
    """The red key ends it; nothing is changed."""
    await stand.ask_for("reset_pin", "blocked")
    await stand.prove("blocked")
    if refused_once:
        await stand.new_pin(WEAK)
        await stand.until(PinEntry, lambda page: page.problem is not None)
    await stand.until(PinEntry)
    await stand.type_pin("7", last="cancel")
    assert await stand.refused() == "pin.cancelled"
    assert stand.outcomes() == (["not_done"] if refused_once else [])
    await stand.go_home()
    await stand.reported()
    assert stand.record("blocked").open_operation is None


@pytest.mark.parametrize("refused_once", [False, True], ids=["at first", "after a refused entry"])
async def test_nobody_types(autojump_clock: MockClock, stand: KioskUnderTest, refused_once: bool) -> None:
    """The pad's own timer ends it."""
    await stand.ask_for("reset_pin", "blocked")
    await stand.prove("blocked")
    if refused_once:
        await stand.new_pin(WEAK)
        await stand.until(PinEntry, lambda page: page.problem is not None)
    assert await stand.refused() == "pin.timed_out"
    await stand.go_home()
    await stand.reported()
    assert stand.record("blocked").open_operation is None


async def test_from_the_first_entry_again(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """Before anything has begun, and without a word about it."""
    await stand.ask_for("reset_pin", "blocked")
    await stand.prove("blocked")
    await stand.until(PinEntry)
    await stand.type_pin("111222")
    await stand.until(PinEntry, lambda page: page.rounds[0].done)
    await stand.pad.asked()
    stand.press(Answer.AGAIN)
    page = await stand.until(PinEntry, lambda page: not page.rounds[0].done)
    assert page.problem is None
    await stand.new_pin(NEW)
    await stand.until(Done)
    assert stand.pin_is("blocked", NEW)
    await stand.go_home()


async def test_exit_before_anything_has_begun(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """The card is asked for, the pad idle."""
    await stand.ask_for("reset_pin", "blocked")
    await stand.prove("blocked")
    await stand.until(PinEntry)
    await stand.pad.asked()
    stand.press(Answer.EXIT)
    await stand.until(Instruct, lambda page: page.title.message == "请拔卡")
    assert not stand.pad_model.entering
    stand.pull()
    await stand.at_home()
    assert stand.outcomes() == []
