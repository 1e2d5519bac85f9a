"""One-time codes: sent seldom, typed few times, kept nowhere."""

import hashlib
import hmac
import json
import random
import re
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from fleet import Fleet
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from central import database
from central.registry import Registry
from central.routes import dispatch
from central.settings import Settings
from central.sms import SmsAway
from central.tables import Card, OneTimeCode, Person, Table
from kiosk.uplink import contract
from kiosk.uplink.contract import ProblemType

PHONE = "13800138000"


@pytest.fixture
def fleet() -> Fleet:
    return Fleet()


def holder(fleet: Fleet, phone: str | None = PHONE) -> UUID:
    """The card of somebody with a phone."""
    return fleet.add_card(person_id=fleet.add_person(phone=phone))


@pytest.fixture
def card(fleet: Fleet) -> UUID:
    return holder(fleet)


def problem(answer: tuple[int, Any]) -> str:
    """Its type, after looking that it tells of nobody."""
    status, told = answer
    assert status >= 400
    assert not {"record", "evidence", "phone_tail"} & told.keys()
    return str(told["type"])


def wrong(digits: str) -> str:
    """Other digits."""
    return f"{(int(digits) + 1) % 1_000_000:06}"


def test_a_code_proves_whoever_has_the_phone(fleet: Fleet, card: UUID) -> None:
    status, sent = fleet.send_code(card)
    assert status == 200
    told = {name: sent[name] for name in ("phone_tail", "digits", "expires_in_seconds", "again_in_seconds")}
    assert told == {"phone_tail": "8000", "digits": 6, "expires_in_seconds": 300, "again_in_seconds": 60}
    (text,) = fleet.phones.texts(PHONE)
    assert "5分钟" in text
    status, accepted = fleet.show_code(sent["code_id"], fleet.digits(card))
    assert (status, accepted["kind"], accepted["record"]["handle"]) == (200, "one_time_code", str(card))


def test_its_digits_are_truncated_as_they_should_be() -> None:
    """RFC 4226, 5.3, with SHA-256; and a restart is told by the key's name, which tells nothing of the key."""
    fleet, key = Fleet(random=random.Random(1).randbytes), random.Random(1).randbytes(32)
    card, code = holder(fleet), UUID("00112233-4455-4677-8899-aabbccddeeff")
    assert fleet.send_code(card, code_id=str(code))[0] == 200
    digest = hmac.new(key, b"code" + code.bytes, hashlib.sha256).digest()
    start = digest[31] % 16
    number = int.from_bytes(digest[start : start + 4], "big") % 2**31
    assert fleet.digits(card) == f"{number % 1_000_000:06}"
    with Session(fleet.registry.engine) as session:
        named = session.scalars(select(OneTimeCode.key_name)).one()
    assert named == hmac.new(key, b"name", hashlib.sha256).digest()[:8]


def test_one_number_at_a_time_waits(fleet: Fleet, card: UUID) -> None:
    """A number just entered has a pause of its own, and the one on record isn't kept waiting by it."""
    draft = fleet.draft(card, "phone_change", phone="12000000777")[1]["draft"]
    pause = timedelta(seconds=fleet.settings.one_time_code_again_seconds)
    assert fleet.send_code(card)[0] == 200
    fleet.now += pause / 2
    assert fleet.send_draft_code(draft)[0] == 200
    assert problem(fleet.send_draft_code(draft)) == ProblemType.LIMIT_REACHED
    fleet.now += pause / 2
    assert fleet.send_code(card)[0] == 200


def test_a_repeat_sends_nothing(fleet: Fleet, card: UUID) -> None:
    code = str(uuid4())
    assert fleet.send_code(card, code_id=code) == fleet.send_code(card, code_id=code)
    assert len(fleet.phones.texts(PHONE)) == 1
    assert problem(fleet.send_code(holder(fleet), code_id=code)) == ProblemType.OPERATION_CONFLICT


