"""A fleet, its server, everybody's cards, and the way between them, every accident of which comes from one seed.

Each core is the real one, with the real sessions of its drivers and the real server's core; what is virtual is the far
end of each wire.
"""

import base64
import datetime
import random
from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from uuid import UUID

import structlog
import trio
from canaries import Canaries
from citizen import NEW_PINS, WRONG_PINS
from documents import deck, photo, records
from memory import Memory
from network import Letter
from promises import TAKEN_ONCE, Promises
from proving import NEW_PHONES
from pydantic import HttpUrl
from rogue import Rogue
from server import Server
from station import Station
from truth import TruthfulCard

from central.application_stages import Decision
from kiosk.settings import Settings, load
from kiosk.uplink.contract.policy import RegionPolicy, ServiceKind
from simulator.card_reader.personas import Persona, personas

TODAY = datetime.date(2026, 3, 5)
BEGAN = datetime.datetime(2026, 3, 5, 1, 41, tzinfo=datetime.UTC)
SEARCHED, THOROUGH = 0.2, 0.005
"""How many of the seeds search their disks for secrets, and how many for every form of one, which takes a second."""
REGIONS = ("default", "110000", "330100")
"""As shipped: everywhere, and two regions as unlike as real ones."""
LIKELY = ("normal", "initial_pin", "expiring", "third_generation", "sm4", "rare_name", "unreadable_item")
_PEOPLE_FOR: dict[str | None, tuple[str, ...]] = {
    "eligibility_check": ("normal", "one_try_left", "expired"),
    "replace_card": ("normal", "third_generation", "foreign_resident", "unreadable_item"),
    "renew_card": ("expiring", "expired"),
    "production_progress": ("in_production", "in_production", "normal"),
    "cards": ("unreadable_item", "normal"),
}
"""Who comes for what doesn't depend on how their card is now."""
_NOT_ENABLED, _IN_USE = 0, 1
_FOR_GOAL: dict[str | None, Callable[[int, int], bool]] = {
    "change_pin": lambda status, tries: status == _IN_USE and tries > 0,
    "enable": lambda status, tries: status == _NOT_ENABLED,
    "unlock": lambda status, tries: status == _IN_USE and tries == 0,
    "reset_pin": lambda status, tries: status == _IN_USE,
    "report_loss": lambda status, tries: status == _IN_USE,
    "release_loss": lambda status, tries: status not in (_NOT_ENABLED, _IN_USE),
}
"""What somebody comes for, by the application status of their card and the tries that it gives."""


@cache
def _people() -> tuple[Persona, ...]:
    return tuple(personas(TODAY))


@cache
def _canaries(*, thorough: bool) -> Canaries:
    """What must not lie on any disk: in the forms that programs write, or, thorough, in every form there is."""
    canaries = Canaries()
    pins = {person.pin for person in _people()} | set(NEW_PINS) | set(WRONG_PINS)
    rare = [pin for pin in sorted(pins - {"000000", "123456"}) if len(repr(bytes.fromhex(pin))) >= 9]
    if thorough:
        canaries.add_pins(rare)  # The others are found anywhere: 49 27 50 is I'P.
    for number, pin in enumerate(rare):
        canaries.forms[pin.encode()] = f"PIN {number} in ASCII"
        canaries.forms[bytes.fromhex("20000003" + pin)] = f"VERIFY with PIN {number}"
        canaries.forms[bytes.fromhex("5E010007" + pin)] = f"CHANGE from PIN {number}"
    for persona in records(TODAY):
        face = photo(persona)
        canaries.forms[face] = f"the photo of {persona}"
        canaries.forms[base64.b64encode(face)[:40]] = f"the photo of {persona} in base64"
    for person in _people():
        for item in ("name", "social_security_number", "card_number", "card_identification_code", "phone"):
            text = (person.server_record or {}).get(item) or ""
            if len(text) > 2 and thorough:
                canaries.add_text(f"{item} of {person.id}", text)
            elif len(text) > 2:
                canaries.forms[text.encode()] = f"{item} of {person.id}"
    for number, phone in enumerate(NEW_PHONES):
        canaries.forms[phone.encode()] = f"phone {number} that somebody types"
    return canaries


