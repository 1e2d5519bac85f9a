"""Regions: who inherits what, from when on; and what the file's faults are called."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.uplink import contract
from kiosk.uplink.contract.evidence import EvidenceKind
from kiosk.uplink.contract.policy import (
    EvidenceRules,
    Policies,
    RegionPolicy,
    ServiceKind,
    Texts,
    UnknownRegion,
)
from kiosk.uplink.contract.policy_file import PolicyFaults, read_policies

TEXT = (Path(__file__).parents[3] / "config" / "policy.toml").read_text(encoding="utf-8")
SHIPPED = read_policies(TEXT)
TODAY = date(2026, 3, 1)
CAPITAL, CITY = "110000", "330100"


def keys(policy: RegionPolicy) -> Iterator[tuple[str, str, Any]]:
    """Every rule: group, key, value."""
    for group, rules in policy:
        yield from ((group, key, value) for key, value in rules)


def section(code: str = "default", since: date = date(2020, 1, 1), inherits: str = "default", **groups: Any) -> str:
    """One [[region]] of a file."""
    head = {"code": code, "name": "x", "name_en": "x", "inherits": inherits}
    lines = ["[[region]]", f"valid_from = {since}", *(f"{key} = {json.dumps(value)}" for key, value in head.items())]
    for group, rules in groups.items():
        lines += [f"[region.{group}]", *(f"{key} = {json.dumps(value)}" for key, value in rules.items())]
    return "\n".join(lines) + "\n"


def test_what_is_documented_is_what_holds_without_a_file() -> None:
    """Every key stands in the file's default, with the value that the program takes where a file says nothing."""
    written = SHIPPED.sections("default")[0]
    unsaid = {(group, key) for group, rules in written if group in RegionPolicy.model_fields for key in _unset(rules)}
    assert unsaid == {("texts", "legal_notes")}
    assert SHIPPED.of("default", TODAY).model_copy(update={"texts": Texts()}) == RegionPolicy()


def _unset(rules: Any) -> set[str]:
    return set(type(rules).model_fields) - rules.model_fields_set


def test_the_two_regions_are_unlike() -> None:
    """The same services have to work in both: so they differ in much."""
    capital, city = (dict(_flat(SHIPPED.of(code, TODAY))) for code in (CAPITAL, CITY))
    assert sum(capital[key] != city[key] for key in capital) >= 25


def _flat(policy: RegionPolicy) -> Iterator[tuple[tuple[str, str], Any]]:
    yield from (((group, key), value) for group, key, value in keys(policy))


def test_every_service_has_its_ways() -> None:
    """And every proof is one that the wire contract knows."""
    assert set(EvidenceRules.model_fields) == {service.value for service in ServiceKind}
    said = {proof for service in ServiceKind for way in RegionPolicy().evidence.of(service) for proof in way}
    assert said == {kind.value for kind in EvidenceKind}


HERE = [
    ("pin", "unlock_here", ServiceKind.UNLOCK),
    ("pin", "reset_here", ServiceKind.RESET_PIN),
    ("loss", "formal_here", ServiceKind.FORMAL_LOSS),
    ("replacement", "here", ServiceKind.REPLACEMENT),
    ("replacement", "here", ServiceKind.RENEWAL),
    ("sms", "here", ServiceKind.SMS),
    ("eligibility", "here", ServiceKind.ELIGIBILITY),
]


@pytest.mark.parametrize(("group", "key", "service"), HERE)
def test_what_a_region_does_not_want_at_kiosks_has_no_way(group: str, key: str, service: ServiceKind) -> None:
    """Whatever it says of proofs."""
    policies = read_policies(section(**{group: {key: False}}))
    assert RegionPolicy().ways_of(service)
    assert policies.of("default", TODAY).ways_of(service) == ()


def test_the_home_page_needs_no_message_of_the_contract() -> None:
    """The rules are read before it is drawn; the rest of the contract when something of it is first used."""
    program = "import sys, kiosk.home; print(*sorted(m for m in sys.modules if m.startswith('kiosk.uplink.contract.')))"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert [name.rpartition(".")[2] for name in loaded.stdout.split()] == ["base", "policy", "policy_file"]


def test_every_name_of_the_contract_is_found() -> None:
    assert all(getattr(contract, name) is not None for name in contract.__all__)
    with pytest.raises(ImportError, match="cannot import name 'nothing'"):
        from kiosk.uplink.contract import nothing  # type: ignore[attr-defined]  # noqa: F401


# Inheritance.

OTHERS = [
    (group, key, value)
    for code in (CAPITAL, CITY)
    for group, key, value in keys(SHIPPED.of(code, TODAY))
    if (key, value) != ("medical_restricted_after_days", 0)  # It wouldn't go with every consequence.
]
"""Values that a region may have for each key."""
KEYS = sorted({(group, key) for group, key, _ in OTHERS if group != "texts"})


@st.composite
def rules(draw: st.DrawFn) -> dict[str, dict[str, Any]]:
    """Any keys, with a value of one region or the other."""
    chosen: dict[str, dict[str, Any]] = {}
    for group, key in draw(st.lists(st.sampled_from(KEYS), unique=True)):
        values = [value for g, k, value in OTHERS if (g, k) == (group, key)]
        chosen.setdefault(group, {})[key] = draw(st.sampled_from(values))
    return chosen


