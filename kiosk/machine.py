"""What a visit has to work with: the devices, the central server, the store, and the clock."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from drivers.card_reader.slot import CardSlot
from drivers.pin import Pin
from drivers.receipt_printer.document import Document
from kiosk.code_reader import CodeReader
from kiosk.conditions import ConditionBoard
from kiosk.operations.store import Store
from kiosk.screen import Screen
from kiosk.settings import Settings
from kiosk.uplink.link import Uplink


class Pad(Protocol):
    """A separate PIN pad whose block this machine opens (the `pad` path)."""

    async def enter(self) -> Pin:
        """Have a PIN entered. The caller wipes it."""
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
        now: The wall clock, for pages and slips; nothing is decided by it.
    """

    settings: Settings
    screen: Screen
    slot: CardSlot
    pad: Pad | None
    printer: Printer
    code_reader: CodeReader
    uplink: Uplink
    store: Store
    board: ConditionBoard
    now: Callable[[], datetime.datetime]

    def receipt_number(self) -> str:
        """A number that no other receipt of this machine has: machine, boot, count."""
        return f"{self.settings.machine.number:02}-{self.store.boot:04}-{self.store.next_sequence():04}"
