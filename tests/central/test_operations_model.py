"""Messages of several kiosks in any order, doubled and delayed, against a model that a page holds.

The model knows three things: what each operation is, what each card's record says, and which messages were taken.
"""

from dataclasses import dataclass, field
from typing import Any

from fleet import Fleet, Said
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule
from regions import NOTHING_NEEDED
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from central.authority import Authority, SoftwareKeys
from central.settings import Settings
from central.tables import Operation

KIOSKS = ("kiosk-1", "kiosk-2", "kiosk-3")
CHIP = ("pin_change", "enable", "unblock", "pin_reset")
OPEN = ("open", "authorised", "in_doubt")
NEW_PIN = {"initial_pin": False, "pin_blocked": False}
EFFECTS = {
    "pin_change": NEW_PIN,
    "pin_reset": NEW_PIN,
    "unblock": {"pin_blocked": False},
    "enable": {**NEW_PIN, "status": 1},
}
AUTHORITY = Authority(SoftwareKeys({"3DES": bytes(range(16))}, bytes(16)))
SETTINGS = Settings(authorisations_per_card_and_day=10**6, authorisations_per_kiosk_and_hour=10**6)


@dataclass
class ModelCard:
    """The record."""

    status: int
    initial_pin: bool = True
    pin_blocked: bool = False
    before_loss: int | None = None
    version: int = 0

    def change(self, **values: Any) -> None:
        if any(getattr(self, name) != value for name, value in values.items()):
            self.version += 1
            for name, value in values.items():
                setattr(self, name, value)


@dataclass
class ModelOperation:
    """Whose it is, and how it stands."""

    kind: str
    kiosk: str
    card: str
    state: str
    supersedes: str | None = None


@dataclass
class Model:
    """Says what the server will answer: the status, and the state where there is one."""

    cards: dict[str, ModelCard]
    operations: dict[str, ModelOperation] = field(default_factory=dict)

    def open_on(self, card: str) -> str | None:
        """The operation that hasn't ended on this card."""
        open_ = [id for id, o in self.operations.items() if o.card == card and o.state in OPEN]
        assert len(open_) <= 1
        return open_[0] if open_ else None

    def intent(self, m: dict[str, Any]) -> tuple[int, str | None]:
        if m["operation_id"] in self.operations:
            return 409, None
        card, kind, supersedes = self.cards[m["card"]], m["kind"], m.get("supersedes")
        operation = ModelOperation(kind, m["kiosk"], m["card"], "not_done", supersedes)
        allowed = {"enable": (0,), "temporary_loss": (0, 1), "formal_loss": (0, 1, 4), "loss_release": (4,)}.get(
            kind, (1,)
        )
        open_ = self.open_on(m["card"])
        status = 200
        if card.status not in allowed:
            status = 409
        elif supersedes is not None and (
            kind != "pin_reset" or supersedes not in self.operations or self.operations[supersedes].card != m["card"]
        ):
            status = 404
        elif kind in CHIP and open_ not in (None, supersedes):
            status = 409
        if status == 200:
            if open_ is not None:
                self.operations[open_].state = "escalated"
            operation.state = "open" if kind in CHIP else "done"
            if kind == "temporary_loss":
                card.change(status=4, before_loss=card.status)
            elif kind == "formal_loss":
                card.change(status=2, before_loss=card.before_loss if card.status == 4 else card.status)
            elif kind == "loss_release":
                card.change(status=card.before_loss, before_loss=None)
        self.operations[m["operation_id"]] = operation
        return status, operation.state if status == 200 else None

    def outcome(self, m: dict[str, Any]) -> tuple[int, str | None]:
        operation = self.operations.get(m["operation_id"])
        if operation is None:
            state = "not_done" if m["outcome"] == "not_done" else "escalated"
            self.operations[m["operation_id"]] = ModelOperation(m["kind"], m["kiosk"], m["card"], state)
            return 200, state
        if operation.kiosk != m["kiosk"]:
            return 403, None
        if operation.state in ("open", "authorised"):
            self.end(operation, m)
        return 200, operation.state

    def settlement(self, m: dict[str, Any]) -> tuple[int, str | None]:
        operation = self.operations.get(m["operation_id"])
        if operation is None:
            return 404, None
        if operation.state in OPEN:
            self.end(operation, m)
        return 200, operation.state

    def end(self, operation: ModelOperation, m: dict[str, Any]) -> None:
        operation.state = m["outcome"]
        values = dict(EFFECTS[operation.kind]) if operation.state == "done" else {}
        if m.get("tries_left") is not None:
            values["pin_blocked"] = m["tries_left"] == 0
        self.cards[operation.card].change(**values)

    def observation(self, m: dict[str, Any]) -> tuple[int, str | None]:
        card = self.cards[m["card"]]
        if card.version == m["record_version"]:
            card.change(pin_blocked=m["tries_left"] == 0)
        return 200, None

    def command(self, m: dict[str, Any]) -> tuple[int, str | None]:
        operation = self.operations.get(m["operation_id"])
        if operation is None:
            return 404, None
        if operation.kiosk != m["kiosk"]:
            return 403, None
        if operation.kind not in ("unblock", "pin_reset") or operation.state not in ("open", "authorised"):
            return 409, None
        if operation.kind == "pin_reset":
            return 422, None  # These bring no PIN.
        operation.state = "authorised"
        return 200, None