def test_it_is_used_once(fleet: Fleet, card: UUID) -> None:
    code, digits = fleet.send_code(card)[1]["code_id"], fleet.digits(card)
    assert fleet.show_code(code, digits)[0] == 200
    assert problem(fleet.show_code(code, digits)) == ProblemType.ONE_TIME_CODE_EXPIRED


@pytest.mark.parametrize(("seconds", "good"), [(299, True), (300, False)])
def test_it_expires(fleet: Fleet, card: UUID, seconds: int, good: bool) -> None:
    code, digits = fleet.send_code(card)[1]["code_id"], fleet.digits(card)
    fleet.now += timedelta(seconds=seconds)
    assert (fleet.show_code(code, digits)[0] == 200) is good


def test_it_stays_at_its_kiosk(fleet: Fleet, card: UUID) -> None:
    code, digits = fleet.send_code(card)[1]["code_id"], fleet.digits(card)
    assert problem(fleet.show_code(code, digits, "kiosk-2")) == ProblemType.ONE_TIME_CODE_EXPIRED
    assert problem(fleet.show_code(str(uuid4()), digits)) == ProblemType.ONE_TIME_CODE_EXPIRED
    assert fleet.show_code(code, digits)[0] == 200


def test_it_ends_with_the_process_that_made_it(fleet: Fleet, card: UUID) -> None:
    """Its key is gone; nobody is told that their digits were wrong."""
    code, digits = fleet.send_code(card)[1]["code_id"], fleet.digits(card)
    fleet.registry = Registry(fleet.registry.engine, now=lambda: fleet.now, sms=fleet.phones)
    assert problem(fleet.show_code(code, digits)) == ProblemType.ONE_TIME_CODE_EXPIRED


def test_five_wrong_ones_spend_it(fleet: Fleet, card: UUID) -> None:
    code, digits = fleet.send_code(card)[1]["code_id"], fleet.digits(card)
    for left in (4, 3, 2, 1, 0):
        answer = fleet.show_code(code, wrong(digits))
        assert (problem(answer), answer[1]["tries_left"]) == (ProblemType.ONE_TIME_CODE_WRONG, left)
    answer = fleet.show_code(code, digits)
    assert (problem(answer), answer[1]["tries_left"]) == (ProblemType.ONE_TIME_CODE_WRONG, 0), "even the right one"


def test_the_fifth_may_be_right(fleet: Fleet, card: UUID) -> None:
    code, digits = fleet.send_code(card)[1]["code_id"], fleet.digits(card)
    for _ in range(4):
        fleet.show_code(code, wrong(digits))
    assert fleet.show_code(code, digits)[0] == 200


def test_digits_of_another_code_are_wrong(fleet: Fleet, card: UUID) -> None:
    first, digits = fleet.send_code(card)[1]["code_id"], fleet.digits(card)
    fleet.now += timedelta(seconds=60)
    second, newer = fleet.send_code(card)[1]["code_id"], fleet.digits(card)
    assert digits != newer, "one in a million"
    assert fleet.show_code(first, newer)[1]["tries_left"] == 4
    assert fleet.show_code(second, digits)[1]["tries_left"] == 4
    assert fleet.show_code(second, newer)[0] == 200


def test_too_soon_and_too_many(fleet: Fleet, card: UUID) -> None:
    """For a person, on whichever of their cards and wherever; others aren't concerned."""
    second, began = fleet.add_card(person_id=fleet.card(card).person_id), fleet.now
    assert fleet.send_code(card)[0] == 200
    fleet.now += timedelta(seconds=50)
    answer = fleet.send_code(second, "kiosk-2")
    assert (problem(answer), answer[1]["retry_after_seconds"]) == (ProblemType.LIMIT_REACHED, 10)
    assert fleet.send_code(holder(fleet, "13900139000"))[0] == 200
    for _ in range(4):
        fleet.now += timedelta(seconds=60)
        assert fleet.send_code(card)[0] == 200
    fleet.now += timedelta(seconds=60)
    answer = fleet.send_code(card, "kiosk-3")
    assert problem(answer) == ProblemType.LIMIT_REACHED
    fleet.now = began + timedelta(days=1)
    assert answer[1]["retry_after_seconds"] == 86400 - 50 - 5 * 60
    assert fleet.send_code(card)[0] == 200
    assert len(fleet.phones.texts(PHONE)) == 6


