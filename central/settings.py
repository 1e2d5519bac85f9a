"""What a bureau sets at its central server: how long things last, how much is enough, how often is too often."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from kiosk.uplink.contract import EvidenceKind, OperationKind

EvidencePolicy = Mapping[OperationKind, frozenset[EvidenceKind]]
"""All that must be shown for each kind of operation. A kind that isn't named can't be asked for: nothing suffices."""

STRICT: EvidencePolicy = MappingProxyType({OperationKind.PIN_CHANGE: frozenset()})
"""What is taken in service. A PIN change needs no more than the card's own check of the old PIN; for the rest the ID
card and the face would be needed, which no kiosk can show yet."""

STAND_IN: EvidencePolicy = MappingProxyType(
    {
        OperationKind.PIN_CHANGE: frozenset(),
        OperationKind.ENABLE: frozenset({EvidenceKind.CARD_PIN}),
        OperationKind.UNBLOCK: frozenset({EvidenceKind.E_CARD}),
        OperationKind.PIN_RESET: frozenset({EvidenceKind.E_CARD}),
        OperationKind.TEMPORARY_LOSS: frozenset({EvidenceKind.E_CARD}),
        OperationKind.LOSS_RELEASE: frozenset({EvidenceKind.E_CARD}),
    }
)
"""For a bench with virtual people alone: less than any bureau would ask."""

_Positive = Annotated[int, Field(ge=1)]


class Settings(BaseModel):
    """The server's settings, as a TOML file may hold them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    loss_days: _Positive = 7
    """After how many days a temporary loss lapses; 3, 5, 7, 10 or 15 by region."""
    e_card_code_seconds: _Positive = 60
    """How long an e-card code lives."""
    evidence_seconds: _Positive = 300
    """How long evidence may be used after it was shown."""
    authority_seconds: Annotated[int, Field(ge=1, le=120)] = 120
    """How long the issuer's answer to a challenge is good for."""
    authorisations_per_operation: _Positive = 8
    """Authentications and commands, together; so are the next two."""
    authorisations_per_card_and_day: _Positive = 16
    authorisations_per_kiosk_and_hour: _Positive = 120
    initial_pins: tuple[str, ...] = ("123456",)
    """PINs that cards are issued with here: nobody gets one of them as a new PIN."""
    late_days: _Positive = 90
    """A kiosk's report of an operation that was opened longer ago changes nothing."""
    overdue_days: _Positive = 30
    """An open operation whose card nobody saw for so long goes on the list of cases."""
    medical_code_pattern: str = "[0-9]{28}"
    """What a medical-insurance code looks like (regular expression, matched whole). Not published: each bureau sets
    what its own look like."""

    @property
    def medical_code(self) -> re.Pattern[str]:
        """The pattern, compiled (and kept by `re` itself)."""
        return re.compile(self.medical_code_pattern)


def load(file: Path) -> Settings:
    """The settings in a TOML file; what it doesn't name stays as shipped.

    Raises:
        ValueError: It is no TOML, or not of these settings.
    """
    return Settings.model_validate(tomllib.loads(file.read_text()))
