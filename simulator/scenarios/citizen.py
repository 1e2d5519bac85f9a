"""A scripted citizen: eyes on the screen, a finger on it, hands for card, pad, phone and paper. Nothing else."""

import base64
import random
import time
from collections.abc import Callable
from itertools import pairwise
from types import TracebackType
from typing import Any, Self, TypeVar

from PIL import Image

from simulator.card_reader.personas import Persona, personas
from simulator.machine import Machine
from simulator.scenarios.eye import KEY, LABEL, OPTION, Eye, Seen
from simulator.scenarios.pages import (
    CARD_MENU,
    CURRENT_PIN,
    HOME,
    INITIAL_PIN,
    NEW_PIN,
    PINS_ON_READER,
    REPEAT_PIN,
    TAKE_CARD,
    Known,
    in_language,
)
from simulator.scenarios.report import Report
from simulator.stand import Stand
from simulator.x_screen import XScreen

Found = TypeVar("Found")
ENOUGH = ("知道了", "退出")
"""Buttons of a refusal that lead home."""
ENDED = ("done", "not_done", "escalated")
"""States of an operation that nothing changes any more."""

_A_FRAME = 0.045
"""Seconds: a page that moves draws thirty a second."""
_A_MOVEMENT = 0.25
"""Seconds: a page slides in for 0.16."""


class NotSeen(Exception):
    """What the citizen waited for didn't come."""


