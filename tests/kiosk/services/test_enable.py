import datetime
from uuid import UUID

import pytest
import trio
from kiosk_under_test import KioskUnderTest
from trio.testing import MockClock

from kiosk.card_facts import bank_of
from kiosk.pages import Answer, Chosen, Done, Instruct, PinEntry, Refusal
from kiosk.uplink.contract import ApplicationStatus, Lifecycle

INITIAL, NEW = "123456", "746108"


async def test_a_collected_card_is_enabled(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """The PIN is another, the server's record says normal and enabled, and the bank's part is told."""
    await stand.ask_for("enable", "archived", INITIAL)
    await stand.prove("archived")
    await stand.new_pin(NEW)
    page = await stand.until(Done)
    record = stand.record("archived")

    assert record.application_status is ApplicationStatus.NORMAL
    assert record.lifecycle is Lifecycle.ENABLED
    assert not record.initial_pin
    assert stand.pin_is("archived", NEW)
    assert stand.outcomes() == ["done"]
    assert stand.receipts() == 1
    assert page.subtitle is not None
    assert dict(page.subtitle.arguments) == {"bank": bank_of(record), "day": record.financial_deadline}
    await stand.go_home()


async def test_the_receipt_tells_of_the_bank(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """Which bank, until when, by the server's date; in person, with what to bring, and never here."""
    today = stand.record("archived").as_of
    stand.set_record("archived", financial_deadline=today + datetime.timedelta(days=37), bank="建设银行")
    await stand.ask_for("enable", "archived", INITIAL)
    await stand.prove("archived")
    await stand.new_pin(NEW)
    await stand.until(Done)
    text = stand.printer.receipts[0].text
    for words in ("建设银行", "还有 37 天", "本人带身份证和社保卡", "委托书", "机器上办不了"):
        assert words in text.replace("\n", "")
    await stand.go_home()


async def test_a_bank_side_that_is_active_is_not_mentioned(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """Nobody is sent to a bank for nothing."""
    stand.set_record("archived", financial_activated=True)
    await stand.ask_for("enable", "archived", INITIAL)
    await stand.prove("archived")
    await stand.new_pin(NEW)
    page = await stand.until(Done)
    assert page.subtitle is not None
    assert page.subtitle.message == "卡现在就能用，请用新密码。"
    await stand.go_home()


async def test_a_blocked_card_is_sent_to_the_window(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """Not to the unlocking here, which would send it back to be enabled first."""
    stand.card("archived").tries_left = 0
    await stand.ask_for("enable", "archived")
    assert await stand.refused() == "pin.blocked_not_enabled"
    assert not [answer for answer in answers(await stand.until(Refusal)) if isinstance(answer, Chosen)]
    await stand.go_home()


async def test_no_refusal_leads_back(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """To a service that was refused: somebody would go round and round."""
    await stand.ask_for("change_pin", "archived")
    assert await stand.refused() == "card.archived"
    assert Chosen("enable") in answers(await stand.until(Refusal))
    stand.set_record("archived", application_status=1, lifecycle="04")
    stand.choose("enable")
    await stand.until(Refusal, lambda page: page.title.message != "这张卡还没有启用")
    assert await stand.refused() == "card.enabled_already"
    assert Chosen("change_pin") not in answers(await stand.until(Refusal))


def answers(page: Refusal) -> list[Answer | Chosen]:
    """What can be pressed below."""
    actions = page.actions
    return [button.answer for button in (actions.primary, actions.secondary, actions.other) if button is not None]


@pytest.mark.parametrize(
    ("columns", "refusal"),
    [
        ({"application_status": 1, "lifecycle": "04"}, "card.enabled_already"),
        ({"lifecycle": "02"}, "card.not_collected"),
        ({"lifecycle": "01"}, "card.not_collected"),
        ({"application_status": 2}, "card.formal_loss"),
        ({"application_status": 4}, "card.on_loss"),
        ({"application_status": 4, "loss_reason": "financial_not_activated"}, "loss.bank_first"),
        ({"application_status": 3}, "card.application_locked"),
        ({"application_status": 9}, "card.cancelled"),
    ],
)
async def test_what_the_record_forbids(
    autojump_clock: MockClock, stand: KioskUnderTest, columns: dict[str, object], refusal: str
) -> None:
    """Each with its reason, before a PIN is asked for; enabled already is information."""
    stand.set_record("archived", **columns)
    await stand.ask_for("enable", "archived")
    assert await stand.refused() == refusal
    assert not any(isinstance(view.page, PinEntry) for view in stand.screen.views)
    await stand.go_home()


async def test_an_expired_card(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """The chip's own date counts."""
    stand.set_record("expired", application_status=0, lifecycle="03")
    await stand.ask_for("enable", "expired")
    assert await stand.refused() == "card.expired"
    await stand.go_home()


async def test_the_initial_pin_is_not_taken_again(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """It must be changed: the same, or another initial one, is refused with its reason."""
    await stand.ask_for("enable", "archived", INITIAL)
    await stand.prove("archived")
    await stand.until(PinEntry, lambda page: bool(page.rounds))
    await stand.type_pin(INITIAL)
    page = await stand.until(PinEntry, lambda page: page.problem is not None)
    assert page.problem is not None
    assert page.problem.heading.message == "和现在的密码一样"
    await stand.new_pin(NEW)
    await stand.until(Done)
    await stand.go_home()


async def test_the_server_does_not_answer_afterwards(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """The PIN is changed, the card not enabled yet: said so, never "done"; it follows by itself."""
    await stand.ask_for("enable", "archived", INITIAL)
    await stand.prove("archived")
    stand.network.fail_at("/outcome", "cut")
    await stand.new_pin(NEW)
    assert await stand.refused() == "operation.enable_waits"
    assert stand.pin_is("archived", NEW)
    assert stand.record("archived").application_status is ApplicationStatus.ARCHIVED
    stand.network.mend()
    await stand.go_home()
    await stand.reported()
    assert stand.record("archived").application_status is ApplicationStatus.NORMAL


async def test_the_card_is_taken_while_the_server_is_asked(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """What was done to it is said all the same."""
    await stand.ask_for("enable", "archived", INITIAL)
    await stand.prove("archived")
    stand.network.fail_at("/outcome", "cut")
    await stand.new_pin(NEW)
    await trio.sleep(1)
    stand.pull()
    assert await stand.refused() == "operation.enable_waits"
    stand.network.mend()
    await stand.go_home()
    await stand.reported()


async def test_a_loss_in_the_meantime(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """Reported while the PIN was being chosen: the server's record decides, and the page tells no other."""
    await stand.ask_for("enable", "archived", INITIAL)
    await stand.prove("archived")
    await stand.until(PinEntry, lambda page: bool(page.rounds))
    stand.set_record("archived", application_status=4)
    await stand.new_pin(NEW)
    assert await stand.refused() == "operation.state_forbids"
    assert stand.pin_is("archived", INITIAL)
    await stand.go_home()


async def test_not_known(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """Who wasn't given a PIN is told where to ask, before a try is spent; a reset isn't offered to this card."""
    await stand.ask_for("enable", "archived")
    await stand.until(PinEntry)
    stand.press(Answer.FORGOTTEN)
    assert await stand.refused() == "pin.issued_unknown"
    assert stand.page.actions.primary is not None
    assert stand.page.actions.primary.answer is Answer.FINISH
    assert stand.tries("archived") == 6
    await stand.go_home()


@pytest.mark.parametrize("at", ["pin", "first", "second"])
async def test_exit_cancel_and_silence(autojump_clock: MockClock, stand: KioskUnderTest, at: str) -> None:
    """At whichever entry: nothing is changed, nothing is begun."""
    for way in ("exit", "cancel", "silence"):
        await stand.ask_for("enable", "archived")
        await stand.until(PinEntry)
        if at != "pin":
            await stand.type_pin(INITIAL)
            await stand.prove("archived")
            await stand.until(PinEntry, lambda page: bool(page.rounds))
        if at == "second":
            await stand.type_pin(NEW)
            await stand.until(PinEntry, lambda page: bool(page.rounds) and page.rounds[0].done)
        await stand.pad.asked()
        if way == "exit":
            stand.press(Answer.EXIT)
            await stand.until(Instruct, lambda page: page.title.message == "请拔卡")
            stand.pull()
            await stand.at_home()
            continue
        if way == "cancel":
            await stand.type_pin("7", last="cancel")
        assert await stand.refused() == {"cancel": "pin.cancelled", "silence": "pin.timed_out"}[way]
        await stand.go_home()
    assert stand.outcomes() == []
    assert stand.pin_is("archived", INITIAL)
    assert stand.record("archived").open_operation is None


async def test_a_loss_before_the_server_enables(
    autojump_clock: MockClock, stand: KioskUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It took the outcome, and its record says otherwise: that counts, and nothing is promised."""
    acknowledged = stand.operations.acknowledged

    async def and_lost(operation_id: UUID, *, seconds: float) -> bool:
        known = await acknowledged(operation_id, seconds=seconds)
        stand.set_record("archived", application_status=4)
        return known

    monkeypatch.setattr(stand.operations, "acknowledged", and_lost)
    await stand.ask_for("enable", "archived", INITIAL)
    await stand.prove("archived")
    await stand.new_pin(NEW)
    assert await stand.refused() == "operation.enable_stopped"
    await stand.go_home()
