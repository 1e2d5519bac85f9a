"""What the bureau has on record of virtual people beside their cards: contributions, benefits, reminders, addresses.

By its calendar everything is made out, wherever the virtual machine stands.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

_ZONE = ZoneInfo("Asia/Shanghai")
_YEARS = 5
"""Of payments, month by month; totals count all years."""
_GROWTH = 104
"""A year's base in per cent of the year before."""

_SHARES = {
    "pension": (800, 1600),
    "medical": (200, 900),
    "unemployment": (50, 50),
    "work_injury": (0, 40),
    "maternity": (0, 80),
}
"""Of the base, by the insured and by their employer, in hundredths of a per cent."""

_CENTRE = ("市社会保险事业管理中心", "Municipal social insurance centre")
_BODIES = {"medical": ("市医疗保障局", "Municipal medical insurance bureau")}


def today() -> date:
    """The bureau's date: on a machine that keeps UTC tomorrow's, from 16:00 on."""
    return datetime.now(_ZONE).date()


@dataclass(frozen=True, kw_only=True)
class _Work:
    """Somebody's working life."""

    since: tuple[int, int]
    """Year and month."""
    base_fen: int
    """In the first year."""
    until: tuple[int, int] | None = None
    """The last month that was paid for; None: the one before this."""
    state: str = "paying"
    unpaid: int = 0
    """So many of the last months are owed."""


def on_record(id: str, today: date) -> dict[str, Any]:
    """What is seeded with the server's record of persona `id`, in the server's words."""
    works = {
        "normal": _Work(since=(1998, 7), base_fen=150_000, until=(2018, 10), state="receiving"),
        "archived": _Work(since=(2013, 3), base_fen=380_000),
        "initial_pin": _Work(since=(2005, 9), base_fen=210_000, unpaid=2),
        "one_try_left": _Work(since=(1996, 1), base_fen=90_000, until=(2004, 5), state="receiving"),
        "blocked": _Work(since=(1999, 4), base_fen=160_000, until=(today.year - 2, 6), state="suspended"),
        "expired": _Work(since=(1997, 2), base_fen=140_000, until=(2015, 10), state="receiving"),
        "expiring": _Work(since=(2011, 8), base_fen=330_000),
        "unreadable_item": _Work(since=(2000, 5), base_fen=170_000),
        "second_card": _Work(since=(2000, 5), base_fen=170_000),
        "third_generation": _Work(since=(2018, 7), base_fen=520_000),
        "sm4": _Work(since=(2004, 3), base_fen=230_000),
        "temporary_loss": _Work(since=(2008, 10), base_fen=290_000),
        "formal_loss": _Work(since=(2007, 7), base_fen=310_000),
        "bank_loss": _Work(since=(2016, 6), base_fen=450_000),
        "foreign_resident": _Work(since=(today.year - 3, 2), base_fen=980_000),
    }
    told: dict[str, Any] = {}
    if id in works:
        told["insurances"] = list(_insurances(works[id], today))
    if id == "child":
        told["insurances"] = [_of_a_child(today)]
    if id not in ("bank_loss", "blocked"):
        told["address"] = "虚拟市虚拟区和平路12号3单元401室"
    return told | _others(today).get(id, {})


def _others(today: date) -> dict[str, dict[str, Any]]:
    def day(days: int) -> str:
        return (today + timedelta(days=days)).isoformat()

    return {
        "normal": {
            "benefit": {"benefit": "pension", "checked_on": day(-100), "good_until": day(265)},
            "reminders": day(-400),
        },
        "one_try_left": {"benefit": {"benefit": "pension", "checked_on": day(-340), "good_until": day(25)}},
        "expired": {
            "benefit": {
                "benefit": "pension",
                "checked_on": day(-430),
                "good_until": day(-65),
                "paid_until": day(-35),
            }
        },
        "in_production": {"ordered_on": day(-12), "expected_on": day(9), "outlet": "city-hall"},
    }


def _insurances(work: _Work, today: date) -> Iterator[dict[str, Any]]:
    first = work.since[0] * 12 + work.since[1] - 1
    now = today.year * 12 + today.month - 2  # The month before this one.
    last = min(now, now if work.until is None else work.until[0] * 12 + work.until[1] - 1)
    for insurance, (personal, employer) in _SHARES.items():
        body, body_en = _BODIES.get(insurance, _CENTRE)
        months = range(first, last + 1 - work.unpaid)
        paid = sum(_base(work, month // 12) * personal // 10_000 for month in months)
        state = work.state if insurance in ("pension", "medical") or work.state != "receiving" else "ended"
        yield {
            "insurance": insurance,
            "insured_since": _month(first),
            "state": state,
            "months_paid": len(months),
            "personal_fen": paid,
            "balance_fen": {"pension": paid, "medical": paid // 5}.get(insurance),
            "body": body,
            "body_en": body_en,
            "runs": [
                {
                    "first": _month(max(first, year * 12)),
                    "last": _month(min(last, year * 12 + 11)),
                    "base_fen": _base(work, year),
                    "personal_fen": _base(work, year) * personal // 10_000,
                    "employer_fen": _base(work, year) * employer // 10_000,
                }
                for year in range(max(first // 12, today.year - _YEARS + 1), last // 12 + 1)
            ],
            "unpaid": [_month(month) for month in range(last + 1 - work.unpaid, last + 1)],
        }


def _of_a_child(today: date) -> dict[str, Any]:
    """Residents' medical insurance: paid once a year."""
    body, body_en = _BODIES["medical"]
    years = range(today.year - 4, today.year + 1)
    runs = [
        {"first": f"{y}-01", "last": f"{y}-01", "base_fen": 0, "personal_fen": 38_000, "employer_fen": 67_000}
        for y in years
    ]
    return {
        "insurance": "medical",
        "insured_since": f"{years[0]}-01",
        "state": "paying",
        "months_paid": 12 * len(years),
        "personal_fen": 38_000 * len(years),
        "balance_fen": None,
        "body": body,
        "body_en": body_en,
        "runs": runs,
        "unpaid": [],
    }


def _base(work: _Work, year: int) -> int:
    """A year's base, rounded to whole yuan."""
    base = work.base_fen
    for _ in range(year - work.since[0]):
        base = base * _GROWTH // 100
    return base // 100 * 100


def _month(count: int) -> str:
    return f"{count // 12:04}-{count % 12 + 1:02}"
