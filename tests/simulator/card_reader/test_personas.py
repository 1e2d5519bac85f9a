import base64
import json
import subprocess
import sys
from datetime import date

import pytest

from simulator.card_reader.personas import as_json, card_number, personas, resident_number


def test_everybody_named_in_the_order() -> None:
    """The states that real cards have, each once."""
    ids = [p.id for p in personas()]
    assert len(ids) == len(set(ids))
    assert set(ids) >= {
        *("normal", "archived", "initial_pin", "one_try_left", "blocked", "expired", "expiring"),
        *("unreadable_item", "third_generation", "sm4", "wrong_card", "upside_down", "hung", "rare_name"),
        *("blocked_sm4", "temporary_loss", "formal_loss", "bank_loss", "second_card"),
    }


def test_published_check_characters() -> None:
    """The specification's example, and GB 11643-1999's."""
    assert card_number("ET000077") == "ET000077X"
    assert resident_number("110105", date(1949, 12, 31), 2) == "11010519491231002X"


@pytest.mark.parametrize("today", [date(2024, 2, 29), date(2026, 11, 22), date(2027, 12, 31)])
def test_dates_hold_on_any_day(today: date) -> None:
    """Expired is in the past, expiring within 60 days, all others later."""
    until = {p.id: date.fromisoformat(p.server_record["valid_until"]) for p in personas(today) if p.server_record}
    assert until["expired"] < today
    assert 0 < (until["expiring"] - today).days <= 60
    assert all((day - today).days > 60 for who, day in until.items() if who not in ("expired", "expiring"))


def test_records_are_unique_and_virtual() -> None:
    """The server may be seeded with all of them; no one is of a real region."""
    records = [p.server_record for p in personas() if p.server_record]
    for key in ("key_factor", "card_number", "card_identification_code"):
        assert len({r[key] for r in records}) == len(records)
    people = {who.id: who.server_record["social_security_number"] for who in personas() if who.server_record}
    assert people.pop("second_card") == people["unreadable_item"]
    assert len(set(people.values())) == len(people)
    assert all(r["social_security_number"].startswith("990100") for r in records)


def test_records_name_what_the_issuer_needs() -> None:
    """The cipher of the card's keys, and bytes 6 to 13 of its historical bytes."""
    for who in personas():
        if who.server_record:
            assert who.server_record["algorithm"] == who.profile.algorithm
            assert bytes.fromhex(who.server_record["key_factor"]) == who.profile.historical[5:13]


def test_losses() -> None:
    """One that lapses by itself, one that the bank has to be seen for, one for good."""
    today = date(2026, 11, 22)
    records = {who.id: who.server_record for who in personas(today) if who.server_record}
    reported, bank = records["temporary_loss"], records["bank_loss"]
    assert (reported["loss_reason"], reported["loss_until"]) == ("reported", "2026-11-26")
    assert (records["formal_loss"]["application_status"], records["formal_loss"]["loss_until"]) == (2, None)
    assert (bank["loss_reason"], bank["loss_until"]) == ("financial_not_activated", None)
    assert (today - date.fromisoformat(bank["collected_on"])).days > 300
    assert not bank["financial_activated"]


def test_the_dump_holds_no_pin() -> None:
    """Read by others through a process."""
    command = [sys.executable, "-m", "simulator.card_reader.personas"]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert json.loads(text) == json.loads(as_json())
    assert not any(p.pin in text for p in personas() if p.id != "wrong_card")
    assert "𠮷" in text


def test_phones_and_photos_are_the_persons_not_the_cards() -> None:
    """Somebody with two cards has one phone; a photo is on record where a face can stand before the camera."""
    seeded = {who["id"]: who["server_record"] for who in json.loads(as_json()) if who["server_record"]}
    phones: dict[str, str] = {}
    for record in seeded.values():
        assert phones.setdefault(record["social_security_number"], record["phone"]) == record["phone"]
    numbers = [phone for phone in phones.values() if phone]
    assert len(set(numbers)) == len(numbers)
    for who in personas():
        if who.server_record:
            assert (seeded[who.id]["photo"] is None) == (who.face is None)
            assert base64.b64decode(seeded[who.id]["photo"] or "").startswith(b"\xff\xd8" if who.face else b"")
