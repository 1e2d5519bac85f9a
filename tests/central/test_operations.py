"""The core of operations: every message through the real routes, with the real tables."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from fleet import Fleet, Said
from regions import one_kind_each
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from central import cases
from central.tables import Event, Operation
from kiosk.uplink.contract import ProblemType

Told = tuple[int, dict[str, Any]]
NOTHING_MORE = {"lapses_on": None, "good_until": None, "application": None}
"""What an answer to an intent says of most kinds."""


@pytest.fixture
def fleet(authority: Any) -> Fleet:
    return Fleet(authority=authority)


def problem(told: Told) -> ProblemType:
    assert told[0] == told[1]["status"]
    return ProblemType(told[1]["type"])


def id_of(said: Said) -> str:
    return str(said.fields["operation_id"])


def test_an_intent_is_held(fleet: Fleet) -> None:
    card = fleet.add_card()
    intent = fleet.intent("pin_change", card, tries_before=5)
    assert fleet.tell(intent) == (200, {"operation_id": id_of(intent), "state": "open", **NOTHING_MORE})
    held = fleet.operation(id_of(intent))
    assert (held.kind, held.state, held.kiosk, held.boot, held.tries_before) == ("pin_change", "open", "kiosk-1", 1, 5)
    assert (held.sequence, held.card_id, held.supersedes) == (intent.fields["sequence"], fleet.card(card).id, None)
    assert (held.evidence, held.opened_at, held.card_seen_at, held.ended_at) == ("", fleet.now, fleet.now, None)
    assert fleet.record(card)["open_operation"] == {
        "operation_id": id_of(intent),
        "kind": "pin_change",
        "state": "open",
        "tries_before": 5,
    }
    assert fleet.record(card)["version"] == 0, "the record itself hasn't changed"
    assert fleet.events() == []


EFFECTS = {
    "pin_change": {"initial_pin": False, "pin_blocked": False},
    "enable": {"initial_pin": False, "pin_blocked": False, "application_status": 1, "lifecycle": "04"},
    "unblock": {"pin_blocked": False},
    "pin_reset": {"initial_pin": False, "pin_blocked": False},
}


def card_for(fleet: Fleet, kind: str) -> Any:
    archived = {"application_status": 0, "lifecycle": "03"} if kind == "enable" else {}
    return fleet.add_card(pin_blocked=True, **archived)


@pytest.mark.parametrize("kind", EFFECTS)
def test_what_is_done_shows_on_the_record_once(fleet: Fleet, kind: str) -> None:
    card = card_for(fleet, kind)
    before = fleet.record(card)
    intent = fleet.opened(kind, card)
    done = fleet.outcome(intent, "done", status_word="9000")
    first = fleet.deliver(done)
    assert (first.status, fleet.tell(done)[1]) == (200, {"operation_id": id_of(intent), "state": "done"})
    assert fleet.record(card) == before | EFFECTS[kind] | {"version": 1}
    fleet.set_card(card, pin_blocked=True, initial_pin=True)
    assert {fleet.deliver(done).body for _ in range(3)} == {first.body}
    assert fleet.record(card)["pin_blocked"], "a repeat changes nothing"
    assert fleet.events() == [("operation.done", id_of(intent))]
    assert fleet.operation(id_of(intent)).ended_at == fleet.now


@pytest.mark.parametrize("kind", EFFECTS)
@pytest.mark.parametrize("outcome", ["not_done", "in_doubt"])
def test_what_is_not_done_for_sure_leaves_the_record(fleet: Fleet, kind: str, outcome: str) -> None:
    card = card_for(fleet, kind)
    before = fleet.record(card)
    intent = fleet.opened(kind, card)
    assert fleet.tell(fleet.outcome(intent, outcome)) == (200, {"operation_id": id_of(intent), "state": outcome})
    after = fleet.record(card)
    assert after | {"open_operation": None} == before
    assert (after["open_operation"] is not None) == (outcome == "in_doubt"), "unknown is never terminal"
    assert fleet.cases() == []
    assert fleet.events() == [(f"operation.{outcome}", id_of(intent))]


@pytest.mark.parametrize("outcome", ["done", "not_done", "in_doubt"])
@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("tries_left", [0, 1, 6])
def test_the_tries_that_a_card_told_decide_whether_it_is_blocked(
    fleet: Fleet, outcome: str, before: bool, tries_left: int
) -> None:
    card = fleet.add_card(pin_blocked=before)
    fleet.tell(fleet.outcome(fleet.opened("pin_change", card), outcome, tries_left=tries_left))
    assert fleet.record(card)["pin_blocked"] == (tries_left == 0)


def test_an_id_serves_one_payload(fleet: Fleet) -> None:
    card = fleet.add_card()
    intent = fleet.opened("pin_change", card)
    done = fleet.outcome(intent, "done")
    fleet.tell(done)
    for said, changed in (
        (intent, {"kind": "unblock"}),
        (intent, {"tries_before": 1}),
        (intent, {"sequence": 99}),
        (done, {"outcome": "not_done"}),
        (done, {"tries_left": 3}),
    ):
        assert problem(fleet.ask("kiosk-1", "PUT", said.path, said.fields | changed)) is ProblemType.OPERATION_CONFLICT
    assert fleet.state(id_of(intent)) == "done"


def test_spelling_is_not_payload(fleet: Fleet) -> None:
    """The same message with other blanks and another order of its fields is the same message."""
    intent = fleet.opened("pin_change", fleet.add_card())
    assert fleet.ask("kiosk-1", "PUT", intent.path, dict(reversed(intent.fields.items())))[0] == 200


def test_another_kiosk_cannot_take_an_id_over(fleet: Fleet) -> None:
    intent = fleet.opened("pin_change", fleet.add_card())
    stolen = intent.fields | {"kiosk": "kiosk-2"}
    assert problem(fleet.ask("kiosk-2", "PUT", intent.path, stolen)) is ProblemType.OPERATION_CONFLICT


def test_one_operation_at_a_time_on_a_chip(fleet: Fleet) -> None:
    card, other = fleet.add_card(), fleet.add_card()
    first = fleet.opened("pin_change", card)
    second = fleet.intent("pin_change", card, kiosk="kiosk-2")
    assert problem(fleet.tell(second)) is ProblemType.CARD_BUSY
    fleet.opened("pin_change", other, kiosk="kiosk-2")
    fleet.tell(fleet.outcome(first, "in_doubt"))
    assert problem(fleet.tell(fleet.intent("pin_change", card))) is ProblemType.CARD_BUSY
    fleet.tell(fleet.settlement(first, "not_done"))
    fleet.opened("pin_change", card, kiosk="kiosk-3")
    assert problem(fleet.tell(second)) is ProblemType.CARD_BUSY, "a repeat hears what it heard"


def test_a_delayed_copy_of_a_refused_intent_begins_nothing(fleet: Fleet) -> None:
    """Its kiosk has given up; the card is free again when the copy arrives."""
    card = fleet.add_card()
    first = fleet.opened("pin_change", card)
    refused = fleet.intent("pin_change", card, kiosk="kiosk-2")
    heard = fleet.deliver(refused)
    fleet.tell(fleet.outcome(first, "done"))
    assert fleet.deliver(refused) == heard
    assert heard.status == 409
    assert fleet.state(id_of(refused)) == "not_done"
    assert fleet.record(card)["open_operation"] is None
    assert fleet.tell(fleet.outcome(refused, "not_done"))[1]["state"] == "not_done"
    assert fleet.cases() == []


def test_the_table_itself_holds_one_open_operation_a_card(fleet: Fleet) -> None:
    """Whatever the code above it believes."""
    first = fleet.operation(id_of(fleet.opened("pin_change", fleet.add_card())))
    columns = {name: getattr(first, name) for name in Operation.__table__.columns.keys()}  # noqa: SIM118
    for state, taken in (("done", True), ("open", False), ("authorised", False), ("in_doubt", False)):
        with Session(fleet.registry.engine) as session:
            session.add(Operation(**columns | {"operation_id": str(uuid4()), "state": state}))
            if taken:
                session.commit()
            else:
                with pytest.raises(IntegrityError):
                    session.commit()


def test_a_card_that_is_not_on_record(fleet: Fleet) -> None:
    intent = fleet.intent("pin_change", uuid4())
    assert problem(fleet.tell(intent)) is ProblemType.CARD_UNKNOWN
    assert fleet.operation(id_of(intent)).card_id is None
    assert fleet.tell(fleet.outcome(intent, "not_done")) == (200, {"operation_id": id_of(intent), "state": "not_done"})


@pytest.mark.parametrize(
    ("outcome", "state"), [("not_done", "not_done"), ("done", "escalated"), ("in_doubt", "escalated")]
)
@pytest.mark.parametrize("known", [True, False])
def test_a_report_of_what_was_never_opened(fleet: Fleet, outcome: str, state: str, known: bool) -> None:
    """The kiosk must be able to empty its outbox; what may have been done is a case."""
    card = fleet.add_card() if known else uuid4()
    intent = fleet.intent("pin_change", card)
    report = fleet.outcome(intent, outcome)
    assert fleet.tell(report) == (200, {"operation_id": id_of(intent), "state": state})
    assert fleet.cases() == ([] if state == "not_done" else [(id_of(intent), "never_opened")])
    assert fleet.events() == [(f"operation.{state}", id_of(intent))]
    held = fleet.operation(id_of(intent))
    assert (held.state, held.ended_at, held.tries_before, held.supersedes) == (state, fleet.now, None, None)
    assert held.card_id == (fleet.card(card).id if known else None)
    assert held.evidence == ""
    assert problem(fleet.tell(intent)) is ProblemType.OPERATION_CLOSED, "it comes too late to begin anything"
    if known:
        assert (fleet.record(card)["version"], fleet.record(card)["open_operation"]) == (0, None)


def test_a_kiosk_speaks_of_its_own_operations(fleet: Fleet) -> None:
    card = fleet.add_card()
    intent = fleet.opened("pin_change", card)
    assert problem(fleet.tell(fleet.outcome(intent, "done", kiosk="kiosk-2"))) is ProblemType.NOT_THIS_KIOSK
    assert problem(fleet.ask("kiosk-2", "GET", intent.path)) is ProblemType.NOT_THIS_KIOSK
    assert fleet.ask("kiosk-1", "GET", intent.path) == (
        200,
        {"operation_id": id_of(intent), "kind": "pin_change", "state": "open"},
    )
    assert problem(fleet.ask("kiosk-1", "GET", f"/v1/operations/{uuid4()}")) is ProblemType.OPERATION_UNKNOWN
    assert fleet.state(id_of(intent)) == "open"


def test_a_report_is_of_what_was_opened(fleet: Fleet) -> None:
    card, other = fleet.add_card(), fleet.add_card()
    intent = fleet.opened("pin_change", card)
    for changed in ({"kind": "pin_reset"}, {"card": str(other)}, {"card": str(uuid4())}):
        report = fleet.outcome(intent, "done")
        told = fleet.ask("kiosk-1", "PUT", report.path, report.fields | changed)
        assert problem(told) is ProblemType.OPERATION_CONFLICT
    assert fleet.state(id_of(intent)) == "open"
    assert fleet.tell(fleet.outcome(intent, "done"))[1]["state"] == "done", "a refused report spends nothing"


@pytest.mark.parametrize(("days", "state"), [(90, "done"), (90.1, "open")])
def test_a_report_that_comes_too_late_changes_nothing(fleet: Fleet, days: float, state: str) -> None:
    card = fleet.add_card()
    intent = fleet.opened("pin_change", card)
    fleet.now += timedelta(days=days)
    assert fleet.tell(fleet.outcome(intent, "done", tries_left=0))[1]["state"] == state
    assert fleet.record(card)["version"] == (state == "done")
    assert fleet.events() == [("operation.done" if state == "done" else "operation.late_report", id_of(intent))]


def test_a_settlement_is_never_too_late(fleet: Fleet) -> None:
    intent = fleet.opened("pin_change", fleet.add_card())
    fleet.now += timedelta(days=400)
    assert fleet.tell(fleet.settlement(intent, "done"))[1]["state"] == "done"


@pytest.mark.parametrize("first", [None, "in_doubt"])
@pytest.mark.parametrize(("outcome", "cases"), [("done", []), ("not_done", []), ("escalated", ["nobody_can_tell"])])
def test_any_kiosk_settles_what_is_open(fleet: Fleet, first: str | None, outcome: str, cases: list[str]) -> None:
    card = fleet.add_card()
    intent = fleet.opened("pin_change", card)
    if first is not None:
        fleet.tell(fleet.outcome(intent, first))
    said = fleet.settlement(intent, outcome, tries_left=0)
    heard = fleet.deliver(said)
    assert fleet.tell(said) == (200, {"operation_id": id_of(intent), "state": outcome})
    assert fleet.deliver(said) == heard
    record = fleet.record(card)
    assert (record["open_operation"], record["initial_pin"]) == (None, outcome != "done")
    assert record["pin_blocked"], "the card told so"
    assert fleet.cases() == [(id_of(intent), reason) for reason in cases]
    assert fleet.events()[-1] == (f"operation.{outcome}", id_of(intent))


def test_whoever_settled_is_on_record(fleet: Fleet) -> None:
    """A settlement is a kiosk's word: which one's, and by what means it says that it knows."""
    intent = fleet.opened("pin_change", fleet.add_card())
    fleet.tell(fleet.settlement(intent, "done", kiosk="kiosk-3"))
    with Session(fleet.registry.engine) as session:
        told = [(event.kiosk, event.kind) for event in session.query(Event).order_by(Event.id)]
    assert told == [("kiosk-3", "settlement.new_pin_accepted"), ("kiosk-1", "operation.done")]


@pytest.mark.parametrize("how", ["outcome", "settlement"])
@pytest.mark.parametrize(("status", "lifecycle"), [(2, "05"), (9, "09")])
def test_a_late_word_enables_no_card_that_the_bureau_has_stopped(
    fleet: Fleet, how: str, status: int, lifecycle: str
) -> None:
    """The counter put it on formal loss, or cancelled it, while the kiosk's report was on its way."""
    card = card_for(fleet, "enable")
    intent = fleet.opened("enable", card)
    fleet.set_card(card, application_status=status, lifecycle=lifecycle)
    said = fleet.outcome(intent, "done") if how == "outcome" else fleet.settlement(intent, "done")
    assert fleet.tell(said)[1]["state"] == "done"
    record = fleet.record(card)
    assert (record["application_status"], record["lifecycle"]) == (status, lifecycle)
    assert (record["initial_pin"], record["pin_blocked"]) == (False, False), "that much the card has shown"
    assert fleet.cases() == [(id_of(intent), "record_changed")]


