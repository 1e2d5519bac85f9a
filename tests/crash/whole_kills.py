"""`kill -9` of the whole kiosk and of the whole server in the middle of what they change; then card and record agree.

Real processes on a stand: the kiosk's core with its drivers on virtual wires, pcscd, the server over HTTPS. A citizen
has a card enabled, unlocked, or its PIN changed; at a random moment one process is killed, the other, or both, and
started again. The citizen comes back, to the same machine or to another, and does what the pages say.
"""

import random
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tally import Tally, Violation
from whole_stand import Ended, HeadlessMachine, WholeStand

from simulator.card_reader.personas import personas
from simulator.control import ControlError
from simulator.machine import Wishes
from simulator.scenarios.citizen import ENDED

SERVICES = {
    "enable": ("archived",),
    "change_pin": ("normal", "sm4"),
    "unlock": ("blocked", "blocked_sm4"),
}
WRITING = {
    "enable": "Working 正在改密码，请不要拔卡",
    "change_pin": "Working 正在改密码，请不要拔卡",
    "unlock": "Working 正在解锁，请不要拔卡",
}
"""The page from which an operation begins: most of what can go wrong lies in the moments after it."""
_PREFERRED = ("AGAIN", "ONE_TIME_CODE", "NEXT", "BACK")
"""Where there is something to decide: go on, by text, with another one, or wait for it."""
_LAY = "请放身份证"
_CODE = re.compile(r"[0-9]{6}")
VICTIMS = ("kiosk", "server", "both")
NEW_PINS = ("847306", "620918")
A_STAND = 25
"""Kills of one stand; then comes a fresh one."""
_PINS = {persona.id: persona.pin for persona in personas()}
_TRIES = {persona.id: persona.profile.tries for persona in personas()}
_QUIET_SECONDS = 90.0
"""A minute until card and record agree, and what it takes to start everything again."""


class Stuck(Exception):
    """A visit doesn't come to an end."""


@dataclass
class Kill:
    """When and whom.

    Attributes:
        victim: `kiosk`, `server` or `both`.
        at: With what the page begins on which the clock starts; None: from the beginning of the visit.
        seconds: So long after that.
    """

    victim: str
    at: str | None
    seconds: float
    done: threading.Event = field(default_factory=threading.Event)
    _timer: threading.Timer | None = None

    def sees(self, stand: WholeStand, machine: HeadlessMachine, page: str | None) -> None:
        """A page is shown; None: the visit begins."""
        begins = page is None if self.at is None else (page or "").startswith(self.at)
        if self._timer is None and begins:
            self._timer = threading.Timer(self.seconds, self._strike, (stand, machine))
            self._timer.start()

    def join(self) -> None:
        """Wait until it has struck, if it ever will."""
        if self._timer is not None:
            self._timer.join()

    def _strike(self, stand: WholeStand, machine: HeadlessMachine) -> None:
        if self.victim in ("kiosk", "both"):
            machine.kill_kiosk()
        if self.victim in ("server", "both"):
            stand.kill_server()
        self.done.set()


