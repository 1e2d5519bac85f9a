"""What the staff see on the kiosk itself: the board, the menu, a step of a task, lists, the corners."""

from dataclasses import dataclass

from kiosk.pages import Button, Panel, Picture, Sign, StaffPage
from kiosk.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention:
    """Something that wants a hand: what, since or until when, what it means, and the button that leads to it.

    Attributes:
        sign: REFUSED for now, CARE for soon.
        when: A word or two in a tag, such as 现在.
        note: Two lines at most.
    """

    sign: Sign
    icon: str
    name: Text
    when: Text
    note: Text
    button: Button | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fine:
    """Something in order, with a measured value where there is one."""

    icon: str
    name: Text
    value: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Board(StaffPage):
    """Now, soon, fine. Answers: each button's.

    Attributes:
        now: How many things want a hand now; more than `attention` lists, where the page has no room.
        soon: How many want one soon.
        attention: Three at most, the gravest first.
        fine: Ten at most.
        today: What was done today, in four short pieces.
        below: Three buttons above the footer.
    """

    now: int
    soon: int
    attention: tuple[Attention, ...]
    fine: tuple[Fine, ...]
    today: tuple[Text, ...]
    below: tuple[Button, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MenuItem:
    """One thing that can be done here; `note` says what it is for, or why it can't be done in this role."""

    icon: str
    name: Text
    note: Text
    button: Button | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu(StaffPage):
    """What can be done, six at most on a page; `below` as on the board."""

    items: tuple[MenuItem, ...]
    below: tuple[Button, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a list of results. `sign` None: not yet known."""

    label: Text
    sign: Sign | None = None
    value: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Task(StaffPage):
    """One step of something to do, or what came of it. `below` has up to three buttons; the last may be filled.

    Attributes:
        picture: Where a hand has to go.
        lines: What was found so far; nine at most.
        filled: Whether the last button is the primary one.
    """

    picture: Picture | None = None
    panel: Panel | None = None
    lines: tuple[Line, ...] = ()
    below: tuple[Button, ...]
    filled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that is kept: what it is, when it was, and more about it, of which two lines are shown."""

    sign: Sign
    what: Text
    when: Text | None = None
    note: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing(StaffPage):
    """What is kept, seven entries at most on a page; `below` as of a task."""

    entries: tuple[Entry, ...]
    below: tuple[Button, ...]
    filled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Corners(StaffPage):
    """Targets in the corners and the middle of the screen; the ones touched are gone. Answer: that target's.

    Attributes:
        left: What is still to be touched, of 0 to 4: upper left, upper right, middle, lower left, lower right.
        stop: Ends the test.
    """

    left: tuple[int, ...]
    stop: Button
