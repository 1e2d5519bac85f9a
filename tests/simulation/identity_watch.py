"""What must hold of every proof of who somebody is: which are taken, what they are good for, how often there are some.

It knows what was really shown: whose number stands on a document, which code came on which phone, whether anybody
agreed to be looked at. It reads the letters and their answers, and none of the server's own rules.
"""

import json
import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import trio
from documents import CHILD, RENAMED
from phones import code_in

from kiosk.pages import Answer, Decide, Page

if TYPE_CHECKING:
    from network import Letter
    from promises import Promises
    from station import Station

WAYS: dict[str, tuple[frozenset[str], ...]] = {
    "pin_change": (frozenset(),),
    "enable": (frozenset({"card_pin", "id_card", "face"}), frozenset({"card_pin", "id_card", "one_time_code"})),
    "unblock": (frozenset({"id_card", "face"}), frozenset({"id_card", "one_time_code"})),
}
"""Of what is shown all of one set is needed; as the server is shipped."""
WAYS["pin_reset"] = WAYS["unblock"]
WAYS["temporary_loss"] = WAYS["loss_release"] = (*WAYS["unblock"], frozenset({"e_card", "one_time_code"}))

EVIDENCE_SECONDS, CODE_SECONDS, CHECK_SECONDS, E_CARD_SECONDS = 900, 300, 180, 60
CODE_TRIES, CODES_A_DAY, BETWEEN_CODES, CODES_AN_HOUR = 5, 5, 60, 60
CHECKS_A_DAY, CHECKS_AN_HOUR = 5, 60
REFUSED_AN_HOUR = 60
"""Documents at one kiosk."""
FARTHEST, SHARP_ENOUGH = 0.40, 25.0
HOUR, DAY = 3600, 86_400
_SLACK = 0.01
"""The server's clock counts microseconds."""


@dataclass(slots=True)
class Shown:
    """One proof that the server took. `card`: the only one that it is good for; None: any of the person's."""

    kind: str
    kiosk: str
    person: str
    card: str | None
    at: float
    operation: str | None = None


@dataclass(slots=True)
class Code:
    """One that was sent by text."""

    kiosk: str
    person: str
    card: str
    code: str
    at: float
    wrong: int = 0
    used: bool = False


@dataclass(slots=True)
class Check:
    """One comparison for which a photo was handed out."""

    kiosk: str
    person: str
    consent: str
    at: float
    judged: bool = False


