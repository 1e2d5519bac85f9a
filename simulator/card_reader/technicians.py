"""The virtual technicians whose cards lie in the tray."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from simulator.card_reader.technician import TechnicianCard, TechnicianProfile


@dataclass(frozen=True, kw_only=True)
class TechnicianPersona:
    """A technician with a card; the same face as a `Persona`."""

    id: str
    title_zh: str
    title_en: str
    profile: TechnicianProfile
    pin: str = field(repr=False)

    def make_card(self) -> TechnicianCard:
        """A fresh card; its certificate begins today."""
        return TechnicianCard(self.profile, self.pin)

    def restore(self, memory: Mapping[str, Any]) -> TechnicianCard:
        """The card that `to_dict` was taken of."""
        return TechnicianCard.from_dict(self.profile, memory)


def technicians() -> list[TechnicianPersona]:
    """Everybody who comes to look after the machine, and some who shouldn't be let in."""
    return [
        TechnicianPersona(
            id="technician",
            title_zh="维护卡：维护员",
            title_en="Technician's card",
            profile=TechnicianProfile(who="technician-17"),
            pin="806421",
        ),
        TechnicianPersona(
            id="engineer",
            title_zh="维护卡：工程师",
            title_en="Engineer's card",
            profile=TechnicianProfile(who="engineer-3", roles=("engineer",)),
            pin="917530",
        ),
        TechnicianPersona(
            id="technician_expired",
            title_zh="维护卡，证书过期",
            title_en="Technician's card, expired",
            profile=TechnicianProfile(who="technician-18", first_day=-90),
            pin="265804",
        ),
        TechnicianPersona(
            id="technician_foreign",
            title_zh="维护卡，别的单位的",
            title_en="Technician's card of another authority",
            profile=TechnicianProfile(who="technician-19", foreign=True),
            pin="374915",
        ),
    ]
