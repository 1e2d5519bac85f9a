"""What was shown to a service that refused: good for the one that the refusal leads to, and for nothing else."""

import uuid
from uuid import UUID

import pytest
import trio
from applicant import begin
from kiosk_under_test import KioskUnderTest
from regions import in_region
from trio.testing import MockClock

from drivers.card_reader.files import HolderFile
from kiosk.pages import Answer, Choose, Chosen, Decide, Done, Instruct, Page, Picture
from kiosk.settings import Settings
from kiosk.steps.identity.proof import Proof
from kiosk.uplink.contract import ApplicationStatus, EvidenceAccepted, EvidenceKind
from kiosk.uplink.contract.policy import Evidence, Way

WAYS: tuple[Way, ...] = (("id_card", "face"), ("id_card", "one_time_code"))


def asked_for_proof(page: Page) -> bool:
    """Whether the page wants to know who stands here."""
    return isinstance(page, Instruct) and page.picture is Picture.ID_ON_PLATE


async def test_a_lost_card_is_put_on_formal_loss_without_another_proof(
    autojump_clock: MockClock, kiosk: KioskUnderTest
) -> None:
    """The replacement wants a formal loss first: one ID card, one text, one loss, and the text isn't good for more."""
    await begin(kiosk, "replace_card")
    await kiosk.until(Choose, lambda page: page.title.message != "请核对本人身份")
    kiosk.choose("lost")
    assert await kiosk.refused() == "application.formal_loss_first"
    begun = len(kiosk.screen.views)
    kiosk.press(Chosen("formal_loss"))
    await kiosk.until(Decide, lambda page: page.whose is not None)
    kiosk.press(Answer.NEXT)
    await kiosk.until(Done)
    assert not any(asked_for_proof(view.page) for view in kiosk.screen.views[begun:])
    assert kiosk.record("normal").application_status is ApplicationStatus.FORMAL_LOSS
    kiosk.press(Chosen("replace_card"))
    await kiosk.until(Instruct, asked_for_proof)


async def test_another_visit_begins_anew(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """Whoever leaves the refusal leaves nothing behind."""
    await begin(kiosk, "replace_card")
    await kiosk.until(Choose, lambda page: page.title.message != "请核对本人身份")
    kiosk.choose("lost")
    assert await kiosk.refused() == "application.formal_loss_first"
    kiosk.press(Answer.EXIT)
    await kiosk.at_home()
    kiosk.choose("more")
    await kiosk.until(Page, lambda page: page.title.message == "您想办哪一项？")
    kiosk.choose("formal_loss")
    await kiosk.until(Instruct, asked_for_proof)


class TestWithTheCard:
    """A region that takes the card, its PIN, the ID card and a text for a renewal."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return in_region(settings, "110000")

    @pytest.mark.parametrize("taken", [False, True])
    async def test_whoever_takes_the_card_takes_the_proof(
        self, autojump_clock: MockClock, kiosk: KioskUnderTest, taken: bool
    ) -> None:
        """Not due yet, but there is a replacement: it goes on from the proof, unless the card went meanwhile."""
        await kiosk.choose_more("renew_card")
        await kiosk.until(Instruct)
        kiosk.insert("normal")
        await kiosk.type_pin("358269")
        await kiosk.lay("normal")
        await kiosk.type_code("normal")
        assert await kiosk.refused() == "application.not_due"
        if taken:
            kiosk.pull()
            await trio.sleep(1)
        kiosk.press(Chosen("replace_card"))
        page = await kiosk.until(Page, lambda page: isinstance(page, Choose) or asked_for_proof(page))
        assert asked_for_proof(page) == taken


def shown(kiosk: KioskUnderTest, *kinds: Evidence, ways: tuple[Way, ...] = WAYS) -> Proof:
    """A proof with so much shown."""
    proof = Proof(ways=ways)
    for kind in kinds:
        accepted = EvidenceAccepted(
            evidence=uuid.uuid4(), kind=EvidenceKind(kind), expires_in_seconds=900, record=kiosk.record("normal")
        )
        proof.accept(kind, accepted)
    return proof


def taken_over(before: Proof, after: Proof) -> dict[Evidence, UUID]:
    after.go_on_from(before)
    return after.shown


async def test_what_is_taken_over(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """What the new ways want, of the same person, for half its life."""
    before = shown(kiosk, "id_card", "one_time_code")
    after = Proof(ways=WAYS)
    assert taken_over(before, after) == before.shown
    assert after.complete
    assert after.record == before.record
    assert taken_over(before, Proof(ways=(("e_card",),))) == {}
    assert taken_over(before, Proof(ways=(("id_card",),))).keys() == {"id_card"}
    assert taken_over(before, Proof(ways=WAYS, record=kiosk.record("archived"))) == {}
    await trio.sleep(451)
    assert taken_over(before, Proof(ways=WAYS)) == {}


async def test_a_chip_is_compared(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """An ID card that was read before the card was in hasn't been held against what its chip says."""
    before = shown(kiosk, "id_card", "one_time_code")
    chip = HolderFile(
        social_security_number=None,
        name=None,
        sex=None,
        ethnic_group=None,
        birthplace=None,
        birth_date=None,
        unreadable=frozenset(),
    )
    assert taken_over(before, Proof(ways=WAYS, record=kiosk.record("normal"), holder=chip)) == {}
    before.holder = chip
    assert taken_over(before, Proof(ways=WAYS, record=kiosk.record("normal"), holder=chip)) == before.shown


async def test_a_pin_is_of_one_card(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """Another card of the same person has another PIN."""
    ways: tuple[Way, ...] = (("card_pin", "id_card"),)
    before = shown(kiosk, "card_pin", "id_card", ways=ways)
    record = kiosk.record("normal")
    other = record.model_copy(update={"handle": uuid.uuid4()})
    assert taken_over(before, Proof(ways=ways, record=record)).keys() == {"card_pin", "id_card"}
    assert taken_over(before, Proof(ways=ways, record=other)).keys() == {"id_card"}
