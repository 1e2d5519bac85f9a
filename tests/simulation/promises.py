"""The promises that operations make, as checks: each violation names the number of the promise that it breaks.

They look at what really happened (`truth`), at what each station's disk holds for certain, and at the server's
tables; never at what the product says of itself where they can look for themselves.
"""

import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import trio
from identity_watch import IdentityWatch
from issuer_watch import IssuerWatch
from proving import NEW_PHONES
from slot import mutating
from store_image import KioskOperation, StoreImage
from truth import Sent, Truth, TruthfulCard

from kiosk.pages import Done

if TYPE_CHECKING:
    from network import Letter
    from station import Station
    from world import World

PROMISES = {
    0: "no crash, no endless drawing, no press on a page that has gone",
    1: "intent first",
    2: "one terminal result",
    3: "agreement",
    4: "no blind repeat",
    5: "single flight",
    6: "exactly once",
    7: "the issuer's authority",
    8: "PIN silence",
    9: "acknowledged is durable",
    10: "evident history",
    11: "independent of the clock",
    12: "safe recovery",
}
ON_CHIP = ("pin_change", "enable", "unblock", "pin_reset")
LOSSES = ("temporary_loss", "formal_loss")
UNENDED = ("open", "authorised", "in_doubt")
TAKEN_ONCE = re.compile(
    r"/v1/(operations/[^/]+(/outcome)?|(settlements|observations|one-time-codes|certificates)/[^/]+"
    r"|application-drafts/[^/]+/codes/[^/]+)"
)
_SHOWN_RULES = ("123456", "111111", "000000")
"""Bad PINs that every page about new PINs names, or that stand within the number of an application."""
CERTIFIED, LOOKED_UP = "证明开好了", "查好了"
"""Titles of what ends well without an operation."""


@dataclass(frozen=True, slots=True)
class Violation:
    """What went wrong, and which promise it breaks."""

    number: int
    what: str

    def __str__(self) -> str:
        return f"promise {self.number} ({PROMISES[self.number]}): {self.what}"


