"""A menu: what can be done, by group; and what can't, with the reason."""

from dataclasses import dataclass

from kiosk.pages.parts import Page
from kiosk.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuTile:
    """One thing to choose.

    Attributes:
        service: What the answer names: `Chosen(service)`.
        icon: A file in `screens/icons`.
        situation: What it is for, or a fact about it; 14 Han characters at most.
        why_not: Why it can't be chosen now, in place of the situation; the tile is then flat and can't be pressed.
    """

    service: str
    icon: str
    name: Text
    situation: Text
    why_not: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuGroup:
    """Things that belong together. `note` stands beside the name where there is room."""

    name: Text
    tiles: tuple[MenuTile, ...]
    note: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu(Page):
    """Groups of things to choose. Answer: `Chosen`. What doesn't fit is behind 下一页, by the screens themselves.

    Attributes:
        whose: Whose card it is about, masked: stands where a subtitle would, and is never spoken.
    """

    groups: tuple[MenuGroup, ...]
    whose: Text | None = None
