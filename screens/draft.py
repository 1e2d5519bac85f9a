"""A scene while it is made: the canvas with its measures, and the items so far."""

from dataclasses import dataclass, field
from functools import cache

from kiosk.language import say
from kiosk.screen import Preferences
from kiosk.text import Text
from screens import tokens, type
from screens.scene import Box, Drawing, Item, Live, Picture, Rect, Run, Touch
from screens.tokens import Role, Theme

PORTRAIT_WIDTH = 1080
LANDSCAPE_WIDTH, LANDSCAPE_HEIGHT = 1880, 1350
FORM_WIDTH = 1040
"""Widest block of content in landscape; it stands in the middle of the sheet."""


@dataclass(frozen=True, slots=True)
class Canvas:
    """The screen's measures in u, for one size in pixels."""

    w: float
    h: float
    scale: float
    landscape: bool

    @property
    def margin(self) -> float:
        """Free space at the sides."""
        return 56 if self.landscape else 72

    @property
    def footer_top(self) -> float:
        """Where the footer begins."""
        return self.h - (152 if self.landscape else 176)

    @property
    def stage_width(self) -> float:
        """The stage's width: 36% in landscape."""
        return round(self.w * 0.36) if self.landscape else self.w

    @property
    def low_reach_top(self) -> float:
        """Nothing above this can be touched when low reach is on: 40% of the height."""
        return round(self.h * 0.40)


@cache
def canvas(size: tuple[int, int]) -> Canvas:
    """The canvas of a screen: portrait is 1080 u wide, landscape at least 1880 by 1350."""
    width, height = size
    if height >= width:
        scale = width / PORTRAIT_WIDTH
        return Canvas(PORTRAIT_WIDTH, round(height / scale), scale, False)
    scale = min(width / LANDSCAPE_WIDTH, height / LANDSCAPE_HEIGHT)
    return Canvas(round(width / scale), round(height / scale), scale, True)


@dataclass(slots=True)
class Draft:
    """Collects what one view draws.

    Attributes:
        ease: How far a crowded page draws sizes (up to 1) and gaps (up to 1.5) together.
        stage: The reading zone, once the backdrop is drawn.
        live: Where a camera's picture comes.
    """

    canvas: Canvas
    preferences: Preferences
    ease: float = 0
    stage: Rect = Rect(0, 0, 0, 0)  # noqa: RUF009 (frozen)
    items: list[Item] = field(default_factory=list)
    touches: list[Touch] = field(default_factory=list)
    live: Live | None = None

    @property
    def theme(self) -> Theme:
        """The colours."""
        return tokens.theme(self.preferences.contrast)

    @property
    def large(self) -> bool:
        """Whether text is large."""
        return self.preferences.large

    def role(self, name: str) -> Role:
        """A kind of text, as crowded as this draft is."""
        return tokens.roles(self.preferences.large, self.ease)[name]

    def gap(self, u: float) -> float:
        """A gap, up to half smaller on a crowded page."""
        return u * (1 - self.ease / 2)

    def say(self, text: Text) -> str:
        """`text` in the citizen's language."""
        return say(text, self.preferences.language)

    def again(self, ease: float) -> "Draft":
        """An empty draft of the same view, more crowded."""
        return Draft(self.canvas, self.preferences, ease)

    def take(self, other: "Draft") -> None:
        """Take over what another draft collected."""
        self.items += other.items
        self.touches += other.touches

    def box(self, rect: Rect, fill: str | None, **how: object) -> None:
        """Add a box; `radius` rounds all four corners."""
        radius = how.pop("radius", None)
        if radius is not None:
            how["radii"] = (radius,) * 4
        self.items.append(Box(rect=rect, fill=fill, **how))  # type: ignore[arg-type]

    def circle(self, x: float, y: float, diameter: float, fill: str | None, **how: object) -> None:
        """Add a circle around a point."""
        rect = Rect(x - diameter / 2, y - diameter / 2, diameter, diameter)
        self.box(rect, fill, radius=diameter / 2, **how)

    def icon(self, name: str, x: float, y: float, size: float, palette: str = "icon_on_light", turn: int = 0) -> None:
        """Add an icon by its top left corner."""
        self.items.append(Picture(rect=Rect(x, y, size, size), name=f"icons/{name}", palette=palette, turn=turn))

    def illustration(self, name: str, x: float, y: float, size: float, palette: str) -> None:
        """Add an illustration by its top left corner."""
        self.items.append(Picture(rect=Rect(x, y, size, size), name=f"illustrations/{name}", palette=palette))

    def drawing(self, rect: Rect, svg: str) -> None:
        """Add a drawing made on the spot."""
        self.items.append(Drawing(rect=rect, svg=svg))

    def line(
        self,
        text: str,
        x: float,
        y: float,
        role: Role,
        colour: str,
        *,
        on: str = "paper",
        limit: float | None = None,
        align: str = "left",
        personal: bool = False,
    ) -> Rect:
        """Add one line of text whose line box begins at `y`; `x` is its left edge, middle or right edge by `align`."""
        wide = type.width(text, role.size, role.bold)
        left = x if align == "left" else x - wide if align == "right" else x - wide / 2
        high = type.NATURAL * role.size
        rect = Rect(left, y + (role.line - high) / 2, wide, high)
        self.items.append(
            Run(
                rect=rect,
                text=text,
                size=role.size,
                bold=role.bold,
                colour=colour,
                on=on,
                limit=self.canvas.w - 24 if limit is None else limit,
                personal=personal,
            )
        )
        return rect

    def paragraph(
        self,
        text: str,
        x: float,
        y: float,
        limit: float,
        role: Role,
        colour: str,
        *,
        on: str = "paper",
        align: str = "left",
        sentences: bool = False,
        balance: bool = False,
        personal: bool = False,
    ) -> float:
        """Add text in lines no wider than `limit`; returns where the next line would begin."""
        for line in type.lines(text, limit, role.size, role.bold, sentences, balance):
            edge = x + limit if align == "left" else x + limit / 2
            self.line(line, x, y, role, colour, on=on, align=align, limit=edge, personal=personal)
            y += role.line
        return y
