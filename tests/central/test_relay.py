"""The issuer's authority: who gets it, how often, and what a repeat gets."""

import json
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pydukpt
import pytest
from fleet import Fleet, Said
from regions import one_kind_each
from sqlalchemy.orm import Session

from central.authority import AlgorithmUnavailable, Authority, AuthorityUnavailable, CardKeys, SoftwareKeys
from central.settings import Settings
from central.tables import Person
from kiosk.uplink.contract import ProblemType

FACTOR = bytes.fromhex("0011223344556677")


@pytest.fixture
def fleet(authority: Authority) -> Fleet:
    return Fleet(authority=authority)


class Pad:
    """Enciphers as a pad of the fleet does."""

    def __init__(self, base_key: bytes) -> None:
        self._serial = bytes.fromhex("FFFF9876543210E00000")
        self._key = pydukpt.derive_ipek(base_key, self._serial)

    def enter(self, digits: str) -> dict[str, str]:
        self._serial = pydukpt.next_ksn(self._serial)
        key = pydukpt.derive_key(self._key, self._serial)
        return {
            "key_serial_number": self._serial.hex().upper(),
            "block": pydukpt.encrypt_pin(key, digits, "400000123456").hex().upper(),
            "account": "400000123456",
        }

    def twice(self, digits: str, again: str | None = None) -> dict[str, Any]:
        return {"pin": self.enter(digits), "pin_again": self.enter(again or digits)}


@pytest.fixture
def pad(base_key: bytes) -> Pad:
    return Pad(base_key)


def problem(told: tuple[int, dict[str, Any]]) -> ProblemType:
    assert told[0] == told[1]["status"]
    return ProblemType(told[1]["type"])


def test_the_issuer_proves_itself(fleet: Fleet, authority: Authority) -> None:
    intent = fleet.opened("unblock", fleet.add_card())
    asked = fleet.authentication(intent, challenge="0123456789ABCDEF")
    status, told = fleet.tell(asked)
    data = bytes.fromhex(told.pop("data"))
    assert (status, told) == (
        200,
        {"operation_id": intent.fields["operation_id"], "attempt": 1, "expires_in_seconds": 120},
    )
    challenge = bytes.fromhex("0123456789ABCDEF")
    assert data == authority.prove(CardKeys("3DES", FACTOR), challenge, random=data[8:])
    assert fleet.state(intent.fields["operation_id"]) == "open", "a proof changes no card"
    other = fleet.tell(fleet.authentication(intent, attempt=2, challenge="0123456789ABCDEF"))[1]
    assert bytes.fromhex(other["data"])[8:] != data[8:], "each attempt has a random of its own"


