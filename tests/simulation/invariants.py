"""What must hold whatever citizens, devices and the network do; checked at every view, command and step."""

import dataclasses
import enum
import hashlib
import re
from collections.abc import Iterator

import trio

from drivers.pin import Pin
from kiosk.operations.store import Store
from kiosk.pages import Done, Home, Page, Status, Working
from kiosk.screen import View
from simulator.card_reader.card import SocialSecurityCard
from simulator.card_reader.personas import Persona
from simulator.receipt_printer.model import Printer
from simulator.receipt_printer.roll import TextLine

VIEWS_PER_ACT = 40
VIEWS_PER_SECOND = 3
SHOWN_RULES = ("123456", "111111")
"""Bad PINs that every page about new PINs names."""


_SLIP_NUMBER = re.compile(r"(\d{2,}-\d{4,}-\d{4,}).*12333", re.DOTALL)
"""A slip's number stands near its end, the hotline on its last line."""


class CountingCard(SocialSecurityCard):
    """A card that knows its PIN, and counts what was compared with it."""

    def __init__(self, persona: Persona) -> None:
        super().__init__(persona.profile, persona.pin, tries_left=persona.tries_left)
        self.persona = persona.id
        self.pin = persona.pin
        self.changes = 0

    def _change_pin(self, p1: int, data: bytes) -> bytes:
        status = super()._change_pin(p1, data)
        if status == b"\x90\x00":
            self.pin, self.changes = data[4:].hex(), self.changes + 1
        return status


@dataclasses.dataclass
class Change:
    """One CHANGE PIN on its way: which operation it belongs to and what the card made of it."""

    operation: str
    card: CountingCard
    new_pin: str
    executed: bool = False


