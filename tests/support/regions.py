"""Settings as they are in another region."""

import datetime
from typing import Any

from kiosk.settings import Settings
from kiosk.uplink.contract.policy import EvidenceRules, Policies, RegionPolicy
from simulator.card_reader import bureau

BOTH = ("110000", "330100")
"""Two regions as unlike as real ones. `@pytest.mark.parametrize("region", BOTH)` has a test of a whole kiosk run in
each: kiosk and server go by the region that the fixture `region` names."""

_SERVICES = tuple(EvidenceRules.model_fields)
NOTHING_NEEDED = RegionPolicy(evidence=EvidenceRules.model_construct(**dict.fromkeys(_SERVICES, ((),))))
"""No file may say so: for tests that have nothing to say of evidence."""
ONE_KIND_EACH = RegionPolicy(
    evidence=EvidenceRules.model_construct(
        **{
            **dict.fromkeys(_SERVICES, (("e_card",),)),
            "enable": (("card_pin",),),
            "change_pin": (("card_pin",),),
        }
    )
)
"""Less than any bureau would ask: for tests about operations."""

NO_WAYS: dict[str, Any] = dict.fromkeys(_SERVICES, ())
"""A bureau that lists no way to prove who one is."""


def changed(policy: RegionPolicy, **groups: dict[str, Any]) -> RegionPolicy:
    """`policy` with other values: `changed(policy, loss={"formal_here": False})`. They are checked like a file's."""
    said = policy.model_dump()
    for group, keys in groups.items():
        said[group] |= keys
    return RegionPolicy.model_validate(said)


def one_kind_each(**groups: dict[str, Any]) -> RegionPolicy:
    """`ONE_KIND_EACH` with other values in other groups, checked like a file's."""
    said = changed(RegionPolicy(), **groups)
    return ONE_KIND_EACH.model_copy(update={group: getattr(said, group) for group in groups})


def regional(settings: Settings, **groups: dict[str, Any]) -> Settings:
    """`settings` with other values in their policy."""
    return settings.model_copy(update={"policy": changed(settings.policy, **groups)})


def in_region(
    settings: Settings, region: str, policies: Policies | None = None, day: datetime.date | None = None
) -> Settings:
    """`settings` of a machine in another region, by the shipped rules or others, today or on another day."""
    source = settings.policy_source.model_copy(update={"region": region})
    anew = {"policy_source": source, "policies": policies or settings.policies, "policy_since": datetime.date.min}
    return settings.model_copy(update={**anew, "policy": RegionPolicy()}).on(day or bureau.today())