class Citizen:
    """One person at the first machine of `stand`, within the `with` statement.

    Args:
        stand: The machines and everything around them.
        language: What the citizen reads.
        seed: Of hesitations and of what is chosen freely.

    Attributes:
        machine: Where the citizen is.
        screen: That machine's.
    """

    machine: Machine
    screen: XScreen

    def __init__(self, stand: Stand, report: Report, language: str, seed: int) -> None:
        self.stand = stand
        self.report = report
        self.language = language
        self.random = random.Random(seed)
        self._eye = Eye(stand.wishes.width, stand.wishes.height)
        self.types_on_reader = stand.wishes.pin_path != "pad"
        self._pad = "pin_pad"
        self._earlier = {operation["operation_id"] for operation in stand.central("operations")["operations"]}

    def __enter__(self) -> Self:
        self.stand.first.wait_until_it_serves()
        self._stands_before(self.stand.first)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.screen.close()

    def goes_to(self, machine: Machine) -> None:
        """Walk to another machine."""
        self.screen.close()
        machine.wait_until_it_serves()
        self._stands_before(machine)
        self.report.act(f"goes to {machine.name}")

    def _stands_before(self, machine: Machine) -> None:
        self.machine = machine
        self.screen = XScreen(machine.display)
        self.screen.watch(True)
        self._receipts: int = machine.control("receipt_printer")("state")["receipts"]

    # Eyes.

    def sees(self, page: Known, seconds: float = 15.0) -> None:
        """Wait until `page` is on the screen and still.

        Raises:
            NotSeen: It didn't come in this time.
        """
        self.sees_one_of(page, seconds=seconds)

    def sees_one_of(self, *pages: Known, seconds: float = 15.0) -> Known:
        """Wait until one of `pages` is on the screen and still; which one."""

        titles = {page: in_language(page.title, self.language, page.count) for page in pages}

        def look(picture: Image.Image) -> Known | None:
            return next((page for page in pages if self._eye.find(titles[page], picture, page.sizes)), None)

        found = self.waits_for(look, seconds, " or ".join(page.name for page in pages))
        self.report.see(found.name, self._still_picture())
        return found

    def reads(
        self, words: str, seconds: float = 5.0, count: int | None = None, sizes: tuple[float, ...] = LABEL
    ) -> Seen:
        """Wait until `words` (Chinese, as the pages are written; `{n}` is `count`) stand on a button or a panel."""
        said = in_language(words, self.language, count)
        return self.waits_for(lambda picture: self._eye.find(said, picture, sizes), seconds, repr(said))

    def has_seen(self, words: str) -> bool:
        """Whether `words` stand on a button or a panel of the picture that is there now."""
        return self._eye.find(in_language(words, self.language), self._still_picture(), LABEL) is not None

    def finds(self, words: str, picture: Image.Image, sizes: tuple[float, ...]) -> Seen | None:
        """Where `words` stand in `picture`, if they do."""
        return self._eye.find(in_language(words, self.language), picture, sizes)

    def waits_for(self, look: Callable[[Image.Image], Found | None], seconds: float, what: str) -> Found:
        """Look whenever something was drawn, at the end of a movement, until `look` finds what it looks for.

        Raises:
            NotSeen: It didn't in this time.
        """
        end = time.monotonic() + seconds
        while True:
            self.screen.wait_until_still(_A_FRAME, _A_MOVEMENT)
            found = look(self.screen.picture())
            if found is not None:
                return found
            left = end - time.monotonic()
            # In slices: a kiosk that has died draws nothing, and its window is missed by the next picture.
            changed = self.screen.wait_for_change(min(max(left, 0), 1)) is not None
            if left <= (0 if changed else 1):
                self.report.unexpected(self.screen.picture())
                raise NotSeen(f"waited {seconds:g} s for {what}")

    def _still_picture(self) -> Image.Image:
        self.screen.wait_until_still(0.3, 1.5)  # One that works moves once a second.
        return self.screen.picture()

    # The finger.

    def touches(self, words: str, seconds: float = 5.0, sizes: tuple[float, ...] = LABEL) -> None:
        """Look for a button by its `words` and press it."""
        self.hesitates()
        place = self.reads(words, seconds, sizes=sizes)
        self.report.act(f"touches {in_language(words, self.language)}")
        self.screen.touch(*place.middle)

    def chooses(self, words: str) -> None:
        """Press one of several ways, where there is a choice."""
        self.touches(words, sizes=OPTION)

    def types_number(self, digits: str) -> None:
        """Type on the screen's own keys. The report doesn't say what."""
        places = {digit: self.reads(digit, sizes=KEY).middle for digit in set(digits)}
        for digit in digits:
            self.hesitates(0.1)
            self.screen.touch(*places[digit])
        self.report.act("types a number on the screen")

    def has_read(self) -> None:
        """Leave a refusal by the button that wants no more, whatever else the page offers."""
        time.sleep(0.7)  # A card just taken changes the page; a press on what it was before counts no more.
        self.hesitates()

        def look(picture: Image.Image) -> Seen | None:
            buttons = (self._eye.find(in_language(words, self.language), picture, LABEL) for words in ENOUGH)
            return next((seen for seen in buttons if seen is not None), None)

        place = self.waits_for(look, 5.0, "a button that wants no more")
        self.report.act("has read it")
        self.screen.touch(*place.middle)

    def hesitates(self, most: float = 0.4) -> None:
        """Think for a moment."""
        time.sleep(self.random.uniform(0.05, most))

    # The card.

    def persona(self, name: str) -> Persona:
        """Who the citizen is, by the card's name in the tray."""
        return next(persona for persona in personas() if persona.id == name)

    def inserts(self, card: str, *, upside_down: bool = False) -> None:
        """Put a card of the tray into the slot."""
        self.hesitates()
        self.report.act(f"inserts the card {card}" + (" upside down" if upside_down else ""))
        self.machine.control("card_reader")("insert", card=card, upside_down=upside_down)

    def looks_at(self, card: str) -> None:
        """Put a card in at the home page, and ask how it is."""
        self.inserts(card)
        self.sees(CARD_MENU)
        self.touches("查卡状态")

    def takes_card(self) -> None:
        """Pull the card out."""
        self.hesitates()
        self.report.act("takes the card")
        self.machine.control("card_reader")("pull")

    def leaves_with_card(self) -> None:
        """Take the card when the page asks for it; the machine is then ready for the next one."""
        self.sees(TAKE_CARD)
        self.takes_card()
        self.sees(HOME)

    # The pad.

    def types_pin(self, pin: str) -> None:
        """Wait for the pad to ask, type the digits and press enter. The report doesn't say which."""
        self.waits_for_pad()
        for key in [*pin, "enter"]:
            time.sleep(self.random.uniform(0.02, 0.12))
            self.presses(key)
        self.report.act("types a PIN on the pad")

    def waits_for_pad(self, seconds: float = 10.0) -> None:
        """Wait until a pad, the reader's or the separate one, asks for a PIN: there it is typed."""
        pads = {name: self.machine.control(name) for name in ("pin_pad", "card_reader")}
        end = time.monotonic() + seconds
        while (asking := next((name for name, pad in pads.items() if _asks_for_pin(pad("state"))), None)) is None:
            if time.monotonic() > end:
                raise NotSeen("no pad asked for a PIN")
            time.sleep(0.05)
        self._pad = asking

    def presses(self, key: str) -> None:
        """Press one key of the pad that asked last: a digit, `enter`, `clear`, `cancel`."""
        self.machine.control(self._pad)("key", key=key)

    def thinks_of_a_pin(self) -> str:
        """A PIN that nobody would guess: no run, no repeat, no date, no part of a number, and not the old one."""
        taken = {persona.pin for persona in personas()}
        while True:
            digits = self.random.sample("0123456789", 6)
            steps = {int(b) - int(a) for a, b in pairwise(digits)}
            pin = "".join(digits)
            if len(steps) > 3 and pin not in taken and digits[0] not in "012":
                return pin

    def changes_pin(self, old: str, new: str, *, after_weak: tuple[str, str] | None = None) -> None:
        """Go through a change of the PIN, from the page that asks for the old one.

        Args:
            old: The PIN that the card has.
            new: The one that it gets.
            after_weak: A PIN to try before, and what is wrong with it in the words of the page.
        """
        if self.types_on_reader:
            self.sees(PINS_ON_READER)
            for pin in (old, new, new):
                self.types_pin(pin)
            return
        self.sees(CURRENT_PIN)
        self.types_pin(old)
        if after_weak is not None:
            weak, reason = after_weak
            self.sees(NEW_PIN)
            self.types_pin(weak)
            self.reads(reason)
        self.chooses_pin(new)

    def types_initial_pin(self, initial: str) -> None:
        """Prove by the initial PIN whose card it is, when the page asks for it."""
        self.sees(INITIAL_PIN)
        self.types_pin(initial)

    def changes_initial_pin(self, initial: str, new: str) -> None:
        """Go through the change that enables a card; on the reader's keys the initial PIN is typed once more."""
        if self.types_on_reader:
            self.changes_pin(initial, new)
        else:
            self.chooses_pin(new)

    def chooses_pin(self, new: str) -> None:
        """Type a new PIN twice, from the page that asks for it."""
        self.sees(NEW_PIN)
        self.types_pin(new)
        self.sees(REPEAT_PIN)
        self.types_pin(new)

    def reads_tries_left(self, left: int) -> None:
        """Wait until the page says how many tries are left."""
        self.reads("密码不对，还可以输 {n} 次", count=left)

    # What only somebody beside the machine can ask.

    def card_takes(self, card: str, pin: str) -> bool:
        """Ask the card itself, where no try is counted, whether it takes `pin`."""
        return bool(self.machine.control("card_reader")("verify", card=card, pin=pin)["right"])

    def tries_left(self, card: str) -> int:
        """How many tries the card itself has left."""
        cards = self.machine.control("card_reader")("cards")["cards"]
        return int(next(found["tries_left"] for found in cards if found["id"] == card))

    def waits_until(self, true: Callable[[], bool], what: str, seconds: float = 15.0) -> None:
        """Wait for something that no page tells.

        Raises:
            NotSeen: It didn't come true in this time.
        """
        end = time.monotonic() + seconds
        while not true():
            if time.monotonic() > end:
                raise NotSeen(f"waited {seconds:g} s until {what}")
            time.sleep(0.05)

    def record(self, card: str) -> dict[str, Any]:
        """What the central server holds of the card."""
        return self.stand.central("card", person=card)

    def operations(self, card: str, count: int, seconds: float = 10.0) -> list[tuple[str, str]]:
        """Kind and state of what the server learned of the card, oldest first, once `count` of them have ended."""
        end = time.monotonic() + seconds
        while True:
            held = self.stand.central("operations", person=card)["operations"]
            new = [operation for operation in held if operation["operation_id"] not in self._earlier]
            found = [(operation["kind"], operation["state"]) for operation in new]
            if sum(state in ENDED for _, state in found) >= count or time.monotonic() > end:
                return found
            time.sleep(0.1)

    def cases(self) -> list[tuple[str, str]]:
        """Kind and reason of what waits for a person of the bureau."""
        cases = self.stand.central("cases")["cases"]
        return [(case["kind"], case["reason"]) for case in cases if case["operation_id"] not in self._earlier]

    def is_enabled(self, card: str) -> bool:
        """Whether the server holds the card as in use, with a PIN of the holder's own."""
        record = self.record(card)
        return (record["application_status"], record["lifecycle"], record["initial_pin"]) == ("normal", "04", False)

    # Phone and paper.

    def shows_code(self, code: str, what: str) -> None:
        """Hold a phone with `code` before the camera."""
        self.hesitates()
        self.report.act(f"holds up {what}")
        self.machine.control("camera")("show", code=code)

    def takes_phone_away(self) -> None:
        """Put the phone back into the pocket."""
        self.machine.control("camera")("hide")

    def takes_receipt(self, seconds: float = 15.0) -> bytes:
        """Wait for the paper to be cut and take it; its picture, as PNG.

        Raises:
            NotSeen: None came.
        """
        printer = self.machine.control("receipt_printer")
        end = time.monotonic() + seconds
        while printer("state")["receipts"] == self._receipts:
            if time.monotonic() > end:
                raise NotSeen("no receipt came out")
            time.sleep(0.05)
        self._receipts += 1
        self.report.act("takes the receipt")
        picture = base64.b64decode(printer("picture")["png"])
        self.report.receipt(picture, base64.b64decode(printer("binary")["data"]))
        return picture


def _asks_for_pin(state: dict[str, object]) -> bool:
    # The separate pad says whether it takes a PIN; the reader's own is lit only while it does.
    return bool(state["entering"] if "entering" in state else state["display"])