class Messages(RuleBasedStateMachine):
    """Kiosks write messages; the network delivers any of them at any time, as often as it likes."""

    intents = Bundle("intents")
    messages = Bundle("messages")

    def __init__(self) -> None:
        super().__init__()
        self.fleet = Fleet(policy=NOTHING_NEEDED, settings=SETTINGS, authority=AUTHORITY)
        self.handles = [
            self.fleet.add_card(),
            self.fleet.add_card(application_status=0, lifecycle="03"),
        ]
        self.model = Model({str(self.handles[0]): ModelCard(1), str(self.handles[1]): ModelCard(0)})
        self.taken: dict[str, tuple[bytes, Any]] = {}
        self.results: dict[str, str] = {}
        self.versions = dict.fromkeys(self.model.cards, 0)

    @rule(
        target=intents,
        kind=st.sampled_from([*CHIP, "pin_change", "temporary_loss", "loss_release", "loss_release", "formal_loss"]),
        card=st.integers(0, 1),
        kiosk=st.sampled_from(KIOSKS),
        arrives=st.booleans(),
    )
    def begins(self, kind: str, card: int, kiosk: str, arrives: bool) -> Said:
        """A kiosk writes an intent down; it may arrive at once."""
        intent = self.fleet.intent(kind, self.handles[card], kiosk=kiosk)
        if arrives:
            self.arrives(intent)
        return intent

    @rule(target=intents, before=intents, kind=st.sampled_from(["pin_reset", "pin_reset", "pin_change"]))
    def begins_instead(self, before: Said, kind: str) -> Said:
        """A reset after something in doubt."""
        card = before.fields["card"]
        intent = self.fleet.intent(kind, card, supersedes=before.fields["operation_id"])
        self.arrives(intent)
        return intent

    @rule(
        target=messages,
        intent=intents,
        outcome=st.sampled_from(["done", "not_done", "in_doubt"]),
        tries_left=st.sampled_from([None, 0, 5]),
        own=st.sampled_from([True, True, True, False]),
    )
    def reports(self, intent: Said, outcome: str, tries_left: int | None, own: bool) -> Said:
        kiosk = intent.kiosk if own else "kiosk-3"
        return self.fleet.outcome(intent, outcome, tries_left=tries_left, kiosk=kiosk)

    @rule(
        target=messages,
        intent=intents,
        outcome=st.sampled_from(["done", "not_done", "escalated"]),
        tries_left=st.sampled_from([None, 0, 5]),
        kiosk=st.sampled_from(KIOSKS),
    )
    def settles(self, intent: Said, outcome: str, tries_left: int | None, kiosk: str) -> Said:
        return self.fleet.settlement(intent, outcome, kiosk=kiosk, tries_left=tries_left)

    @rule(target=messages, card=st.integers(0, 1), age=st.integers(0, 1), tries_left=st.sampled_from([0, 5]))
    def observes(self, card: int, age: int, tries_left: int) -> Said:
        handle = self.handles[card]
        return self.fleet.observation(handle, max(0, self.model.cards[str(handle)].version - age), tries_left)

    @rule(target=messages, intent=intents, attempt=st.integers(1, 3))
    def asks_the_issuer(self, intent: Said, attempt: int) -> Said:
        return self.fleet.command(intent, attempt=attempt)

    @rule(message=messages)
    def delivers(self, message: Said) -> None:
        self.arrives(message)

    @rule(intent=intents)
    def delivers_an_intent(self, intent: Said) -> None:
        self.arrives(intent)

    def arrives(self, said: Said) -> None:
        """The server answers as the model says."""
        what, m = said.path.split("/")[-1], said.fields
        command = "/commands/" in said.path
        answer = self.fleet.deliver(said)
        if said.path in self.taken and not command:
            body, before = self.taken[said.path]
            if body == said.body:
                assert answer == before, "a repeat gets the same bytes"
            else:
                assert answer.status == 422, "one id, one payload"
            return
        if command:
            status, state = self.model.command(m)
        elif what == "outcome":
            status, state = self.model.outcome(m)
        else:
            by_path = {"operations": "intent", "settlements": "settlement", "observations": "observation"}
            status, state = getattr(self.model, by_path[said.path.split("/")[2]])(m)
        assert answer.status == status, answer.body
        if state is not None:
            assert f'"state":"{state}"'.encode() in answer.body
        refused_for_good = said.path.split("/")[2] == "operations" and what not in ("outcome",) and not command
        if status == 200 or (refused_for_good and b"operation-closed" not in answer.body):
            self.taken[said.path] = (said.body, answer)

    @invariant()
    def agrees(self) -> None:
        """Every record and every state is the model's; a version only grows, a result stays."""
        for handle, card in self.model.cards.items():
            held = self.fleet.card(handle)  # type: ignore[arg-type]
            assert (held.application_status, held.initial_pin, held.pin_blocked, held.version) == (
                card.status,
                card.initial_pin,
                card.pin_blocked,
                card.version,
            )
            assert held.version >= self.versions[handle]
            self.versions[handle] = held.version
        with Session(self.fleet.registry.engine) as session:
            states = {
                row.operation_id: row.state for row in session.execute(select(Operation.operation_id, Operation.state))
            }
            flights = select(func.count()).where(Operation.state.in_(OPEN)).group_by(Operation.card_id)
            assert all(count == 1 for count in session.scalars(flights))
        assert states == {id: o.state for id, o in self.model.operations.items()}
        for id, state in self.results.items():
            assert states[id] == state
        self.results = {id: state for id, state in states.items() if state not in OPEN}


TestMessages = Messages.TestCase
TestMessages.settings = settings(
    max_examples=40, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