def test_a_settlement_names_the_card_that_it_is_about(fleet: Fleet) -> None:
    card = fleet.add_card()
    intent = fleet.opened("pin_change", card)
    said = fleet.settlement(intent, "done")
    for wrong, refusal in (
        ({"card": str(fleet.add_card())}, ProblemType.OPERATION_CONFLICT),
        ({"card": str(uuid4())}, ProblemType.OPERATION_CONFLICT),
        ({"operation_id": str(uuid4())}, ProblemType.OPERATION_UNKNOWN),
    ):
        assert problem(fleet.ask("kiosk-2", "PUT", said.path, said.fields | wrong)) is refusal
    assert fleet.state(id_of(intent)) == "open"


CONTRADICTIONS = [
    ("done", "settlement", "not_done", True),
    ("done", "settlement", "escalated", False),
    ("done", "settlement", "done", False),
    ("not_done", "settlement", "done", True),
    ("not_done", "settlement", "not_done", False),
    ("escalated", "settlement", "done", False),
]


@pytest.mark.parametrize(("first", "_", "later", "contradicts"), CONTRADICTIONS)
def test_a_late_word_changes_nothing_but_may_be_heard(
    fleet: Fleet, first: str, _: str, later: str, contradicts: bool
) -> None:
    card = fleet.add_card()
    intent = fleet.opened("pin_change", card)
    fleet.tell(fleet.settlement(intent, first))
    record, cases, events = fleet.record(card), fleet.cases(), fleet.events()
    for kiosk in ("kiosk-2", "kiosk-3"):
        said = fleet.settlement(intent, later, kiosk=kiosk, tries_left=0)
        assert fleet.tell(said)[1]["state"] == first
        events.append((f"settlement.{said.fields['means']}", id_of(intent)))
        events += [("operation.contradiction", id_of(intent))] * contradicts
    assert fleet.record(card) == record
    assert fleet.cases() == cases + [(id_of(intent), "contradiction")] * contradicts
    assert fleet.events() == events


