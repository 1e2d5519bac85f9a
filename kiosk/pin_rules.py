"""What makes a new PIN too easy to guess. Pure, and silent about the PIN itself.

Every rule looks at digits in a `Pin`'s own bytes; none makes a copy of them, which nothing could wipe.
"""

import datetime
from collections.abc import Iterable
from enum import Enum
from itertools import pairwise

from drivers.pin import Pin


class Weakness(Enum):
    """Why a new PIN is refused, the first that applies in this order."""

    LENGTH = "length"
    SAME_AS_OLD = "same as old"
    INITIAL = "initial"
    REPEATED = "repeated"
    RUN = "run"
    BIRTH_DATE = "birth date"
    PART_OF_NUMBER = "part of number"


def weakness_of(
    new: Pin,
    *,
    old: Pin | None,
    length: int,
    initial_pins: Iterable[str] = (),
    birth_date: datetime.date | None = None,
    numbers: Iterable[str] = (),
) -> Weakness | None:
    """The first rule that `new` breaks, or None.

    Args:
        new: The PIN that the citizen chose.
        old: The one that it replaces, where the program knows it.
        length: Digits that a PIN of this region has.
        initial_pins: PINs that cards are issued with in this region.
        birth_date: The holder's, from the card or the central record.
        numbers: The holder's identity, social security and card numbers; any `length` digits in a row of one are weak.
    """
    digits = new.digits
    if len(digits) != length:
        return Weakness.LENGTH
    if old is not None and new == old:
        return Weakness.SAME_AS_OLD
    if any(digits == initial.encode() for initial in initial_pins):
        return Weakness.INITIAL
    if _repeats(digits):
        return Weakness.REPEATED
    if _runs(digits):
        return Weakness.RUN
    if birth_date is not None and any(digits == form.encode() for form in _forms(birth_date, length)):
        return Weakness.BIRTH_DATE
    if any(number.encode().find(digits) >= 0 for number in numbers):
        return Weakness.PART_OF_NUMBER
    return None


def _repeats(digits: memoryview) -> bool:
    """One or two different digits only (111111, 112211), or one group again and again (121212, 123123)."""
    groups = (size for size in (len(digits) // 2, len(digits) // 3) if size > 1)
    return len(set(digits)) <= 2 or any(digits[size:] == digits[:-size] for size in groups)


def _runs(digits: memoryview) -> bool:
    """Each digit one more than the last, or one less; 9 and 0 are neighbours (678901, 543210)."""
    steps = {(b - a) % 10 for a, b in pairwise(digits)}
    return steps in ({1}, {9})


def _forms(day: datetime.date, length: int) -> set[str]:
    """The ways in which people write a date in digits, as far as they have `length` of them."""
    y, m, d = f"{day.year:04}", f"{day.month:02}", f"{day.day:02}"
    forms = {y + m + d, y[2:] + m + d, d + m + y[2:], m + d + y[2:], y + m, m + y, m + d + y, d + m + y}
    return {form for form in forms if len(form) == length}
