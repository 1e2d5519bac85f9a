"""What must hold of one station's screen and paper, at every view."""

import dataclasses
import enum
import re
from typing import TYPE_CHECKING

import trio

from drivers.pin import Pin
from kiosk.pages import Done, Home, Page, Status, Working
from kiosk.screen import View
from simulator.receipt_printer.roll import TextLine

if TYPE_CHECKING:
    from promises import Promises
    from station import Station

VIEWS_PER_ACT = 60
VIEWS_PER_SECOND = 3

_SLIP_NUMBER = re.compile(r"(\d{2,}-\d{4,}-Q?\d{3,}|(?<![\d-])20\d{10}(?=\n)(?!.*\d-\d{4,}-)).*12333", re.DOTALL)
"""A slip's number, or a certificate's, stands near its end; the hotline on its last line."""
_COPY = re.compile("副本|copy", re.IGNORECASE)


class ScreenWatch:
    """Looks at every view of a station's boots, and at its paper."""

    def __init__(self, station: "Station", promises: "Promises") -> None:
        self.views = 0
        self.pins: list[Pin] = []
        self._station = station
        self._promises = promises
        self._looked_at: list[object] = []
        self._printing: Page | None = None
        self._slips_before = -1
        """How many slips there were when printing began; -1: no promise is due to be checked."""
        self._views_at = (0, 0.0)

    def violated(self, number: int, what: str) -> None:
        self._promises.violated(number, f"{self._station.name}: {what}")

    def nobody_listens(self) -> None:
        self.violated(0, "nobody takes presses")

    def forget_pins(self) -> None:
        """Memory without power forgets."""
        self.pins.clear()

    def shown(self, view: View) -> None:
        """Every view."""
        self.views += 1
        if self._station.slot.power_cut.is_set():
            return  # A dark screen.
        page = view.page
        overlay = "" if view.overlay is None else f" under {view.overlay.title.message}"
        self._station.note(f"view {type(page).__name__} {page.title.message}{overlay}")
        tells = self._promises.tells
        if any(tells("\n".join(self._new_strings(part))) for part in (page, view.overlay)):
            self.violated(8, f"{type(page).__name__} shows something personal or a PIN")
        if isinstance(page, Home):
            self._promises.identity.home_is_shown(self._station)
            if any(set(pin.digits) - {0} for pin in self.pins):
                self.violated(8, "a PIN outlived its visit")
            self.pins.clear()
        if isinstance(page, Done) and view.overlay is None:
            self._promises.done_is_shown(self._station, page)
        if isinstance(page, Working) and page.title.message == "正在打印":
            if page is not self._printing:  # Not the same, drawn again.
                self._printing, self._slips_before = page, len(self._station.printer.receipts)
        elif promises_receipt(page) and self._slips_before >= 0:
            self._check_receipt()
            self._slips_before = -1

    def _new_strings(self, part: object) -> list[str]:
        """The text of a page or an overlay that wasn't the last to be looked at."""
        if any(part is seen for seen in self._looked_at):
            return []
        self._looked_at = [*self._looked_at[-3:], part]
        found: list[str] = []
        _gather(part, found)
        return found

    def _check_receipt(self) -> None:
        numbers = self.slip_numbers()
        if len(numbers) <= self._slips_before or not numbers[-1]:
            self.violated(9, "a page promises a receipt that no whole slip bears out")

    def slip_numbers(self) -> list[str]:
        """The number on each piece of paper; empty for one that doesn't go from its head to its last line."""
        return [found[1] if (found := _SLIP_NUMBER.search(text)) else "" for text in self._slips()]

    def twice_without_a_word(self) -> str | None:
        """A number that is on two slips of which the second doesn't say that it is a copy."""
        seen = set()
        for text in self._slips():
            found = _SLIP_NUMBER.search(text)
            if found is not None and found[1] in seen and not _COPY.search(text):
                return found[1]
            if found is not None:
                seen.add(found[1])
        return None

    def _slips(self) -> list[str]:
        return [
            "\n".join(mark.text for mark in receipt.marks if isinstance(mark, TextLine))
            for receipt in self._station.printer.receipts
        ]

    def stepped(self) -> None:
        """After each step: not too many views for the time that passed."""
        views, at = self._views_at
        now = trio.current_time()
        if self.views - views > VIEWS_PER_ACT + VIEWS_PER_SECOND * (now - at):
            self.violated(0, f"{self.views - views} views in {now - at:.1f} s")
        self._views_at = (self.views, now)


def promises_receipt(page: Page) -> bool:
    """Whether a page says that a slip has been printed."""
    if isinstance(page, Done):
        return any(item.label.message == "取走凭条" for item in page.take)
    return isinstance(page, Status) and page.subtitle is not None and "凭条打好了" in page.subtitle.message


_ATTRIBUTES: dict[type, tuple[str, ...]] = {}


def _gather(thing: object, found: list[str]) -> None:
    """Every piece of text within a page, however deep."""
    kind = type(thing)
    if kind is str:
        found.append(thing)  # type: ignore[arg-type]
    elif kind is tuple or kind is list:
        for item in thing:  # type: ignore[attr-defined]
            _gather(item, found)
    else:
        if kind not in _ATTRIBUTES:
            plain = not dataclasses.is_dataclass(kind) or issubclass(kind, enum.Enum)
            _ATTRIBUTES[kind] = () if plain else tuple(field.name for field in dataclasses.fields(kind))
        for name in _ATTRIBUTES[kind]:
            _gather(getattr(thing, name), found)