@pytest.mark.parametrize("algorithm", ["3DES", "SM4"])
def test_the_command_is_made_for_the_card(fleet: Fleet, authority: Authority, pad: Pad, algorithm: Any) -> None:
    keys = CardKeys(algorithm, FACTOR)
    intent = fleet.opened("unblock", fleet.add_card(algorithm=algorithm))
    status, told = fleet.tell(fleet.command(intent))
    assert status == 200
    assert bytes.fromhex(told["data"]) == authority.unblock(keys, bytes.fromhex("11" * 8))
    assert (told["attempt"], told["expires_in_seconds"]) == (1, 120)
    assert fleet.state(intent.fields["operation_id"]) == "authorised"
    assert fleet.operation(intent.fields["operation_id"]).ended_at is None
    intent = fleet.opened("pin_reset", fleet.add_card(algorithm=algorithm))
    status, told = fleet.tell(fleet.command(intent, **pad.twice("502837")))
    assert (status, len(told["data"]) // 2) == (200, {"3DES": 12, "SM4": 20}[algorithm])
    assert fleet.state(intent.fields["operation_id"]) == "authorised"
    assert fleet.tell(fleet.outcome(intent, "done"))[1]["state"] == "done"


@pytest.mark.parametrize("what", ["authentication", "command"])
def test_a_repeat_gets_the_same_bytes_for_two_minutes(fleet: Fleet, pad: Pad, what: str) -> None:
    kind, entries = ("pin_reset", pad.twice("502837")) if what == "command" else ("unblock", {})
    intent = fleet.opened(kind, fleet.add_card())
    asked = getattr(fleet, what)(intent, **entries)
    first = fleet.deliver(asked)
    assert first.status == 200
    fleet.now += timedelta(seconds=119)
    assert fleet.deliver(asked) == first
    changed = asked.fields | {"challenge": "22" * 8}
    assert problem(fleet.ask("kiosk-1", "PUT", asked.path, changed)) is ProblemType.OPERATION_CONFLICT
    fleet.now += timedelta(seconds=1)
    assert problem(fleet.tell(asked)) is ProblemType.OPERATION_CLOSED


def test_nothing_that_was_answered_is_kept(fleet: Fleet, pad: Pad) -> None:
    intent = fleet.opened("pin_reset", fleet.add_card())
    entries = pad.twice("502837")
    said = [fleet.authentication(intent), fleet.command(intent, **entries)]
    answers = [bytes.fromhex(fleet.tell(each)[1]["data"]) for each in said]
    raw = fleet.registry.engine.raw_connection()
    dump = "\n".join(raw.iterdump()).upper()  # type: ignore[attr-defined]
    kept = [answers[0][:8].hex(), answers[1].hex(), entries["pin"]["block"], entries["pin_again"]["block"], "502837"]
    assert [text for text in kept if text.upper() in dump] == []


@pytest.mark.parametrize("what", ["authentication", "command"])
def test_who_gets_nothing(fleet: Fleet, what: str) -> None:
    card = fleet.add_card()
    intent = fleet.opened("unblock", card)
    ask = getattr(fleet, what)

    def changed(said: Said, speaker: str, **fields: Any) -> tuple[int, Any]:
        path = said.path.replace(said.fields["operation_id"], fields.get("operation_id", said.fields["operation_id"]))
        return fleet.ask(speaker, "PUT", path, said.fields | fields)

    asked = ask(intent)
    assert problem(changed(asked, "kiosk-1", operation_id=str(uuid4()))) is ProblemType.OPERATION_UNKNOWN
    assert problem(changed(asked, "kiosk-2", kiosk="kiosk-2")) is ProblemType.NOT_THIS_KIOSK
    change = fleet.opened("pin_change", fleet.add_card())
    assert problem(fleet.tell(ask(change))) is ProblemType.OPERATION_CLOSED
    loss = fleet.opened("temporary_loss", fleet.add_card())
    assert problem(fleet.tell(ask(loss))) is ProblemType.OPERATION_CLOSED
    fleet.set_card(card, application_status=2)
    assert problem(fleet.tell(asked)) is ProblemType.STATE_FORBIDS
    fleet.set_card(card, application_status=1, valid_until=fleet.now.date() - timedelta(days=1))
    assert problem(fleet.tell(asked)) is ProblemType.STATE_FORBIDS
    fleet.set_card(card, valid_until=fleet.now.date())
    assert fleet.tell(asked)[0] == 200
    fleet.tell(fleet.outcome(intent, "in_doubt"))
    assert problem(fleet.tell(asked)) is ProblemType.OPERATION_CLOSED
    assert problem(fleet.tell(ask(intent, attempt=2))) is ProblemType.OPERATION_CLOSED


def test_a_loss_ends_the_authority(fleet: Fleet) -> None:
    card = fleet.add_card()
    intent = fleet.opened("unblock", card)
    asked = fleet.command(intent)
    assert fleet.tell(asked)[0] == 200
    fleet.opened("temporary_loss", card, kiosk="kiosk-2")
    assert problem(fleet.tell(asked)) is ProblemType.OPERATION_CLOSED


def test_a_new_pin_belongs_to_a_reset(fleet: Fleet, pad: Pad) -> None:
    unblock, reset = fleet.opened("unblock", fleet.add_card()), fleet.opened("pin_reset", fleet.add_card())
    both = pad.twice("502837")
    wrong = [
        fleet.command(unblock, **both),
        fleet.command(unblock, pin=both["pin"]),
        fleet.command(unblock, pin_again=both["pin"]),
        fleet.command(reset),
        fleet.command(reset, pin=both["pin"]),
        fleet.command(reset, pin_again=both["pin"]),
    ]
    assert {problem(fleet.tell(each)) for each in wrong} == {ProblemType.INVALID}
    assert fleet.tell(fleet.command(reset, **both))[0] == 200, "a request that isn't one spends no attempt"


@pytest.mark.parametrize(
    ("entries", "refusal", "detail"),
    [
        (("502837", "502838"), ProblemType.PINS_DIFFER, ""),
        (("123456", "123456"), ProblemType.PIN_WEAK, "initial"),
        (("990100", "990100"), ProblemType.PIN_WEAK, "part of number"),
        (("816394", "816394"), ProblemType.PIN_WEAK, "part of number"),
        (("195810", "195810"), ProblemType.PIN_WEAK, "birth date"),
    ],
)
def test_a_new_pin_that_is_refused_counts(
    fleet: Fleet, pad: Pad, entries: tuple[str, str], refusal: ProblemType, detail: str
) -> None:
    """And neither its keys nor its attempt serve again; the operation goes on with another."""
    card = holder_born_in_1958(fleet)
    intent = fleet.opened("pin_reset", card)
    asked = fleet.command(intent, **pad.twice(*entries))
    told = fleet.tell(asked)
    assert (problem(told), told[1]["detail"]) == (refusal, detail)
    assert fleet.tell(asked) == told, "a repeat hears the same"
    assert fleet.state(intent.fields["operation_id"]) == "open"
    again = {"pin": asked.fields["pin"], "pin_again": asked.fields["pin_again"]}
    assert problem(fleet.tell(fleet.command(intent, attempt=2, **again))) is ProblemType.PIN_BLOCK_REFUSED
    assert fleet.tell(fleet.command(intent, attempt=3, **pad.twice("502837")))[0] == 200


def test_a_new_pin_is_measured_where_it_is_chosen(fleet: Fleet, pad: Pad) -> None:
    """Another region's PINs are shorter."""
    fleet.elsewhere["kiosk-2"] = one_kind_each(card={"pin_length": 4, "initial_pins": ("2846",)})
    for kiosk, digits, refused in (
        ("kiosk-1", "502837", None),
        ("kiosk-1", "5028", "length"),
        ("kiosk-2", "502837", "length"),
        ("kiosk-2", "2846", "initial"),
        ("kiosk-2", "5028", None),
    ):
        intent = fleet.opened("pin_reset", fleet.add_card(), kiosk=kiosk)
        status, told = fleet.tell(fleet.command(intent, **pad.twice(digits)))
        assert (told.get("detail") if status != 200 else None) == refused, (kiosk, digits)


def holder_born_in_1958(fleet: Fleet) -> Any:
    with Session(fleet.registry.engine) as session, session.begin():
        person = Person(social_security_number="990100195810010153", name="虚拟人", birth_date=date(1958, 10, 1))
        session.add(person)
        session.flush()
        number = person.id
    return fleet.add_card(person_id=number, card_number="VR8163940")


def test_keys_of_a_pad_serve_once_at_whichever_card(fleet: Fleet, pad: Pad) -> None:
    first, second = fleet.opened("pin_reset", fleet.add_card()), fleet.opened("pin_reset", fleet.add_card())
    old, new = pad.twice("502837"), pad.twice("502837")
    asked = fleet.command(first, **new)
    heard = fleet.deliver(asked)
    assert heard.status == 200
    for entries in (new, old):
        for attempt in (1, 2):
            told = fleet.tell(fleet.command(second, attempt=attempt, **entries))
            assert problem(told) in (ProblemType.PIN_BLOCK_REFUSED, ProblemType.OPERATION_CONFLICT)
    assert fleet.deliver(asked) == heard, "its own repeat is no second use"
    assert fleet.tell(fleet.command(second, attempt=3, **pad.twice("502837")))[0] == 200
    assert fleet.deliver(asked) == heard, "whatever the pad did since"


def test_a_block_that_cannot_be_opened_moves_no_counter(fleet: Fleet, pad: Pad) -> None:
    """Or one kiosk could spoil another's pad."""
    intent = fleet.opened("pin_reset", fleet.add_card())
    forged = pad.twice("502837")
    for entry in forged.values():
        entry["key_serial_number"] = entry["key_serial_number"][:-5] + "FF000"
    assert problem(fleet.tell(fleet.command(intent, **forged))) is ProblemType.PIN_BLOCK_REFUSED
    assert fleet.tell(fleet.command(intent, attempt=2, **pad.twice("502837")))[0] == 200


# Limits.


def authorised(fleet: Fleet, intent: Said, count: int, first: int = 1) -> None:
    for attempt in range(first, first + count):
        ask = fleet.authentication if attempt % 2 else fleet.command
        assert fleet.tell(ask(intent, attempt=attempt))[0] == 200


def test_an_operation_has_its_limit(authority: Authority) -> None:
    fleet = Fleet(authority=authority, settings=Settings(authorisations_per_operation=3))
    card = fleet.add_card()
    intent = fleet.opened("unblock", card)
    authorised(fleet, intent, 3)
    for ask in (fleet.authentication, fleet.command):
        answer = fleet.deliver(ask(intent, attempt=4))
        assert (answer.status, "retry-after" in answer.headers) == (429, False), "waiting doesn't help"
    assert fleet.tell(fleet.authentication(intent, attempt=1))[0] == 200, "a repeat doesn't count"
    fleet.tell(fleet.outcome(intent, "not_done"))
    authorised(fleet, fleet.opened("unblock", card), 3)


@pytest.mark.parametrize("whose", ["card", "kiosk"])
def test_a_card_and_a_kiosk_have_theirs(authority: Authority, whose: str) -> None:
    limit = {"card": {"authorisations_per_card_and_day": 4}, "kiosk": {"authorisations_per_kiosk_and_hour": 4}}
    window = {"card": timedelta(days=1), "kiosk": timedelta(hours=1)}[whose]
    fleet = Fleet(authority=authority, settings=Settings(**limit[whose]))
    card, other = fleet.add_card(), fleet.add_card()
    began = fleet.now
    for step in range(2):
        fleet.now = began + step * timedelta(seconds=30)
        # The same card at two kiosks, or the same kiosk with two cards.
        where = {"card": (card, f"kiosk-{step + 1}"), "kiosk": (card if step else other, "kiosk-1")}[whose]
        intent = fleet.opened("unblock", where[0], kiosk=where[1])
        authorised(fleet, intent, 2)
        fleet.tell(fleet.outcome(intent, "not_done"))
    fleet.now = began + timedelta(minutes=10, microseconds=1)
    intent = fleet.opened("unblock", card)
    elsewhere = fleet.opened("unblock", other, kiosk="kiosk-3")
    authorised(fleet, elsewhere, 1)
    asked = fleet.authentication(intent)
    answer = fleet.deliver(asked)
    wait = (window - timedelta(minutes=10, microseconds=1)).total_seconds()
    assert answer.status == 429
    assert json.loads(answer.body)["retry_after_seconds"] == wait
    assert answer.headers["retry-after"] == str(int(wait) + 1)
    fleet.now = began + window - timedelta(microseconds=1)
    assert fleet.tell(asked)[0] == 429
    fleet.now = began + window
    authorised(fleet, intent, 2)
    assert problem(fleet.tell(fleet.authentication(intent, attempt=3))) is ProblemType.LIMIT_REACHED


def test_the_bureau_sets_how_long_an_answer_is_good(authority: Authority) -> None:
    fleet = Fleet(authority=authority, settings=Settings(authority_seconds=30))
    intent = fleet.opened("unblock", fleet.add_card())
    said = [fleet.authentication(intent), fleet.command(intent)]
    assert [fleet.tell(each)[1]["expires_in_seconds"] for each in said] == [30, 30]
    fleet.now += timedelta(seconds=30)
    assert {fleet.tell(each)[0] for each in said} == {409}


# Keys that aren't there.


class Failing:
    """Keys that nobody can use now, or ever."""

    def __init__(self, error: type[Exception]) -> None:
        self._error = error

    def card_session(self, *_: Any) -> Any:
        raise self._error

    def pad_key(self, _: bytes) -> bytes:
        raise self._error


@pytest.mark.parametrize(
    ("error", "status", "refusal"),
    [
        (AlgorithmUnavailable, 409, ProblemType.STATE_FORBIDS),
        (AuthorityUnavailable, 503, ProblemType.BROKEN),
    ],
)
def test_keys_that_cannot_be_used(error: type[Exception], status: int, refusal: ProblemType, pad: Pad) -> None:
    """Nothing is handed out, and nothing is counted."""
    fleet = Fleet(authority=Authority(Failing(error)), settings=Settings(authorisations_per_operation=1))
    unblock, reset = fleet.opened("unblock", fleet.add_card()), fleet.opened("pin_reset", fleet.add_card())
    said = [fleet.authentication(unblock), fleet.command(unblock), fleet.command(reset, **pad.twice("502837"))]
    for each in said * 2:
        told = fleet.tell(each)
        assert (told[0], problem(told)) == (status, refusal)
    assert fleet.state(unblock.fields["operation_id"]) == "open"


def test_sm4_without_its_key(base_key: bytes) -> None:
    fleet = Fleet(authority=Authority(SoftwareKeys({"3DES": bytes(range(16))}, base_key)))
    intent = fleet.opened("unblock", fleet.add_card(algorithm="SM4"))
    assert problem(fleet.tell(fleet.command(intent))) is ProblemType.STATE_FORBIDS
