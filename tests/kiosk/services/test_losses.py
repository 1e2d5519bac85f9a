"""Loss and its release: without the card, on the record alone, and never shown as done before the server says so."""

import datetime

import pytest
import trio
from kiosk_under_test import KioskUnderTest
from regions import NO_WAYS, changed, in_region, regional
from sqlalchemy import update
from sqlalchemy.orm import Session
from trio.testing import MockClock

from central.tables import Card
from kiosk import conditions, refusals
from kiosk.language import say
from kiosk.pages import Answer, Chosen, Decide, Done, Home, Instruct, Refusal, Sign, Status
from kiosk.settings import Settings
from kiosk.text import Text
from kiosk.uplink.contract import ApplicationStatus, LossReason, OperationKind
from kiosk.uplink.contract.policy import RegionPolicy
from kiosk.uplink.errors import Cause, CentralError

LOST = ApplicationStatus.TEMPORARY_LOSS


async def decision(kiosk: KioskUnderTest, service: str, persona: str = "normal") -> Decide:
    """Choose the service, prove who one is, read what follows from it."""
    await kiosk.at_home()
    kiosk.choose(service)
    await kiosk.prove_without_card(persona)
    return await kiosk.until(Decide)


async def refusal(kiosk: KioskUnderTest, service: str, persona: str = "normal") -> str:
    """The same, where it ends before a question; the code of why."""
    await kiosk.at_home()
    kiosk.choose(service)
    await kiosk.prove_without_card(persona)
    return code_of(await kiosk.until(Refusal))


def code_of(page: Refusal) -> str:
    """Titles alone aren't unique: what is unknown always has the same one."""
    return next(
        kind.code for kind in refusals.ALL if (kind.title, kind.why.message) == (plain(page.title), said(page.why))
    )


def plain(text: Text) -> Text:
    return Text(text.message)


def said(text: Text) -> str:
    return text.message


def arguments(text: Text) -> dict[str, object]:
    return dict(text.arguments)


def put(kiosk: KioskUnderTest, persona: str, **columns: object) -> None:
    """Have the record say so."""
    record = kiosk.people[persona].server_record
    assert record is not None
    with Session(kiosk.registry.engine) as session, session.begin():
        code = record["card_identification_code"]
        session.execute(update(Card).where(Card.card_identification_code == code).values(**columns))


async def lose(kiosk: KioskUnderTest, persona: str = "normal") -> Done:
    await decision(kiosk, "report_loss", persona)
    kiosk.press(Answer.NEXT)
    return await kiosk.until(Done)


