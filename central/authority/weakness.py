"""What makes a new PIN too easy to guess. Pure, and silent about the PIN itself.

Every rule looks at the digits where they are; none makes a copy of them, which nothing could wipe.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from itertools import pairwise
from typing import final


class Weakness(Enum):
    """Why a new PIN is refused, the first that applies in this order."""

    LENGTH = "length"
    INITIAL = "initial"
    REPEATED = "repeated"
    RUN = "run"
    BIRTH_DATE = "birth date"
    PART_OF_NUMBER = "part of number"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class PinRules:
    """What a new PIN is measured by.

    Attributes:
        length: Digits that a PIN of this region has.
        initial_pins: PINs that cards are issued with in this region.
        birth_date: The holder's.
        numbers: The holder's social security, card and phone numbers; any `length` digits in a row of one are weak.
    """

    length: int = 6
    initial_pins: tuple[str, ...] = ()
    birth_date: date | None = field(default=None, repr=False)
    numbers: tuple[str, ...] = field(default=(), repr=False)


def weakness_of(digits: bytearray, rules: PinRules) -> Weakness | None:
    """The first rule that `digits` (ASCII) breaks, or None."""
    with memoryview(digits) as pin:
        return _weakness_of(pin, rules)


def _weakness_of(pin: memoryview, rules: PinRules) -> Weakness | None:
    if len(pin) != rules.length:
        return Weakness.LENGTH
    if any(pin == initial.encode() for initial in rules.initial_pins):
        return Weakness.INITIAL
    if _repeats(pin):
        return Weakness.REPEATED
    if _runs(pin):
        return Weakness.RUN
    if rules.birth_date is not None and any(pin == form.encode() for form in _forms(rules.birth_date)):
        return Weakness.BIRTH_DATE
    if any(number.encode().find(pin) >= 0 for number in rules.numbers):
        return Weakness.PART_OF_NUMBER
    return None


def _repeats(pin: memoryview) -> bool:
    """One or two different digits only (111111, 112211), or one group again and again (121212, 123123)."""
    groups = (size for size in (len(pin) // 2, len(pin) // 3) if size > 1)
    return len(set(pin)) <= 2 or any(pin[size:] == pin[:-size] for size in groups)


def _runs(pin: memoryview) -> bool:
    """Each digit one more than the last, or one less; 9 and 0 are neighbours (678901, 543210)."""
    return {(b - a) % 10 for a, b in pairwise(pin)} in ({1}, {9})


def _forms(day: date) -> Iterator[str]:
    """The ways in which people write a date in digits."""
    y, m, d = f"{day.year:04}", f"{day.month:02}", f"{day.day:02}"
    yield from (y[2:] + m + d, d + m + y[2:], m + d + y[2:], y + m, m + y, y + m + d, m + d + y, d + m + y)
