"""What a visit has to work with: the devices, the central server, the operations, and the clock."""

import datetime
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol
from uuid import UUID, uuid4

from drivers.card_reader.slot import CardSlot
from drivers.document_printer.protocol import QueueState
from drivers.pin import Pin
from drivers.pin_pad.dukpt import EncryptedPin
from drivers.receipt_printer.document import Document
from drivers.receipt_printer.protocol import Status
from kiosk.code_reader import CodeReader
from kiosk.conditions import ConditionBoard
from kiosk.counters import Counters
from kiosk.desk import Desk
from kiosk.operations.operations import Operations
from kiosk.pages import LivePicture
from kiosk.paper.typesetter import Typeset, typeset_apart
from kiosk.screen import Screen
from kiosk.settings import Settings
from kiosk.uplink.link import Uplink

if TYPE_CHECKING:
    from drivers.face.course import FaceScore
    from drivers.face.guidance import Hint
    from drivers.id_reader.document import Document as IdDocument
    from drivers.id_reader.session import ReaderState


class Pad(Protocol):
    """A separate PIN pad whose block this machine opens (the `pad` path)."""

    async def enter(self) -> Pin:
        """Have a PIN entered. The caller wipes it."""
        ...


class EncipheringPad(Protocol):
    """A separate PIN pad whose block goes on to the server as it is: nobody here can open it."""

    async def enter_enciphered(self) -> EncryptedPin:
        """Have a PIN entered."""
        ...

    async def read_key(self, *, seconds: int) -> str | None:
        """Have one key pressed, outside any entry of a PIN; None: none in time."""
        ...

    def rest(self) -> None:
        """The visit is over: nothing of it stays on the pad's display."""
        ...


class Printer(Protocol):
    """Puts a document on paper once, and knows that it did."""

    @property
    def status(self) -> Status:
        """The newest that is known."""
        ...

    async def check(self) -> Status:
        """Ask how the printer is: one that was switched off while idle says nothing by itself."""
        ...

    async def print_once(self, document: Document) -> None:
        """Print, or raise what kept it from being printed."""
        ...


class SheetPrinter(Protocol):
    """Puts whole sheets on A4, once, and knows that it did."""

    async def check(self) -> QueueState:
        """Ask the queue how it is: one that was stopped while idle says nothing by itself."""
        ...

    async def print_once(self, pdf: bytes, *, name: str) -> None:
        """Print, or raise what kept it from being printed."""
        ...


class Speaker(Protocol):
    """Reminds by a sound, and knows whether it can be made."""

    def attention(self) -> None:
        """Make the sound that something is left behind or needs the citizen, without waiting for it."""
        ...

    async def sound(self, *, aloud: bool = True) -> bool:
        """Make the sound, or only find out whether it could be made; whether it can."""
        ...


class IdCardReader(Protocol):
    """Reads resident ID cards and what looks like them."""

    async def read(self) -> "IdDocument":
        """Wait for a card to be laid on, and read it."""
        ...

    async def lifted(self) -> None:
        """Wait until it has been taken away."""
        ...

    async def check(self) -> "ReaderState":
        """Ask the reader how it is, now."""
        ...


class FaceCheck(Protocol):
    """One comparison under way: iterate for hints and, last, the score."""

    def preview(self) -> LivePicture | None:
        """The newest picture, or None; may be asked from another thread."""
        ...

    def __aiter__(self) -> "AsyncIterator[Hint | FaceScore]": ...


class FaceComparer(Protocol):
    """A process that loads its models while the citizen still reads; it sees nothing before `check`."""

    def check(self, photo: bytes, *, seconds: float) -> AbstractAsyncContextManager[FaceCheck]:
        """Open the camera and compare who is before it with `photo`, once."""
        ...


class Faces(Protocol):
    """Where faces are compared: `kiosk.face_check` over `drivers.face`."""

    def open(self) -> AbstractAsyncContextManager[FaceComparer]:
        """Start the comparing process; it is gone when the block ends."""
        ...


@dataclass(frozen=True, kw_only=True)
class Machine:
    """Everything that `kiosk.core` joined.

    Attributes:
        pad: The separate PIN pad, or None where the card reader takes the PIN itself (the `reader` path).
        enciphering_pad: The separate pad, on either path, for a PIN that the server alone may read; None where there
            is none.
        id_reader: None where the settings name none.
        faces: None where the settings want none.
        document_printer: For A4; None where the settings name no queue.
        typeset: Sets what is printed there.
        now: The wall clock, for pages and slips; nothing is decided by it.
        new_id: Makes the ids by which the server knows a message again.
        counters: What was done today.
        desk: Where the attendant gives screen and slot to whoever tests the machine.
    """

    settings: Settings
    screen: Screen
    slot: CardSlot
    pad: Pad | None
    printer: Printer
    code_reader: CodeReader
    loudspeaker: Speaker
    uplink: Uplink
    operations: Operations
    board: ConditionBoard
    now: Callable[[], datetime.datetime]
    enciphering_pad: EncipheringPad | None = None
    id_reader: IdCardReader | None = None
    faces: Faces | None = None
    document_printer: SheetPrinter | None = None
    typeset: Typeset = typeset_apart
    new_id: Callable[[], UUID] = uuid4
    desk: Desk = field(default_factory=Desk)
    counters: Counters = field(default_factory=Counters)

    def count(self, name: str) -> None:
        """One more of `name` today."""
        self.counters.add(self.now().date(), name)

    def today(self) -> "Machine":
        """This machine by today's rules: a region's later section holds from its day on, without a restart.

        The day is the server's where that is known, since the server judges by it.
        """
        settings = self.settings.on(self.uplink.day)
        return self if settings is self.settings else replace(self, settings=settings)

    def receipt_number(self) -> str:
        """A number for a slip that tells of no operation; see `Operations.reference`."""
        return self.operations.reference()