class Citizen:
    """Somebody who knows both PINs and does what the pages say.

    Args:
        stand: Where.
        service: What for.
        card: Whose.
    """

    def __init__(self, stand: WholeStand, service: str, card: str) -> None:
        self.stand = stand
        self.service = service
        self.card = card
        self.old = _PINS[card]
        self.meant = self.old
        """The PIN that was last to be set."""
        self.story: list[str] = []
        self._typed_at = 0

    def pins(self) -> list[str]:
        """Those that the card takes; nothing is counted."""
        reader = self.stand.first.control("card_reader")
        return [pin for pin in (self.old, *NEW_PINS) if reader("verify", card=self.card, pin=pin)["right"]]

    def tries(self) -> int:
        """How many tries the card has left."""
        return int(self.stand.first.control("card_reader")("verify", card=self.card, pin=self.old)["tries_left"])

    def visit(self, machine: HeadlessMachine, kill: Kill | None = None, seconds: float = 150.0) -> str:
        """One visit, to its last page; `killed` where the machine ended first.

        Raises:
            Stuck: It took longer than `seconds`.
        """
        end = time.monotonic() + seconds
        state = {"chosen": None, "inserted": False}
        if kill is not None:
            kill.sees(self.stand, machine, None)
        last = ""
        try:
            while time.monotonic() < end:
                view = machine.view(0.2)
                if view is None or (state["chosen"] is None and not self._is_home(machine, view)):
                    continue
                shown = f"{view['page']} {view['title']}"
                if shown != last:
                    self.story.append(f"{machine.name}: {shown}")
                    last = shown
                    if kill is not None:
                        kill.sees(self.stand, machine, shown)
                if self._answers(machine, view, state):
                    return shown
                if kill is not None and kill.done.is_set() and not state["inserted"]:
                    return shown  # Nobody begins anything at a machine whose server has just gone.
        except Ended:
            self.story.append(f"{machine.name}: killed")
            return "killed"
        finally:
            self._takes_card(machine)
        raise Stuck(f"{machine.name} still shows {last}")

    def _is_home(self, machine: HeadlessMachine, view: dict[str, Any]) -> bool:
        """Whether the machine is through with whoever came before."""
        if view.get("picture") == "card-take":
            self._takes_card(machine)
        return bool(view["page"] == "Home")

    def _answers(self, machine: HeadlessMachine, view: dict[str, Any], state: dict[str, Any]) -> bool:
        """Do what the page asks for; whether it is the visit's last one."""
        if view["overlay"] == "StillThere":
            machine.press(view, answer="STILL_HERE")
            return False
        match view["page"]:
            case "Home":
                if state["inserted"]:
                    return True
                if state["chosen"] != view["serial"] and self.service in view["offers"]:
                    state["chosen"] = view["serial"]  # Pressed again where the page has moved under the finger.
                    machine.press(view, service=self.service)
            case "Instruct":
                self._reaches(machine, view["picture"], view["title"], state)
            case "PinEntry":
                self._types(machine, view)
            case "Choose" | "Decide":
                machine.press(view, answer=next(answer for answer in _PREFERRED if answer in view["answers"]))
            case "NumberEntry":
                self._types_code(machine, view)
            case "Done" | "Refusal" | "Status":
                machine.press(view, answer="FINISH")
                return True
        return False

    def _reaches(self, machine: HeadlessMachine, picture: str, title: str, state: dict[str, Any]) -> None:
        if picture == "card-insert" and not state["inserted"]:
            state["inserted"] = True
            machine.control("card_reader")("insert", card=self.card, upside_down=False)
        elif picture == "card-take":
            self._takes_card(machine)
        elif picture == "id-on-plate":
            reader = machine.control("id_reader")
            if title == _LAY and reader("state")["card"] is None:
                reader("place", card=self.card)
            elif title != _LAY:
                reader("lift")

    def _types_code(self, machine: HeadlessMachine, view: dict[str, Any]) -> None:
        """The code of the newest text; it isn't typed a second time."""
        if view["serial"] == self._typed_at:
            return
        try:
            texts = self.stand.central("texts", person=self.card)["texts"]
        except (ControlError, OSError):
            return  # The phone has no network either.
        self._typed_at = view["serial"]
        code = _CODE.search(texts[-1]) if texts else None
        if code is None:  # A server that was started again has lost it.
            machine.press(view, answer="AGAIN")
        else:
            machine.press(view, digits=code[0])

    def _types(self, machine: HeadlessMachine, view: dict[str, Any]) -> None:
        pad = machine.control("pin_pad")
        if not pad("state")["entering"]:
            time.sleep(0.02)
            return
        (pin,) = self.pins()
        if view["title"] == "请设一个新密码":
            self.meant = next(new for new in NEW_PINS if new != pin)
        if "新密码" in view["title"]:  # A new one, that one again, or the one of last time.
            pin = self.meant
        for key in [*pin, "enter"]:
            try:
                pad("key", key=key)
            except ControlError:
                return  # It no longer asks.

    def _takes_card(self, machine: HeadlessMachine) -> None:
        reader = machine.control("card_reader")
        if reader("state")["inserted"]:
            reader("pull")
        machine.control("id_reader")("lift")


