"""`policy.toml` as text: read, checked, and every fault told with its key and what was expected. Reads no file."""

import tomllib
from dataclasses import dataclass

from pydantic import ValidationError

from kiosk.uplink.contract.policy import Policies, RegionSection


@dataclass(frozen=True, slots=True)
class PolicyFault:
    """One thing that is wrong.

    Attributes:
        key: Where: `region 330100, loss.lapses_after_days`; empty: in the file as a whole.
        expected: What should stand there; never what does.
    """

    key: str
    expected: str

    def __str__(self) -> str:
        return f"{self.key}: {self.expected}" if self.key else self.expected


class PolicyFaults(Exception):
    """The text can't be used."""

    def __init__(self, faults: list[PolicyFault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


def read_policies(text: str) -> Policies:
    """The regions that a file tells.

    Raises:
        PolicyFaults: It isn't TOML; a key is unknown or its value of the wrong kind; a region inherits from none.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyFaults([PolicyFault("", f"is not TOML: {error}")]) from None
    try:
        policies = Policies.model_validate({"regions": content.pop("region", []), **content})
    except ValidationError as error:
        raise PolicyFaults(
            [PolicyFault(".".join(map(str, e["loc"])), e["msg"]) for e in error.errors(include_input=False)]
        ) from None
    if faults := _family_faults(policies.regions):
        raise PolicyFaults(faults)
    return policies


def _family_faults(regions: tuple[RegionSection, ...]) -> list[PolicyFault]:
    """Parents that aren't there or come round in a circle; two sections for the same day."""
    parents: dict[str, str] = {}
    for section in regions:
        parents.setdefault(section.code, section.inherits)
    faults, days = [], set()
    for section in regions:
        if (section.code, section.valid_from) in days:
            faults.append(PolicyFault(f"region {section.code}.valid_from", "another section of it has the same day"))
        days.add((section.code, section.valid_from))
        ancestor, seen = section.code, set()
        while ancestor != "default":
            if ancestor in seen:
                faults.append(PolicyFault(f"region {section.code}.inherits", "must not lead back to itself"))
                break
            seen.add(ancestor)
            if ancestor not in parents:
                faults.append(PolicyFault(f"region {section.code}.inherits", "must name a region of this file"))
                break
            ancestor = parents[ancestor]
    return faults
