"""What must hold of every proof of who somebody is: which are taken, what they are good for, how often there are some.

It knows what was really shown: whose number stands on a document, which code came on which phone, whether anybody
agreed to be looked at. It reads the letters and their answers, and none of the server's own rules.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import trio
from documents import CHILD, RENAMED
from phones import code_in

from kiosk.pages import Answer, Decide, Page
from kiosk.uplink.contract.policy import ServiceKind

if TYPE_CHECKING:
    from network import Letter
    from promises import Promises
    from station import Station

CHANGES = {
    "pin_change": ServiceKind.CHANGE_PIN,
    "enable": ServiceKind.ENABLE,
    "unblock": ServiceKind.UNLOCK,
    "pin_reset": ServiceKind.RESET_PIN,
    "temporary_loss": ServiceKind.TEMPORARY_LOSS,
    "loss_release": ServiceKind.LOSS_RELEASE,
    "formal_loss": ServiceKind.FORMAL_LOSS,
    "eligibility_check": ServiceKind.ELIGIBILITY,
}
"""By whose ways each kind of operation is judged; an application, by those of what is applied for."""
APPLIES = {
    "sms_subscribe": ServiceKind.SMS,
    "sms_change": ServiceKind.SMS,
    "sms_stop": ServiceKind.SMS,
    "replacement": ServiceKind.REPLACEMENT,
    "renewal": ServiceKind.RENEWAL,
    "phone_change": ServiceKind.PHONE_NUMBER,
}
READS = {
    "records": ServiceKind.RECORDS,
    "production-progress": ServiceKind.PRODUCTION_PROGRESS,
    "cards": ServiceKind.CARDS,
    "eligibility": ServiceKind.ELIGIBILITY,
    "applications": ServiceKind.APPLICATIONS,
    "sms-reminders": ServiceKind.SMS,
    "certificates": ServiceKind.CERTIFICATE,
}
"""What somebody is told of their own, by its path."""

EVIDENCE_SECONDS, CODE_SECONDS, CHECK_SECONDS, E_CARD_SECONDS = 900, 300, 180, 60
CODE_TRIES, CODES_A_DAY, BETWEEN_CODES, CODES_AN_HOUR = 5, 5, 60, 60
CHECKS_A_DAY, CHECKS_AN_HOUR = 5, 60
REFUSED_AN_HOUR = 60
"""Documents at one kiosk."""
FARTHEST, SHARP_ENOUGH = 0.40, 25.0
DRAFT_SECONDS = 900
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
    draft: str | None = None
    """With the number in which it proves that; None: it proves whoever has the phone on record."""
    wrong: int = 0
    used: bool = False


@dataclass(slots=True)
class Draft:
    """What was entered to be applied for, and is at the server. `proved`: there is no number in it that needs a code,
    or one came."""

    kiosk: str
    card: str
    kind: str
    phone: str | None = field(repr=False)
    at: float
    proved: bool


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
        drafts: By their ids.
    """

    promises: "Promises"
    shown: dict[str, Shown] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)
    checks: dict[str, Check] = field(default_factory=dict)
    drafts: dict[str, Draft] = field(default_factory=dict)
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
            case "application-drafts", [] if status == 200:
                self._draft(json.loads(letter.body), json.loads(answer))
            case "application-drafts", [_, "codes", identity] if status == 200 and identity not in self.codes:
                self._sent(identity, json.loads(letter.body))
            case "application-drafts", [_, "shown-codes"]:
                told = json.loads(letter.body)
                self._code(told, json.loads(answer), taken=status == 200, draft=told["draft"])
            case _ if status == 200 and what in READS and not self.promises.taken(station, letter.path):
                told = json.loads(letter.body)
                self._require_way(told, READS[what], f"{what} are told")

    def _draft(self, told: dict[str, Any], held: dict[str, Any]) -> None:
        """Something that was entered is kept: by whom it may be applied for, and whose phone that is."""
        person, phone = self._person_of(told["card"]), told.get("phone")
        if self._require_way(told, APPLIES[told["kind"]], f"a draft ({told['kind']}) is kept") != person:
            self._violated("a draft is kept with evidence of somebody else")
        world = self.promises.world
        on_record = world.server.phone_of(world.server.persona_of(told["card"]))
        now = trio.current_time()
        self.drafts[held["draft"]] = Draft(
            told["kiosk"], told["card"], told["kind"], phone, now, phone in (None, on_record)
        )

    def _require_way(self, told: dict[str, Any], service: ServiceKind, what: str) -> str | None:
        """A whole way was shown, at this kiosk, of one person: who that is."""
        shown = [self.shown.get(identity) for identity in told["evidence"]]
        good = [each for each in shown if each is not None and self._good(each, told)]
        people, kinds = {each.person for each in good}, {each.kind for each in good}
        if len(good) != len(shown) or len(people) != 1:
            self._violated(f"{what} for evidence of nobody, of two, of another kiosk, used before, or over")
            return None
        if not any(way <= kinds for way in self.promises.world.ways(service)):
            self._violated(f"{what} for {', '.join(sorted(kinds))}")
        return people.pop()

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
        draft, text = self.drafts.get(told.get("draft", "")), world.phones.newest
        if "draft" in told and draft is None:
            self._violated("a code is sent for a draft that nobody made")
            return
        card = told["card"] if draft is None else draft.card
        person = self._person_of(card)
        phone = world.server.phone_of(world.server.persona_of(card)) if draft is None else draft.phone
        if text is None or (text.phone, text.at) != (phone, now):
            self._violated("a code is said to be on its way, and no text went to that phone")
            return
        mine = [each for each in self.codes.values() if each.person == person and now - each.at < DAY - _SLACK]
        here = [each for each in self.codes.values() if each.kiosk == told["kiosk"] and now - each.at < HOUR - _SLACK]
        if len(mine) >= CODES_A_DAY or len(here) >= CODES_AN_HOUR:
            self._violated("more codes are sent than there may be")
        alike = [each for each in mine if each.draft == told.get("draft")]
        if any(now - each.at < BETWEEN_CODES - _SLACK for each in alike):
            self._violated("one code is sent right after another")
        self.codes[identity] = Code(told["kiosk"], person, card, code_in(text.text), now, told.get("draft"))

    def _code(
        self, told: dict[str, Any], answer: dict[str, Any], *, taken: bool, draft: str | None = None
    ) -> str | None:
        code = self.codes.get(told["code_id"])
        if not taken:
            if code is not None and answer["type"].endswith("one-time-code-wrong"):
                code.wrong += 1
                if code.wrong >= CODE_TRIES and answer.get("tries_left"):
                    self._violated("a code may be tried more often than there are tries")
            return None
        if code is None or code.kiosk != told["kiosk"] or code.draft != draft:
            self._violated("a code is taken that was not sent for this kiosk, or for something else")
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
        if draft is not None:
            self.drafts[draft].proved = True
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
        if not any(way <= kinds for way in self.ways(intent)):
            self._violated(f"{intent['kind']} is taken with {', '.join(sorted(kinds)) or 'nothing'} shown")

        if intent["kind"] == "application":
            self._applied(intent)

    def ways(self, intent: dict[str, Any]) -> tuple[frozenset[str], ...]:
        """In which ways somebody may prove who they are for what an intent means to do; none: it isn't taken at all."""
        if intent["kind"] == "pin_change":
            return (frozenset(),)  # The card itself compares the old PIN.
        if intent["kind"] != "application":
            return self.promises.world.ways(CHANGES[intent["kind"]])
        draft = self.drafts.get(intent.get("draft") or "")
        return () if draft is None else self.promises.world.ways(APPLIES[draft.kind])

    def _applied(self, intent: dict[str, Any]) -> None:
        """An application is taken: of what was entered at this kiosk, for this card, lately, and proved."""
        draft = self.drafts.get(intent.get("draft") or "")
        if draft is None or (draft.kiosk, draft.card) != (intent["kiosk"], intent["card"]):
            self._violated("an application is taken of a draft of another kiosk or card, or of none")
        elif not draft.proved:
            self._violated("an application is taken with a number that nobody proved")
        elif _over(draft.at, DRAFT_SECONDS):
            self._violated("an application is taken of a draft that is over")

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

    def changes(self, persona: str, evidence: Sequence[str]) -> None:
        """A card is changed by what somebody has shown."""
        if persona == RENAMED and any(self.shown[each].kind == "id_card" for each in evidence):
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
