"""The ID card: what is read, what contradicts something, what can't be read, and nothing of anybody else's."""

from collections.abc import Callable

import pytest
import trio
from kiosk_under_test import KioskUnderTest
from shown_texts import all_texts
from trio.testing import MockClock

from central.settings import Settings
from drivers.card_reader.files import HolderFile
from drivers.id_reader.document import Document, parse_document
from kiosk.pages import Answer, Choose, Instruct, Page, Picture, Status
from kiosk.steps.identity.id_card import _agree
from kiosk.uplink.contract import ID_CARD_EVIDENCE
from simulator.id_reader.people import cards


async def asked(kiosk: KioskUnderTest, service: str = "unlock", persona: str = "blocked") -> Instruct:
    """Up to where the ID card is asked for."""
    await kiosk.ask_for(service, persona)
    return await kiosk.until(Instruct, lambda page: page.picture is Picture.ID_ON_PLATE)


def somebody_elses(kiosk: KioskUnderTest) -> str:
    return "normal"


def another_name(kiosk: KioskUnderTest) -> str:
    kiosk.put_person("blocked", name="陈志刚")
    return "blocked"


def nobody_on_record(kiosk: KioskUnderTest) -> str:
    return "stranger"


@pytest.mark.parametrize(
    ("make", "refusal"),
    [
        (somebody_elses, "identity.foreign"),
        (another_name, "identity.id_name_differs"),
        (nobody_on_record, "identity.foreign"),
    ],
)
async def test_a_mismatch_stops(
    autojump_clock: MockClock, kiosk: KioskUnderTest, make: Callable[[KioskUnderTest], str], refusal: str
) -> None:
    """Which document, and where it is put right; nothing of anybody's name, number or birthday is on any page."""
    document = make(kiosk)
    await asked(kiosk)
    await kiosk.lay(document)
    assert await kiosk.refused() == refusal
    shown = all_texts(kiosk.screen)
    for persona in ("blocked", "normal"):
        record = kiosk.people[persona].server_record
        assert record is not None
        for secret in (record["name"], record["name"][1:], record["social_security_number"], record["card_number"]):
            assert secret not in shown
    assert "林国栋" not in shown
    assert "陈志" not in shown
    assert kiosk.outcomes() == []
    await kiosk.go_home()


