"""A random citizen at one station: mostly sensible, sometimes nervous, forgetful, or gone."""

import dataclasses
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

import trio
import trio.testing
from network import INTENT
from proving import Proving, lays
from slot import CARD_FAULTS, LOST_ANSWERS, LOST_PROOFS

from drivers.card_reader.slot import MediaState
from kiosk.catalogue import SERVICES
from kiosk.pages import (
    AccessSheet,
    Actions,
    Answer,
    Button,
    Choose,
    Chosen,
    Decide,
    Done,
    FaceView,
    Home,
    Instruct,
    Menu,
    MenuTile,
    NumberEntry,
    Option,
    Overlay,
    Page,
    Picture,
    PinEntry,
    Refusal,
    Status,
    Tile,
)
from kiosk.screen import View
from kiosk.text import Text

if TYPE_CHECKING:
    from station import Station
    from truth import TruthfulCard

FOOTER = (Answer.EXIT, Answer.CALL_STAFF, Answer.LANGUAGE, Answer.ACCESS)
BY_ISSUER = ("unlock", "reset_pin")
"""Services whose command is the issuer's, which it proves itself for."""
SWITCHES = (Answer.LARGE, Answer.CONTRAST, Answer.VOICE, Answer.LOW_REACH)
NEW_PINS = (
    "746108", "290417", "613852", "805394", "927160", "481730", "352816", "609274", "174953", "836201", "518407",
    "267091", "730584", "415928", "683170", "059346", "371862", "804715", "126493", "597038", "348261", "961507",
)  # fmt: skip
WANTED = {
    "card_status": 10, "change_pin": 8, "more": 8, "enable": 4, "unlock": 4, "reset_pin": 4, "report_loss": 4,
    "release_loss": 4, "card_status_without_card": 4, "insurance_records": 4, "eligibility_check": 4, "formal_loss": 2,
    "replace_card": 3, "renew_card": 3, "sms_reminders": 3, "phone_number": 3, "my_applications": 2,
}  # fmt: skip
"""How often a service is chosen where it is offered; the others once. Looking is what most come for, and what changes
something is what there is most to go wrong with."""
WRONG_PINS = ("974310", "680243")
WEAK = ("111111", "234567", "123456")
_ABOUT_NEW = "上次设的新密码"
_NEW_REFUSED = "新密码卡没有认"
"""In a page that asks what became of a change before: the new PIN first, and then the old one."""

Act = Callable[[], Awaitable[None] | None]


def offered(view: View) -> tuple[Answer | Chosen, ...]:
    """What can really be pressed on this view, the footer apart."""
    for seen, found in _SEEN:
        if seen is view:
            return found
    _SEEN.append((view, tuple(_offered(view))))
    return _SEEN[-1][1]


_SEEN: deque[tuple[View, tuple[Answer | Chosen, ...]]] = deque(maxlen=8)
"""The last few views, by which they are: comparing them would take longer than looking."""


def _offered(view: View) -> list[Answer | Chosen]:
    found: list[Answer | Chosen] = []
    if isinstance(view.overlay, Overlay):
        _look(view.overlay, found)
        return found + list(SWITCHES) if isinstance(view.overlay, AccessSheet) else found
    _look(view.page, found)
    return found


_FIELDS: dict[type, tuple[str, ...]] = {}


def _look(thing: object, found: list[Answer | Chosen]) -> None:
    """Everything within a page that can be pressed."""
    kind = type(thing)
    if kind is tuple:
        for item in thing:  # type: ignore[attr-defined]
            _look(item, found)
    elif kind is Button or kind is Option:
        found.append(thing.answer)  # type: ignore[attr-defined]
    elif kind is Tile or (kind is MenuTile and thing.why_not is None):  # type: ignore[attr-defined]
        found.append(Chosen(thing.service))  # type: ignore[attr-defined]
    elif kind is not Text:
        if kind not in _FIELDS:
            named = dataclasses.fields(kind) if dataclasses.is_dataclass(kind) else ()
            _FIELDS[kind] = tuple(field.name for field in named)
        for name in _FIELDS[kind]:
            _look(getattr(thing, name), found)


def busy(page: Page | None) -> bool:
    """Whether something else is to be done than to press a button."""
    return lays(page) or isinstance(page, PinEntry | NumberEntry | FaceView)


