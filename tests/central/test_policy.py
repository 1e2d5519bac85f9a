"""The server judges by the region of the kiosk that asks, on the day on which it asks."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from fleet import Fleet

from central import policy
from central.settings import Settings, load
from kiosk.uplink.contract.policy import RegionPolicy

SHIPPED = Path(__file__).parents[2] / "config" / "policy.toml"
BUREAU = """
policy = "policy.toml"
region = "110000"

[regions]
kiosk-2 = "330100"
kiosk-3 = "default"
"""
LAPSES_AFTER = {"kiosk-1": 5, "kiosk-2": 15, "kiosk-3": 7}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "central.toml").write_text(BUREAU)
    (tmp_path / "policy.toml").write_bytes(SHIPPED.read_bytes())
    return tmp_path


def rules(folder: Path) -> policy.PolicyOf:
    return policy.load(load(folder / "central.toml"), folder)


@pytest.mark.parametrize("kiosk", LAPSES_AFTER)
def test_each_kiosk_by_its_region(folder: Path, kiosk: str) -> None:
    """A loss lapses when the region says so in which it was reported."""
    fleet = Fleet()
    fleet.registry.policy_of = rules(folder)
    card = fleet.add_card(person_id=fleet.add_person(phone="13800138000"))
    shown = [fleet.evidence(kind, card, kiosk) for kind in ("id_card", "one_time_code")]
    status, told = fleet.tell(fleet.intent("temporary_loss", card, kiosk=kiosk, evidence=shown))
    assert (status, told["lapses_on"]) == (200, str(fleet.now.date() + timedelta(days=LAPSES_AFTER[kiosk])))


@pytest.mark.parametrize(("kiosk", "enough"), [("kiosk-1", False), ("kiosk-2", True), ("kiosk-3", True)])
def test_what_is_enough_in_one_region_is_not_in_another(folder: Path, kiosk: str, enough: bool) -> None:
    """By phone alone: whatever the kiosk itself was set to ask for."""
    fleet = Fleet()
    fleet.registry.policy_of = rules(folder)
    card = fleet.add_card(person_id=fleet.add_person(phone="13800138000"))
    shown = [fleet.evidence(kind, card, kiosk) for kind in ("e_card", "one_time_code")]
    status, _ = fleet.tell(fleet.intent("temporary_loss", card, kiosk=kiosk, evidence=shown))
    assert (status == 200) is enough


def test_a_later_section_holds_from_its_day_on(folder: Path) -> None:
    """By the server's date."""
    of = rules(folder)
    days = date(2026, 12, 31), date(2027, 1, 1)
    assert [of("kiosk-1", day).replacement.fee_fen for day in days] == [0, 1600]
    assert of("kiosk-1", days[0]) is of("kiosk-1", days[0]), "worked out once a day"


def test_without_a_file_it_is_as_shipped(tmp_path: Path) -> None:
    assert policy.load(Settings(), tmp_path)("kiosk-1", date(2026, 3, 1)) == RegionPolicy()


FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"policy": "none.toml"}, "none.toml: can't be read: No such file"),
    ({"policy": "policy.toml", "region": "999999"}, "policy.toml: no region 999999, which the settings name"),
    ({"policy": "policy.toml", "regions": {"kiosk-1": "999999"}}, "policy.toml: no region 999999"),
    ({"policy": "broken.toml"}, "broken.toml:1: x: no such table"),
    ({"policy": "binary.toml"}, "binary.toml: is not UTF-8 text"),
]


@pytest.mark.parametrize(("settings", "fault"), FAULTS)
def test_rules_that_can_not_be_used_are_told(folder: Path, settings: dict[str, Any], fault: str) -> None:
    """Before anything is served: file, line, key and what was expected."""
    (folder / "broken.toml").write_text("x = 1")
    (folder / "binary.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ValueError, match=fault):
        policy.load(Settings.model_validate(settings), folder)
