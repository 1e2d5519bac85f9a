"""A random citizen, and a world that goes wrong around them: what can be done next, and how likely it is."""

import dataclasses
import datetime
from collections.abc import Awaitable, Callable

import trio
import trio.testing
from world import CARD_FAULTS, NEW_PINS, WRONG_PINS, World

from drivers.camera.protocol import CameraState
from drivers.card_reader.slot import MediaState
from kiosk.pages import AccessSheet, Answer, Button, Chosen, Home, Instruct, Overlay, Picture, PinEntry, Tile
from kiosk.screen import View
from simulator.pin_pad.faults import KINDS, Fault

FOOTER = (Answer.EXIT, Answer.CALL_STAFF, Answer.LANGUAGE, Answer.ACCESS)
SWITCHES = (Answer.LARGE, Answer.CONTRAST, Answer.VOICE, Answer.LOW_REACH)
WEAK = ("111111", "234567", "123456")
PAUSES = (
    (0.0, 30),
    (0.05, 20),
    (0.4, 20),
    (2.0, 12),
    (6.0, 5),
    (31.0, 1),
    (65.0, 1),
    (95.0, 1),
    (300.0, 0.5),
    (3600.0, 0.2),
)
LIKELY = ("normal", "initial_pin", "expiring", "third_generation", "sm4", "rare_name", "unreadable_item")
LOST_ANSWERS = ("tear", "hang_after", "error_after", "garble", "truncate", "nothing", "power_cut_after")

Act = Callable[[], Awaitable[None] | None]


def offered(view: View) -> list[Answer | Chosen]:
    """What can really be pressed on this view, the footer apart."""
    if isinstance(view.overlay, Overlay):
        switches = list(SWITCHES) if isinstance(view.overlay, AccessSheet) else []
        return [button.answer for button in _buttons(view.overlay)] + switches
    tiles = [Chosen(tile.service) for tile in _parts(view.page, Tile)] if isinstance(view.page, Home) else []
    return [button.answer for button in _buttons(view.page)] + tiles


def _buttons(thing: object) -> list[Button]:
    return _parts(thing, Button)


def _parts(thing: object, kind: type) -> list:  # type: ignore[type-arg]
    if isinstance(thing, kind):
        return [thing]
    if isinstance(thing, tuple):
        return [found for item in thing for found in _parts(item, kind)]
    if dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        return [found for field in dataclasses.fields(thing) for found in _parts(getattr(thing, field.name), kind)]
    return []


