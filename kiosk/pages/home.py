"""The pages that nobody has begun a visit on: what the machine offers, or that it can't serve."""

from dataclasses import dataclass

from kiosk.pages.parts import Page, Panel
from kiosk.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One service on the home page: its name and the situation it is for (8 Han characters at most)."""

    service: str
    icon: str
    name: Text
    situation: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class TileGroup:
    """Services that need the same thing to be at hand."""

    name: Text
    note: Text
    tiles: tuple[Tile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Home(Page):
    """The idle page. Answer: Chosen; inserting a card is an answer too, which the machine sees by itself."""

    machine: Text
    clock: str
    """Wall-clock time as H:MM; the home loop shows the page again each minute."""
    where: Text | None
    """The short gold call: where the card slot is. None while the reader is out of order."""
    groups: tuple[TileGroup, ...]
    notice: Panel | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """Another place that can help now."""

    icon: str
    place: Text
    note: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class OutOfService(Page):
    """This machine can't serve: where to go instead."""

    machine: Text
    clock: str
    elsewhere_title: Text
    elsewhere: tuple[Elsewhere, ...]