@pytest.mark.parametrize(("settled", "reported"), [("done", "not_done"), ("not_done", "done")])
def test_the_kiosk_that_began_it_may_contradict_too(fleet: Fleet, settled: str, reported: str) -> None:
    intent = fleet.opened("pin_change", fleet.add_card())
    fleet.tell(fleet.settlement(intent, settled))
    assert fleet.tell(fleet.outcome(intent, reported))[1]["state"] == settled
    assert fleet.cases() == [(id_of(intent), "contradiction")]


@pytest.mark.parametrize("reported", ["in_doubt", "done"])
def test_a_report_after_the_settlement_is_no_news(fleet: Fleet, reported: str) -> None:
    intent = fleet.opened("pin_change", fleet.add_card())
    fleet.tell(fleet.settlement(intent, "done"))
    assert fleet.tell(fleet.outcome(intent, reported))[1]["state"] == "done"
    assert fleet.cases() == []


# Losses.


@pytest.mark.parametrize(("status", "lifecycle"), [(1, "04"), (0, "03")])
@pytest.mark.parametrize("how", ["release", "lapse"])
def test_a_loss_ends_where_it_began(fleet: Fleet, status: int, lifecycle: str, how: str) -> None:
    """A card that was never enabled isn't enabled by having been lost."""
    card = fleet.add_card(application_status=status, lifecycle=lifecycle)
    before = fleet.record(card)
    evidence = fleet.e_card_evidence(card)
    intent = fleet.intent("temporary_loss", card, evidence=[evidence])
    heard = fleet.deliver(intent)
    assert fleet.tell(intent) == (
        200,
        {"operation_id": id_of(intent), "state": "done", **NOTHING_MORE, "lapses_on": "2026-03-08"},
    )
    lost = {"application_status": 4, "lifecycle": "06", "loss_reason": "reported", "loss_until": "2026-03-08"}
    assert fleet.record(card) == before | lost | {"version": 1}
    assert fleet.operation(id_of(intent)).evidence == "e_card"
    if how == "release":
        release = fleet.opened("loss_release", card)
        assert fleet.tell(release)[1] == {"operation_id": id_of(release), "state": "done", **NOTHING_MORE}
    else:
        fleet.now += timedelta(days=7, hours=-17, seconds=-1)  # Just before midnight in China.
        assert fleet.record(card)["application_status"] == 4
        fleet.now += timedelta(seconds=1)
    after = fleet.record(card)
    assert after | {"as_of": before["as_of"]} == before | {"version": 2}
    assert fleet.deliver(intent) == heard
    assert fleet.record(card) == after
    assert fleet.state(id_of(intent)) == "done"
    assert fleet.events()[0] == ("operation.done", id_of(intent))