async def test_nobody_is_known_by_it(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """Without a card in: no social security record, and nothing more said."""
    await kiosk.at_home()
    kiosk.choose("card_status_without_card")
    await kiosk.choose_way(Answer.ID_CARD)
    await kiosk.lay("stranger")
    assert await kiosk.refused() == "identity.id_unknown"


async def test_it_has_expired(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """By the server's date: another way where there is one, with the reason; a refusal where there is none."""
    await kiosk.at_home()
    kiosk.choose("card_status_without_card")
    await kiosk.choose_way(Answer.ID_CARD)
    await kiosk.lay("archived_id_expired")
    page = await kiosk.until(Instruct, lambda page: page.picture is Picture.QR_SCAN)
    assert page.panel is not None
    assert page.panel.heading.message == "证件不在有效期里"
    await kiosk.hold_up("archived")
    await kiosk.until(Status)
    await kiosk.go_home()
    await kiosk.ask_for("enable", "archived", "123456")
    await kiosk.lay("archived_id_expired")
    assert await kiosk.refused() == "identity.id_expired"


async def test_too_many_were_refused_at_this_machine(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """The server looks at none for now: another way where there is one, a refusal where there is none."""
    kiosk.registry.settings = Settings(refused_id_cards_per_kiosk_and_hour=1)
    await asked(kiosk)
    await kiosk.lay("stranger")
    assert await kiosk.refused() == "identity.foreign"
    await kiosk.go_home()
    await asked(kiosk)
    await kiosk.lay("blocked")
    assert await kiosk.refused() == "identity.unavailable"


async def test_the_chip_says_otherwise(
    autojump_clock: MockClock, kiosk: KioskUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server has taken the ID card, and the social security card names somebody else: that one is put right."""
    card = kiosk.card("blocked")
    holder = dict(card.profile.holder_file)
    holder[0x09] = "陈小强".encode("gb18030").ljust(30, b"\0")
    monkeypatch.setattr(card, "profile", card.profile.__class__(**{**vars(card.profile), "holder_file": holder}))
    await asked(kiosk)
    await kiosk.lay("blocked")
    assert await kiosk.refused() == "identity.card_differs"
    assert "小强" not in all_texts(kiosk.screen)
    assert kiosk.outcomes() == []


async def test_what_is_no_document(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """Said while it lies there; after three times another way, and here there is none."""
    assert kiosk.plate is not None
    await asked(kiosk)
    for time in range(3):
        kiosk.plate.place("other_card")
        if time < 2:
            await kiosk.until(Instruct, lambda page: page.call is not None and "读不出来" in page.call.message)
            await trio.sleep(5)
            kiosk.plate.lift()
            await trio.sleep(5)
    assert await kiosk.refused() == "identity.id_unreadable"
    await kiosk.until(Page)
    kiosk.plate.lift()
    await kiosk.go_home()
    assert ID_CARD_EVIDENCE not in {path for _, path in kiosk.network.seen}


async def test_taken_away_too_early(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """Laid on again it is read, however often."""
    assert kiosk.plate is not None
    await asked(kiosk)
    for _ in range(5):
        kiosk.plate.fail("lifted", "read")
        kiosk.plate.place("blocked")
        await kiosk.until(Instruct, lambda page: page.call is not None and "拿早了" in page.call.message)
        await trio.sleep(2)
    await kiosk.lay("blocked")
    await kiosk.until(Choose)


@pytest.mark.parametrize("service", ["unlock", "card_status_without_card"])
async def test_left_on_the_reader(autojump_clock: MockClock, kiosk: KioskUnderTest, service: str) -> None:
    """Asked for until it is gone: the next one that is read must be the next citizen's."""
    assert kiosk.plate is not None
    if service == "unlock":
        await asked(kiosk)
    else:
        await kiosk.at_home()
        kiosk.choose(service)
        await kiosk.choose_way(Answer.ID_CARD)
    kiosk.plate.place("blocked")
    await kiosk.until(Choose if service == "unlock" else Status)
    kiosk.press(Answer.EXIT)
    if service == "unlock":
        await kiosk.until(Instruct, lambda page: page.title.message == "请拔卡")
        kiosk.pull()
    page = await kiosk.until(Instruct, lambda page: page.title.message == "请拿走身份证")
    assert not page.can_exit
    sounds = kiosk.loudspeaker.sounds
    await trio.sleep(300)
    assert kiosk.page == page
    assert kiosk.loudspeaker.sounds > sounds
    kiosk.plate.lift()
    await kiosk.at_home()


async def test_a_reader_that_goes_with_a_card_on_it(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """Nobody can ask it whether it is empty: the machine serves on, and reads no document."""
    assert kiosk.plate is not None
    await asked(kiosk)
    kiosk.plate.place("blocked")
    await kiosk.until(Choose)
    kiosk.plate.unplug()
    kiosk.press(Answer.EXIT)
    await kiosk.until(Instruct, lambda page: page.title.message == "请拔卡")
    kiosk.pull()
    await kiosk.home_lacks("enable", "unlock", "reset_pin")


async def test_nothing_of_it_is_told(
    autojump_clock: MockClock, kiosk: KioskUnderTest, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither pages nor the log have the name, the number or the address; the evidence hides them too."""
    await asked(kiosk)
    await kiosk.lay("blocked")
    await kiosk.until(Choose)
    record = kiosk.people["blocked"].server_record
    assert record is not None
    told = capsys.readouterr()
    for secret in (record["name"], record["social_security_number"], "和平路", "虚拟省"):
        assert secret not in told.out + told.err
        assert secret not in all_texts(kiosk.screen)
        assert not [view for view in kiosk.screen.views if secret in repr(view)]


def document(card: str) -> Document:
    return parse_document(next(each.text for each in cards() if each.id == card))


def holder(**items: str | None) -> HolderFile:
    others = dict.fromkeys(("social_security_number", "name", "sex", "ethnic_group", "birthplace", "birth_date"))
    return HolderFile(**{**others, **items, "unreadable": frozenset()})  # type: ignore[arg-type]


FOREIGN = "911124198108030024"


@pytest.mark.parametrize(
    ("card", "items", "agree"),
    [
        ("foreign_2023", {}, True),
        ("foreign_2023", {"social_security_number": FOREIGN, "name": "证件样本"}, True),
        ("foreign_2023", {"social_security_number": FOREIGN, "name": "Zhengjian Yangben"}, True),
        ("foreign_2023", {"social_security_number": FOREIGN, "name": "证件"}, False),
        ("foreign_2023", {"social_security_number": FOREIGN[:-1] + "5"}, False),
        ("foreign_2017", {"name": "SPECIMEN, ANNA MARIA"}, True),
        ("foreign_2017", {"name": "SPECIMEN"}, False),
    ],
)
def test_what_a_chip_says_of_its_holder(card: str, items: dict[str, str | None], agree: bool) -> None:
    """What it doesn't say contradicts nothing."""
    assert _agree(document(card), holder(**items)) is agree


def test_a_name_that_the_chip_has_no_room_for() -> None:
    """Fifty bytes: what fills them is a beginning."""
    long = "MAXIMILIAN ALEXANDER, CONSTANTIN FREDERICK BARTHOLOMEW"
    whole = Document(
        **{**{name: getattr(document("foreign_2017"), name) for name in Document.__slots__}, "english_name": long}
    )
    assert _agree(whole, holder(name=long[:50]))
    assert not _agree(whole, holder(name=long[:40]))
