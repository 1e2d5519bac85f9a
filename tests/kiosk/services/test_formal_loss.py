"""Formal loss: told beforehand that it can't be undone; not done where the region wants it at an outlet."""

import pytest
from kiosk_under_test import KioskUnderTest
from regions import regional
from trio.testing import MockClock

from kiosk.applicability import why_not
from kiosk.card_facts import CardFacts
from kiosk.pages import Answer, Chosen, Decide, Done, Menu, Refusal, Sign
from kiosk.settings import Settings
from kiosk.uplink.contract import ApplicationStatus, LossReason
from kiosk.uplink.errors import Cause, CentralError

FORMAL = ApplicationStatus.FORMAL_LOSS


async def decision(kiosk: KioskUnderTest, persona: str = "normal") -> Decide:
    await kiosk.choose_more("formal_loss")
    await kiosk.prove(persona)
    return await kiosk.until(Decide)


async def test_for_good(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """It can't be undone: said before. Then a receipt, and neither another loss nor a release."""
    page = await decision(kiosk)
    assert page.panel.heading.message == "办了就不能撤销"
    assert [point.sign for point in page.points] == [Sign.REFUSED, Sign.DONE, Sign.CARE]
    assert kiosk.record("normal").application_status is ApplicationStatus.NORMAL, "a question changes nothing"
    kiosk.press(Answer.NEXT)
    done = await kiosk.until(Done)
    assert done.actions.secondary is not None
    assert done.actions.secondary.answer == Chosen("replace_card"), "the way to a new card"
    record = kiosk.record("normal")
    assert (record.application_status, record.loss_reason, record.loss_until) == (FORMAL, LossReason.REPORTED, None)
    assert kiosk.receipts() == 1
    assert "补一张新卡" in kiosk.printer.receipts[0].text
    await kiosk.go_home()

    await kiosk.choose_more("formal_loss")
    await kiosk.prove("normal")
    assert await kiosk.refused() == "loss.formal_already"
    assert (await kiosk.until(Refusal)).ways[0].title.message == "在这里申请补卡"
    await kiosk.go_home()
    kiosk.choose("release_loss")
    await kiosk.prove_without_card("normal")
    assert await kiosk.refused() == "loss.formal"


@pytest.mark.parametrize("how", [Answer.STOP, Answer.EXIT, None])
async def test_thought_better_of_it(autojump_clock: MockClock, kiosk: KioskUnderTest, how: Answer | None) -> None:
    """Back, exit or walking away: home, and nothing was asked for."""
    before = kiosk.record("normal")
    await decision(kiosk)
    if how is not None:
        kiosk.press(how)
    await kiosk.at_home()
    assert kiosk.record("normal") == before
    assert kiosk.outcomes() == []


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"application_status": int(ApplicationStatus.CANCELLED)}, "card.cancelled"),
        ({"application_status": int(ApplicationStatus.APPLICATION_LOCKED)}, "loss.not_here"),
        ({"application_status": int(FORMAL), "loss_reason": "reported"}, "loss.formal_already"),
    ],
)
async def test_needless_or_impossible(
    autojump_clock: MockClock, kiosk: KioskUnderTest, columns: dict[str, object], code: str
) -> None:
    """Said before anything is asked."""
    kiosk.set_record("normal", **columns)
    await kiosk.choose_more("formal_loss")
    await kiosk.prove("normal")
    assert await kiosk.refused() == code
    assert kiosk.outcomes() == []


@pytest.mark.parametrize("persona", ["archived", "temporary_loss", "bank_loss"])
async def test_other_states(autojump_clock: MockClock, kiosk: KioskUnderTest, persona: str) -> None:
    """A card not enabled, on temporary loss, or waiting for its bank can be lost for good, too."""
    await decision(kiosk, persona)
    kiosk.press(Answer.NEXT)
    await kiosk.until(Done)
    assert kiosk.record(persona).application_status is FORMAL


async def test_no_answer_is_never_success(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """The server did it, and its answer was lost: told as unknown."""
    await decision(kiosk)
    request = kiosk.network.request

    async def lose_answers(method: str, path: str, body: bytes) -> tuple[int, dict[str, str], bytes]:
        answer = await request(method, path, body)
        if path.startswith("/v1/operations/"):
            raise CentralError(Cause.HUNG_UP, "lost by the test")
        return answer

    kiosk.network.request = lose_answers  # type: ignore[method-assign]
    kiosk.press(Answer.NEXT)
    page = await kiosk.until(Refusal)
    assert page.sign is Sign.INFORMATION
    assert await kiosk.refused() == "loss.formal_unknown"
    assert kiosk.receipts() == 0
    kiosk.network.request = request  # type: ignore[method-assign]
    await kiosk.reported()
    assert kiosk.record("normal").application_status is FORMAL


class TestWhereItIsLifted:
    """A region in which a formal loss ends when the card is found."""

    @pytest.fixture
    def region(self) -> str:
        return "330100"

    async def test_lost_and_found(self, autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
        """Nobody is told that it is for good; released here, and said so beforehand by the same rule."""
        assert kiosk.settings.policy.loss.formal_can_be_lifted
        await kiosk.choose_more("formal_loss")
        await kiosk.prove_without_card("normal")
        page = await kiosk.until(Decide)
        assert "不能撤销" not in page.panel.heading.message
        kiosk.press(Answer.NEXT)
        await kiosk.until(Done)
        await kiosk.go_home()
        facts = CardFacts(record=kiosk.record("normal"), proven=False, with_card=True)
        assert why_not("release_loss", facts, kiosk.settings.policy) is None
        kiosk.choose("release_loss")
        await kiosk.prove_without_card("normal")
        await kiosk.until(Decide)
        kiosk.press(Answer.NEXT)
        await kiosk.until(Done)
        assert kiosk.record("normal").application_status is ApplicationStatus.NORMAL


class TestWhereItIsNotDone:
    """A region that wants it at an outlet."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return regional(settings, loss={"formal_here": False})

    async def test_refused_with_the_outlet(self, autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
        """It isn't on the menu. Who gets there otherwise hears where it is done, and what can be done here now."""
        await kiosk.at_home()
        kiosk.choose("more")
        menu = await kiosk.until(Menu)
        assert "formal_loss" not in {tile.service for group in menu.groups for tile in group.tiles}
        kiosk.press(Chosen("formal_loss"))
        assert await kiosk.refused() == "loss.formal_not_here"
        page = await kiosk.until(Refusal)
        assert page.ways[0].title.message == "先在这里临时挂失"
