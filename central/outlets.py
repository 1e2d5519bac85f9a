"""Outlets (服务网点) and what they do, from the bureau's file."""

import tomllib
from functools import cached_property
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from central.transaction import Transaction
from kiosk.uplink.contract import KioskName, Outlet, Outlets, OutletWork


class Entry(BaseModel):
    """One [[outlet]] of the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z0-9-]{1,40}$")
    name: str
    name_en: str
    address: str
    address_en: str
    hours: str
    hours_en: str
    phone: str
    does: tuple[OutletWork, ...] = Field(min_length=1)
    metres: dict[KioskName, int] = Field(default_factory=dict)
    """From each kiosk, on foot; where none is named nobody has measured it."""


class Directory(BaseModel):
    """All of them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    outlet: tuple[Entry, ...] = Field(default=(), max_length=200)

    @cached_property
    def collecting(self) -> frozenset[str]:
        """Those that hand out cards, by id."""
        return frozenset(each.id for each in self.outlet if OutletWork.COLLECT in each.does)

    def near(self, kiosk: str) -> Outlets:
        """As a kiosk shows them: the nearest first, then the others as they stand in the file."""
        measured = sorted((each for each in self.outlet if kiosk in each.metres), key=lambda each: each.metres[kiosk])
        others = [each for each in self.outlet if kiosk not in each.metres]
        return Outlets(outlets=tuple(_told(each, each.metres.get(kiosk)) for each in [*measured, *others]))


def load(file: Path) -> Directory:
    """Read and check the bureau's file.

    Raises:
        ValueError: It can't be read, or says something that an outlet hasn't; one line a fault.
    """
    try:
        directory = Directory.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except OSError as error:
        raise ValueError(f"{file}: can't be read: {error.strerror}") from None
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{file}: {error}") from None
    except ValidationError as error:
        faults = (f"{file}: {'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise ValueError("\n".join(faults)) from None
    ids = [each.id for each in directory.outlet]
    twice = sorted({id for id in ids if ids.count(id) > 1})
    if twice:
        raise ValueError(f"{file}: more than one outlet has the id {', '.join(twice)}")
    return directory


def outlets(transaction: Transaction, kiosk: str) -> Outlets:
    """The outlets near a kiosk."""
    return transaction.outlets.near(kiosk)


def _told(entry: Entry, metres: int | None) -> Outlet:
    distance, english = ("", "") if metres is None else _in_words(metres)
    shared = entry.model_dump(exclude={"metres"})
    return Outlet.model_validate({**shared, "distance": distance, "distance_en": english})


def _in_words(metres: int) -> tuple[str, str]:
    if metres < 1000:
        rounded = max(50, round(metres / 50) * 50)
        return f"约 {rounded} 米", f"about {rounded} m"
    return f"约 {metres / 1000:.1f} 公里", f"about {metres / 1000:.1f} km"