class Rounds:
    """One stand, and kill after kill on it."""

    def __init__(self, stand: WholeStand, seed: int, say: Callable[[str], None]) -> None:
        self.stand = stand
        self.seed = seed
        self.tally = Tally()
        self._say = say
        self._earlier: set[str] = set()

    def round(self, number: int) -> None:
        """A visit in which something is killed; then what must be true."""
        rng = random.Random(f"whole {self.seed} {number}")
        service = list(SERVICES)[number % len(SERVICES)]
        citizen = Citizen(self.stand, service, rng.choice(SERVICES[service]))
        at, seconds = rng.choice(((None, 8.0), ("Done", 0.5), *[(WRITING[service], 0.4)] * 6))
        kill = Kill(VICTIMS[number // len(SERVICES) % len(VICTIMS)], at, rng.uniform(0, seconds))
        self.stand.renew(citizen.card)
        held = self.stand.central("operations", person=citizen.card)["operations"]
        self._earlier = {operation["operation_id"] for operation in held}
        self.stand.first.control("card_reader")("latency", ms=rng.choice((0, 20, 60, 120)))
        left = ""
        try:
            seen = citizen.visit(self.stand.first, kill)
            self._end_of(kill, citizen)
            left = next((o["state"] for o in reversed(self._operations(citizen))), "nothing")
            self._settle(citizen, rng)
            found = list(self._disagreements(citizen, seen))
        except Stuck as stuck:
            found = [(3, str(stuck))]
            self._end_of(kill, citizen)
        self.tally.counts["kills"] += kill.done.is_set()
        self.tally.counts["outlived"] += not kill.done.is_set()
        for promise, what in found:
            replay = f"./script/crash --whole --kills {number + 1} --jobs 1 --seed {self.seed}"
            self.tally.violations.append(Violation(promise, f"round {number}: {what}", replay))
        when = f"{kill.victim} killed {kill.seconds:.3f} s after {kill.at or 'the start'}"
        self._say(f"{self.seed}.{number} {service}: {when}, left {left}; {'; '.join(citizen.story)}")
        if kill.done.is_set():
            self.tally.counts.update({f"{kill.victim} killed": 1, service: 1, f"left {left}": 1})

    def _operations(self, citizen: Citizen) -> list[dict[str, Any]]:
        """What this citizen has begun, as the server holds it, oldest first."""
        held = self.stand.central("operations", person=citizen.card)["operations"]
        return [operation for operation in held if operation["operation_id"] not in self._earlier]

    def _end_of(self, kill: Kill, citizen: Citizen) -> None:
        kill.join()
        if not self.stand.server_on:
            citizen.story.append("server: killed")
            self.stand.start_server()
        if self.stand.first.children["kiosk"].status is not None:
            self.stand.first.start_kiosk()

    def _settle(self, citizen: Citizen, rng: random.Random) -> None:
        """Come back until nothing is open any more.

        Raises:
            Stuck: Something still is after a minute.
        """
        end = time.monotonic() + _QUIET_SECONDS
        while True:
            machine = self.stand.second() if rng.random() < 0.5 else self.stand.first
            assert isinstance(machine, HeadlessMachine)
            citizen.visit(machine)
            operations = self._operations(citizen)
            if all(operation["state"] in ENDED for operation in operations):
                return
            if time.monotonic() > end:
                raise Stuck(f"still open: {[(o['kind'], o['state']) for o in operations]}")

    def _disagreements(self, citizen: Citizen, seen: str) -> Any:
        """Where card and record differ, and what was promised and isn't so."""
        record = self.stand.central("card", person=citizen.card)
        pins, tries = citizen.pins(), citizen.tries()
        if len(pins) != 1:
            yield 3, f"the card takes {len(pins)} PINs"
        new = pins != [citizen.old]
        if record["pin_blocked"] != (tries == 0):
            yield 3, f"the card has {tries} tries left, and the record says blocked: {record['pin_blocked']}"
        in_use = record["application_status"] == "normal"
        if citizen.service == "enable" and (in_use, record["initial_pin"]) != (new, not new):
            yield 3, f"the card takes the new PIN: {new}; the record: {record}"
        if seen.startswith("Done") and (tries == 0 if citizen.service == "unlock" else not new):
            yield 9, "it was shown as done, and isn't"
        if any(operation["state"] == "escalated" for operation in self._operations(citizen)):
            yield 3, "a case, though the card could tell"


def run_seed(seed: int, most: int, *, say: Callable[[str], None] = print) -> Tally:
    """A stand, and up to `most` kills on it."""
    with WholeStand(Wishes(changes={"log": {"level": "info"}})) as stand:
        rounds = Rounds(stand, seed, say)
        number = 0
        while rounds.tally.counts["kills"] < min(most, A_STAND):
            rounds.round(number)
            number += 1
        for child in stand.ended():
            rounds.tally.violations.append(Violation(12, child.explain(), ""))
    return rounds.tally