class Invariants:
    """Watches one seed's run.

    Args:
        people: Whose names and numbers no page may show.
        pins: The PINs that are typed.
        printer: The paper.
    """

    def __init__(self, people: list[Persona], pins: set[str], printer: Printer) -> None:
        self.violations: list[str] = []
        self.changes: dict[str, Change] = {}
        self.last_change: Change | None = None
        self.entries_since_verify = 0
        self.entries_since_change = 0
        self.views = 0
        self.trace = hashlib.sha256()
        self.trace_lines: list[str] | None = None
        self.pins: list[Pin] = []
        self.store: Store | None = None
        self._printer = printer
        self._printing: Page | None = None
        self._slips_before = -1
        """How many slips there were when printing began; -1: no promise is due to be checked."""
        self._views_at = (0, 0.0)
        secret = set(pins) - set(SHOWN_RULES)
        for person in people:
            record = person.server_record or {}
            secret |= {person.pin} - set(SHOWN_RULES)
            keys = ("name", "social_security_number", "card_number", "card_identification_code")
            secret |= {record[key] for key in keys if key in record}
        self._secret = re.compile("|".join(sorted(secret)))

    def violated(self, what: str) -> None:
        """Note a violation; the run stops at its next step."""
        self.note(f"VIOLATED {what}")
        self.violations.append(f"{what} (at {trio.current_time():.2f} s)")

    def note(self, event: str) -> None:
        """Add to the trace whose hash tells two runs apart."""
        line = f"{trio.current_time():.3f} {event}"
        self.trace.update(line.encode() + b"\n")
        if self.trace_lines is not None:
            self.trace_lines.append(line)

    # The screen.

    def shown(self, view: View) -> None:
        """Every view."""
        self.views += 1
        overlay = "" if view.overlay is None else f" under {view.overlay.title.message}"
        self.note(f"view {type(view.page).__name__} {view.page.title.message}{overlay}")
        for text in strings(view):
            if self._secret.search(text):
                self.violated(f"{type(view.page).__name__} shows something personal or a PIN")
        if isinstance(view.page, Home):
            if any(set(pin.digits) - {0} for pin in self.pins):
                self.violated("a PIN outlived its visit")
            self.pins.clear()
        if isinstance(view.page, Done) and view.overlay is None:
            self._check_done(view.page)
        if isinstance(view.page, Working) and view.page.title.message == "正在打印":
            if view.page is not self._printing:  # Not the same, drawn again.
                self._printing, self._slips_before = view.page, len(self._printer.receipts)
        elif self._promises_receipt(view.page) and self._slips_before >= 0:
            self._check_receipt()
            self._slips_before = -1

    def _check_done(self, page: Done) -> None:
        change, store = self.last_change, self.store
        assert store is not None
        if change is None or not change.executed or change.card.pin != change.new_pin:
            self.violated("Done is shown and the card doesn't hold the new PIN")
            return
        outcomes = {str(row.operation_id): row.outcome for row in store._rows("TRUE")}
        if outcomes.get(change.operation) != "done":
            self.violated(f"Done is shown and the record says {outcomes.get(change.operation)}")

    @staticmethod
    def _promises_receipt(page: Page) -> bool:
        if isinstance(page, Done):
            return any(item.label.message == "取走凭条" for item in page.take)
        return isinstance(page, Status) and page.subtitle is not None and "凭条打好了" in page.subtitle.message

    def _check_receipt(self) -> None:
        numbers = self._whole_slips()
        if len(self._printer.receipts) <= self._slips_before or not numbers[-1]:
            self.violated("a page promises a receipt that no whole slip bears out")

    def _whole_slips(self) -> list[str]:
        """The number on each piece of paper; empty for one that doesn't go from its head to its last line."""
        slips = []
        for receipt in self._printer.receipts:
            text = "\n".join(mark.text for mark in receipt.marks if isinstance(mark, TextLine))
            found = _SLIP_NUMBER.search(text)
            slips.append(found[1] if found else "")
        return slips

    def stepped(self) -> None:
        """After each step of the citizen: not too many views for the time that passed."""
        views, at = self._views_at
        now = trio.current_time()
        if self.views - views > VIEWS_PER_ACT + VIEWS_PER_SECOND * (now - at):
            self.violated(f"{self.views - views} views in {now - at:.1f} s")
        self._views_at = (self.views, now)

    # PINs and the card.

    def pin_made(self, pin: Pin) -> None:
        """A PIN came to be in the program's memory."""
        self.pins.append(pin)

    def pin_entered(self) -> None:
        """The citizen finished one entry."""
        self.entries_since_verify += 1
        self.entries_since_change += 1

    def sent(self, card: CountingCard, wire: bytes) -> None:
        """A command leaves for the card, whether or not it arrives."""
        self.note(f"command {wire[:4].hex()}")
        if wire[1] == 0x20 and len(wire) > 5:
            if not self.entries_since_verify:
                self.violated("VERIFY without a PIN entered since the last one")
            self.entries_since_verify = 0
        if wire[1] == 0x5E:
            self._change_sent(card, wire)

    def _change_sent(self, card: CountingCard, wire: bytes) -> None:
        if not self.entries_since_change:
            self.violated("CHANGE PIN without a PIN entered since the last one")
        self.entries_since_verify = self.entries_since_change = 0
        assert self.store is not None
        open_ones = [str(row.operation_id) for row in self.store._rows("outcome IS NULL AND boot = ?", self.store.boot)]
        if len(open_ones) != 1:
            self.violated(f"CHANGE PIN leaves with {len(open_ones)} open intents")
            return
        if open_ones[0] in self.changes:
            self.violated("a second CHANGE PIN for one operation")
        self.last_change = Change(open_ones[0], card, wire[9:12].hex())
        self.changes[open_ones[0]] = self.last_change

    def executed(self, card: CountingCard, wire: bytes, answer: bytes) -> None:
        """The card has done what it was told; the answer may still be lost."""
        if wire[1] == 0x5E and self.last_change is not None:
            self.last_change.executed = answer == b"\x90\x00"

    # The records.

    def check_records(self, at_server: dict[str, str] | None = None) -> None:
        """Operations against cards; with `at_server`, also against what the server holds, everything sent."""
        assert self.store is not None
        rows = {str(row.operation_id): row.outcome for row in self.store._rows("TRUE")}
        for identity, outcome in rows.items():
            change = self.changes.get(identity)
            executed = change is not None and change.executed
            if outcome == "done" and not executed:
                self.violated("an operation is recorded as done, and the card wasn't changed")
            if outcome == "not_done" and executed:
                self.violated("an operation is recorded as not done, and the card was changed")
        for identity in self.changes.keys() - rows.keys():
            self.violated(f"CHANGE PIN was sent, and no operation is on record ({identity[:4]})")
        if at_server is not None:
            numbers = [number for number in self._whole_slips() if number]
            if len(numbers) != len(set(numbers)):
                self.violated("two slips have the same number")
            if self.store.unsent() or None in rows.values():
                self.violated("reports wait although the network is well")
            if at_server != rows:
                self.violated(
                    f"the server holds {sorted(at_server.values())}, the machine {sorted(map(str, rows.values()))}"
                )


def strings(thing: object) -> Iterator[str]:
    """Every piece of text within a page, however deep."""
    if isinstance(thing, str):
        yield thing
    elif isinstance(thing, enum.Enum):
        return
    elif dataclasses.is_dataclass(thing):
        for field in dataclasses.fields(thing):
            yield from strings(getattr(thing, field.name))
    elif isinstance(thing, tuple | list):
        for item in thing:
            yield from strings(item)
