"""What a visit has to work with: the devices, the central server, the operations, and the clock."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from drivers.card_reader.slot import CardSlot
from drivers.pin import Pin
from drivers.pin_pad.dukpt import EncryptedPin
from drivers.receipt_printer.document import Document
from kiosk.code_reader import CodeReader
from kiosk.conditions import ConditionBoard
from kiosk.operations.operations import Operations
from kiosk.screen import Screen
from kiosk.settings import Settings
from kiosk.uplink.link import Uplink


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

    def rest(self) -> None:
        """The visit is over: nothing of it stays on the pad's display."""
        ...


class Printer(Protocol):
    """Puts a document on paper once, and knows that it did."""

    async def check(self) -> object:
        """Ask how the printer is: one that was switched off while idle says nothing by itself."""
        ...

    async def print_once(self, document: Document) -> None:
        """Print, or raise what kept it from being printed."""
        ...


@dataclass(frozen=True, kw_only=True)
class Machine:
    """Everything that `kiosk.core` joined.

    Attributes:
        pad: The separate PIN pad, or None where the card reader takes the PIN itself (the `reader` path).
        enciphering_pad: The separate pad, on either path, for a PIN that the server alone may read; None where there
            is none.
        now: The wall clock, for pages and slips; nothing is decided by it.
    """

    settings: Settings
    screen: Screen
    slot: CardSlot
    pad: Pad | None
    printer: Printer
    code_reader: CodeReader
    uplink: Uplink
    operations: Operations
    board: ConditionBoard
    now: Callable[[], datetime.datetime]
    enciphering_pad: EncipheringPad | None = None

    def receipt_number(self) -> str:
        """A number for a slip that tells of no operation; see `Operations.reference`."""
        return self.operations.reference()