def test_losses_go_by_the_rules_of_where_one_stands(fleet: Fleet) -> None:
    """How long one lasts, and whether a formal one may be lifted."""
    fleet.elsewhere["kiosk-2"] = one_kind_each(loss={"formal_can_be_lifted": True, "lapses_after_days": 15})
    lapses = {}
    for kiosk in ("kiosk-1", "kiosk-2"):
        loss = fleet.opened("temporary_loss", fleet.add_card(), kiosk=kiosk)
        lapses[kiosk] = fleet.tell(loss)[1]["lapses_on"]
    assert lapses == {"kiosk-1": "2026-03-08", "kiosk-2": "2026-03-16"}
    formally = fleet.add_card()
    fleet.opened("formal_loss", formally)
    here = fleet.intent("loss_release", formally, evidence=[fleet.e_card_evidence(formally)])
    assert problem(fleet.tell(here)) is ProblemType.STATE_FORBIDS
    release = fleet.opened("loss_release", formally, kiosk="kiosk-2")
    assert fleet.state(id_of(release)) == "done"
    assert fleet.record(formally)["application_status"] == 1


def test_a_loss_of_before_gives_back_a_normal_card(fleet: Fleet) -> None:
    """Nobody wrote down what it was."""
    card = fleet.add_card(application_status=4, lifecycle="06", loss_reason="reported", loss_until=date(2026, 3, 2))
    assert fleet.record(card)["application_status"] == 4
    fleet.now += timedelta(days=1)
    record = fleet.record(card)
    assert (record["application_status"], record["lifecycle"], record["loss_reason"]) == (1, "04", None)