@dataclass
class IdentityWatch:
    """Watches every proof of a run.

    Attributes:
        promises: Of the run.
        shown: What was taken, by the server's id of it.
        codes: By their ids.
        checks: By their ids.
    """

    promises: "Promises"
    shown: dict[str, Shown] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    checks: dict[str, Check] = field(default_factory=dict)
    _refusals: list[tuple[str, float]] = field(default_factory=list)
    """Documents that were refused: where, and when."""
    _agreed: set[str] = field(default_factory=set)
    """Stations at which somebody has agreed to be looked at."""

    # What is said to the server, and what it says.

    def delivered(self, station: "Station", letter: "Letter", status: int, answer: bytes) -> None:
        """The server has answered."""
        _, _, what, *rest = letter.path.split("/")
        match what, rest:
            case "evidence", [kind]:
                self._evidence(kind, json.loads(letter.body), status, json.loads(answer))
            case "face-checks", _ if status == 200:
                self._photo(json.loads(letter.body))
            case "one-time-codes", [identity] if status == 200 and identity not in self.codes:
                self._sent(identity, json.loads(letter.body))

    def _evidence(self, kind: str, told: dict[str, Any], status: int, answer: dict[str, Any]) -> None:
        taken = status == 200
        match kind:
            case "one-time-code":
                person = self._code(told, answer, taken=taken)
            case "face":
                person = self._face(told, answer, taken=taken)
            case "id-card" if not taken and not answer["type"].endswith("limit-reached"):
                self._refused(told["kiosk"])
                return
            case _ if not taken:
                return
            case "id-card":
                person = self._document(told)
            case "e-card":
                person = self._e_card(told)
            case _:
                person = self._person_of(told["card"])
        if taken and person is not None:
            only = told["card"] if kind == "card-pin" else None
            now = trio.current_time()
            self.shown[answer["evidence"]] = Shown(kind.replace("-", "_"), told["kiosk"], person, only, now)

    def _document(self, told: dict[str, Any]) -> str | None:
        world, number = self.promises.world, told["number"]
        record = next((its for its in world.records.values() if its["social_security_number"] == number), None)
        if record is None:
            self._violated("a document is taken whose number nobody on record has")
            return None
        names = _plain(told["name"]), _plain(told.get("english_name") or "")
        whole = _plain(record["name"])
        if whole not in names and not (len(names[0]) >= 14 and whole.startswith(names[0])):
            self._violated("a document is taken with another name than the record's")
        today, until = world.server.today(), told.get("valid_until")
        if not (date.fromisoformat(told["valid_from"]) <= today and (not until or today <= date.fromisoformat(until))):
            self._violated("a document is taken that isn't valid today")
        if told.get("card") and self._person_of(told["card"]) != number:
            self._violated("a document is taken for somebody else's card")
        return str(number)

    def _refused(self, kiosk: str) -> None:
        now = trio.current_time()
        self._refusals.append((kiosk, now))
        if sum(its == kiosk and now - at < HOUR - _SLACK for its, at in self._refusals) > REFUSED_AN_HOUR:
            self._violated("documents may be tried at a kiosk more often than there may be refusals")

    def _e_card(self, told: dict[str, Any]) -> str | None:
        persona, made_at = self.promises.world.e_card_codes.get(told["e_card_code"], (None, 0.0))
        if persona is None or _over(made_at, E_CARD_SECONDS):
            self._violated("an e-card code is taken that nobody has, or that is over")
            return None
        return self.promises.world.number_of(persona)

    def _sent(self, identity: str, told: dict[str, Any]) -> None:
        world, now = self.promises.world, trio.current_time()
        person = self._person_of(told["card"])
        text = world.phones.newest
        phone = next(its["phone"] for its in world.records.values() if its["social_security_number"] == person)
        if text is None or (text.phone, text.at) != (phone, now):
            self._violated("a code is said to be on its way, and no text went to the phone on record")
            return
        mine = [each for each in self.codes.values() if each.person == person and now - each.at < DAY - _SLACK]
        here = [each for each in self.codes.values() if each.kiosk == told["kiosk"] and now - each.at < HOUR - _SLACK]
        if len(mine) >= CODES_A_DAY or len(here) >= CODES_AN_HOUR:
            self._violated("more codes are sent than there may be")
        if any(now - each.at < BETWEEN_CODES - _SLACK for each in mine):
            self._violated("one code is sent right after another")
        self.codes[identity] = Code(told["kiosk"], person, told["card"], code_in(text.text), now)

    def _code(self, told: dict[str, Any], answer: dict[str, Any], *, taken: bool) -> str | None:
        code = self.codes.get(told["code_id"])
        if not taken:
            if code is not None and answer["type"].endswith("one-time-code-wrong"):
                code.wrong += 1
                if code.wrong >= CODE_TRIES and answer.get("tries_left"):
                    self._violated("a code may be tried more often than there are tries")
            return None
        if code is None or code.kiosk != told["kiosk"]:
            self._violated("a code is taken that was not sent for this kiosk")
            return None
        if code.code != told["code"]:
            self._violated("a code is taken that was not sent")
        if code.used:
            self._violated("a code is taken a second time")
        if code.wrong >= CODE_TRIES:
            self._violated("a code is taken after more tries than there are")
        if _over(code.at, CODE_SECONDS):
            self._violated("a code is taken after its time")
        code.used = True
        return code.person

    def _photo(self, told: dict[str, Any]) -> None:
        shown, now = self.shown.get(told["evidence"]), trio.current_time()
        if shown is None or shown.kind not in ("id_card", "e_card", "one_time_code") or not self._good(shown, told):
            self._violated("a photo is handed out to who hasn't shown whose it is")
            return
        if shown.person == self.promises.world.number_of(CHILD) and not told.get("guardian"):
            self._violated("a photo is handed out without a guardian's consent")
        if told["check_id"] in self.checks:
            return
        mine = [each for each in self.checks.values() if each.person == shown.person and now - each.at < DAY - _SLACK]
        here = [each for each in self.checks.values() if each.kiosk == told["kiosk"] and now - each.at < HOUR - _SLACK]
        if len(mine) >= CHECKS_A_DAY or len(here) >= CHECKS_AN_HOUR:
            self._violated("a photo is handed out more often than it may be")
        self.checks[told["check_id"]] = Check(told["kiosk"], shown.person, told["consent_version"], now)

    def _face(self, told: dict[str, Any], answer: dict[str, Any], *, taken: bool) -> str | None:
        check = self.checks.get(told["check_id"])
        if not taken and not answer["type"].endswith("face-differs"):
            return None
        if check is None or check.kiosk != told["kiosk"]:
            self._violated("a face is judged of which no photo was handed out here")
            return None
        if check.judged:
            self._violated("a check is judged a second time")
        if _over(check.at, CHECK_SECONDS) or check.consent != told["consent_version"]:
            self._violated("a face is judged after its time, or by another consent")
        if taken and (told["distance"] > FARTHEST or told["sharpness"] < SHARP_ENOUGH):
            self._violated("a face is taken that is too far from the one on record, or blurred")
        check.judged = True
        return check.person

    def check_intent(self, intent: dict[str, Any]) -> None:
        """The server has taken an operation, for the first time: a whole way was shown for it."""
        person, kinds = self._person_of(intent["card"]), set()
        for identity in intent.get("evidence", ()):
            shown = self.shown.get(identity)
            if shown is None or shown.person != person or shown.card not in (None, intent["card"]):
                self._violated("an operation is taken with evidence of somebody else, or of nobody")
                return
            if not self._good(shown, intent):
                self._violated("an operation is taken with evidence of another kiosk, used before, or over")
            shown.operation = intent["operation_id"]
            kinds.add(shown.kind)
        if not any(way <= kinds for way in WAYS[intent["kind"]]):
            self._violated(f"{intent['kind']} is taken with {', '.join(sorted(kinds)) or 'nothing'} shown")

    def _good(self, shown: Shown, told: dict[str, Any]) -> bool:
        if shown.operation is not None and shown.operation != told.get("operation_id"):
            used_by = self.promises.world.server.operation(shown.operation)
            if used_by is None or used_by.state != "not_done":  # Which gives it back.
                return False
        return shown.kiosk == told["kiosk"] and not _over(shown.at, EVIDENCE_SECONDS)

    # At the stations.

    def pressed(self, station: "Station", page: Page, answer: object) -> None:
        """Somebody presses something on a page: perhaps that they agree."""
        if answer is Answer.FACE and isinstance(page, Decide):
            self._agreed.add(station.name)

    def home_is_shown(self, station: "Station") -> None:
        """Whoever comes next has agreed to nothing."""
        self._agreed.discard(station.name)

    def looks(self, station: "Station", *, consented: bool) -> None:
        """The camera is opened for somebody's face; whether the newest consent that the disk holds is a yes."""
        if station.name not in self._agreed:
            self._violated("the camera looks at a face, and nobody agreed")
        elif not consented:
            self._violated("the camera looks at a face, and no consent is on the disk for certain")

    def changes(self, persona: str) -> None:
        """A card is changed that needs an ID card's proof."""
        if persona == RENAMED:
            self._violated("a card is changed on whose chip another name stands than on the document")

    def codes_in_text(self) -> re.Pattern[str] | None:
        """Finds any code that was sent, and not what stands within longer digits or an id; None: there was none."""
        codes = "|".join(sorted({each.code for each in self.codes.values()}))
        return re.compile(f"(?<![0-9A-Fa-f.:-])(?:{codes})(?![0-9A-Fa-f-])") if codes else None

    def _person_of(self, handle: str) -> str:
        world = self.promises.world
        return world.number_of(world.server.persona_of(handle))

    def _violated(self, what: str) -> None:
        self.promises.violated(7, what)


def _over(at: float, seconds: float) -> bool:
    return trio.current_time() - at > seconds + _SLACK


def _plain(name: str) -> str:
    return name.replace(" ", "").replace("•", "·").casefold()