class Citizen:
    """Whoever stands at a station: does one thing after another.

    Args:
        station: Where.
        nervous: How much they do that nobody asked for, 0 to 1.
        loses: How likely an answer on which much hangs is lost to them: the card's to a command that changes it or
            to the issuer's proof, the server's to an intent.
        at_once: They prove who they are without a mistake.
    """

    def __init__(self, station: "Station", *, nervous: float = 1.0, loses: float = 0.0, at_once: bool = False) -> None:
        self.station = station
        self.world = station.world
        self.rng = station.world.rng
        self.nervous = nervous
        self.loses = loses
        self.visits = 0
        self._away = False
        self._keys: list[str] = []
        self._new_pin = NEW_PINS[0]
        self._seen: list[View] = []
        self._goal: str | None = None
        self.proving = Proving(station, 0.0 if at_once else nervous)

    async def act(self) -> None:
        """One thing. The caller pauses afterwards, until everybody waits at least."""
        view = self.station.screen.view if self.station.screen.views else None
        self._count_visit(view)
        choices = self._choices(view)
        _, act = self.rng.choices(choices, [weight for weight, _ in choices])[0]
        self.station.note(f"act {act.__name__}")
        result = act()
        if result is not None:
            await result
        if view is not None:
            self._seen = [*self._seen[-20:], view]

    def _count_visit(self, view: View | None) -> None:
        at_home = view is not None and isinstance(view.page, Home)
        if at_home and self._away:
            self.visits += 1
            self._goal = None
            self.proving.leaves()
        self._away = not at_home

    @property
    def typing(self) -> bool:
        """In the middle of a PIN."""
        return bool(self._keys)

    def start_again(self) -> None:
        """The machine was switched off and on: nothing of what was seen is there."""
        self._keys.clear()
        self._seen.clear()

    def _choices(self, view: View | None) -> list[tuple[float, Act]]:
        slot, page = self.station.slot, view.page if view else None
        empty = slot.media.state is MediaState.NOT_PRESENT
        in_slot = slot.media.state in (MediaState.PRESENT, MediaState.MUTE)
        wants_card = isinstance(page, Instruct) and page.picture is Picture.CARD_INSERT
        take = isinstance(page, Instruct) and page.picture is Picture.CARD_TAKE
        over = isinstance(page, Done | Refusal | Status)
        buttons = offered(view) if view is not None else ()
        overlaid = view is not None and isinstance(view.overlay, Overlay)
        waits = not overlaid and (wants_card or busy(page) or not buttons)  # Most press nothing then.
        choices: list[tuple[float, Act]] = [(3 if waits else 1, self.wait)]
        if view is not None:
            nervous = self.nervous * (0.3 if isinstance(page, Home) else 0.5 if waits else 1)
            choices += [
                ((0.1 + nervous if waits else 14) if buttons else 0, self.press_offered),
                (0.4 * nervous, self.press_footer),
                (0.4 * nervous, self.press_stale),
                (0.4 * nervous, self.press_twice),
            ]
        if self._keys:
            choices.append((150, self.type_key))
        elif self.station.entering:
            choices.append((120, self.enter_pin))
        if empty:
            choices.append((40 if wants_card else 4 if isinstance(page, Home) else 0.1 * self.nervous, self.insert))
        if in_slot:
            early = (0.1 if waits else 0.3) * self.nervous
            choices += [(40 if take else 6 if over else early, self.pull), (0.1 * self.nervous, self.swap)]
        if self.station.eye.looking:
            choices.append((40, self.hold_up))
        return choices + self.proving.choices(page)

    def wait(self) -> None:
        """Do nothing."""

    # The screen.

    def press_offered(self) -> None:
        """One of the buttons that are there: mostly the one that goes on."""
        screen = self.station.screen
        page = screen.view.page
        answers: Sequence[Answer | Chosen] = offered(screen.view)
        if Answer.CLOSE in answers and self.rng.random() > 0.5 * self.nervous:
            answers = [Answer.CLOSE]
        elif isinstance(page, Home | Menu) and screen.view.overlay is None and answers:
            answers = [self._choose(answers)]
        elif isinstance(page, Choose) and screen.view.overlay is None and (way := self.proving.way(page)):
            answers = [way]
        elif isinstance(page, Decide) and Answer.ANOTHER in answers and self.rng.random() > self.nervous:
            answers = [answer for answer in answers if answer is not Answer.ANOTHER]  # They go on as they began.
        elif self.rng.random() > 0.3 * self.nervous and screen.view.overlay is None:
            primary = page.actions.primary if isinstance(page.actions, Actions) else None
            answers = answers if primary is None else [primary.answer]
        if answers:
            self._press(screen.view.serial, self.rng.choice(answers))

    def _choose(self, answers: Sequence[Answer | Chosen]) -> Answer | Chosen:
        """A service: as often as people come for it, and seldom where nobody's card is such that they would."""
        return self.rng.choices(answers, [self._wish(answer) for answer in answers])[0]

    def _wish(self, answer: Answer | Chosen) -> float:
        if not isinstance(answer, Chosen):
            return 1
        wanted = WANTED.get(answer.service, 1)
        return wanted if self.world.who_needs(answer.service) else wanted / 8

    def press_footer(self) -> None:
        """Exit, staff, language, ease of use."""
        self._press(self.station.screen.view.serial, self.rng.choice(FOOTER))

    async def press_stale(self) -> None:
        """A press made on a view that has gone: nothing comes of it."""
        await trio.testing.wait_all_tasks_blocked()
        screen = self.station.screen
        page = screen.view.page
        view = self.rng.choice(self._seen[-20:]) if self._seen else screen.view
        if view.page is page or view.serial >= screen.view.serial or not (found := offered(view)):
            return
        since = [seen.page for seen in self._seen if seen.serial >= view.serial]
        if isinstance(page, Home | FaceView) and all(type(each) is type(page) for each in since):
            return  # Drawn again, as the clock and the camera will have it, and still the same page.
        self._press(view.serial, self.rng.choice(found))
        await trio.testing.wait_all_tasks_blocked()
        if screen.view.page is not page:
            self.station.watch.violated(0, "a press on a page that has gone did something")

    def press_twice(self) -> None:
        """Two fingers, or a nervous one."""
        view = self.station.screen.view
        for _ in range(2):
            if found := offered(view):
                self._press(view.serial, self.rng.choice([*found, Answer.EXIT]))

    def _press(self, serial: int, answer: Answer | Chosen) -> None:
        self.station.note(f"press {answer}")
        if isinstance(answer, Chosen) and answer.service in SERVICES:
            self._goal = self.proving.goal = answer.service
        self.station.screen.press_as_of(serial, answer)

    # The card.

    def insert(self) -> None:
        """A card: mostly a good one, sometimes any, sometimes upside down."""
        card = self.world.any_card(self._goal)
        if card is None:
            return
        self.station.note(f"insert {card.persona}")
        if self._goal is not None and self.rng.random() < self.loses:
            self._lose_an_answer()
        self.world.touched.add(card.persona)
        self.station.slot.insert(None if card.persona == "upside_down" else card)

    def _lose_an_answer(self) -> None:
        """On the way to the change: the card's answer to the issuer's proof, or the server's to the intent."""
        if self._goal in BY_ISSUER and self.rng.random() < 0.6:
            self.station.slot.fail_at_proof(self.rng.choice(LOST_PROOFS))
        else:
            self.station.line.go_away_at(INTENT)

    def pull(self) -> None:
        """The card comes out."""
        self.station.slot.pull()

    def swap(self) -> None:
        """Out and another in, before anybody looks."""
        self.station.slot.pull()
        self.insert()

    # PINs.

    async def enter_pin(self) -> None:
        """Decide what to type, or that nothing is typed; mostly type it in one go."""
        page = self.station.boot_now.page
        if not isinstance(page, PinEntry) or self.rng.random() < 0.03 * self.nervous:
            return
        pin = self._pin_for(page, self.station.slot.card)
        if self.rng.random() < 0.03 * self.nervous:
            pin = pin[:3]
        self.station.note(f"types one of {len(pin)} digits for {self._asked(page)}")
        self._keys = [*pin, "enter" if self.rng.random() > 0.03 * self.nervous else "cancel"]
        if self.rng.random() > 0.1 * self.nervous:
            while self._keys and self.station.entering and self.station.running:
                await trio.sleep(0.3)
                self.type_key()
            self._keys.clear()

    def _pin_for(self, page: PinEntry, card: "TruthfulCard | None") -> str:
        asked = self._asked(page)
        if asked == "new":
            self._new_pin = self._choose_pin(card)
            return self._new_pin
        if asked == "again":
            if self.rng.random() < self.loses:
                self.station.slot.fail_at_mutation(
                    self.rng.choice(LOST_ANSWERS if self.rng.random() < 0.7 else CARD_FAULTS)
                )
            return self._new_pin if self.rng.random() > 0.07 * self.nervous else self.rng.choice(NEW_PINS)
        if card is None or self.rng.random() < 0.08 * self.nervous:
            return self.rng.choice(WRONG_PINS)
        return self.world.memory.answer(asked, card)

    def _choose_pin(self, card: "TruthfulCard | None") -> str:
        """A new PIN, mostly a good one, and one that the card never had: so that it tells what was done."""
        pins = NEW_PINS if self.rng.random() < 0.9 or not self.nervous else WEAK
        had = card.pins if card is not None else []
        pin = self.rng.choice([pin for pin in pins if pin not in had] or NEW_PINS)
        if card is not None:
            self.world.memory.chose(card, pin)
        return pin

    def _asked(self, page: PinEntry) -> str:
        """Which PIN the page, or the keypad, asks for: `pin`, `old`, `new`, `again`, `settle new`, `settle old`."""
        asked = self.station.asked_for
        if asked is not None and asked != "pin":
            return asked
        if page.rounds and asked is None:
            return "again" if page.rounds[0].done else "new"
        if page.problem is not None and page.problem.heading.message == _NEW_REFUSED:
            return "settle old"
        return "settle new" if _ABOUT_NEW in page.title.message else "pin"

    def type_key(self) -> None:
        """The next key."""
        self.station.press_key(self._keys.pop(0))

    # The phone.

    def hold_up(self) -> None:
        """A code before the camera: mostly one's own."""
        world, rng = self.world, self.rng
        card = self.station.slot.card
        codes: tuple[Callable[[], str], ...] = (
            lambda: self.station.boot_now.e_card_code(rng.choice(world.with_record)),
            lambda: self.station.boot_now.expired_code("normal"),
            lambda: "".join(rng.choices("0123456789", k=28)),
            lambda: "https://lobby.example/menu",
            lambda: "x" * 2000,
        )
        if rng.random() > 0.2 * self.nervous:
            code = self.station.boot_now.e_card_code(self.proving.who(self._goal, card))
        else:
            code = rng.choice(codes)()
        self.station.eye.hold_up(code)