def test_a_loss_without_a_day_waits_for_a_person(fleet: Fleet) -> None:
    card = fleet.add_card(application_status=4, lifecycle="06", loss_reason="financial_not_activated")
    fleet.now += timedelta(days=4000)
    assert fleet.record(card)["application_status"] == 4


def test_an_expired_card_is_changed_no_more(fleet: Fleet) -> None:
    """Nor is its day of expiry any kiosk's to judge: the last one counts in full, by the server's clock."""
    card = fleet.add_card(valid_until=fleet.now.date())
    change = fleet.opened("pin_change", card)
    fleet.tell(fleet.outcome(change, "done"))
    fleet.now += timedelta(days=1)
    assert problem(fleet.tell(fleet.intent("pin_change", card))) is ProblemType.STATE_FORBIDS


@pytest.mark.parametrize("kind", ["temporary_loss", "formal_loss"])
@pytest.mark.parametrize("first", [None, "in_doubt"])
def test_a_loss_waits_for_no_chip(fleet: Fleet, first: str | None, kind: str) -> None:
    card = fleet.add_card()
    change = fleet.opened("pin_change", card)
    if first is not None:
        fleet.tell(fleet.outcome(change, first))
    loss = fleet.opened(kind, card, kiosk="kiosk-2")
    assert (fleet.state(id_of(change)), fleet.state(id_of(loss))) == ("escalated", "done")
    assert fleet.cases() == [(id_of(change), "loss_reported")]
    assert problem(fleet.tell(fleet.intent("pin_change", card))) is ProblemType.STATE_FORBIDS
    assert fleet.tell(fleet.settlement(change, "done"))[1]["state"] == "escalated"
    assert fleet.record(card)["initial_pin"], "what is escalated is a person's to decide"