def test_so_many_a_kiosk_and_hour(fleet: Fleet) -> None:
    few = Fleet(settings=Settings(one_time_codes_per_kiosk_and_hour=2))
    for n in range(2):
        assert few.send_code(holder(few, f"1380000000{n}"))[0] == 200
        few.now += timedelta(minutes=10)
    answer = few.send_code(holder(few))
    assert (problem(answer), answer[1]["retry_after_seconds"]) == (ProblemType.LIMIT_REACHED, 2400)
    assert few.send_code(holder(few), "kiosk-2")[0] == 200


def test_nobody_to_send_to(fleet: Fleet) -> None:
    assert problem(fleet.send_code(holder(fleet, None))) == ProblemType.PHONE_MISSING
    assert problem(fleet.send_code(uuid4())) == ProblemType.CARD_UNKNOWN
    with Session(fleet.registry.engine) as session:
        assert session.scalars(select(OneTimeCode)).all() == []


def test_nobody_who_sends(fleet: Fleet, card: UUID) -> None:
    """A bureau without a sender: nothing is counted, and it says so at once."""
    fleet.registry.sms = None
    assert problem(fleet.send_code(card)) == ProblemType.SMS_AWAY
    fleet.registry.sms = fleet.phones
    assert fleet.send_code(card)[0] == 200


class Failing:
    """A gateway that may have sent it all the same."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.sent: list[str] = []

    def send(self, phone: str, text: str) -> None:
        """Note it, and fail."""
        self.sent.append(text)
        raise self.error


@pytest.mark.parametrize("error", [SmsAway("busy"), RuntimeError(f"POST /send?to={PHONE}&text=123456 failed")])
def test_a_text_that_may_have_gone_out_counts(fleet: Fleet, card: UUID, error: Exception, capfd: Any) -> None:
    """But opens nothing; and what a gateway says of itself is for nobody's eyes."""
    gateway, code = Failing(error), str(uuid4())
    fleet.registry.sms = gateway
    first = fleet.send_code(card, code_id=code)
    assert problem(first) == ProblemType.SMS_AWAY
    assert fleet.send_code(card, code_id=code) == first
    assert len(gateway.sent) == 1
    assert problem(fleet.send_code(card)) == ProblemType.LIMIT_REACHED
    (digits,) = re.findall(r"[0-9]{6}", gateway.sent[0])
    assert problem(fleet.show_code(code, digits)) == ProblemType.ONE_TIME_CODE_EXPIRED
    said = "".join(capfd.readouterr())
    logged = re.search(r"[ ]central\.sms_gateway_failed +error=RuntimeError\b", said)
    assert (logged is not None) is isinstance(error, RuntimeError)
    for canary in (PHONE, digits, "123456"):
        assert canary not in said


def test_a_code_is_kept_nowhere(fleet: Fleet, card: UUID, capfd: Any) -> None:
    code, digits = fleet.send_code(card)[1]["code_id"], fleet.digits(card)
    typed = wrong(digits)
    fleet.show_code(code, typed)
    fleet.show_code(code, digits)
    with fleet.registry.engine.connect() as connection:
        kept = [
            repr(row)
            for table in Table.metadata.sorted_tables
            if table.name != "persons"
            for row in connection.execute(select(table))
        ]
    ours = "\n".join(re.sub(r"datetime\([^)]*\)|[0-9a-f]{8}-[0-9a-f-]{27}", "", row) for row in kept)
    for canary in (digits, typed, PHONE):
        assert canary not in ours
    with fleet.registry.transaction() as transaction:
        key = transaction.code_key
        assert repr(key) not in repr(transaction)
    assert capfd.readouterr() == ("", "")


