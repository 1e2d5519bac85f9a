"""The virtual ID card reader by itself: published bytes, its cards, and that it never breaks."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.card_reader.personas import personas, without_card
from simulator.id_reader.faults import KINDS, PLACES, Fault
from simulator.id_reader.model import IdReaderModel
from simulator.id_reader.people import IdCard, cards, resident_text

FIND = bytes.fromhex("AA AA AA 96 69 00 03 20 01 22")
SELECT = bytes.fromhex("AA AA AA 96 69 00 03 20 02 21")
READ = bytes.fromhex("AA AA AA 96 69 00 03 30 01 32")
STATE = bytes.fromhex("AA AA AA 96 69 00 03 11 FF ED")
FOUND = "AA AA AA 96 69 00 08 00 00 9F 00 00 00 00 97"
NOT_FOUND = "AA AA AA 96 69 00 04 00 00 80 84"
SELECTED = "AA AA AA 96 69 00 0C 00 00 90 00 00 00 00 00 00 00 00 9C"
NOT_SELECTED = "AA AA AA 96 69 00 04 00 00 81 85"
NOT_READ = "AA AA AA 96 69 00 04 00 00 41 45"
TODAY = date(2026, 3, 5)
CARDS = {card.id: card for card in cards(TODAY)}


@pytest.fixture
def reader() -> IdReaderModel:
    return IdReaderModel()


def ask(reader: IdReaderModel, command: bytes, now: float = 0) -> bytes:
    """Send it, and wait for what comes."""
    return reader.receive(command, now) + reader.tick(now + 100)


def shown(reader: IdReaderModel, command: bytes) -> str:
    return ask(reader, command).hex(" ").upper()


def test_published_exchange(reader: IdReaderModel) -> None:
    """As captured from makers' readers: find, select, 1295 bytes."""
    assert shown(reader, STATE) == "AA AA AA 96 69 00 04 00 00 90 94"
    assert shown(reader, FIND) == NOT_FOUND
    assert shown(reader, SELECT) == NOT_SELECTED
    assert shown(reader, READ) == NOT_READ
    reader.place(CARDS["normal"])
    assert shown(reader, SELECT) == NOT_SELECTED
    assert shown(reader, FIND) == FOUND
    assert shown(reader, SELECT) == SELECTED
    reading = ask(reader, READ)
    assert len(reading) == 1295
    assert reading[:14].hex(" ").upper() == "AA AA AA 96 69 05 08 00 00 90 01 00 04 00"
    assert reading[14:270] == CARDS["normal"].text
    assert reading[270:1294] == CARDS["normal"].photo


def test_it_takes_its_time(reader: IdReaderModel) -> None:
    reader.place(CARDS["normal"])
    assert reader.receive(FIND, 10) == b""
    assert reader.deadline == pytest.approx(10.05)
    assert reader.tick(10.04) == b""
    assert reader.tick(10.06).hex(" ").upper() == FOUND
    assert reader.tick(1000) == b""


def test_commands_wait_for_each_other(reader: IdReaderModel) -> None:
    reader.place(CARDS["normal"])
    assert reader.receive(FIND + SELECT, 0) == b""
    assert reader.tick(1).hex(" ").upper() == f"{FOUND} {SELECTED}"


@pytest.mark.parametrize("after", [FIND, FIND + SELECT])
def test_lifting_ends_what_was_begun(reader: IdReaderModel, after: bytes) -> None:
    """Another card in its place is not the one that was selected."""
    reader.place(CARDS["normal"])
    ask(reader, after)
    reader.place(CARDS["stranger"])
    assert shown(reader, SELECT) == NOT_SELECTED
    assert shown(reader, READ) == NOT_READ


def test_broken_and_unknown_commands(reader: IdReaderModel) -> None:
    assert shown(reader, FIND[:-1] + b"\x23") == "AA AA AA 96 69 00 04 00 00 10 14"
    assert shown(reader, bytes.fromhex("AA AA AA 96 69 00 03 77 01 75")) == "AA AA AA 96 69 00 04 00 00 21 25"
    assert shown(reader, bytes.fromhex("AA AA AA 96 69 FF FF") + STATE).endswith("00 00 90 94")


def test_another_kind_of_card(reader: IdReaderModel) -> None:
    reader.place(CARDS["other_card"])
    assert shown(reader, FIND) == FOUND
    assert shown(reader, SELECT) == NOT_SELECTED


