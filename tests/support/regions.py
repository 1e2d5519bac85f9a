"""Settings as they are in another region."""

from typing import Any

from kiosk.settings import Settings
from kiosk.uplink.contract.policy import EvidenceRules, RegionPolicy

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


def regional(settings: Settings, **groups: dict[str, Any]) -> Settings:
    """`settings` with other values in their policy."""
    return settings.model_copy(update={"policy": changed(settings.policy, **groups)})
