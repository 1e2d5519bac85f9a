"""Pages on which a citizen chooses, decides, or does something with their hands."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from kiosk.pages.parts import Answer, Chosen, Page, Panel, Picture, Sign
from kiosk.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruct(Page):
    """A hand must go somewhere: picture on the stage; the page moves on by itself."""

    picture: Picture
    panel: Panel | None = None
    call: Text | None = None
    """One short line in gold text: a live hint, one at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One of several ways to the same end; `recommended` is filled, and `tag` says why."""

    picture: Picture
    name: Text
    note: Text
    answer: Answer | Chosen
    recommended: bool = False
    tag: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choose(Page):
    """Two or three ways, one to press. Answer: that option's."""

    options: tuple[Option, ...]


class LivePicture(Protocol):
    """A picture of the camera's. Row by row; red, green, blue; not mirrored. The next one overwrites it."""

    @property
    def number(self) -> int:
        """Counts the camera's pictures."""
        ...

    @property
    def width(self) -> int:
        """In pixels."""
        ...

    @property
    def height(self) -> int:
        """In pixels."""
        ...

    @property
    def pixels(self) -> memoryview:
        """`width * height * 3` bytes."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceView(Page):
    """Somebody stands before the camera: their picture, mirrored, and one hint at a time.

    Attributes:
        live: The newest picture, or None where it is the one of last time. Never waits; asked by the screen at its own
            pace, in its own thread, for as long as this page is shown. No picture is ever kept.
        hint: What to do now, in gold text.
        privacy: What becomes of the picture.
    """

    live: Callable[[], LivePicture | None] = field(repr=False, compare=False)
    hint: Text | None = None
    privacy: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One thing that follows from a decision: REFUSED stops, DONE goes on, CARE is left to the citizen."""

    sign: Sign
    text: Text
    note: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OnPaper:
    """What the receipt will say, so that nobody need remember it."""

    heading: Text
    body: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Decide(Page):
    """A decision with consequences: what follows from it, then two buttons of the same weight.

    Attributes:
        whose: Whose card it is about, masked: stands where a subtitle would, and is never spoken.
    """

    panel: Panel
    whose: Text | None = None
    points: tuple[Point, ...] = ()
    on_paper: OnPaper | None = None