def test_an_unplugged_reader_hears_nothing(reader: IdReaderModel) -> None:
    reader.place(CARDS["normal"])
    ask(reader, FIND + SELECT)
    reader.unplug()
    assert shown(reader, FIND) == ""
    reader.plug()
    assert shown(reader, READ) == NOT_READ


def test_faults_strike_once_or_until_mended(reader: IdReaderModel) -> None:
    reader.fail(Fault("silence", "find"))
    assert [shown(reader, FIND), shown(reader, FIND)] == ["", NOT_FOUND]
    reader.fail(Fault("no_module", once=False))
    assert {shown(reader, FIND), shown(reader, STATE)} == {"AA AA AA 96 69 00 04 00 00 60 64"}
    reader.mend()
    assert shown(reader, FIND) == NOT_FOUND


def test_late(reader: IdReaderModel) -> None:
    reader.fail(Fault("late", seconds=4))
    assert reader.receive(FIND, 0) + reader.tick(3) == b""
    assert reader.deadline == pytest.approx(4.05)
    assert reader.tick(5).hex(" ").upper() == NOT_FOUND


@pytest.mark.parametrize(("how", "at"), [("fire", "any"), ("silence", "moon"), ("noise", "now")])
def test_impossible_faults(how: str, at: str) -> None:
    with pytest.raises(ValueError, match=r"^(how|at)"):
        Fault(how, at)


def test_everybody_has_an_id_card_that_fits() -> None:
    """Name and number of the social security card; one card a person, though somebody has two of the others."""
    texts = {card.id: card.text.decode("utf-16-le") for card in CARDS.values() if card.kind == "resident"}
    for persona in [*personas(TODAY), *without_card(TODAY)]:
        record = persona.server_record
        if record is not None and persona.id not in ("second_card", "foreign_resident"):
            text = texts.pop(persona.id)
            assert text.startswith(record["name"][:14])
            assert record["social_security_number"] in text
            assert record["birth_date"].replace("-", "") in text
    assert set(texts) == {"archived_id_expired", "archived_id_other_name", "stranger"}
    assert len(CARDS) == len(cards(TODAY))


def test_a_foreign_resident_has_the_other_kind_of_card() -> None:
    record = next(persona.server_record for persona in personas(TODAY) if persona.id == "foreign_resident")
    assert record is not None
    card = CARDS["foreign_resident"]
    assert card.kind == "foreign_resident"
    for shown in (record["name"], record["social_security_number"], "PETROVA ANNA"):
        assert shown in card.text.decode("utf-16-le")


def test_how_long_a_card_is_valid() -> None:
    """By age when it was issued: for good from 46, 20 years, 10 years."""
    people = ("normal", "archived", "rare_name")
    ends = {name: CARDS[name].text[204:220].decode("utf-16-le").strip() for name in people}
    assert ends == {"normal": "长期", "archived": "20430520", "rare_name": "20330520"}


def test_a_card_shows_nothing_by_accident() -> None:
    assert "text" not in repr(CARDS["normal"])
    assert CARDS["normal"].photo != CARDS["archived"].photo


def test_a_text_that_doesn_t_fit() -> None:
    with pytest.raises(ValueError, match="longer than its field"):
        resident_text("张建国", "1" * 19, TODAY, None)


@given(
    steps=st.lists(
        st.binary(max_size=20)
        | st.sampled_from([FIND, SELECT, READ, STATE, FIND + SELECT + READ])
        | st.sampled_from(sorted(CARDS.values(), key=lambda card: str(card.id)))
        | st.builds(Fault, st.sampled_from(sorted(KINDS)), st.sampled_from(PLACES[:-1]), st.booleans())
    )
)
def test_fuzz(steps: list[bytes | IdCard | Fault]) -> None:
    """Anything in any order: it goes on, and mended it reads."""
    reader = IdReaderModel()
    for now, step in enumerate(steps):
        if isinstance(step, IdCard):
            reader.place(step)
        elif isinstance(step, Fault):
            reader.fail(step)
        else:
            reader.receive(step, now)
    reader.mend()
    reader.unplug()
    reader.plug()
    reader.place(CARDS["normal"])
    assert len(ask(reader, FIND + SELECT + READ, 1000)) == 15 + 19 + 1295
