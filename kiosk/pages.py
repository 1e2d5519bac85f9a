"""What a citizen can be shown: frozen pages that say what is meant, never how it is drawn.

A service shows a page and gets an answer back; `screens` draws each class here in every theme, size and language.
A page can't leak what it never held: personal data comes in as `Masked`, and no page ever holds a PIN.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Protocol

from kiosk.text import Masked, Text


class Answer(Enum):
    """What a button says when it is pressed."""

    BACK = auto()
    NEXT = auto()
    AGAIN = auto()
    STOP = auto()
    PRINT = auto()
    SHOW_CODE = auto()
    FINISH = auto()
    ANOTHER = auto()
    WITHOUT_CARD = auto()
    FORGOTTEN = auto()
    HOME = auto()
    ID_CARD = auto()
    E_CARD = auto()
    FACE = auto()
    ONE_TIME_CODE = auto()
    # The footer, the same on every page.
    EXIT = auto()
    CALL_STAFF = auto()
    LANGUAGE = auto()
    ACCESS = auto()
    # Overlays.
    STILL_HERE = auto()
    CLOSE = auto()
    LARGE = auto()
    CONTRAST = auto()
    VOICE = auto()
    LOW_REACH = auto()


@dataclass(frozen=True, slots=True)
class Chosen:
    """A tile or a further service was pressed."""

    service: str


@dataclass(frozen=True, slots=True)
class Entered:
    """Digits were typed on the screen's keys, and the primary button pressed. Never a PIN."""

    digits: str = field(repr=False)


class Sign(Enum):
    """A state, told by shape first: circle, square, triangle, octagon."""

    DONE = auto()
    INFORMATION = auto()
    CARE = auto()
    REFUSED = auto()