@given(code=st.uuids(version=4), digits=st.integers(4, 8))
def test_fuzz_every_code_has_its_digits_and_is_taken(code: UUID, digits: int) -> None:
    """Leading zeros included; and the same id gives the same code, whoever asks again."""
    fleet = Fleet(settings=Settings(one_time_code_digits=digits))
    card = holder(fleet)
    assert fleet.send_code(card, code_id=str(code))[1]["digits"] == digits
    sent = fleet.digits(card)
    assert len(sent) == digits
    assert fleet.show_code(str(code), sent)[0] == 200


def test_codes_are_spread_evenly() -> None:
    """Of 2,000 first digits none is much rarer than another (by chance below 130 or above 270: one run in 10^7)."""
    fleet = Fleet(settings=Settings(one_time_code_again_seconds=1, one_time_codes_per_person_and_day=10**6))
    fleet.registry.settings = fleet.registry.settings.model_copy(
        update={"one_time_codes_per_kiosk_and_hour": 10**6, "one_time_code_seconds": 300}
    )
    card, first = holder(fleet), [0] * 10
    for _ in range(2000):
        fleet.now += timedelta(seconds=1)
        fleet.send_code(card)
        first[int(fleet.digits(card)[0])] += 1
    assert all(130 < count < 270 for count in first), first


def test_two_wrong_ones_at_once_are_two(tmp_path: Path) -> None:
    """Two connections to one database, each in its own thread: neither count is lost, and the limit holds."""
    phones = Fleet().phones
    here = Registry(database.open_database(tmp_path), sms=phones)
    here.admit("kiosk-1")
    with Session(here.engine) as session, session.begin():
        person = Person(social_security_number="1", name="虚拟人", phone=PHONE)
        fields = {"card_identification_code": "A" * 32, "card_number": "VR0000012", "region": "990100"}
        state = {"application_status": 1, "lifecycle": "04", "bank": "虚拟银行", "financial_activated": True}
        card = Card(handle=str(uuid4()), person=person, initial_pin=False, pin_blocked=False, **fields, **state)
        session.add(card)
        session.flush()
        handle = card.handle
    there = Registry(database.connect(tmp_path), sms=phones)
    there._code_key = here._code_key

    code = str(uuid4())
    path = contract.ONE_TIME_CODE.format(code_id=code)
    asked = json.dumps({"kiosk": "kiosk-1", "code_id": code, "card": handle}).encode()
    assert dispatch(here, "kiosk-1", "PUT", path, asked).status == 200
    (digits,) = re.findall(r"[0-9]{6}", phones.texts(PHONE)[0])
    typed = json.dumps({"kiosk": "kiosk-1", "code_id": code, "code": wrong(digits)}).encode()
    left: list[int] = []
    gate = threading.Barrier(2)

    def type_wrong(registry: Registry) -> None:
        for _ in range(4):
            gate.wait(10)
            answer = dispatch(registry, "kiosk-1", "POST", contract.ONE_TIME_CODE_EVIDENCE, typed)
            left.append(json.loads(answer.body)["tries_left"])

    threads = [threading.Thread(target=type_wrong, args=(registry,)) for registry in (here, there)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(left, reverse=True) == [4, 3, 2, 1, 0, 0, 0, 0]
    for registry in (here, there):
        registry.engine.dispose()


@pytest.mark.parametrize("text", ["", "code", "{code", "{code}{name}", "{0}{code}", "{code.x}", "{minutes}"])
def test_a_text_without_its_code_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        Settings(one_time_code_text=text)


def test_the_bureaus_own_text() -> None:
    fleet = Fleet(settings=Settings(one_time_code_text="code {code}, {minutes} min", one_time_code_seconds=61))
    card = holder(fleet)
    fleet.send_code(card)
    assert re.fullmatch(r"code [0-9]{6}, 2 min", fleet.phones.texts(PHONE)[0])
