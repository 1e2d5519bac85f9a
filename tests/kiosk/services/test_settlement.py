"""An operation on the card that hasn't ended: settled when the card next appears, before anything else."""

import pytest
import trio
from kiosk_under_test import KioskUnderTest
from trio.testing import MockClock

from kiosk.card_facts import bank_of
from kiosk.pages import Answer, Chosen, Done, Home, Instruct, Page, PinEntry, Status
from kiosk.uplink.contract import ApplicationStatus, OperationState
from kiosk.uplink.errors import Cause, CentralError

OLD, NEW, OTHER = "358269", "746108", "961742"


async def leave_in_doubt(stand: KioskUnderTest, how: str, persona: str = "normal", old: str = OLD) -> None:
    """A PIN change whose answer nobody heard; `tear`: the card did it, `nothing`: it didn't."""
    await stand.ask_for("enable" if persona == "archived" else "change_pin", persona, old)
    if persona == "archived":
        await stand.prove(persona)
    stand.slot.fail_at_change(how)
    await stand.new_pin(NEW)
    assert (await stand.refused()).endswith("_unknown")
    await stand.go_home()
    await stand.reported()
    operation = stand.record(persona).open_operation
    assert operation is not None
    assert operation.state is OperationState.IN_DOUBT


async def test_the_new_pin_is_accepted(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """Done: the change that was asked for has been made, and nothing is changed twice."""
    await leave_in_doubt(stand, "tear")
    await stand.ask_for("change_pin", "normal")
    page = await stand.until(PinEntry)
    assert page.title.message == "请输上次设的新密码"
    await stand.type_pin(NEW)
    done = await stand.until(Done)
    assert done.title.message == "上次的密码已经改好"
    assert stand.record("normal").open_operation is None
    assert not stand.record("normal").initial_pin
    assert stand.outcomes() == ["in_doubt"]
    await stand.go_home()


async def test_the_old_pin_is_accepted(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """Not done: the service goes on in the same visit, and asks for no PIN that it has just been given."""
    await leave_in_doubt(stand, "nothing")
    await stand.ask_for("change_pin", "normal", NEW)
    await stand.until(PinEntry, lambda page: page.title.message == "请输原来的密码")
    assert stand.tries("normal") == 5
    await stand.type_pin(OLD)
    await stand.new_pin(OTHER)
    page = await stand.until(Done)
    assert page.title.message == "办好了"
    assert stand.pin_is("normal", OTHER)
    await stand.go_home()
    await stand.reported()
    assert stand.record("normal").open_operation is None


async def test_neither_pin_is_accepted(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """Nobody can tell any more: a person looks at it, and two tries were spent, no more."""
    await leave_in_doubt(stand, "nothing")
    await stand.ask_for("change_pin", "normal", NEW)
    await stand.until(PinEntry, lambda page: page.title.message == "请输原来的密码")
    await stand.type_pin(OTHER)
    assert await stand.refused() == "operation.escalated"
    assert stand.tries("normal") == 4
    assert stand.record("normal").open_operation is None
    await stand.go_home()


@pytest.mark.parametrize(("tries", "spent"), [(2, 0), (3, 1)])
async def test_never_below_three_tries(
    autojump_clock: MockClock, stand: KioskUnderTest, tries: int, spent: int
) -> None:
    """What can't be settled with a PIN stays open, and the way out is a reset or an outlet."""
    await leave_in_doubt(stand, "nothing")
    stand.card("normal").tries_left = tries
    await stand.ask_for("change_pin", "normal", *[NEW] * spent)
    assert await stand.refused() == "operation.unsettled"
    assert stand.tries("normal") == tries - spent
    assert stand.record("normal").open_operation is not None
    await stand.go_home()


async def test_a_reset_takes_its_place(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """Who remembers neither PIN needs none: the old question becomes pointless, and a person hears of it."""
    await leave_in_doubt(stand, "tear")
    stand.card("normal").tries_left = 0
    await stand.ask_for("reset_pin", "normal")
    await stand.prove("normal")
    await stand.new_pin(OTHER)
    await stand.until(Done)
    assert stand.pin_is("normal", OTHER)
    await stand.go_home()
    await stand.reported()
    assert stand.record("normal").open_operation is None
    assert not stand.record("normal").pin_blocked


async def test_who_is_not_sure_spends_no_try(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """There is a way out before the first try."""
    await leave_in_doubt(stand, "tear")
    await stand.ask_for("change_pin", "normal")
    await stand.until(PinEntry)
    stand.press(Answer.FORGOTTEN)
    assert await stand.refused() == "operation.unsettled"
    assert stand.tries("normal") == 6
    await stand.go_home()


async def test_back_spends_no_try(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """Home again, and still open."""
    await leave_in_doubt(stand, "tear")
    await stand.ask_for("change_pin", "normal")
    await stand.until(PinEntry)
    stand.press(Answer.BACK)
    await stand.until(Instruct, lambda page: page.title.message == "请拔卡")
    stand.pull()
    await stand.at_home()
    assert stand.record("normal").open_operation is not None


async def test_cancel_on_the_pad_spends_no_try(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """And the page doesn't say which PIN it is now: nobody knows."""
    await leave_in_doubt(stand, "tear")
    await stand.ask_for("change_pin", "normal")
    await stand.type_pin("74", last="cancel")
    assert await stand.refused() == "pin.cancelled"
    assert stand.tries("normal") == 6
    await stand.go_home()


async def test_the_server_is_away(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """The settlement waits for it; nothing else is begun on this card."""
    await leave_in_doubt(stand, "tear")
    await stand.ask_for("change_pin", "normal")
    await stand.until(PinEntry)
    stand.network.cut()
    await stand.type_pin(NEW)
    assert await stand.refused() == "central.unreachable"
    stand.network.mend()
    await stand.go_home()
    await stand.reported()
    assert stand.record("normal").open_operation is None


async def test_nobody_is_asked_what_this_machine_knows(
    autojump_clock: MockClock, stand: KioskUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The change was done, and its report waits its turn here: it is sent first, and the service goes on from there."""

    async def pausing() -> CentralError:
        await trio.lowlevel.checkpoint()
        return CentralError(Cause.SLOW, "it was tried a moment ago")

    monkeypatch.setattr(stand.operations._outbox, "_round", pausing)
    await stand.ask_for("change_pin", "normal", OLD)
    await stand.new_pin(NEW)
    await stand.until(Done)
    await stand.go_home()
    assert stand.record("normal").open_operation is not None
    await stand.ask_for("change_pin", "normal")
    page = await stand.until(PinEntry)
    assert page.title.message == "请输入现在的密码"
    assert stand.record("normal").open_operation is None
    await stand.go_home()


async def test_an_enabling_that_was_interrupted(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """The new PIN accepted: the server enables now, whichever service is asked for."""
    await leave_in_doubt(stand, "tear", "archived", "123456")
    assert stand.record("archived").application_status is ApplicationStatus.ARCHIVED
    await stand.ask_for("change_pin", "archived", NEW)
    page = await stand.until(Done)
    assert page.title.message == "上次的启用已经办好"
    assert stand.record("archived").application_status is ApplicationStatus.NORMAL
    stand.press(Chosen("change_pin"))
    await stand.type_pin(NEW)
    await stand.new_pin(OTHER)
    await stand.until(Done)
    await stand.go_home()


async def test_an_enabling_that_was_interrupted_tells_of_the_bank(
    autojump_clock: MockClock, stand: KioskUnderTest
) -> None:
    """As if it had been done just now."""
    await leave_in_doubt(stand, "tear", "archived", "123456")
    await stand.ask_for("enable", "archived", NEW)
    page = await stand.until(Done)
    record = stand.record("archived")
    assert page.subtitle is not None
    assert dict(page.subtitle.arguments) == {"bank": bank_of(record), "day": record.financial_deadline}
    assert stand.tries("archived") == 6
    before = stand.receipts()
    assert page.actions.secondary is not None
    assert page.actions.secondary.answer is Answer.PRINT
    stand.press(Answer.PRINT)
    await stand.until(Done, lambda page: len(page.take) == 2)
    assert stand.receipts() == before + 1
    text = stand.printer.receipts[-1].text.replace("\n", "")
    for words in ("上次的启用已经办好", "服务银行", "本人带身份证和社保卡", "委托书", "-Q"):
        assert words in text
    await stand.go_home()


async def test_an_enabling_of_a_card_that_the_bureau_has_stopped(
    autojump_clock: MockClock, stand: KioskUnderTest
) -> None:
    """It was done on the card; the record says what became of the card since, and nothing is promised."""
    await leave_in_doubt(stand, "tear", "archived", "123456")
    stand.set_record("archived", application_status=2)
    await stand.ask_for("enable", "archived", NEW)
    assert await stand.refused() == "operation.enable_stopped"
    record = stand.record("archived")
    assert (record.application_status, record.initial_pin) == (ApplicationStatus.FORMAL_LOSS, False)
    await stand.go_home()


async def test_an_enabling_that_did_not_happen(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """The initial PIN accepted: the service goes on, and enables."""
    await leave_in_doubt(stand, "nothing", "archived", "123456")
    await stand.ask_for("enable", "archived", NEW, "123456")
    await stand.prove("archived")
    await stand.new_pin(OTHER)
    await stand.until(Done)
    assert stand.record("archived").application_status is ApplicationStatus.NORMAL
    assert stand.pin_is("archived", OTHER)
    await stand.go_home()


@pytest.mark.parametrize("how", ["tear", "nothing"])
async def test_an_unlocking_is_settled_by_the_counter(
    autojump_clock: MockClock, stand: KioskUnderTest, how: str
) -> None:
    """Nobody need be asked: the card itself shows it."""
    await stand.ask_for("unlock", "blocked")
    await stand.prove("blocked")
    stand.slot.fail_at_instruction(0x24, how)
    assert await stand.refused() == "operation.unlock_unknown"
    await stand.go_home()
    await stand.reported()
    operation = stand.record("blocked").open_operation
    assert operation is not None
    assert operation.tries_before == 0
    await stand.ask_for("unlock", "blocked")
    if how == "nothing":
        await stand.prove("blocked")
    page = await stand.until(Done)
    assert page.title.message == ("上次的解锁已经办好" if how == "tear" else "办好了")
    assert stand.tries("blocked") == 6
    await stand.go_home()
    await stand.reported()
    assert stand.record("blocked").open_operation is None
    assert not stand.record("blocked").pin_blocked


async def test_a_reset_that_was_interrupted(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """On a blocked card the counter shows it; the next reset says so and does nothing twice."""
    await stand.ask_for("reset_pin", "blocked")
    await stand.prove("blocked")
    stand.slot.fail_at_instruction(0x24, "tear")
    await stand.new_pin(NEW)
    assert await stand.refused() == "operation.reset_unknown"
    await stand.go_home()
    await stand.reported()
    await stand.ask_for("reset_pin", "blocked")
    page = await stand.until(Done)
    assert page.title.message == "上次的密码已经重设好"
    assert stand.pin_is("blocked", NEW)
    await stand.go_home()


async def test_a_reset_of_an_open_card_is_settled_by_its_new_pin(
    autojump_clock: MockClock, stand: KioskUnderTest
) -> None:
    """The counter was whole before: only the new PIN tells, and who doesn't remember it resets again."""
    await stand.ask_for("reset_pin", "normal")
    await stand.prove("normal")
    stand.slot.fail_at_instruction(0x24, "nothing")
    await stand.new_pin(NEW)
    assert await stand.refused() == "operation.reset_unknown"
    await stand.go_home()
    await stand.reported()
    await stand.ask_for("change_pin", "normal", NEW)
    assert await stand.refused() == "operation.unsettled"
    assert stand.tries("normal") == 5
    await stand.go_home()
    await stand.ask_for("reset_pin", "normal")
    await stand.prove("normal")
    await stand.new_pin(OTHER)
    await stand.until(Done)
    assert stand.pin_is("normal", OTHER)
    await stand.go_home()
    await stand.reported()
    assert stand.record("normal").open_operation is None


async def test_status_settles_nothing(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """A query changes nothing, here either; it says what hasn't ended."""
    await leave_in_doubt(stand, "tear")
    await stand.until(Home)
    await stand.show_card("normal")
    await stand.type_pin(NEW)
    await stand.until(Status)
    assert stand.record("normal").open_operation is not None
    stand.press(Answer.FINISH)
    await stand.until(Page, lambda page: page.title.message == "请拔卡")
    stand.pull()
    await stand.at_home()


async def test_the_server_still_holds_it_open(
    autojump_clock: MockClock, stand: KioskUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the reason: nothing else is begun on this card."""

    async def forgotten(*_: object, **__: object) -> None:
        await trio.lowlevel.checkpoint()

    await leave_in_doubt(stand, "nothing")
    monkeypatch.setattr(stand.operations, "settle", forgotten)
    await stand.ask_for("change_pin", "normal", NEW)
    await stand.until(PinEntry, lambda page: page.title.message == "请输原来的密码")
    await stand.type_pin(OLD)
    assert await stand.refused() == "operation.card_busy"
    await stand.go_home()