# Resets instead of an answer.


def test_a_reset_makes_the_question_moot(fleet: Fleet) -> None:
    card = fleet.add_card()
    change = fleet.opened("pin_change", card)
    fleet.tell(fleet.outcome(change, "in_doubt"))
    reset = fleet.opened("pin_reset", card, kiosk="kiosk-2", supersedes=id_of(change))
    assert (fleet.state(id_of(change)), fleet.state(id_of(reset))) == ("escalated", "open")
    assert fleet.operation(id_of(reset)).supersedes == id_of(change)
    assert fleet.cases() == [(id_of(change), "superseded")]
    fleet.tell(fleet.outcome(reset, "done"))
    assert fleet.cases() == []
    assert fleet.cases(closed=True) == [(id_of(change), "superseded")]
    with fleet.registry.transaction() as transaction:
        assert [case.closed_as for case in cases.listing(transaction, closed=True)] == ["superseded"]


def test_a_report_that_says_nothing_of_the_tries_comes_after_an_observation(fleet: Fleet) -> None:
    card = fleet.add_card()
    intent = fleet.opened("pin_change", card)
    assert fleet.tell(fleet.observation(card, fleet.card(card).version, 0))[0] == 200
    assert fleet.tell(fleet.outcome(intent, "in_doubt")) == (
        200,
        {"operation_id": id_of(intent), "state": "in_doubt"},
    )
    assert fleet.card(card).pin_blocked


def test_a_reset_after_nobody_could_tell_closes_that_case(fleet: Fleet) -> None:
    card = fleet.add_card()
    change = fleet.opened("pin_change", card)
    fleet.tell(fleet.settlement(change, "escalated"))
    reset = fleet.opened("pin_reset", card, supersedes=id_of(change))
    assert fleet.cases() == [(id_of(change), "nobody_can_tell")]
    fleet.tell(fleet.outcome(reset, "done"))
    assert fleet.cases() == []


@pytest.mark.parametrize("outcome", ["not_done", "in_doubt"])
def test_a_reset_that_fails_leaves_the_case(fleet: Fleet, outcome: str) -> None:
    card = fleet.add_card()
    change = fleet.opened("pin_change", card)
    reset = fleet.opened("pin_reset", card, supersedes=id_of(change))
    fleet.tell(fleet.outcome(reset, outcome))
    assert fleet.cases() == [(id_of(change), "superseded")]