class Citizen:
    """Does one random thing after another.

    Args:
        world: Where.
        troubled: Whether anything but the citizen goes wrong.
    """

    def __init__(self, world: World, *, troubled: bool = True) -> None:
        self.world = world
        self.rng = world.rng
        self.trouble = self.rng.choice((0.02, 0.1, 0.3, 1.0)) if troubled else 0.0
        self.visits = 0
        self.faults = 0
        self._keys: list[str] = []
        self._new_pin = NEW_PINS[0]
        self._seen: list[View] = []

    async def act(self) -> None:
        """One thing, and a pause."""
        world = self.world
        view = world.machine.screen.view if world.machine.screen.views else None
        choices = self._choices(view)
        weights = [weight for weight, _ in choices]
        _, act = self.rng.choices(choices, weights)[0]
        world.invariants.note(f"act {getattr(act, '__name__', act)}")
        if isinstance(view.page if view else None, Home):
            self._was_home = True
        elif getattr(self, "_was_home", False):
            self.visits, self._was_home = self.visits + 1, False
        result = act()
        if result is not None:
            await result
        await trio.testing.wait_all_tasks_blocked()
        await trio.sleep(self._pause())
        if world.slot.power_cut.is_set():
            await self.power_cut()
        if view is not None:
            self._seen = [*self._seen[-20:], view]

    def _pause(self) -> float:
        if self._keys:
            return self.rng.choice((0.05, 0.3))
        seconds, weights = zip(*PAUSES, strict=True)
        return float(self.rng.choices(seconds, weights)[0])

    def _choices(self, view: View | None) -> list[tuple[float, Act]]:
        slot, page = self.world.slot, view.page if view else None
        empty = slot.media.state is MediaState.NOT_PRESENT
        in_slot = slot.media.state in (MediaState.PRESENT, MediaState.MUTE)
        wants_card = isinstance(page, Home) or (isinstance(page, Instruct) and page.picture is Picture.CARD_INSERT)
        take = isinstance(page, Instruct) and page.picture is Picture.CARD_TAKE
        choices: list[tuple[float, Act]] = [(1, self.wait)]
        if view is not None:
            choices += [
                ((2 if isinstance(page, PinEntry) else 14) if offered(view) else 0, self.press_offered),
                (1, self.press_footer),
                (1, self.press_stale),
                (1, self.press_twice),
            ]
        if self._keys:
            choices.append((150, self.type_key))
        elif self.world.entering:
            choices.append((120, self.begin_typing))
        if empty:
            choices.append((8 if wants_card else 0.3, self.insert))
        if in_slot:
            choices += [(20 if take else 0.7, self.pull), (0.15, self.swap)]
        if self.world.eye.looking:
            choices.append((25, self.hold_up))
        choices += [
            (self.trouble * weight, fault)
            for weight, fault in (
                (3 if in_slot else 1, self.card_fault),
                (1, self.pad_fault),
                (1, self.printer_fault),
                (1, self.network_fault),
                (0.5, self.camera_fault),
                (0.5, self.reader_fault),
                (0.3, self.clock_jump),
                (0.25, self.restart),
                (0.25, self.power_cut),
            )
        ]
        choices += [(3 * self.trouble**0.5, self.mend_something), (0.5, self.outlet)]
        return choices

    # The citizen.

    def wait(self) -> None:
        """Do nothing."""

    def press_offered(self) -> None:
        """One of the buttons that are there."""
        screen = self.world.machine.screen
        answers = offered(screen.view)
        if Answer.CLOSE in answers and self.rng.random() < 0.5:
            answers = [Answer.CLOSE]
        if Chosen("change_pin") in answers and self.rng.random() < 0.5:
            answers = [Chosen("change_pin")]
        self._press(screen.view.serial, self.rng.choice(answers))

    def press_footer(self) -> None:
        """Exit, staff, language, ease of use."""
        self._press(self.world.machine.screen.view.serial, self.rng.choice(FOOTER))

    async def press_stale(self) -> None:
        """A press made on a view that has gone: nothing comes of it."""
        await trio.testing.wait_all_tasks_blocked()
        screen = self.world.machine.screen
        page = screen.view.page
        view = self.rng.choice(self._seen[-20:]) if self._seen else screen.view
        if view.page is page or view.serial >= screen.view.serial or not (found := offered(view)):
            return
        self._press(view.serial, self.rng.choice(found))
        await trio.testing.wait_all_tasks_blocked()
        if screen.view.page is not page:
            self.world.invariants.violated("a press on a page that has gone did something")

    def press_twice(self) -> None:
        """Two fingers, or a nervous one."""
        view = self.world.machine.screen.view
        for _ in range(2):
            if found := offered(view):
                self._press(view.serial, self.rng.choice([*found, Answer.EXIT]))

    def _press(self, serial: int, answer: Answer | Chosen) -> None:
        self.world.invariants.note(f"press {answer}")
        self.world.machine.screen.press_as_of(serial, answer)

    def insert(self) -> None:
        """A card: mostly a good one, sometimes any, sometimes upside down."""
        persona = self.rng.choice(LIKELY if self.rng.random() < 0.7 else tuple(self.world.cards))
        self.world.invariants.note(f"insert {persona}")
        self.world.slot.insert(None if persona == "upside_down" else self.world.cards[persona])

    def pull(self) -> None:
        """The card comes out."""
        self.world.slot.pull()

    def swap(self) -> None:
        """Out and another in, before anybody looks."""
        self.world.slot.pull()
        self.insert()

    def begin_typing(self) -> None:
        """Decide what to type, or that nothing is typed."""
        page = self.world.machine.page
        card = self.world.slot.card
        if not isinstance(page, PinEntry) or self.rng.random() < 0.05:
            return
        asked = self.world.asked_for
        if asked is None:
            asked = "pin" if not page.rounds else "again" if page.rounds[0].done else "new"
        if asked in ("pin", "old"):
            right = card.pin if card is not None else WRONG_PINS[0]
            pin = right if self.rng.random() < 0.85 else self.rng.choice(WRONG_PINS)
        elif asked == "new":
            self._new_pin = pin = self.rng.choice(NEW_PINS if self.rng.random() < 0.85 else WEAK)
        else:
            pin = self._new_pin if self.rng.random() < 0.9 else self.rng.choice(NEW_PINS)
        if asked == "again" and self.rng.random() < 0.6 * self.trouble**0.5:
            self.faults += 1
            self.world.slot.fail_at_change(self.rng.choice(LOST_ANSWERS if self.rng.random() < 0.6 else CARD_FAULTS))
        last = "enter" if self.rng.random() < 0.95 else "cancel"
        if self.rng.random() < 0.03:
            pin = pin[:3]
        self._keys = [*pin, last]

    def type_key(self) -> None:
        """The next key."""
        self.world.press_key(self._keys.pop(0))

    def hold_up(self) -> None:
        """A code before the camera."""
        machine = self.world.machine
        codes: tuple[Callable[[], str], ...] = (
            lambda: machine.e_card_code(self.rng.choice(LIKELY)),
            lambda: machine.e_card_code(self.rng.choice(LIKELY)),
            lambda: machine.expired_code("normal"),
            lambda: "".join(self.rng.choices("0123456789", k=28)),
            lambda: "https://lobby.example/menu",
            lambda: "x" * 2000,
        )
        machine.phone.hold_up(self.rng.choice(codes)())

    # What goes wrong.

    def card_fault(self) -> None:
        """At one of the next commands, or at the next CHANGE PIN."""
        self.faults += 1
        how = self.rng.choice(CARD_FAULTS)
        if self.rng.random() < 0.4:
            self.world.slot.fail_at_change(how)
        else:
            self.world.slot.fail(self.rng.randrange(25), how)

    def pad_fault(self) -> None:
        """Noise, silence, lost acknowledgements, lost power, a pulled cable."""
        self.faults += 1
        how = self.rng.choice((*KINDS, "unplug"))
        at = "now" if how in ("power_lost", "unplug") else self.rng.choice(("Z62", "72", "71", "any"))
        if how == "unplug":
            self.world.pad.unplug()
        else:
            self.world.pad._push(self.world.pad_model.fail(Fault(how, at=at), trio.current_time()))

    def printer_fault(self) -> None:
        """Before a slip or in its middle."""
        self.faults += 1
        printer, paper, lines = self.world.printer, self.world.paper, self.rng.randrange(12)
        strikes: tuple[Callable[[], None], ...] = (
            lambda: printer.set_paper("out"),
            lambda: printer.set_paper("low"),
            lambda: printer.set_cover(is_open=True),
            lambda: printer.set_power(False),
            lambda: printer.set_offline(True),
            lambda: printer.set_error("cutter"),
            lambda: printer.noise(b"\x00\xff\x37\x22"),
            paper.unplug,
        )
        strike = self.rng.choice(strikes)
        if self.rng.random() < 0.5:
            printer.arm(strike, after_lines=lines)
        else:
            strike()
        paper.nudge()

    def network_fault(self) -> None:
        """Cut, slow, failing, lying, losing, doubling."""
        self.faults += 1
        line = self.world.line
        match self.rng.randrange(6):
            case 0:
                line.cut()
            case 1:
                line.seconds = self.rng.choice((3.0, 20.0, 600.0))
            case 2:
                line.answer = (self.rng.choice((500, 503)), b"")
            case 3:
                line.answer = (200, b"<html>Welcome</html>")
            case 4:
                line.loses = self.rng.choice((0.3, 1.0))
            case 5:
                line.doubles = 0.5

    def camera_fault(self) -> None:
        """Unplugged."""
        self.faults += 1
        self.world.eye.become(CameraState.NO_DEVICE)

    async def reader_fault(self) -> None:
        """The reader or its service away, and mostly back, with the same card or another."""
        self.faults += 1
        slot, card = self.world.slot, self.world.slot.card
        state = slot.media.state
        slot.lose(self.rng.choice((MediaState.NO_DEVICE, MediaState.SERVICE_DOWN)))
        if card is not None:
            card.power_off()
        await trio.sleep(self.rng.choice((0.0, 0.5, 20.0)))
        if self.rng.random() < 0.3:
            self._back()
        elif state in (MediaState.PRESENT, MediaState.NOT_PRESENT):
            slot.lose(state)

    def _back(self) -> None:
        slot = self.world.slot
        if slot.card is None:
            slot.lose(MediaState.NOT_PRESENT)
        else:
            slot.insert(slot.card)

    def clock_jump(self) -> None:
        """The wall clock is set, by a second or by twenty years, either way."""
        self.faults += 1
        seconds = self.rng.choice((1, 61, 3600, 86_400, 20 * 365 * 86_400)) * self.rng.choice((-1, 1))
        self.world.clock_wrong_by = datetime.timedelta(seconds=seconds)

    def mend_something(self) -> None:
        """One thing is well again."""
        world = self.world
        printer = world.printer

        def mend_printer() -> None:
            printer.traps.clear()
            printer.set_power(True)
            printer.repair()
            printer.set_offline(False)
            printer.set_cover(is_open=False)
            printer.set_paper("full")
            world.paper.plug()
            world.paper.nudge()

        def mend_pad() -> None:
            world.pad_model.mend()
            if not world.pad_model.plugged:
                world.pad.plug()

        def mend_reader() -> None:
            if world.slot.media.state in (MediaState.NO_DEVICE, MediaState.SERVICE_DOWN):
                self._back()

        mends = (mend_printer, mend_pad, mend_reader, world.line.mend, world.slot.mend)
        self.rng.choice((*mends, lambda: world.eye.become(CameraState.ONLINE)))()

    def outlet(self) -> None:
        """Somewhere else a card gets its tries back."""
        card = self.world.cards[self.rng.choice(tuple(self.world.cards))]
        if card is not self.world.slot.card:
            card.tries_left = self.world.people[card.persona].profile.tries

    async def restart(self) -> None:
        """The service manager restarts the program."""
        self.faults += 1
        await self.world.stop()
        await self._again()

    async def power_cut(self) -> None:
        """The machine loses its power, wherever it is."""
        self.faults += 1
        await self.world.lose_power()
        await self._again()

    async def _again(self) -> None:
        self._keys.clear()
        self._seen.clear()
        if self.world.slot.card is not None:
            self.world.slot.card.power_off()
        await self.world.boot()