@given(parent=rules(), child=rules(), later=rules(), days=st.integers(-2, 2))
def test_a_region_has_what_it_says_and_its_parents_rest(
    parent: dict[str, Any], child: dict[str, Any], later: dict[str, Any], days: int
) -> None:
    """Key by key: its own, of its newest section that holds; else its parent's; else what is so everywhere."""
    day = TODAY + timedelta(days=days)
    newer = section("330100", TODAY, inherits="330000", **later)
    older = section("330100", inherits="330000", **child)
    policy = read_policies(newer + older + section("330000", **parent)).of("330100", day)
    everywhere = dict(_flat(RegionPolicy()))
    for group, key, value in keys(policy):
        told = [said[group][key] for said in (later if days >= 0 else {}, child, parent) if key in said.get(group, {})]
        assert value == (told[0] if told else everywhere[group, key]), (group, key)


def test_a_region_that_does_not_hold_yet_is_its_parent() -> None:
    policies = read_policies(section("330100", TODAY, loss={"lapses_after_days": 15}))
    assert policies.of("330100", TODAY - timedelta(days=1)) == RegionPolicy()
    assert policies.of("330100", TODAY).loss.lapses_after_days == 15


def test_the_capitals_fee_changes_on_its_day() -> None:
    """And the rest of the region stays."""
    before, after = (SHIPPED.of(CAPITAL, day) for day in (date(2026, 12, 31), date(2027, 1, 1)))
    assert (before.replacement.fee_fen, after.replacement.fee_fen) == (0, 1600)
    assert {key for key, value in _flat(after) if value != dict(_flat(before))[key]} == {("replacement", "fee_fen")}


def test_no_such_region() -> None:
    with pytest.raises(UnknownRegion):
        SHIPPED.of("999999", TODAY)
    assert Policies().of("default", TODAY) == RegionPolicy(), "an empty file says nothing else"


# Faults.

LAPSES, CODE = "lapses_after_days = 5", 'code = "330100"'
EVIDENCE = 'reset_pin = [["id_card", "face"], ["id_card", "one_time_code"], ["e_card", "one_time_code"]]'
WAYS = "330100: evidence.reset_pin"
FAULTS = [
    (LAPSES, "lapses_after_days = 4", "110000: loss.lapses_after_days: expected 3, 5, 7, 10 or 15"),
    (LAPSES, 'lapses_after_days = "5"', "110000: loss.lapses_after_days: expected 3, 5, 7, 10 or 15"),
    (LAPSES, "lapses = 5", "110000: loss.lapses: no such key: expected lapses_after_days, formal_here, formal_can"),
    ("\ndays = 7", '\ndays = "7"', "330100: replacement.days: expected a whole number, without"),
    ("\ndays = 7", "\ndays = 7.0", "330100: replacement.days: expected a whole number, without"),
    ("\ndays = 7", "\ndays = true", "330100: replacement.days: expected a whole number, without"),
    ("\ndays = 7", "\ndays = -1", "330100: replacement.days: expected at least 0"),
    ("reset_here = false", "reset_here = 0", "110000: pin.reset_here: expected true or false"),
    ('delivery = "post"', 'delivery = "pigeon"', "330100: replacement.delivery: expected 'collect', 'post'"),
    ('"888888"', '"88888a"', "110000: card.initial_pins.1: expected 4 to 12 digits"),
    ("[region.pin]\nreset", "[region.pim]\nreset", "110000: pim: no such key: expected card, loss, pin"),
    (CODE, 'code = "3301"', 'region 4: code: expected "default" or six digits'),
    (CODE, 'code = "110000"', "110000: valid_from: another section of this region has the same day"),
    (CODE, f'{CODE}\ninherits = "999999"', "330100: inherits: must be default or a region of this file"),
    (CODE, f'{CODE}\ninherits = "330100"', "330100: inherits: must not lead back to the region itself"),
    ("valid_from = 2027-01-01", "", "110000: valid_from: is missing"),
    ("valid_from = 2027-01-01", 'valid_from = 2027-01-01\ninherits = "330100"', "110000: inherits: must be what the"),
    (EVIDENCE, 'reset_pin = ["id_card"]', f"{WAYS}.0: expected ways, each a list"),
    (EVIDENCE, "reset_pin = [[]]", f"{WAYS}.0: expected a list with something in it"),
    (EVIDENCE, 'reset_pin = [["id"]]', f"{WAYS}.0.0: expected 'card_pin', 'id_card', 'e_card'"),
    (EVIDENCE, 'reset_pin = [["id_card", "id_card"]]', f"{WAYS}: a way names a proof twice"),
    (EVIDENCE, 'reset_pin = [["id_card", "card_pin"]]', f"{WAYS}: card_pin proves nothing here"),
    (EVIDENCE, 'reset_pin = [["id_card"], ["face"]]', f"{WAYS}: face needs id_card or e_card beside it"),
    (EVIDENCE, 'formal_losses = [["id_card"]]', "330100: evidence.formal_losses: no such key: expected enable, "),
    (EVIDENCE, 'status = [["one_time_code"]]', "330100: evidence.status: without a card"),
    (EVIDENCE, 'records = [["one_time_code"]]', "330100: evidence.records: card_pin, id_card or e_card has to say"),
    (EVIDENCE, 'phone_number = [["card_pin", "id_card"]]', "330100: evidence.phone_number: too weak for a number that"),
    (EVIDENCE, 'phone_number = [["e_card", "one_time_code"]]', "330100: evidence.phone_number: too weak for a number"),
    (EVIDENCE, 'change_pin = [["id_card"]]', "330100: evidence.change_pin: the card itself checks the old PIN"),
    ("[region.sms]\nhere = false", "[region.sms\nhere = false", "is not TOML: Expected ']'"),
    ('[[region]]\ncode = "330100"', "[[regions]]", "no such table: expected [[region]], or [region.card]"),
    ('[[region]]\ncode = "330100"', "[region]", "no such table: expected [[region]], or [region.card]"),
    ('"123456", "000000"', '"123456", "0000"', "330100: card.initial_pins: pin_length and initial_pins have to fit"),
    ('"123456", "000000"', "123456", "330100: card.initial_pins.0: expected a text in quotes"),
    ('["payments", "balance", "benefits", "card"]', "[]", "330100: sms.covers: expected a list with something in it"),
    ('["payments", "balance", "benefits", "card"]', '["card", "card"]', "330100: sms.covers: names something twice"),
    ("after_days = 180", "after_days = 0", "110000: financial.medical_restricted_after_days: consequence and"),
    ("fee_fen = 1600", "fee_fen = 16.0", "110000: replacement.fee_fen: expected a whole number, without quotes"),
    (
        "valid_from = 2027-01-01",
        'valid_from = "soon"',
        "110000: valid_from: expected a day, without quotes: 2027",
    ),
    ('name_en = "Everywhere"', 'name_en = "x"\ninherits = "110000"', "default: inherits: default inherits from none"),
    (CODE, "code =", "is not TOML: "),
]
OFF = {"[region.pim]\nreset": 0, "[region.sms\nhere = false": 0, 'code = "110000"': 3, "": -3}
"""From the first line that was changed, where it isn't the last."""