async def test_lost_and_found(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """Reported, said to be so on the next visit, released; each with a receipt of its own."""
    page = await decision(stand, "report_loss")
    assert page.subtitle is None
    assert page.whose is not None
    assert arguments(page.whose)["name"] == "张*"
    assert [point.sign for point in page.points] == [Sign.REFUSED, Sign.DONE, Sign.CARE]
    assert stand.record("normal").application_status is ApplicationStatus.NORMAL, "a question changes nothing"
    stand.press(Answer.NEXT)
    done = await stand.until(Done)
    record = stand.record("normal")
    assert (record.application_status, record.loss_reason) == (LOST, LossReason.REPORTED)
    assert done.subtitle is not None
    assert record.loss_until in [dict(t.arguments).get("day") for t in texts_in(done.subtitle)]
    assert stand.receipts() == 1
    assert "身份证，或者手机里的电子社保卡再来" in "".join(stand.printer.receipts[-1].text.split())
    await stand.go_home()

    assert await refusal(stand, "report_loss") == "loss.already"
    await stand.go_home()

    await decision(stand, "release_loss")
    stand.press(Answer.NEXT)
    await stand.until(Done)
    assert stand.record("normal").application_status is ApplicationStatus.NORMAL
    assert stand.receipts() == 2
    await stand.go_home()
    assert await refusal(stand, "release_loss") == "loss.not_on_loss"


def texts_in(text: Text) -> list[Text]:
    return [text, *(value for _, value in text.arguments if isinstance(value, Text))]


@pytest.mark.parametrize("service", ["report_loss", "release_loss"])
@pytest.mark.parametrize("how", ["stop", "exit", "silence"])
async def test_thought_better_of_it(autojump_clock: MockClock, stand: KioskUnderTest, service: str, how: str) -> None:
    """Back, exit or walking away: home, and nothing was asked for."""
    if service == "release_loss":
        await lose(stand)
        await stand.go_home()
    before = stand.record("normal")
    await decision(stand, service)
    if how != "silence":
        stand.press(Answer.STOP if how == "stop" else Answer.EXIT)
    await stand.at_home()
    assert stand.record("normal") == before
    assert len(stand.outcomes()) == (service == "release_loss")


REPORT = [
    ({"application_status": int(LOST), "loss_reason": "reported"}, "loss.already"),
    ({"application_status": int(LOST), "loss_reason": "financial_not_activated"}, "loss.not_here"),
    ({"application_status": int(ApplicationStatus.FORMAL_LOSS)}, "loss.formal_already"),
    ({"application_status": int(ApplicationStatus.APPLICATION_LOCKED)}, "loss.not_here"),
    ({"application_status": int(ApplicationStatus.CANCELLED)}, "card.cancelled"),
]
RELEASE = [
    ({"application_status": int(ApplicationStatus.NORMAL)}, "loss.not_on_loss"),
    ({"application_status": int(LOST), "loss_reason": "financial_not_activated"}, "loss.bank_first"),
    ({"application_status": int(ApplicationStatus.FORMAL_LOSS)}, "loss.formal"),
    ({"application_status": int(ApplicationStatus.CANCELLED)}, "card.cancelled"),
]


@pytest.mark.parametrize(
    ("service", "columns", "code"),
    [("report_loss", *row) for row in REPORT] + [("release_loss", *row) for row in RELEASE],
)
async def test_where_it_is_needless_or_impossible(
    autojump_clock: MockClock, stand: KioskUnderTest, service: str, columns: dict[str, object], code: str
) -> None:
    """Said before anything is asked, with what to do instead."""
    put(stand, "normal", **columns)
    assert await refusal(stand, service) == code
    assert stand.outcomes() == []


async def test_a_loss_without_a_date(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """A record that doesn't say when it ends: the page still stands."""
    put(stand, "normal", application_status=int(LOST), loss_reason="reported", loss_until=None)
    assert await refusal(stand, "report_loss") == "loss.already"


@pytest.mark.parametrize("service", ["report_loss", "release_loss"])
async def test_no_answer_is_never_success(autojump_clock: MockClock, stand: KioskUnderTest, service: str) -> None:
    """The server did it, and its answer was lost: told as unknown, with a number; known when the line is back."""
    if service == "release_loss":
        await lose(stand)
        await stand.go_home()
    await decision(stand, service)
    request = stand.network.request

    async def lose_answers(method: str, path: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
        answer = await request(method, path, body)
        if path.startswith("/v1/operations/"):
            raise CentralError(Cause.HUNG_UP, "lost by the test")
        return answer

    stand.network.request = lose_answers  # type: ignore[method-assign]
    stand.press(Answer.NEXT)
    page = await stand.until(Refusal)
    assert code_of(page) == f"loss.{service.removesuffix('_loss')}_unknown"
    assert page.sign is Sign.INFORMATION
    assert page.reference
    assert not any(isinstance(view.page, Done) for view in stand.screen.views[-5:])
    assert stand.receipts() == (service == "release_loss")
    stand.press(Answer.FINISH)
    await stand.until(Home, lambda home: home.notice is not None)

    stand.network.request = request  # type: ignore[method-assign]
    await stand.reported()
    assert (stand.record("normal").application_status is LOST) == (service == "report_loss")
    await stand.home_lacks()


async def test_nothing_was_asked(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """No connection at all: it is known that nothing was done."""
    await decision(stand, "report_loss")
    stand.network.cut()
    stand.press(Answer.NEXT)
    assert code_of(await stand.until(Refusal)) == "central.unreachable"
    stand.network.mend()
    await trio.sleep(200)
    assert stand.record("normal").application_status is ApplicationStatus.NORMAL


async def test_changes_close_while_somebody_reads(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """The machine may change nothing any more: said so, nothing done."""
    await decision(stand, "report_loss")
    stand.board.set(conditions.STORAGE_FULL, stands=True)
    stand.press(Answer.NEXT)
    assert code_of(await stand.until(Refusal)) == "operation.changes_closed"
    assert stand.record("normal").application_status is ApplicationStatus.NORMAL


async def test_a_code_that_is_not_taken_can_be_shown_again(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """Trying again leads back to the same service."""
    await stand.at_home()
    stand.choose("report_loss")
    await stand.choose_way(Answer.E_CARD)
    await stand.until(Instruct)
    stand.phone.hold_up(stand.expired_code("normal"))
    assert await stand.refused() == "e_card.expired"
    stand.press(Answer.AGAIN)
    await stand.choose_way(Answer.E_CARD)
    await stand.hold_up("normal")
    await stand.type_code("normal")
    page = await stand.until(Decide)
    assert page.title.message == "确认要挂失这张卡吗？"


async def test_evidence_too_old(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """The server judges what was shown, and when: too little is refused, and nothing is done."""
    await decision(stand, "report_loss")
    stand.registry.policy_of = lambda kiosk, day: changed(RegionPolicy(), evidence={"temporary_loss": [["e_card"]]})
    stand.press(Answer.NEXT)
    assert code_of(await stand.until(Refusal)) == "identity.not_enough"
    assert stand.record("normal").application_status is ApplicationStatus.NORMAL


@pytest.mark.parametrize("service", ["change_pin", "enable", "unlock", "reset_pin"])
async def test_a_card_on_loss_leads_to_release(autojump_clock: MockClock, stand: KioskUnderTest, service: str) -> None:
    """Whatever was asked for: until when it lasts by itself, the way out of it here first, the window second."""
    await lose(stand)
    await stand.go_home()
    await stand.ask_for(service, "normal")
    assert await stand.refused() == "card.on_loss"
    page = await stand.until(Refusal)
    assert stand.record("normal").loss_until in [arguments(text).get("day") for text in texts_in(page.why)]
    assert [way.title.message for way in page.ways] == ["卡找到了，在这里解除", "到{window}解除挂失"]
    assert page.ways[0].note is not None
    assert say(page.ways[0].note, "zh") == "点“解除挂失”，要带身份证，或者手机里的电子社保卡"
    stand.press(Chosen("release_loss"))
    await stand.prove_without_card("normal")
    await stand.until(Decide)
    stand.press(Answer.NEXT)
    await stand.until(Done)
    assert stand.record("normal").application_status is ApplicationStatus.NORMAL


async def test_a_loss_that_only_the_bank_ends(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """Nobody is sent to a release that would refuse."""
    put(stand, "normal", application_status=int(LOST), loss_reason="financial_not_activated")
    await stand.ask_for("change_pin", "normal")
    assert await stand.refused() == "loss.bank_first"
    assert stand.page.actions.primary is not None
    assert stand.page.actions.primary.answer is Answer.FINISH


async def test_who_reports_a_loss_hears_of_the_finder(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """The days are over some time, and then the card works in anybody's hand."""
    page = await decision(stand, "report_loss")
    assert page.panel.body is not None
    assert "捡到的人又能用" in page.panel.body.message


async def test_status_leads_to_release(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """Who looks up a card on loss is offered the way out of it; who looks up a good one, the way in."""
    await lose(stand)
    await stand.go_home()
    stand.choose("card_status_without_card")
    await stand.choose_way(Answer.E_CARD)
    await stand.hold_up("normal")
    page = await stand.until(Status)
    assert [button.label.message for button in page.further] == ["解除挂失"]
    assert OperationKind.TEMPORARY_LOSS.value not in repr(page)
    assert isinstance(stand.record("normal").loss_until, datetime.date)


class TestByIdCardAlone:
    """A region in which no e-card lifts a loss."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return in_region(settings, "110000")

    async def test_nobody_is_told_to_bring_a_phone(self, autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
        """The page that leads to the release names what the region takes, and nothing else."""
        put(kiosk, "normal", application_status=int(LOST), loss_reason="reported", loss_until=None)
        await kiosk.ask_for("change_pin", "normal")
        assert await kiosk.refused() == "card.on_loss"
        note = (await kiosk.until(Refusal)).ways[0].note
        assert note is not None
        assert say(note, "zh") == "点“解除挂失”，要带身份证"


class TestWithoutWays:
    """A bureau that lists no way to prove who one is."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return regional(settings, evidence=NO_WAYS)

    async def test_release_is_offered_only_where_it_is_done(
        self, autojump_clock: MockClock, kiosk: KioskUnderTest
    ) -> None:
        """Without it the window is the first way, and nothing is promised."""
        put(kiosk, "normal", application_status=int(LOST), loss_reason="reported", loss_until=None)
        await kiosk.ask_for("change_pin", "normal")
        assert await kiosk.refused() == "card.on_loss"
        page = await kiosk.until(Refusal)
        assert [way.title.message for way in page.ways] == ["到{window}解除挂失"]
        assert page.actions.primary is not None
        assert page.actions.primary.answer is Answer.FINISH
