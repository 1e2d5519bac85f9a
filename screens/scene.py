"""A scene: everything that one view draws and everything in it that can be touched, as plain values in u.

A scene is made from a view without a display (`screens.compose`), so that the layout audit, the spoken form, the
order of focus and the tests need no pixels. The painter draws it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import Enum, auto

from kiosk.pages import Answer, Chosen, Entered


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle in u."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.w

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.y + self.h

    def inset(self, by: float) -> "Rect":
        """The rectangle `by` further in on every side; further out if negative."""
        return Rect(self.x + by, self.y + by, self.w - 2 * by, self.h - 2 * by)

    def meets(self, other: "Rect") -> bool:
        """Whether the two share any area."""
        return self.x < other.right and other.x < self.right and self.y < other.bottom and other.y < self.bottom

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies inside."""
        return self.x <= x < self.right and self.y <= y < self.bottom

    def moved(self, dx: float, dy: float) -> "Rect":
        """The same rectangle elsewhere."""
        return Rect(self.x + dx, self.y + dy, self.w, self.h)


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A filled rectangle with round corners. Colours are names of tokens.

    Attributes:
        radii: Top left, top right, bottom right, bottom left.
        fill: None for an outline alone.
        lip: Colour of the 6 u lower lip, which tells that the box can be pressed.
        dashed: The border of what can't be pressed yet.
        alpha: Below 1 only for the scrim.
    """

    rect: Rect
    fill: str | None
    radii: tuple[float, float, float, float] = (0, 0, 0, 0)
    border: float = 0
    edge: str = "edge"
    lip: str | None = None
    dashed: bool = False
    alpha: float = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One line of text.

    Attributes:
        rect: As wide as the text runs, as high as a line of its font.
        on: The token behind it, for the audit of contrast.
        limit: The right edge that it must not pass.
        personal: Not to be spoken: a name or a number, masked or not.
    """

    rect: Rect
    text: str
    size: float
    bold: bool
    colour: str
    on: str
    limit: float
    personal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """An icon or illustration from a file, recoloured by a palette of the tokens.

    Attributes:
        name: As in `icons/ok`.
        palette: As in `icon_on_light`.
        turn: Degrees clockwise, in quarters.
    """

    rect: Rect
    name: str
    palette: str
    turn: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A small drawing whose SVG source is made on the spot, with its colours put in."""

    rect: Rect
    svg: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Modules:
    """The squares of a QR code; always black on white, whatever the theme, and never kept when it has gone.

    Attributes:
        rows: From above, 1 for black; a slip's text can be read from them.
    """

    rect: Rect
    rows: tuple[bytes, ...] = field(repr=False)


Item = Box | Run | Picture | Drawing | Modules


class Part(Enum):
    """Where a touchable belongs, in the order of focus."""

    CONTENT = auto()
    ACTIONS = auto()
    FOOTER = auto()


@dataclass(frozen=True, slots=True)
class Tab:
    """Shows another group of the home page, or another page of long content; stays within the screens."""

    index: int


@dataclass(frozen=True, slots=True)
class Key:
    """A key of the keypad that the screens draw; stays within the screens. `name`: a digit, `CLEAR` or `DELETE`."""

    name: str

    def after(self, typed: str, length: int) -> str:
        """What is typed once this key was pressed; never more than `length` digits."""
        if self == CLEAR:
            return ""
        if self == DELETE:
            return typed[:-1]
        return (typed + self.name)[:length]


CLEAR, DELETE = Key("clear"), Key("delete")


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """Where a camera's picture stands, and what is drawn over it each time: it never becomes an item itself."""

    rect: Rect
    over: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Touch:
    """Something to press, as it looks and as it looks while pressed.

    Attributes:
        answer: None: it can't be pressed now, and says why.
        on: Its state where it is a switch.
    """

    rect: Rect
    answer: Answer | Chosen | Entered | Tab | Key | None
    label: str
    part: Part
    items: tuple[Item, ...]
    pressed: tuple[Item, ...]
    primary: bool = False
    on: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What one view draws.

    Attributes:
        w: Width of the canvas in u.
        h: Its height.
        scale: Pixels a u.
        items: Drawn first, in order.
        touches: Drawn above them, in order.
        speech: What the voice says.
        ticking: Whether something moves once a second.
        dialog: Where the dialog stands, if there is one.
        live: Where a camera's picture comes, while it does.
    """

    w: float
    h: float
    scale: float
    contrast: bool
    stage: Rect
    items: tuple[Item, ...]
    touches: tuple[Touch, ...]
    speech: tuple[str, ...]
    ticking: bool = False
    dialog: Rect | None = None
    live: Live | None = None

    def at(self, x: float, y: float) -> Touch | None:
        """What a finger at a point presses."""
        return next((t for t in reversed(self.touches) if t.answer is not None and t.rect.holds(x, y)), None)

    def focus_order(self) -> list[Touch]:
        """What keys reach, from the content over the actions to the footer, each in reading order."""
        able = [touch for touch in self.touches if touch.answer is not None]
        return sorted(able, key=lambda t: (t.part.value, round(t.rect.y), t.rect.x))

    def drawn(self, pressed: Touch | None = None, focus: Touch | None = None) -> Iterator[Item]:
        """Every item in the order of drawing."""
        yield from self.items
        for touch in self.touches:
            yield from touch.pressed if touch == pressed else touch.items
            if touch == focus:
                yield focus_ring(touch.rect)


def focus_ring(rect: Rect) -> Box:
    """The ring around what a key would press."""
    return Box(rect=rect.inset(-10), fill=None, radii=(32, 32, 32, 32), border=6, edge="action")


def lowered(item: Item, by: float) -> Item:
    """The item further down, as the face of a pressed button is."""
    return replace(item, rect=item.rect.moved(0, by))
