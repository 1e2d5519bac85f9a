import pytest
import trio
from far_ends import cut, nonsense, slow, status_500
from kiosk_under_test import KioskUnderTest
from trio.testing import MockClock

from drivers.pin import Pin
from kiosk.pages import Answer, Decide, Done, Instruct, PinEntry, Sign

OLD, NEW = "358269", "746108"


async def test_the_pin_is_changed(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """On the card, at the server, on paper; and the card is given back."""
    await kiosk.ask_for_change("normal", OLD)
    await kiosk.new_pin(NEW)
    page = await kiosk.until(Done)
    assert [item.label.message for item in page.take] == ["取走凭条", "取走社保卡"]
    assert kiosk.pin_is("normal", NEW)
    assert not kiosk.pin_is("normal", OLD)
    assert kiosk.outcomes() == ["done"]
    assert kiosk.receipts() == 1
    await kiosk.go_home()
    await kiosk.reported()


async def test_the_initial_pin_mark_goes(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """The server learns that the PIN isn't the one that the card was issued with any more."""
    await kiosk.ask_for_change("initial_pin", "123456")
    await kiosk.new_pin(NEW)
    await kiosk.until(Done)
    await kiosk.go_home()
    await kiosk.reported()
    assert kiosk.record("initial_pin").initial_pin is False


@pytest.mark.parametrize(
    ("weak", "reason"),
    [
        ("111111", "数字重复太多，容易被猜到"),
        ("234567", "数字是连着的，容易被猜到"),
        ("123456", "这是发卡时的密码，人人都知道"),
        ("581001", "这是您的生日，容易被猜到"),
        (OLD, "和现在的密码一样"),
        ("010019", "这是您证件或卡上的数字，容易被猜到"),
    ],
)
async def test_a_weak_pin_is_refused_with_its_reason(
    autojump_clock: MockClock, kiosk: KioskUnderTest, weak: str, reason: str
) -> None:
    """Before it is typed a second time; then a better one may be chosen."""
    await kiosk.ask_for_change("normal", OLD)
    await kiosk.until(PinEntry, lambda page: bool(page.rounds))
    await kiosk.type_pin(weak)
    page = await kiosk.until(PinEntry, lambda page: page.problem is not None)
    assert page.problem is not None
    assert page.problem.heading.message == reason
    await kiosk.new_pin(NEW)
    await kiosk.until(Done)


async def test_two_different_entries(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """Nothing is written; from the first entry again."""
    await kiosk.ask_for_change("normal", OLD)
    await kiosk.new_pin(NEW, "746109")
    await kiosk.until(PinEntry, lambda page: page.problem is not None)
    assert kiosk.outcomes() == []
    await kiosk.new_pin(NEW)
    await kiosk.until(Done)


async def test_a_third_generation_card_keeps_its_holder_to_itself(
    autojump_clock: MockClock, kiosk: KioskUnderTest
) -> None:
    """The rule about birth dates then takes its fact from the central record."""
    await kiosk.ask_for_change("third_generation", "862047")
    born = kiosk.record("third_generation").birth_date
    assert born is not None
    await kiosk.until(PinEntry, lambda page: bool(page.rounds))
    await kiosk.type_pin(f"{born:%y%m%d}")
    page = await kiosk.until(PinEntry, lambda page: page.problem is not None)
    assert page.problem is not None
    assert page.problem.heading.message == "这是您的生日，容易被猜到"


async def test_wrong_down_to_the_block(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """Each wrong PIN costs one try, the last asks first, and the block is explained."""
    await kiosk.ask_for_change("normal")
    for left in range(6, 1, -1):
        page = await kiosk.until(PinEntry, lambda page, left=left: page.tries is not None and page.tries.count == left)
        await kiosk.type_pin("999999")
    await kiosk.until(Decide)
    assert kiosk.tries("normal") == 1
    kiosk.press(Answer.AGAIN)
    page = await kiosk.until(PinEntry, lambda page: page.tries is not None and page.tries.count == 1)
    assert page.problem is not None
    await kiosk.type_pin("999999")
    assert await kiosk.refused() == "pin.blocked"
    assert kiosk.tries("normal") == 0
    assert kiosk.outcomes() == []
    await kiosk.go_home()


async def test_a_stop_before_the_last_try(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """Both answers weigh the same; stopping leaves the try."""
    await kiosk.ask_for_change("one_try_left")
    page = await kiosk.until(Decide)
    assert page.actions.equal
    assert page.panel.sign is Sign.CARE
    kiosk.press(Answer.STOP)
    assert await kiosk.refused() == "pin.stopped_before_last_try"
    assert kiosk.tries("one_try_left") == 1


async def test_forgotten(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """Somebody who doesn't know the PIN is told where to go, before a try is spent."""
    await kiosk.ask_for_change("normal")
    await kiosk.until(PinEntry)
    kiosk.press(Answer.FORGOTTEN)
    assert await kiosk.refused() == "pin.forgotten"
    assert kiosk.tries("normal") == 6


@pytest.mark.parametrize(
    ("persona", "refusal"),
    [
        ("archived", "card.archived"),
        ("expired", "card.expired"),
        ("blocked", "pin.blocked"),
        ("wrong_card", "card.foreign"),
    ],
)
async def test_cards_whose_pin_is_not_changed(
    autojump_clock: MockClock, kiosk: KioskUnderTest, persona: str, refusal: str
) -> None:
    """Each with its reason, and without asking for a PIN first."""
    await kiosk.ask_for_change(persona)
    assert await kiosk.refused() == refusal
    assert not any(isinstance(view.page, PinEntry) for view in kiosk.screen.views)
    await kiosk.go_home()


@pytest.mark.parametrize(
    ("status", "refusal"),
    [(2, "card.formal_loss"), (3, "card.application_locked"), (4, "card.on_loss"), (9, "card.cancelled")],
)
async def test_what_the_record_forbids(
    autojump_clock: MockClock, kiosk: KioskUnderTest, status: int, refusal: str
) -> None:
    """The chip knows nothing of a loss: the record decides."""
    await kiosk.at_home()
    kiosk.set_status("normal", status)
    await kiosk.ask_for_change("normal")
    assert await kiosk.refused() == refusal


# The pad.


async def test_cancel_on_the_pad(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """The red key ends it, and the page says that nothing changed."""
    await kiosk.ask_for_change("normal")
    await kiosk.until(PinEntry)
    await kiosk.type_pin("35", last="cancel")
    assert await kiosk.refused() == "pin.cancelled"
    assert kiosk.tries("normal") == 6
    kiosk.press(Answer.AGAIN)  # The card is in: the service begins anew with it.
    await kiosk.until(PinEntry)
    await kiosk.type_pin(OLD)
    await kiosk.new_pin(NEW)
    await kiosk.until(Done)


async def test_the_pad_forgets_the_visit(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """No "please wait" greets the next citizen."""
    await kiosk.ask_for_change("normal", OLD)
    await kiosk.new_pin(NEW)
    await kiosk.until(Done)
    assert "WAIT" in "".join(kiosk.pad_model.display)
    await kiosk.go_home()
    await trio.sleep(5)
    assert "WAIT" not in "".join(kiosk.pad_model.display)


async def test_nobody_types(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """The pad's own timer ends it."""
    await kiosk.ask_for_change("normal")
    await kiosk.until(PinEntry)
    assert await kiosk.refused() == "pin.timed_out"
    await kiosk.go_home()


async def test_the_pad_is_unplugged(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """A page, then a home page that offers no PIN change; plugged in again it is back."""
    await kiosk.ask_for_change("normal")
    await kiosk.until(PinEntry)
    await kiosk.pad.asked()
    kiosk.pad.unplug()
    assert await kiosk.refused() == "pin_pad.silent"
    await kiosk.go_home()
    await kiosk.home_lacks("enable", "change_pin", "reset_pin")
    kiosk.pad.plug()
    await kiosk.home_lacks()


async def test_exit_while_the_pad_waits(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """The pad goes back to idle by itself, and the card is asked for."""
    await kiosk.ask_for_change("normal")
    await kiosk.until(PinEntry)
    await kiosk.pad.asked()
    kiosk.press(Answer.EXIT)
    await kiosk.until(Instruct, lambda page: page.title.message == "请拔卡")
    assert not kiosk.pad_model.entering
    kiosk.pull()
    await kiosk.at_home()


# The card, at every command.


@pytest.mark.parametrize("how", ["pull", "garble", "truncate", "nothing", "tear"])
async def test_a_fault_at_every_command(autojump_clock: MockClock, kiosk: KioskUnderTest, how: str) -> None:
    """Whatever happens at whichever command: a page, home, and never "done" for what the card doesn't hold.

    One PIN entry costs at most one try, and a CHANGE that left is never sent twice.
    """
    at = 0
    while True:
        pin = kiosk.current_pin("normal", OLD, NEW)
        new = NEW if pin == OLD else OLD
        kiosk.slot.commands.clear()
        kiosk.slot.fail(at, how)
        await kiosk.ask_for_change("normal")
        page = await kiosk.any_end(pin=pin, new=new)
        struck = kiosk.slot.struck
        changes = [header for header in kiosk.slot.commands if header[:2] == bytes.fromhex("805E")]
        assert len(changes) <= 1
        if isinstance(page, Done):
            assert kiosk.current_pin("normal", OLD, NEW) == new
        elif "done" in kiosk.outcomes():
            assert kiosk.outcomes().count("done") == kiosk.dones
        kiosk.dones = kiosk.outcomes().count("done")
        kiosk.slot.mend()
        await kiosk.go_home()
        kiosk.restore_tries("normal")
        if not struck:
            break
        at += 1
    assert at > 8
    await kiosk.reported()


async def test_the_answer_to_change_is_lost(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """Unknown is told as unknown: as information, never as done; the report says in doubt."""
    await kiosk.ask_for_change("normal", OLD)
    kiosk.slot.fail_at_change("tear")
    await kiosk.new_pin(NEW)
    assert await kiosk.refused() == "pin.change_unknown"
    assert kiosk.outcomes() == ["in_doubt"]
    await kiosk.go_home()
    await kiosk.reported()


@pytest.mark.parametrize("how", ["tear", "nothing"])
async def test_the_answer_to_verify_is_lost(autojump_clock: MockClock, kiosk: KioskUnderTest, how: str) -> None:
    """A try may be gone: said so, and the PIN isn't sent again."""
    await kiosk.ask_for_change("normal")
    await kiosk.until(PinEntry)
    kiosk.slot.fail_at_instruction(0x20, how)
    before = len(kiosk.slot.commands)
    await kiosk.type_pin("999999")
    assert await kiosk.refused() == "pin.try_unknown"
    assert len(kiosk.slot.commands) == before + 1
    await kiosk.go_home()


async def test_exit_while_the_card_compares(
    autojump_clock: MockClock, kiosk: KioskUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its answer is heard: a PIN that is blocked by this very try is put on record."""
    from drivers.card_reader.session import SocialCard

    verify = SocialCard.verify_pin

    async def slowly(card: SocialCard, pin: Pin) -> None:
        await trio.sleep(1)
        await verify(card, pin)

    monkeypatch.setattr(SocialCard, "verify_pin", slowly)
    await kiosk.ask_for_change("one_try_left")
    await kiosk.until(Decide)
    kiosk.press(Answer.AGAIN)
    await kiosk.type_pin("999999")
    await trio.sleep(0.5)
    kiosk.press(Answer.EXIT)
    await trio.sleep(5)
    assert kiosk.tries("one_try_left") == 0
    kiosk.pull()
    await kiosk.reported()
    assert kiosk.record("one_try_left").pin_blocked


# The server.


@pytest.mark.parametrize(
    ("fault", "refusal"),
    [
        (cut, "central.unreachable"),
        (slow, "central.slow"),
        (status_500, "central.broken"),
        (nonsense, "central.broken"),
    ],
)
async def test_the_server_fails_before_anything_changed(
    autojump_clock: MockClock, kiosk: KioskUnderTest, fault, refusal: str
) -> None:  # type: ignore[no-untyped-def]
    """No PIN is asked for; the home page offers less until the server is back."""
    await kiosk.at_home()
    await kiosk.home_lacks()
    fault(kiosk.network)
    await kiosk.ask_for_change("normal")
    assert await kiosk.refused() == refusal
    await kiosk.go_home()
    await kiosk.home_offers()
    kiosk.network.mend()
    await kiosk.home_lacks()


async def test_a_report_waits_for_the_server(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """The card is changed, the server away: the report is sent when it is back, once."""
    await kiosk.ask_for_change("normal", OLD)
    kiosk.network.fail_at("/outcome", "cut")
    await kiosk.new_pin(NEW)
    await kiosk.until(Done)
    await kiosk.go_home()
    assert kiosk.operations.outbox_length == 1
    await trio.sleep(120)
    assert kiosk.operations.outbox_length == 1
    kiosk.network.mend()
    await kiosk.reported()
    assert kiosk.record("normal").open_operation is None


# The printer.


@pytest.mark.parametrize("fault", ["paper_out", "cover", "power", "unplug", "paper_out_midway"])
async def test_no_receipt_is_no_failure(autojump_clock: MockClock, kiosk: KioskUnderTest, fault: str) -> None:
    """The PIN is changed all the same; the page says that the paper is missing, and never that it is there."""
    await kiosk.ask_for_change("normal", OLD)
    await kiosk.until(PinEntry, lambda page: bool(page.rounds))
    kiosk.break_printer(fault)
    await kiosk.new_pin(NEW)
    page = await kiosk.until(Done)
    assert [item.label.message for item in page.take] == ["取走社保卡"]
    assert page.note is not None
    assert kiosk.pin_is("normal", NEW)
    await kiosk.go_home()