class Promises:
    """Watches one seed's run."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.truth = Truth()
        self.violations: list[Violation] = []
        self._violated: set[tuple[int, str]] = set()
        self.trace = hashlib.sha256()
        self.trace_lines: list[str] | None = None
        self._entered: Counter[str] = Counter()
        """By station: PIN entries since the last command that compared a PIN."""
        self._counted: set[bytes] = set()
        self._issuer = IssuerWatch(self)
        self.identity = IdentityWatch(self)
        self._answers: dict[tuple[str, str], tuple[bytes, int, bytes]] = {}
        """By station and path: the first payload that was taken, and its answer."""
        self._observed: tuple[str, int, tuple[int, bool]] | None = None
        self._lost: set[str] = set()
        self._shown_for: dict[str, tuple[str, ...]] = {}
        """By operation: the evidence that it was opened with."""
        self._begun: set[str] = set()
        self._unsettled_since: dict[str, float] = {}
        self._ended: dict[str, str] = {}
        self._by_counter: set[str] = set()
        """Operations that were settled by the card's counter of tries."""
        self._opened_at: dict[str, float] = {}
        self._shown: dict[str, float] = {}
        self._head: dict[str, object] = {}
        people = list(world.people.values())
        secret = {person.pin for person in people} | set(world.pins)
        keys = ("name", "social_security_number", "card_number", "card_identification_code", "phone")
        secret |= {record[key] for record in world.records.values() for key in keys if record[key]} | {*NEW_PHONES}
        self._secret = re.compile("|".join(sorted(secret - set(_SHOWN_RULES))))
        self._codes: re.Pattern[str] | None = None
        self._codes_known = 0

    def violated(self, number: int, what: str) -> None:
        """Note a violation; the run stops at its next step."""
        if (number, what) in self._violated:
            return
        self._violated.add((number, what))
        violation = Violation(number, f"{what} (at {trio.current_time():.2f} s)")
        self.note(f"VIOLATED {violation}")
        self.violations.append(violation)

    def tells(self, text: str) -> bool:
        """Whether a text holds something personal, a PIN, or a code that was sent."""
        if self._codes_known != len(self.identity.codes):
            self._codes_known = len(self.identity.codes)
            self._codes = self.identity.codes_in_text()
        return self._secret.search(text) is not None or (
            self._codes is not None and self._codes.search(text) is not None
        )

    def note(self, event: str) -> None:
        """Add to the trace whose hash tells two runs apart."""
        line = f"{trio.current_time():.3f} {event}"
        self.trace.update(line.encode() + b"\n")
        if self.trace_lines is not None:
            self.trace_lines.append(line)

    # Commands to the card.

    def pin_entered(self, station: "Station") -> None:
        """The citizen finished one entry."""
        self._entered[station.name] += 1

    def command_leaves(self, station: "Station", card: TruthfulCard, wire: bytes) -> None:
        """A command leaves for the card, whether or not it arrives."""
        station.note(f"command {wire[:4].hex()}")
        if wire[1] in (0x1E, 0x16) and wire[0] == 0x84:
            self.violated(4, f"{wire[:4].hex()} leaves, which nothing undoes")
        if (wire[1] == 0x20 and len(wire) > 5) or wire[1] == 0x5E:
            if not self._entered[station.name]:
                self.violated(4, f"{wire[:4].hex()} leaves without a PIN entered since the last one")
            self._entered[station.name] = 0
        if wire[1] == 0x82:
            if wire[5:] in self._counted:
                self.violated(4, "EXTERNAL AUTHENTICATE leaves a second time")
            self._counted.add(wire[5:])
        if mutating(wire):
            self._change_leaves(station, card, wire)

    def _change_leaves(self, station: "Station", card: TruthfulCard, wire: bytes) -> None:
        image = StoreImage(station.disk.certain())
        handle = self.world.server.handle_of(card.persona)
        begun = [row for row in image.operations if row.state in ("intent", "sent") and row.boot == station.boot_number]
        sent = [row for row in begun if row.state == "sent"]
        if len(sent) != 1:
            states = [row.state for row in begun]
            self.violated(1, f"{wire[:4].hex()} leaves; the disk holds for certain these open intents: {states}")
            return
        operation = sent[0]
        if operation.card != handle:
            self.violated(1, "the command goes to another card than the intent names")
        self._check_record(image, operation, wire)
        at_server = self.world.server.operation(operation.id)
        lost = at_server is not None and at_server.state == "escalated" and self.world.server.lost(operation.id)
        if not lost and (at_server is None or at_server.state not in UNENDED or at_server.card != handle):
            found = at_server and at_server.state
            self.violated(1, f"{wire[:4].hex()} leaves, and the server's operation is {found}")
        if any(before.done or before.unknown for before in self.truth.sent.get(operation.id, ())):
            self.violated(4, "a changing command leaves again, which may have been applied before")
        if wire[1] == 0x24:
            self._issuer.command_leaves(station, operation.id, wire)
        self.identity.changes(card.persona, self._shown_for.get(operation.id, ()))
        self.truth.add(
            Sent(
                operation=operation.id,
                kind=operation.kind,
                station=station.name,
                boot=station.boot_number,
                card=card,
                at=trio.current_time(),
                old_pin=wire[5:8].hex() if wire[1] == 0x5E else None,
                new_pin=wire[9:12].hex() if wire[1] == 0x5E else None,
                moot=wire[1] == 0x5E and wire[9:12].hex() == card.pin,
            )
        )

    def _check_record(self, image: StoreImage, operation: KioskOperation, wire: bytes) -> None:
        record = image.last("sent", operation.id)
        intent = image.last("intent", operation.id)
        if record is None or intent is None:
            self.violated(1, "a changing command leaves without a record of it on the disk")
            return
        if record.content["header"] != wire[:4].hex():
            self.violated(1, "the record names another command than the one that leaves")
        carries_pin = wire[1] == 0x5E or wire[3] == 0x01
        digest = None if carries_pin else hashlib.sha256(wire).hexdigest()
        if record.content["digest"] != digest:
            self.violated(8 if carries_pin else 1, "the record's digest is not that of the command, or of a PIN")

    def command_done(self, station: "Station", card: TruthfulCard, wire: bytes, answer: bytes) -> None:
        """The card has done what it was told; the answer may still be lost."""
        if not mutating(wire) or answer != b"\x90\x00":
            return
        on_its_way = [sent for every in self.truth.sent.values() for sent in every if sent.station == station.name]
        if on_its_way:
            on_its_way[-1].done = True
            station.note(f"the card did {wire[:4].hex()}")
        if wire[1] == 0x24:
            self._issuer.overheard(card, wire)

    def command_unknown(self, station: "Station", wire: bytes) -> None:
        """Nobody at the station can know what the card made of a command."""
        on_its_way = [sent for every in self.truth.sent.values() for sent in every if sent.station == station.name]
        if mutating(wire) and on_its_way:
            on_its_way[-1].unknown = True

    # The screen.

    def done_is_shown(self, station: "Station", page: Done) -> None:
        """Done is shown only for what is durable here, and at the server where it changes the record, and true."""
        image = StoreImage(station.disk.certain())
        if page.title.message.startswith("上次"):
            self._check_settled(image)
            return
        if page.title.message == CERTIFIED:
            if not any(path.startswith("/v1/certificates/") for name, path in self._answers if name == station.name):
                self.violated(9, "a certificate is shown as issued, and the server issued none here")
            return
        if page.title.message == LOOKED_UP:
            return
        ours = [row for row in image.operations if row.boot == station.boot_number]
        if not ours or ours[-1].state != "done":
            self.violated(9, f"Done is shown, and the disk holds for certain: {ours[-1].state if ours else 'nothing'}")
            return
        operation = ours[-1]
        if operation.kind in ON_CHIP and not self.truth.done(operation.id):
            self.violated(2, "Done is shown, and the card was not changed")
        at_server = self.world.server.operation(operation.id)
        if operation.kind not in ON_CHIP and (at_server is None or at_server.state != "done"):
            self.violated(9, "Done is shown, and the server doesn't hold it")

    def _check_settled(self, image: StoreImage) -> None:
        """A page says that what was asked for had been done before."""
        settled = [record.content for record in image.records() if record.content["event"] == "settlement"]
        if not settled or settled[-1]["outcome"] != "done":
            self.violated(9, "done before is shown, and the disk holds no such settlement for certain")
        elif not self.truth.done(settled[-1]["operation"]) and not self.either_way(settled[-1]["operation"]):
            self.violated(2, "done before is shown, and the card was not changed")

    # Messages to the server.

    def asks(self, station: "Station", letter: "Letter") -> None:
        """A station sends something: nothing new is begun while something before isn't settled."""
        identity = letter.path.removeprefix("/v1/operations/")
        if letter.method != "PUT" or "/" in identity or identity in self._begun:
            return
        self._begun.add(identity)
        for row in station.live_operations():
            if (
                row.id != identity
                and not row.acknowledged
                and (row.state == "in_doubt" or row.boot < station.boot_number)
            ):
                self.violated(12, f"an operation is begun while another ({row.kind}, {row.state}) isn't settled")

    def arrives(self, letter: "Letter") -> None:
        """A letter is about to be read by the server."""
        self._observed = None
        if letter.path.startswith("/v1/observations/"):
            message = json.loads(letter.body)
            self._observed = (message["card"], message["record_version"], self.world.server.version(message["card"]))

    def delivered(self, station: "Station", letter: "Letter", asked_at: float, status: int, answer: bytes) -> None:
        """The server has answered a letter, for the first time or again."""
        server = self.world.server
        if letter.path.startswith("/v1/settlements/") and b'"means":"tries_counter"' in letter.body:
            self._by_counter.add(json.loads(letter.body)["operation_id"])
        if server.in_transaction:
            self.violated(9, "the server answers before it has committed")
        if server.changed():
            self.check_server()
        if self._observed is not None:
            handle, compared_with, before = self._observed
            if compared_with != before[0] and server.version(handle)[1] != before[1]:
                self.violated(3, "a card's record is changed by what was seen of an older one")
        self.identity.delivered(station, letter, status, answer)
        if letter.path.startswith("/v1/operations/") and letter.path.count("/") == 3 and letter.method == "PUT":
            self._check_intent(json.loads(letter.body), status, answer)
        if status == 200 and ("/commands/" in letter.path or "/authentications/" in letter.path):
            self._issuer.speaks(station, letter, asked_at, answer)
        if letter.method != "PUT" or not TAKEN_ONCE.fullmatch(letter.path):
            return
        key = station.name, letter.path
        if status < 300 or key in self._answers:
            self._check_repeat(key, letter, status, answer)

    def _check_intent(self, intent: dict[str, Any], status: int, answer: bytes) -> None:
        server = self.world.server
        if intent["kind"] in LOSSES:
            if b"card-busy" in answer:
                self.violated(5, "a loss waits for an operation on the chip")
            open_ones = [row for row in server.operations() if row.card == intent["card"] and row.state in UNENDED]
            if status == 200 and intent["operation_id"] not in self._lost and open_ones:
                self.violated(5, "a loss leaves an operation on the chip open")
            self._lost.add(intent["operation_id"])
        if status == 200:
            operation = server.operation(intent["operation_id"])
            if intent["operation_id"] not in self._shown_for and operation and operation.state in ("open", "done"):
                self.identity.check_intent(intent)
            self._shown_for[intent["operation_id"]] = tuple(intent.get("evidence", ()))
            self._opened_at.setdefault(intent["operation_id"], trio.current_time())
            if operation is None or operation.state != "not_done":
                self._check_used_up(intent["operation_id"])

    def _check_used_up(self, operation: str) -> None:
        """What an operation was opened with is bound to it; only one that surely changed nothing gives it back."""
        shown = self._shown_for.get(operation, ())
        if any(each.id in shown and each.operation != operation for each in self.world.server.evidence()):
            self.violated(7, "evidence isn't used up by its operation")

    def _check_repeat(self, key: tuple[str, str], letter: "Letter", status: int, answer: bytes) -> None:
        body, first_status, first = self._answers.setdefault(key, (letter.body, status, answer))
        if body == letter.body:
            if (status, answer) != (first_status, first):
                self.violated(6, f"a repeat of {_kind(letter.path)} gets {status} and other bytes than the first time")
        elif status != 422:
            self.violated(6, f"another payload under the id of {_kind(letter.path)} gets {status}")

    def repeated(self, station: "Station", letter: "Letter", before: object, after: object) -> None:
        """A letter that was taken before has been delivered again."""
        if before != after:
            self.violated(6, f"a repeat of {_kind(letter.path)} changed the server's tables")

    def taken(self, station: "Station", path: str) -> bool:
        """Whether the server has taken the message of this path."""
        return (station.name, path) in self._answers

    def answered_letters(self) -> dict[tuple[str, str], tuple[bytes, int, bytes]]:
        """By station and path: payload, status and answer of every message that was taken."""
        return self._answers

    def either_way(self, operation: str) -> bool:
        """Whether nobody can tell by the card any more, and the record is right whatever is said of it."""
        by_counter = operation in self._by_counter and self._counter_moved(operation)
        return by_counter or self.truth.moot(operation) or self._only_asked_for(operation)

    def _counter_moved(self, operation: str) -> bool:
        """Whether the counter was moved elsewhere since the command, or since the intent where none was sent."""
        row = self.world.server.operation(operation)
        if operation in self.truth.sent or row is None or row.card is None:
            return self.truth.counter_moved(operation)
        card = self.world.cards[self.world.server.persona_of(row.card)]
        return card.counter_moved_at > self._opened_at[operation]

    def _only_asked_for(self, operation: str) -> bool:
        """Whether a card reader was asking for the PINs itself, and the card left before any command was made of them.

        Nobody has set a new PIN then; whoever is asked for it has only the present one to enter.
        """
        row = self.world.server.operation(operation)
        on_reader = (
            any(station.name == row.kiosk and station.keypad for station in self.world.stations) if row else False
        )
        return on_reader and operation not in self.truth.sent and operation not in self.world.rogue.begun

    def check_server(self) -> None:
        open_ones: Counter[str] = Counter()
        for row in self.world.server.operations():
            if row.kind in ON_CHIP and row.state in UNENDED and row.card is not None:
                open_ones[row.card] += 1
            ended = self._ended.get(row.id)
            if ended is not None and ended != row.state:
                self.violated(2, f"an operation that was {ended} becomes {row.state}")
            if row.state in UNENDED:
                continue
            if ended is None and row.state != "not_done" and self._shown_for.get(row.id):
                self._check_used_up(row.id)
            self._ended[row.id] = row.state
            self.truth.settle(row.id)
            if row.kind not in ON_CHIP:
                continue
            done = self.truth.done(row.id)
            if row.state == "done" and not done and not self.either_way(row.id):
                self.violated(2, f"the server holds {row.kind} as done, and the card was not changed")
            if row.state == "not_done" and done and not self.either_way(row.id):
                self.violated(2, f"the server holds {row.kind} as not done, and the card was changed")
        if any(count > 1 for count in open_ones.values()):
            self.violated(5, "a card has two open operations")

    # After each step.

    def stepped(self, station: "Station") -> None:
        """What a station's store says agrees with the cards; its home page closes what can't be kept."""
        station.watch.stepped()
        if not station.running:
            return
        rows = station.live_operations()
        head = station.journal_head
        if self._head.get(station.name) == head:
            self._check_closed(station)
            self._check_unsettled(station, rows)
            return
        self._head[station.name] = head
        for row in rows:
            done = self.truth.done(row.id)
            if row.kind in ON_CHIP and row.state == "done" and not done:
                self.violated(2, f"{row.kind} is recorded as done, and the card wasn't changed")
            if row.kind in ON_CHIP and row.state == "not_done" and done:
                self.violated(2, f"{row.kind} is recorded as not done, and the card was changed")
        self._check_closed(station)
        self._check_unsettled(station, rows)

    def _check_unsettled(self, station: "Station", rows: list[KioskOperation]) -> None:
        boot = station.boot_number
        if not any(not row.acknowledged and (row.state == "in_doubt" or row.boot < boot) for row in rows):
            self._unsettled_since.pop(station.name, None)
            return
        since = self._unsettled_since.setdefault(station.name, trio.current_time())
        if trio.current_time() - since > 2 and station.offers_changes():
            self.violated(12, "an operation in doubt isn't acknowledged, and changes are offered after 2 s")

    def _check_closed(self, station: "Station") -> None:
        broken = station.disk.fault is not None and station.disk.failed > 0
        if not broken:
            self._shown.pop(station.name, None)
            return
        since = self._shown.setdefault(station.name, trio.current_time())
        if trio.current_time() - since > 2 and station.offers_changes():
            self.violated(12, f"the disk fails ({station.disk.fault}), and changes are offered after 2 s")


def _kind(path: str) -> str:
    """A message's kind, by its path."""
    parts = path.split("/")
    return parts[2] if len(parts) == 4 else parts[4]
