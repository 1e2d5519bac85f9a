"""Outlets: the bureau's file, and which are near."""

from pathlib import Path

import pytest
from fleet import Fleet

from central import outlets
from kiosk.uplink import contract

SHIPPED = Path(__file__).parents[2] / "config" / "outlets.toml"


def test_the_shipped_file_is_one() -> None:
    directory = outlets.load(SHIPPED)
    assert directory.collecting == {"city-hall", "bank-renmin-road", "heping-community"}
    assert directory.near("kiosk-1").outlets[0].id == "city-hall"


@pytest.mark.parametrize(
    ("kiosk", "told"),
    [
        ("kiosk-1", [("centre", "", ""), ("station", "", "")]),
        ("kiosk-2", [("station", "约 300 米", "about 300 m"), ("centre", "约 1.2 公里", "about 1.2 km")]),
        ("kiosk-3", [("centre", "约 50 米", "about 50 m"), ("station", "", "")]),
    ],
)
def test_the_nearest_come_first(kiosk: str, told: list[tuple[str, str, str]]) -> None:
    """Then those that nobody has measured from here."""
    status, answer = Fleet().ask(kiosk, "GET", contract.OUTLETS)
    assert status == 200
    assert [(each["id"], each["distance"], each["distance_en"]) for each in answer["outlets"]] == told


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("does = [", "do = ["), "outlet.0.does: Field required"),
        (('"apply", "collect", "instant', '"apply", "colect", "instant'), "outlet.0.does.1: Input should be"),
        (('id = "city-hall"', 'id = "City hall"'), "outlet.0.id: String should match pattern"),
        (('id = "railway-station"', 'id = "city-hall"'), "more than one outlet has the id city-hall"),
        (("[[outlet]]", "[[outlet]"), "at line"),
    ],
)
def test_a_fault_is_named(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    file = tmp_path / "outlets.toml"
    text = SHIPPED.read_text(encoding="utf-8")
    assert change[0] in text
    file.write_text(text.replace(*change, 1), encoding="utf-8")
    with pytest.raises(ValueError, match=r"outlets\.toml: ") as refused:
        outlets.load(file)
    assert said in str(refused.value)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="can't be read"):
        outlets.load(tmp_path / "outlets.toml")