def test_what_can_be_superseded(fleet: Fleet) -> None:
    card, other = fleet.add_card(), fleet.add_card()
    change, elsewhere = fleet.opened("pin_change", card), fleet.opened("pin_change", other)
    for kind, supersedes, refusal in (
        ("pin_change", id_of(change), ProblemType.OPERATION_UNKNOWN),
        ("pin_reset", str(uuid4()), ProblemType.OPERATION_UNKNOWN),
        ("pin_reset", id_of(elsewhere), ProblemType.OPERATION_UNKNOWN),
        ("pin_reset", None, ProblemType.CARD_BUSY),
    ):
        evidence = [fleet.e_card_evidence(card)]
        told = fleet.tell(fleet.intent(kind, card, supersedes=supersedes, evidence=evidence))
        assert problem(told) is refusal
    assert (fleet.state(id_of(change)), fleet.state(id_of(elsewhere))) == ("open", "open")


def test_another_operation_than_the_superseded_one_stays_in_the_way(fleet: Fleet) -> None:
    card = fleet.add_card()
    old = fleet.opened("pin_change", card)
    fleet.tell(fleet.outcome(old, "done"))
    new = fleet.opened("pin_change", card)
    reset = fleet.intent("pin_reset", card, supersedes=id_of(old), evidence=[fleet.e_card_evidence(card)])
    assert problem(fleet.tell(reset)) is ProblemType.CARD_BUSY
    assert fleet.state(id_of(new)) == "open"


# Observations.


def test_an_observation_counts_against_the_record_that_it_was_made_of(fleet: Fleet) -> None:
    card = fleet.add_card()
    blocked, freed = fleet.observation(card, 0, 0), fleet.observation(card, 0, 4)
    assert fleet.tell(blocked) == (200, {"taken": True})
    assert (fleet.record(card)["pin_blocked"], fleet.record(card)["version"]) == (True, 1)
    assert fleet.tell(freed) == (200, {"taken": True})
    assert fleet.record(card)["pin_blocked"], "it was made of a record that has changed since"
    fleet.tell(fleet.observation(card, 1, 1))
    assert (fleet.record(card)["pin_blocked"], fleet.record(card)["version"]) == (False, 2)
    fleet.tell(fleet.observation(card, 2, 1))
    assert fleet.record(card)["version"] == 2, "nothing changed"
    fleet.tell(blocked)
    assert fleet.record(card)["version"] == 2
    assert problem(fleet.tell(fleet.observation(uuid4(), 0, 0))) is ProblemType.CARD_UNKNOWN


# What the issuer would have to say.


@pytest.mark.parametrize("kind", ["unblock", "pin_reset"])
def test_where_the_issuer_cannot_speak_nothing_is_opened_for_it(fleet: Fleet, kind: str) -> None:
    card = fleet.add_card(key_factor=None)
    intent = fleet.intent(kind, card, evidence=[fleet.e_card_evidence(card)])
    assert problem(fleet.tell(intent)) is ProblemType.STATE_FORBIDS
    mute = Fleet()
    card = mute.add_card()
    intent = mute.intent(kind, card, evidence=[mute.e_card_evidence(card)])
    assert problem(mute.tell(intent)) is ProblemType.STATE_FORBIDS
    mute.opened("pin_change", card)


@pytest.mark.parametrize("kind", ["pin_change", "unblock", "enable", "temporary_loss", "formal_loss", "loss_release"])
def test_the_state_of_the_card_comes_first(fleet: Fleet, kind: str) -> None:
    card = fleet.add_card(application_status=9, lifecycle="09")
    assert problem(fleet.tell(fleet.intent(kind, card))) is ProblemType.STATE_FORBIDS


@pytest.mark.parametrize("tries_left", [None, 6])
def test_a_late_report_knows_less_of_the_counter(fleet: Fleet, tries_left: int | None) -> None:
    """The card went on to another kiosk, where its PIN was blocked, before the first kiosk's report arrived."""
    card = fleet.add_card(initial_pin=True)
    opened = fleet.opened("pin_change", card)
    fleet.tell(fleet.observation(card, 0, 0))
    fleet.tell(fleet.outcome(opened, "done", tries_left=tries_left))
    held = fleet.card(card)
    assert (held.initial_pin, held.pin_blocked) == (False, True)


def test_a_settlement_has_looked_itself(fleet: Fleet) -> None:
    card = fleet.add_card(initial_pin=True)
    opened = fleet.opened("pin_change", card)
    fleet.tell(fleet.observation(card, 0, 0))
    fleet.tell(fleet.settlement(opened, "done", tries_left=6))
    assert fleet.card(card).pin_blocked is False