@pytest.mark.parametrize(("good", "bad", "expected"), FAULTS)
def test_a_fault_names_line_key_and_what_was_expected(good: str, bad: str, expected: str) -> None:
    """The line is the last one that was changed, or the one that the fault is about."""
    assert TEXT.count(good) == 1, good
    text = TEXT.replace(good, bad)
    with pytest.raises(PolicyFaults) as caught:
        read_policies(text)
    (fault,) = caught.value.faults
    assert str(fault).startswith(f"{fault.line}: {expected}")
    assert fault.line - text[: TEXT.index(good)].count("\n") - 1 == OFF.get(bad, bad.count("\n"))


@given(
    service=st.sampled_from(sorted(set(ServiceKind) - {ServiceKind.CHANGE_PIN, ServiceKind.PHONE_NUMBER})),
    beside=st.lists(st.lists(st.sampled_from(["id_card", "e_card"]), min_size=1, unique=True), min_size=1, max_size=3),
    blank=st.integers(0, 9),
)
def test_face_in_every_way_is_refused_with_its_line(service: ServiceKind, beside: list[list[str]], blank: int) -> None:
    """Since June 2025 it must not be the only way, whatever is shown with it; one way without it is enough."""
    ways = [[*way, "face"] for way in beside]
    text = "\n" * blank + section(evidence={service.value: ways})
    with pytest.raises(PolicyFaults) as caught:
        read_policies(text)
    (fault,) = caught.value.faults
    assert "face must not be the only way" in fault.expected
    assert text.splitlines()[fault.line - 1].startswith(f"{service.value} = ")
    read_policies(section(evidence={service.value: [*ways, ["id_card", "one_time_code"]]}))


@given(group=st.sampled_from(sorted(RegionPolicy.model_fields)), key=st.from_regex("[a-z_]{1,20}", fullmatch=True))
def test_an_unknown_key_is_refused_with_its_line(group: str, key: str) -> None:
    known = type(getattr(RegionPolicy(), group)).model_fields
    text = section() + section("330100", **{group: {key + "_": 1}})
    with pytest.raises(PolicyFaults) as caught:
        read_policies(text)
    assert [(fault.line, fault.key) for fault in caught.value.faults] == [(text.count("\n"), f"330100: {group}.{key}_")]
    assert all(name in caught.value.faults[0].expected for name in known)


def test_no_fault_repeats_a_value() -> None:
    """What stands in the wrong place may be a secret."""
    for good, bad in ((CODE, 'code = "HUSH"'), ('"888888"', '"HUSH"'), (LAPSES, 'lapses_after_days = "HUSH"')):
        with pytest.raises(PolicyFaults) as caught:
            read_policies(TEXT.replace(good, bad))
        assert "HUSH" not in str(caught.value)