class World:
    """Everything, for one seed.

    Args:
        rng: Where every accident comes from.
        directory: Where the stations' disks lie.
        kiosks: How many stations.
        nursery: For what lives as long as the world.
        path: How PINs are entered: `pad` or `reader`; None: the seed decides for each station.
    """

    def __init__(
        self, rng: random.Random, directory: Path, kiosks: int, nursery: trio.Nursery, *, path: str | None = None
    ) -> None:
        self.rng = rng
        self.began = BEGAN
        self.people: dict[str, Persona] = {person.id: person for person in _people()}
        self.pins = (*NEW_PINS, *WRONG_PINS)
        search = rng.random()
        self.canaries = _canaries(thorough=search < THOROUGH) if search < SEARCHED else None
        self.faults: Counter[str] = Counter()
        self.touched: set[str] = set()
        self.closing_visits = 0
        secret = random.Random(rng.random())
        self.random_bytes = secret.randbytes
        self.new_id = lambda: UUID(bytes=secret.randbytes(16), version=4)
        self.region = rng.choice(REGIONS)
        self.policy = _policy(self.region)
        self.server = Server(self.server_time, self.random_bytes, TODAY, self.policy)
        self.registry = self.server.registry
        self.records = self.server.records
        self.phones = self.server.phones
        self.documents = deck(TODAY)
        self.e_card_codes: dict[str, tuple[str, float]] = {}
        """Whose each is, and when it was made."""
        self.cards = {person.id: TruthfulCard(person, self.random_bytes) for person in self.people.values()}
        self.with_record = tuple(persona for persona in self.server.people if persona in self.cards)
        """Who has a card in hand, and is on record."""
        self.promises = Promises(self)
        self.memory = Memory(rng, self.promises.truth)
        self.stations: list[Station] = []
        for number in range(1, kiosks + 1):
            how = path or rng.choice(("pad", "pad", "pad", "reader"))
            settings = settings_for(directory, number, how, self.region)
            settings.storage.directory.mkdir(exist_ok=True)
            self.stations.append(Station(self, settings, nursery))
        self._ways_in = {station.name: self.server.connect(station.name) for station in self.stations}
        self.rogue = Rogue(self)
        self._taken: set[tuple[str, Letter]] = set()

    def server_time(self) -> datetime.datetime:
        """The server's clock, which is right."""
        return BEGAN + datetime.timedelta(seconds=trio.current_time())

    def fault(self, kind: str, station: str | None) -> None:
        """Something goes wrong."""
        self.faults[kind] += 1
        if station is not None:
            self.promises.note(f"{station} fault: {kind}")

    async def deliver(self, station: Station, letter: Letter) -> tuple[int, dict[str, str], bytes]:
        """Hand a letter to the server as this station; everything that reaches the server comes through here."""
        known = TAKEN_ONCE.fullmatch(letter.path) is not None and (station.name, letter) in self._taken
        before = self.server.fingerprint() if known else None
        asked_at = trio.current_time()
        self.promises.arrives(letter)
        status, headers, answer = await self.ask(station, letter)
        self.promises.note(f"{station.name} -> {letter.method} {letter.path.rpartition('/')[2][:8]} {status}")
        self.promises.delivered(station, letter, asked_at, status, answer)
        if known:
            self.promises.repeated(station, letter, before, self.server.fingerprint())
        if status < 300:
            self._taken.add((station.name, letter))
        return status, headers, answer

    async def ask(self, station: Station, letter: Letter) -> tuple[int, dict[str, str], bytes]:
        """Hand a letter to the server and look at nothing."""
        return await self._ways_in[station.name].request(letter.method, letter.path, letter.body)

    def number_of(self, persona: str) -> str:
        """Who a persona is: the number that stands on their documents."""
        return str(self.records[persona]["social_security_number"])

    def any_card(self, goal: str | None = None) -> TruthfulCard | None:
        """A card that is in no slot: mostly one that makes sense for what somebody wants; None: there is none."""
        card = self.cards.get(self._person(goal))  # Whose card is still being made has none.
        return None if any(station.slot.card is card for station in self.stations) else card

    def _person(self, goal: str | None) -> str:
        for_some = goal in _FOR_GOAL or goal in _PEOPLE_FOR
        if for_some and self.rng.random() < 0.8 and (found := self.who_needs(goal)):
            return self.rng.choice(found)
        return self.rng.choice(LIKELY if self.rng.random() < 0.75 else tuple(self.cards))

    def who_needs(self, goal: str | None) -> Sequence[str]:
        """Whose card is such that they come for this; where nobody's is, nobody."""
        needs = _FOR_GOAL.get(goal)
        if needs is None:
            return _PEOPLE_FOR.get(goal, self.with_record)
        records = self.server.cards()
        cards = [(self.cards[persona], records[self.server.handles[persona]]) for persona in self.with_record]
        return [
            card.persona
            for card, record in cards
            if card.profile.behaviour == "answers"
            and not record.expired
            and needs(record.application_status, card.tries_left)
        ]

    def goal_person(self, goal: str | None) -> str:
        """Whose phone is held up where no card says it."""
        person = self._person(goal)
        return person if person in self.server.people else "normal"

    def ways(self, service: ServiceKind) -> tuple[frozenset[str], ...]:
        """In which ways somebody may prove who they are: all of one of these."""
        return tuple(frozenset(way) for way in self.policy.ways_of(service))

    def review(self) -> None:
        """Somebody of the bureau does something about an application, or wants to do what can't be done now."""
        if (number := self.server.an_application(self.rng)) is None:
            return
        decisions = self.rng.sample(list(Decision), len(Decision))
        for decision in decisions:
            before = self.server.fingerprint()
            if self.server.decide(number, decision):
                self.promises.note(f"the bureau: {decision.value}")
                self.fault("review", None)
                return
            if self.server.fingerprint() != before:
                self.promises.violated(6, f"{decision.value}, which leads nowhere, changed the server's tables")

    def first_status(self, persona: str) -> tuple[int, datetime.date | None]:
        """The application status on the first day, and when a loss of then lapses."""
        record = self.people[persona].server_record
        assert record is not None
        until = record["loss_until"]
        return int(record["application_status"]), until and datetime.date.fromisoformat(until)

    def unseen(self, handle: str | None) -> bool:
        """Whether nobody can ask this card: it can't be put in, or takes no PIN, and nobody reset it."""
        return handle is None or self.cards[self.server.persona_of(handle)].persona in self.unanswerable

    unanswerable: frozenset[str] = frozenset()

    def elsewhere(self) -> None:
        """At an outlet a card gets its tries back, or at a hospital's terminal somebody loses them."""
        card = self.cards[self.rng.choice((*LIKELY, "blocked", "one_try_left"))]
        if all(station.slot.card is not card for station in self.stations):
            card.elsewhere(self.rng.choice((0, 0, 1, self.people[card.persona].profile.tries)))

    def heard(self, log: list[structlog.typing.EventDict]) -> None:
        """Look through what the programs logged since the last time."""
        for entry in log:
            if entry["event"] == "visit.fault":
                self.promises.violated(0, f"visit.fault {entry['error']} {entry['where']}")
            for value in entry.values():
                if isinstance(value, str) and self.promises.tells(value):
                    self.promises.violated(8, f"the log shows something personal or a PIN: {entry['event']}")
        log.clear()

    @staticmethod
    def key_serial_number(_station: str) -> bytes:
        """The first key serial number of a station's pad."""
        return bytes.fromhex("FFFF9876543210E00000")


@cache
def _shipped() -> Settings:
    return load(Path(__file__).parents[2] / "config" / "kiosk.toml")


def _policy(region: str) -> RegionPolicy:
    return _shipped().policies.of(region, TODAY)


def settings_for(directory: Path, number: int, path: str, region: str = "default") -> Settings:
    """The shipped settings for one of several stations.

    Args:
        directory: Where the stations' directories lie.
        number: Of the station.
        path: How PINs are entered: `pad` or `reader`.
        region: Whose rules hold there.
    """
    shipped = _shipped()
    parts = {
        "machine": {"name": f"kiosk-{number}", "number": number},
        "storage": {"directory": directory / f"kiosk-{number}"},
        "central": {"url": HttpUrl("https://central"), "heartbeat_seconds": 240},
        "pin_pad": {"path": path},
        "policy_source": {"region": region},
    }
    changed = {name: getattr(shipped, name).model_copy(update=update) for name, update in parts.items()}
    anew = {"policy": RegionPolicy(), "policy_since": datetime.date.min}
    return shipped.model_copy(update={**changed, **anew}).on(TODAY)