class Picture(Enum):
    """An illustration of the hardware, shown wherever a hand must go there."""

    CARD_INSERT = "card-insert"
    CARD_STAY = "card-stay"
    CARD_TAKE = "card-take"
    PIN_PAD = "pin-pad"
    QR_SCAN = "qr-scan"
    RECEIPT_OUT = "receipt-out"
    STAFF_WINDOW = "staff-window"
    FACE_FRAME = "face-frame"
    ID_ON_PLATE = "id-on-plate"
    SMS_CODE = "sms-code"
    OUT_OF_SERVICE = "out-of-service"


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """Something to press. `icon` names a file in `screens/icons`, or is None."""

    label: Text
    answer: Answer | Chosen
    icon: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Actions:
    """The row of buttons above the footer. At most one is primary (filled).

    `equal` gives both the same weight and width: only where a decision has consequences.
    """

    secondary: Button | None = None
    primary: Button | None = None
    other: Button | None = None
    """A second unfilled button in the primary's place, where the act itself is physical."""
    equal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where the citizen is: task name and steps. `at` counts from 0; `len(steps)` means all done."""

    task: Text
    steps: tuple[Text, ...] = ()
    at: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A tinted panel: sign, heading, and what it means."""

    sign: Sign
    heading: Text
    body: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What every page has. The title is at most 14 Han characters.

    Attributes:
        can_exit: False while an operation runs, or a hand has something to do first.
        exit_waits: What that is, as the footer's exit reads then; None: until it is done.
    """

    title: Text
    subtitle: Text | None = None
    progress: Progress | None = None
    actions: Actions = Actions()
    can_exit: bool = True
    exit_waits: Text | None = None


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
class NumberEntry(Page):
    """A number is typed on the screen's keys. Answer: `Entered`, by the primary button once it is complete.

    What was typed stays while the page is shown again with another note, subtitle or button; another title or problem
    begins anew, and so does any other page between. Its actions are `secondary` and `other`: the primary is its own.

    Attributes:
        length: How many digits.
        groups: How they are set, such as 3, 4, 4; () : all alike.
        hidden: Dots in place of digits: a code that nobody else should read, nor a picture of this page hold.
        note: Below the field.
        problem: What was wrong with the last entry; stands in the note's place.
        enter: The primary button's label once it is complete; before that it says how many are missing.
    """

    length: int
    groups: tuple[int, ...] = ()
    hidden: bool = False
    note: Text | None = None
    problem: Text | None = None
    enter: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class PinRound:
    """One of several entries of the same new PIN."""

    label: Text
    state: Text
    done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PinEntry(Page):
    """A PIN is entered on the metal pad, never on the screen.

    Attributes:
        tries: How many tries are left, from the card, and what follows after them.
        dots: Digits entered so far, or None where the pad reports no keys: the page then sends the eye to the pad.
        rounds: For a new PIN: first and second entry.
        rules: What makes a good PIN, shown before a new one is chosen.
        problem: What was wrong with the last entry.
        stop: How to stop where nothing on the screen can.
    """

    tries: Text | None = None
    tries_note: Text | None = None
    length: int = 6
    dots: int | None = None
    rounds: tuple[PinRound, ...] = ()
    rules_title: Text | None = None
    rules: tuple[Text, ...] = ()
    problem: Panel | None = None
    privacy: Text | None = None
    stop: Text | None = None


class Work(Enum):
    """How far one part of the work is."""

    WAITING = auto()
    RUNNING = auto()
    DONE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItem:
    """One line of what is being done."""

    label: Text
    state: Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Working(Page):
    """The machine works: twelve dots, one step a second, and a list of what is done."""

    picture: Picture = Picture.CARD_STAY
    items: tuple[WorkItem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeItem:
    """A thing to take, in the order in which the machine gives them."""

    label: Text
    picture: Picture
    note: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Done(Page):
    """It is durably done: the malachite stage. Never shown for an unknown outcome."""

    take: tuple[TakeItem, ...]
    note: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WayOut:
    """One numbered thing that the citizen can do instead."""

    title: Text
    note: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal(Page):
    """What happened, whether anything was changed, why, and what to do. `subtitle` reassures about the card.

    Attributes:
        sign: REFUSED, CARE, or INFORMATION where the outcome isn't known.
        reference: Number of this refusal, for the staff.
    """

    sign: Sign
    heading: Text
    why: Text
    ways_title: Text
    ways: tuple[WayOut, ...]
    contact: Text
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusRow:
    """One fact about the card: its sign, what it is, and what that means."""

    label: Text
    sign: Sign
    value: Text
    note: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Status(Page):
    """The answer in the title, the details below, the next services as buttons."""

    name: Masked
    number: Masked
    card: Text
    rows: tuple[StatusRow, ...]
    further_title: Text
    further: tuple[Button, ...] = ()


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptCode(Page):
    """A slip that didn't reach paper, as a QR code for the citizen's own phone: its text, no address.

    Attributes:
        content: What the slip says, masked as it is there.
        note: What to know about it.
    """

    content: Masked = field(repr=False)
    note: Text


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


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffPage(Page):
    """A page for the staff alone (`kiosk.console.pages`): a night stage, and words where citizens have four buttons.

    Attributes:
        machine: Which machine.
        place: Where it stands; left out where there is no room.
        who: In which role somebody is here.
        about: The program and since when it runs.
        leaving: When the page goes by itself.
    """

    machine: Text
    place: Text
    who: Text
    about: Text
    leaving: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """A higher sheet over the page; the footer stays live."""

    title: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class StillThere(Overlay):
    """Nobody has touched anything: a ring counts down. Answers: STILL_HERE."""

    seconds: int
    of: int
    body: Text
    button: Button


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessSheet(Overlay):
    """Large text, contrast, voice, low reach. Answers: those switches, CLOSE. What is on comes from Preferences."""

    subtitle: Text
    button: Button
    voice: bool = True
    """Whether this machine can speak: a switch that does nothing isn't shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice(Overlay):
    """Something to know, with one button. Answer: CLOSE."""

    body: Text
    button: Button
