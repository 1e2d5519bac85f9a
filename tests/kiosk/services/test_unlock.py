import pytest
import trio
from kiosk_under_test import KioskUnderTest
from regions import changed
from trio.testing import MockClock

from kiosk import conditions
from kiosk.pages import Answer, Chosen, Done, Instruct, PinEntry
from kiosk.uplink.contract import OperationState
from kiosk.uplink.contract.policy import RegionPolicy

PIN, NEW = "915384", "746108"


async def test_a_locked_pin_is_unlocked(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """All tries again under the same PIN, said so, with another print and a change of the PIN as what comes next."""
    await stand.ask_for("unlock", "blocked")
    await stand.prove("blocked")
    page = await stand.until(Done)

    assert stand.tries("blocked") == 6
    assert stand.pin_is("blocked", PIN)
    assert stand.outcomes() == ["done"]
    assert stand.receipts() == 1
    assert page.subtitle is not None
    assert page.subtitle.message.startswith("密码解锁了")
    assert "tries" in dict(page.subtitle.arguments)
    assert page.actions.secondary is not None
    assert page.actions.secondary.answer is Answer.PRINT
    await stand.reported()
    assert not stand.record("blocked").pin_blocked
    await stand.go_home()
    await stand.ask_for("change_pin", "blocked", PIN)
    await stand.new_pin(NEW)
    await stand.until(Done)
    await stand.go_home()


async def test_a_card_that_is_not_locked(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """Said so, and nothing is asked for; what the record says otherwise is put right."""
    stand.set_record("normal", pin_blocked=True)
    await stand.ask_for("unlock", "normal")
    assert await stand.refused() == "pin.not_blocked"
    assert stand.outcomes() == []
    await stand.go_home()
    await stand.reported()
    assert not stand.record("normal").pin_blocked


async def test_a_blocked_pin_is_put_on_record(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """The last wrong try is noticed, so that every other place knows."""
    stand.card("one_try_left")
    await stand.ask_for("change_pin", "one_try_left")
    await stand.any_end(pin="999999")
    await stand.go_home()
    await stand.reported()
    assert stand.record("one_try_left").pin_blocked


@pytest.mark.parametrize("service", ["unlock", "reset_pin"])
@pytest.mark.parametrize(
    ("columns", "refusal"),
    [
        ({"application_status": 0, "lifecycle": "03"}, "card.archived"),
        ({"application_status": 4}, "card.on_loss"),
        ({"application_status": 3}, "card.application_locked"),
        ({"application_status": 9}, "card.cancelled"),
    ],
)
async def test_what_the_record_forbids(
    autojump_clock: MockClock, stand: KioskUnderTest, service: str, columns: dict[str, object], refusal: str
) -> None:
    """Each with its reason, before anybody's phone is asked for."""
    stand.set_record("blocked", **columns)
    await stand.ask_for(service, "blocked")
    assert await stand.refused() == refusal
    await stand.go_home()


@pytest.mark.parametrize("service", ["unlock", "reset_pin"])
async def test_somebody_elses_id_card(autojump_clock: MockClock, stand: KioskUnderTest, service: str) -> None:
    """A card that was found is of no use with one's own document: nothing is begun."""
    await stand.ask_for(service, "blocked")
    await stand.lay("normal")
    assert await stand.refused() == "identity.foreign"
    assert stand.outcomes() == []
    await stand.go_home()


async def test_evidence_that_the_server_finds_too_little(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """What the machine was set to ask for isn't what the bureau wants."""
    stand.registry.policy_of = lambda kiosk, day: changed(RegionPolicy(), evidence={"unlock": [["e_card"]]})
    await stand.ask_for("unlock", "blocked")
    await stand.prove("blocked")
    assert await stand.refused() == "identity.not_enough"
    assert stand.tries("blocked") == 0
    await stand.go_home()


async def test_too_often(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """The server's limit: when to come back is said, and the card is as it was."""
    few = {"authorisations_per_card_and_day": 1}
    stand.registry.settings = stand.registry.settings.model_copy(update=few)
    await stand.ask_for("unlock", "blocked")
    await stand.prove("blocked")
    assert await stand.refused() == "operation.limit_reached"
    assert stand.tries("blocked") == 0
    assert stand.outcomes() == ["not_done"]
    await stand.go_home()
    await stand.reported()
    assert stand.record("blocked").open_operation is None


async def test_the_card_refuses_the_issuer(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """Not this issuer's card: a try of its key is spent, once, and the PIN is as it was."""
    stand.set_record("blocked", key_factor="0011223344556677")
    await stand.ask_for("unlock", "blocked")
    await stand.prove("blocked")
    assert await stand.refused() == "operation.issuer_refused"
    assert stand.board.stands(conditions.PROOF_REFUSED)
    proofs = [header for header in stand.slot.commands if header[1] == 0x82]
    assert len(proofs) == 1
    assert stand.outcomes() == ["not_done"]
    await stand.go_home()


@pytest.mark.parametrize("service", ["unlock", "reset_pin"])
async def test_an_operation_that_is_under_way_elsewhere(
    autojump_clock: MockClock, stand: KioskUnderTest, service: str
) -> None:
    """Begun between the look at the record and the intent: the server keeps the two apart."""
    other = stand.network  # The machine's own link: what it sends counts as another's, since the card is busy.
    await stand.ask_for(service, "blocked")
    await stand.until(Instruct, lambda page: page.title.message == "请放身份证")
    other.answer_once("/v1/operations/", 409, "urn:kiosk:problem:card-busy")
    await stand.prove("blocked")
    if service == "reset_pin":
        await stand.new_pin(NEW)
    assert await stand.refused() == "operation.card_busy"
    assert stand.tries("blocked") == 0
    await stand.go_home()


@pytest.mark.parametrize("service", ["unlock", "reset_pin"])
async def test_exit_and_silence_while_an_id_card_is_asked_for(
    autojump_clock: MockClock, stand: KioskUnderTest, service: str
) -> None:
    """Nothing is begun, and the card is asked for."""
    for way in (Answer.EXIT, Answer.BACK, None):
        await stand.ask_for(service, "blocked")
        await stand.until(Instruct, lambda page: page.title.message == "请放身份证")
        if way is None:
            await trio.sleep(200)
        else:
            stand.press(way)
        await stand.until(Instruct, lambda page: page.title.message in ("请拔卡", "有一张卡还在机器里"))
        stand.pull()
        await stand.at_home()
    assert stand.outcomes() == []


async def test_exit_waits_for_what_has_begun(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """From intent to outcome nothing ends it: not exit, not the card's owner pressing on."""
    await stand.ask_for("unlock", "blocked")
    await stand.prove("blocked")
    stand.network.seconds = 2
    await trio.sleep(5)
    stand.press(Answer.EXIT)
    await stand.until(Done)
    stand.network.mend()
    await stand.reported()
    assert stand.record("blocked").open_operation is None
    await stand.go_home()


async def test_a_locked_pin_with_a_change_in_doubt(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """Nobody can try a PIN on it: a reset settles that, or an outlet."""
    await stand.ask_for("change_pin", "normal", "358269")
    stand.slot.fail_at_change("tear")
    await stand.new_pin(NEW)
    assert await stand.refused() == "pin.change_unknown"
    await stand.go_home()
    await stand.reported()
    stand.card("normal").tries_left = 0
    await stand.ask_for("unlock", "normal")
    assert await stand.refused() == "operation.unsettled"
    operation = stand.record("normal").open_operation
    assert operation is not None
    assert operation.state is OperationState.IN_DOUBT
    await stand.go_home()


async def test_a_locked_pin_leads_here(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """A PIN change on a locked card asks for no PIN, and offers the way out where this machine has it."""
    await stand.ask_for("change_pin", "blocked")
    assert await stand.refused() == "pin.blocked"
    assert not any(isinstance(view.page, PinEntry) for view in stand.screen.views)
    primary = stand.page.actions.primary
    assert primary is not None
    assert primary.answer == Chosen("unlock")
    stand.press(primary.answer)
    await stand.prove("blocked")
    await stand.until(Done)
    await stand.go_home()
