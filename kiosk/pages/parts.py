"""What pages are made of, and the answers that they give."""

from dataclasses import dataclass, field
from enum import Enum, auto

from kiosk.text import Text


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
