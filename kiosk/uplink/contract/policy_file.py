"""`policy.toml` as text: read, checked, and every fault told with its line, its key and what was expected.

Opens no file: the kiosk and the server each read their own.
"""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from kiosk.uplink.contract.policy import Policies, RegionPolicy, RegionSection


@dataclass(frozen=True, slots=True)
class PolicyFault:
    """One thing that is wrong.

    Attributes:
        line: Where, counted from 1.
        key: What stands there: `330100: loss.lapses_after_days`; empty: the file as a whole.
        expected: What should stand there; never what does.
    """

    line: int
    key: str
    expected: str

    def __str__(self) -> str:
        return f"{self.line}: {self.key}: {self.expected}" if self.key else f"{self.line}: {self.expected}"


class PolicyFaults(Exception):
    """The text can't be used."""

    def __init__(self, faults: list[PolicyFault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


def read_policies(text: str) -> Policies:
    """The regions that a file tells.

    Raises:
        PolicyFaults: It isn't TOML; a key is unknown or its value not what it may be; a region inherits from none.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        if (strange := _strange_header(text)) is not None:
            raise PolicyFaults([strange]) from None
        what, _, where = str(error).partition(" (at line ")
        line = re.match("[0-9]+", where)
        last = text.count("\n") + 1
        raise PolicyFaults([PolicyFault(int(line[0]) if line else last, "", f"is not TOML: {what}")]) from None
    try:
        policies = Policies.model_validate(content)
    except ValidationError as error:
        every = [(each["loc"], _expected(each)) for each in error.errors(include_input=False)]
        # A list that lost an item which may not stand in it is too short, too: that says nothing more.
        places = [at for at in every if not any(other[0][: len(at[0])] == at[0] for other in every if other is not at)]
    else:
        places = _broken_families(policies.region) or _contradictions(policies)
        if not places:
            return policies
    raise PolicyFaults(
        sorted(
            (PolicyFault(_line_of(text, place), _name_of(content, place), expected) for place, expected in places),
            key=lambda fault: fault.line,
        )
    )


_Place = tuple[int | str, ...]
"""A path into the file: `("region", 2, "loss", "lapses_after_days")`."""


_A_LIST = "expected a list: [ ... ]"
_EXPECTED = {
    "bool_type": "expected true or false",
    "date_from_datetime_parsing": "expected a day, without quotes: 2027-01-31",
    "date_type": "expected a day, without quotes: 2027-01-31",
    "dict_type": "expected a table",
    "greater_than_equal": "expected at least {ge}",
    "int_type": "expected a whole number, without quotes",
    "less_than_equal": "expected at most {le}",
    "list_type": _A_LIST,
    "literal_error": "expected {expected}",
    "missing": "is missing",
    "model_type": "expected a table",
    "string_too_long": "expected at most {max_length} characters",
    "string_too_short": "expected a text that isn't empty",
    "string_type": "expected a text in quotes",
    "too_short": "expected a list with something in it",
    "tuple_type": _A_LIST,
}
"""Of each kind of fault that the checking library tells, what should stand there, in words for whoever edits rules."""
_PATTERNS = {"code": 'expected "default" or six digits', "initial_pins": "expected 4 to 12 digits"}


def _expected(error: ErrorDetails) -> str:
    kind, place = error["type"], error["loc"]
    if kind == "extra_forbidden":
        return _no_such_key(place)
    if kind == "string_pattern_mismatch":
        return next(words for key, words in _PATTERNS.items() if key in place)
    if kind == "tuple_type" and "evidence" in place:
        return 'expected ways, each a list of proofs: [["id_card", "one_time_code"]]'
    if kind in _EXPECTED:
        return _EXPECTED[kind].format(**error.get("ctx", {}))
    return error["msg"].removeprefix("Value error, ")


def _no_such_key(place: tuple[int | str, ...]) -> str:
    match place:
        case (_,):
            return "no such table: write [[region]]"
        case (_, _, _):
            return f"no such key: expected {', '.join(RegionSection.model_fields)}"
        case (_, _, str(group), _):
            return f"no such key: expected {', '.join(type(getattr(RegionPolicy(), group)).model_fields)}"
    return "no such key"


_HEADER = re.compile(r"^\s*(\[\[?[^\[\]]*\]\]?)\s*(?:#.*)?$", re.MULTILINE)
_GROUP = re.compile(r"\[\[region\]\]|\[region\.\w+\]|\[\[region\.texts\.\w+\]\]")


def _strange_header(text: str) -> PolicyFault | None:
    """A table's heading that no file of rules has: what comes of it is told of another line, if at all."""
    for found in _HEADER.finditer(text):
        if _GROUP.fullmatch(found[1]) is None:
            line = text.count("\n", 0, found.start(1)) + 1
            return PolicyFault(line, "", "no such table: expected [[region]], or [region.card] and the like")
    return None


def _broken_families(sections: Sequence[RegionSection]) -> list[tuple[_Place, str]]:
    """Parents that aren't there or lead back, more than one of them, and two sections of one region for one day."""
    parents: dict[str, str] = {}
    days, broken = set(), list[tuple[_Place, str]]()
    for index, section in enumerate(sections):
        if (section.code, section.valid_from) in days:
            broken.append((("region", index, "valid_from"), "another section of this region has the same day"))
        days.add((section.code, section.valid_from))
        if parents.setdefault(section.code, section.inherits) != section.inherits:
            broken.append((("region", index, "inherits"), "must be what the region's first section says"))
        if section.code == "default" and section.inherits != "default":
            broken.append((("region", index, "inherits"), "default inherits from none"))
    for index, section in enumerate(sections):
        ancestors = [section.code]
        while ancestors[-1] != "default" and ancestors[-1] in parents:
            ancestors.append(parents[ancestors[-1]])
            if ancestors[-1] in ancestors[:-1]:
                broken.append((("region", index, "inherits"), "must not lead back to the region itself"))
                break
        else:
            if ancestors[-1] != "default":
                broken.append((("region", index, "inherits"), "must be default or a region of this file"))
    return broken


_TOGETHER = (
    (
        ("card", "pin_length", "initial_pins"),
        lambda policy: all(len(pin) == policy.card.pin_length for pin in policy.card.initial_pins),
    ),
    (
        ("financial", "consequence", "medical_restricted_after_days"),
        lambda policy: policy.financial.consequence != "medical" or policy.financial.medical_restricted_after_days > 0,
    ),
)
"""Keys that have to fit together, and whether they do."""


def _contradictions(policies: Policies) -> list[tuple[_Place, str]]:
    """Rules that are good each by itself, and not together with the rest of their region on some day."""
    days = {each.valid_from for each in policies.region}
    found = list[tuple[_Place, str]]()
    for index, section in enumerate(policies.region):
        holds = [policies.of(section.code, day) for day in days if day >= section.valid_from]
        for (group, *keys), fits in _TOGETHER:
            said = [key for key in keys if key in getattr(section, group).model_fields_set]
            if said and not all(map(fits, holds)):
                found.append((("region", index, group, said[-1]), f"{' and '.join(keys)} have to fit together"))
    return found


def _name_of(content: dict[str, Any], place: _Place) -> str:
    """`330100: loss.lapses_after_days`; the region by its number where its code is none."""
    if len(place) < 2 or place[0] != "region" or not isinstance(place[1], int):
        return ".".join(map(str, place))
    section = content["region"][place[1]]
    code = str(section.get("code")) if isinstance(section, dict) else ""
    region = code if re.fullmatch("default|[0-9]{6}", code) else f"region {place[1] + 1}"
    return f"{region}: {'.'.join(map(str, place[2:]))}" if place[2:] else region


def _line_of(text: str, place: _Place) -> int:
    """Where `place` stands, or the nearest thing around it that stands anywhere."""
    import spanned_toml  # Only where something is wrong: it reads the whole text once more.

    found: Any = spanned_toml.loads(text)
    position = 0
    for step in place:
        content = found.inner()
        if isinstance(content, dict):
            key = next((key for key in content if key.inner() == step), None)
            if key is None:
                break
            found, position = content[key], key.span().start
        elif isinstance(content, list) and isinstance(step, int) and step < len(content):
            found = content[step]
            # A table of an array has no place of its own: its first key's stands for it.
            inner = found.inner()
            first = next(iter(inner)) if isinstance(inner, dict) and inner else found
            position = first.span().start
        else:
            break
    return text.count("\n", 0, position) + 1
