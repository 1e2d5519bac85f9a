"""Applications: drafts, what becomes of them, what is told of them and to whom."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from fleet import Fleet
from regions import one_kind_each
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from central import applications, drafts, text_delivery
from central.drafts import DRAFTS_A_KIOSK
from central.service_tables import Application, SmsSubscription
from central.settings import Settings
from central.tables import Person
from kiosk.uplink import contract

OLD, NEW = "13800138000", "13900139000"
KINDS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("sms_subscribe", {}),
    ("replacement", {"delivery": "collect", "outlet": "centre", "reason": "damaged"}),
    ("phone_change", {"phone": NEW}),
)


@pytest.fixture
def fleet() -> Fleet:
    return Fleet(settings=Settings(one_time_code_again_seconds=1))


def holder(fleet: Fleet, **person: Any) -> Any:
    columns = {"phone": OLD, "photo": b"jpeg", "address": "虚拟路1号"} | person
    return fleet.add_card(person_id=fleet.add_person(**columns))


def problem(told: tuple[int, Any]) -> str:
    """The end of the problem's name, and the rule if it names one."""
    kind = str(told[1]["type"]).removeprefix("urn:kiosk:problem:")
    return f"{kind} {told[1]['reason']}" if told[1]["reason"] else kind


def texts(fleet: Fleet, phone: str = OLD) -> list[str]:
    text_delivery.deliver_now(fleet.registry)
    return [each for each in fleet.phones.texts(phone) if "验证码" not in each]


def subscription(fleet: Fleet, card: Any) -> str | None:
    with Session(fleet.registry.engine) as session:
        held = session.get(SmsSubscription, fleet.card(card).person_id)
        return held and held.phone


def row(fleet: Fleet, number: str) -> Any:
    with fleet.registry.transaction() as transaction:
        return applications.find(transaction, number)


def test_a_draft_tells_what_would_come_of_it(fleet: Fleet) -> None:
    card = holder(fleet)
    status, told = fleet.draft(card, "sms_subscribe")
    assert status == 200
    assert told | {"draft": None} == {
        "draft": None,
        "expires_in_seconds": 900.0,
        "phone_tail": "8000",
        "prove_phone": False,
        "review_days": 3,
        "fee_fen": None,
        "expected_on": None,
        "temporary_card": False,
    }
    collected = {"delivery": "collect", "outlet": "centre", "reason": "damaged"}
    status, told = fleet.draft(card, "replacement", **collected)
    assert status == 200
    assert (told["phone_tail"], told["review_days"], told["fee_fen"]) == (None, None, 0)
    assert told["expected_on"] == "2026-03-27", "twenty working days from a Sunday"


def test_a_draft_is_refused(fleet: Fleet) -> None:
    card, other = holder(fleet), holder(fleet)
    e_card = fleet.e_card_evidence(card)
    assert problem(fleet.draft(card, "phone_change", phone="12")) == "invalid"
    assert problem(fleet.draft(card, "phone_change", phone="2380013800")) == "phone-invalid"
    assert problem(fleet.draft(card, "phone_change", phone=OLD)) == "not-eligible phone_unchanged"
    assert problem(fleet.draft(other, "sms_subscribe", evidence=[e_card])) == "evidence-foreign"
    both = [e_card, fleet.e_card_evidence(other)]
    assert problem(fleet.draft(card, "sms_subscribe", evidence=both)) == "evidence-foreign"
    assert problem(fleet.draft(uuid4(), "sms_subscribe", evidence=[e_card])) == "card-unknown"
    assert problem(fleet.draft(card, "sms_subscribe", evidence=[str(uuid4())])) == "evidence-missing"
    pin = [fleet.card_pin_evidence(card)]
    assert problem(fleet.draft(card, "sms_subscribe", evidence=pin)) == "evidence-missing"
    for group, kind in (("sms", "sms_subscribe"), ("replacement", "replacement")):
        rules = getattr(fleet.policy, group).model_copy(update={"here": False})
        fleet.policy = fleet.policy.model_copy(update={group: rules})
        assert problem(fleet.draft(card, kind)) == "not-here"


def test_a_number_is_proved_before_it_is_taken(fleet: Fleet) -> None:
    """By the digits that came to it, within some tries; they prove nobody's person."""
    card = holder(fleet)
    _, held = fleet.draft(card, "phone_change", phone=NEW)
    assert held["prove_phone"] is True
    draft = held["draft"]
    evidence = [fleet.e_card_evidence(card)]
    refused = fleet.tell(fleet.intent("application", card, draft=draft, evidence=evidence))
    assert problem(refused) == "draft-expired"
    status, sent = fleet.send_draft_code(draft)
    assert (status, sent["phone_tail"]) == (200, "9000")
    digits = fleet.phones.texts(NEW)[-1].partition("验证码")[2][:6]
    assert fleet.phones.texts(OLD) == []
    assert problem(fleet.show_code(sent["code_id"], digits)) == "one-time-code-expired", "no evidence of a person"
    status, told = fleet.show_draft_code(draft, sent["code_id"], f"{(int(digits) + 1) % 10**6:06}")
    assert (status, told["tries_left"]) == (403, 4)
    status, told = fleet.show_draft_code(draft, sent["code_id"], digits)
    assert (status, told["prove_phone"]) == (200, False)
    status, told = fleet.tell(fleet.intent("application", card, draft=draft, evidence=evidence))
    assert (status, told["application"]["phone_tail"]) == (200, "9000")


def test_a_code_is_sent_for_a_draft_of_one_s_own_alone(fleet: Fleet) -> None:
    card = holder(fleet)
    _, held = fleet.draft(card, "phone_change", phone=NEW)
    assert problem(fleet.send_draft_code(held["draft"], kiosk="kiosk-2")) == "draft-expired"
    assert problem(fleet.send_draft_code(str(uuid4()))) == "draft-expired"
    _, sent = fleet.send_code(card)
    fleet.now += timedelta(seconds=2)
    shown = fleet.show_draft_code(held["draft"], sent["code_id"], fleet.digits(card))
    assert problem(shown) == "one-time-code-expired", "that one went to the number on record"
    _, without = fleet.draft(card, "replacement", delivery="collect", outlet="centre", reason="damaged")
    assert problem(fleet.send_draft_code(without["draft"])) == "phone-missing"


@pytest.mark.parametrize("seconds", [899, 900])
def test_a_draft_lasts_for_some_minutes(fleet: Fleet, seconds: int) -> None:
    card = holder(fleet)
    _, held = fleet.draft(card, "sms_subscribe")
    fleet.now += timedelta(seconds=seconds)
    evidence = [fleet.e_card_evidence(card)]
    status, _ = told = fleet.tell(fleet.intent("application", card, draft=held["draft"], evidence=evidence))
    assert status == 200 if seconds < 900 else problem(told) == "draft-expired"


def test_a_kiosk_has_so_many_drafts_at_a_time(fleet: Fleet) -> None:
    card = holder(fleet)
    evidence = [fleet.e_card_evidence(card)]
    other = fleet.draft(card, "sms_subscribe", "kiosk-2")[1]["draft"]
    held = [fleet.draft(card, "sms_subscribe", evidence=evidence)[1]["draft"] for _ in range(DRAFTS_A_KIOSK + 1)]
    with fleet.registry.transaction() as transaction:
        for draft in (*held[1:], other):
            kiosk = "kiosk-2" if draft == other else "kiosk-1"
            assert transaction.drafts.find(drafts.UUID(draft), kiosk, fleet.now)
        with pytest.raises(drafts.Refused):
            transaction.drafts.find(drafts.UUID(held[0]), "kiosk-1", fleet.now)


def test_an_intent_applies_once_for_its_own_draft(fleet: Fleet) -> None:
    card, other = holder(fleet), holder(fleet)
    _, held = fleet.draft(card, "sms_subscribe")
    for wrong in ({"draft": None}, {"draft": str(uuid4())}):
        evidence = [fleet.e_card_evidence(card)]
        assert problem(fleet.tell(fleet.intent("application", card, evidence=evidence, **wrong))) == "draft-expired"
    evidence = [fleet.e_card_evidence(other)]
    foreign = fleet.tell(fleet.intent("application", other, draft=held["draft"], evidence=evidence))
    assert problem(foreign) == "draft-expired"
    poor = fleet.tell(fleet.intent("application", card, draft=held["draft"]))
    assert problem(poor) == "evidence-missing"
    intent = fleet.intent("application", card, draft=held["draft"], evidence=[fleet.e_card_evidence(card)])
    heard = fleet.deliver(intent)
    assert fleet.deliver(intent) == heard
    again = fleet.intent("application", card, draft=held["draft"], evidence=[fleet.e_card_evidence(card)])
    assert problem(fleet.tell(again)) == "not-eligible under_review"
    with Session(fleet.registry.engine) as session:
        assert len(session.scalars(select(Application)).all()) == 1


def test_reminders_are_reviewed_then_they_are_in_effect(fleet: Fleet) -> None:
    card = holder(fleet)
    told = fleet.apply(card, "sms_subscribe")
    assert told == {
        "number": "202600000001",
        "kind": "sms_subscribe",
        "state": "under_review",
        "applied_on": "2026-03-01",
        "decided_on": None,
        "note": "",
        "phone_tail": "8000",
        "delivery": None,
        "outlet": None,
        "expected_on": None,
    }
    assert subscription(fleet, card) is None
    evidence = [fleet.e_card_evidence(card)]
    _, state = fleet.question(contract.SMS_REMINDERS, evidence)
    assert (state["subscribed"], state["pending"]) == (False, told)
    fleet.now += timedelta(days=2)
    assert fleet.decide(told["number"], "approve").state == "approved"
    assert subscription(fleet, card) == OLD
    assert row(fleet, told["number"]).phone == "8000", "the number itself is the subscription's alone"
    _, state = fleet.question(contract.SMS_REMINDERS, [fleet.e_card_evidence(card)])
    assert state == {"subscribed": True, "phone_tail": "8000", "since": "2026-03-03", "pending": None}
    assert [("已受理" in each, "已生效" in each) for each in texts(fleet)] == [(True, False), (False, True)]


def test_a_refusal_says_why_and_nothing_comes_of_it(fleet: Fleet) -> None:
    card = holder(fleet)
    number = fleet.apply(card, "phone_change", phone=NEW)["number"]
    with pytest.raises(applications.NotNow):
        fleet.decide(number, "refuse", "  ")
    with pytest.raises(applications.NotNow):
        fleet.decide(number, "made")
    refused = fleet.decide(number, "refuse", " 号码不是本人的 ")
    assert (refused.state, refused.note, refused.phone_tail) == ("refused", "号码不是本人的", "9000")
    assert row(fleet, number).phone == "9000"
    assert fleet.person(card).phone == OLD
    with pytest.raises(applications.NotNow):
        fleet.decide(number, "approve")
    assert "没有通过" in texts(fleet)[-1]
    assert "号码不是本人的" not in texts(fleet)[-1], "whoever writes a reason may write a link"
    assert fleet.draft(card, "phone_change", phone=NEW)[0] == 200, "it may be asked for again"


@pytest.mark.parametrize(
    "number", ["", "1", "202600000002", "202500000001", "abcdefghijkl", "２０２６００００００００１"]
)
def test_a_number_that_nobody_has(fleet: Fleet, number: str) -> None:
    fleet.apply(holder(fleet), "sms_subscribe")
    with pytest.raises(applications.NoSuchApplication):
        fleet.decide(number, "approve")


def test_a_new_number_is_on_record_and_both_are_told(fleet: Fleet) -> None:
    card = holder(fleet)
    fleet.decide(fleet.apply(card, "phone_change", phone=NEW)["number"], "approve")
    assert fleet.person(card).phone == NEW
    assert "更换预留手机号”已生效" in texts(fleet)[-1]
    assert "已登记" in texts(fleet, NEW)[-1]


def test_a_number_that_came_with_an_import_meanwhile(fleet: Fleet) -> None:
    """It is told once."""
    card = holder(fleet)
    number = fleet.apply(card, "phone_change", phone=NEW)["number"]
    with Session(fleet.registry.engine) as session, session.begin():
        session.execute(update(Person).values(phone=NEW))
    fleet.decide(number, "approve")
    assert ["已登记" in each for each in texts(fleet, NEW)] == [False]


def test_what_waits_for_the_bureau(fleet: Fleet) -> None:
    """Whatever isn't decided, or whose card isn't handed over; the oldest first."""
    numbers = [fleet.apply(holder(fleet), kind, **more)["number"] for kind, more in KINDS]
    fleet.decide(numbers[0], "approve")
    fleet.decide(numbers[1], "approve")
    with fleet.registry.transaction() as transaction:
        waiting = applications.waiting(transaction)
    assert [(applications.number_of(each), each.name) for each in waiting] == [(each, "虚拟人") for each in numbers[1:]]


def test_who_decided_what_is_kept(fleet: Fleet) -> None:
    """Of one application in order; of all of them the newest first, so many."""
    one, other = (fleet.apply(holder(fleet), kind, **more)["number"] for kind, more in KINDS[1:3])
    for number, decision in ((one, "approve"), (other, "refuse"), (one, "made")):
        fleet.decide(number, decision, "不符合条件")
    with fleet.registry.transaction() as transaction:
        of_one, lately = applications.decisions(transaction, one), applications.lately_decided(transaction)
        with pytest.raises(applications.NoSuchApplication):
            applications.decisions(transaction, "1")
    assert [(each.decision, each.by) for each in of_one] == [("approve", "wang.li"), ("made", "wang.li")]
    numbers = [(applications.number_of(each), each.decision) for each in lately]
    assert numbers == [(one, "made"), (other, "refuse"), (one, "approve")]


def test_where_a_region_reviews_nothing_it_takes_effect_at_once(fleet: Fleet) -> None:
    fleet.policy = one_kind_each(sms={"review_days": 0})
    card = holder(fleet, phone=None)
    told = fleet.apply(card, "phone_change", phone=OLD)
    assert (told["state"], told["decided_on"], told["phone_tail"]) == ("approved", "2026-03-01", "8000")
    assert fleet.apply(card, "sms_subscribe")["state"] == "approved"
    fleet.now += timedelta(seconds=2)
    changed_to = fleet.apply(card, "sms_change", phone=NEW)
    assert subscription(fleet, card) == NEW
    assert fleet.apply(card, "sms_stop")["state"] == "approved"
    assert subscription(fleet, card) is None
    _, mine = fleet.question(contract.MY_APPLICATIONS, [fleet.e_card_evidence(card)])
    states = [(each["kind"], each["state"]) for each in mine["applications"]]
    assert states == [
        ("sms_stop", "approved"),
        ("sms_change", "closed"),
        ("sms_subscribe", "closed"),
        ("phone_change", "approved"),
    ]
    assert changed_to["phone_tail"] == "9000"


def test_stopping_is_never_reviewed(fleet: Fleet) -> None:
    card = holder(fleet)
    fleet.decide(fleet.apply(card, "sms_subscribe")["number"], "approve")
    assert fleet.apply(card, "sms_stop")["state"] == "approved"
    assert subscription(fleet, card) is None


@pytest.mark.parametrize(
    ("kind", "lifecycle", "delivery"), [("replacement", "07", "collect"), ("renewal", "08", "post")]
)
def test_a_card_is_made_and_handed_over(fleet: Fleet, kind: str, lifecycle: str, delivery: str) -> None:
    card = holder(fleet)
    fleet.set_card(card, valid_until=fleet.now.date(), lifecycle="04")
    wish = {"delivery": delivery, "reason": "damaged"} | ({"outlet": "centre"} if delivery == "collect" else {})
    told = fleet.apply(card, kind, **wish)
    number = told["number"]
    assert (told["state"], told["delivery"], told["outlet"]) == ("under_review", delivery, wish.get("outlet"))
    assert fleet.card(card).lifecycle == "04"
    fleet.now += timedelta(days=3)
    decided = fleet.decide(number, "approve")
    assert (decided.state, decided.decided_on, decided.expected_on) == (
        "in_production",
        fleet.now.date(),
        fleet.now.date() + timedelta(days=28),
    )
    assert (fleet.card(card).lifecycle, fleet.card(card).application_status) == (lifecycle, 1)
    on_its_way = "made" if delivery == "collect" else "post"
    assert fleet.decide(number, on_its_way).state == {"made": "ready_to_collect", "post": "posted"}[on_its_way]
    assert problem(fleet.draft(card, kind, **wish)) == "not-eligible under_review"
    assert fleet.decide(number, "hand_over").state == "closed"
    assert (fleet.card(card).lifecycle, fleet.card(card).application_status) == ("09", 9), "the old one"
    assert "旧卡已注销" in texts(fleet)[-1]
    assert len(texts(fleet)) == 4
    assert fleet.events()[-1] == ("application.closed", number)


def test_an_old_card_on_loss_ends_with_the_new_one(fleet: Fleet) -> None:
    """A loss that would have lapsed doesn't bring it back."""
    card = holder(fleet)
    wish = {"delivery": "collect", "outlet": "centre", "reason": "damaged"}
    number = fleet.apply(card, "replacement", **wish)["number"]
    fleet.decide(number, "approve")
    fleet.set_card(card, application_status=4, loss_until=fleet.now.date() + timedelta(days=1), status_before_loss=1)
    fleet.decide(number, "made")
    fleet.decide(number, "hand_over")
    fleet.now += timedelta(days=2)
    evidence = [fleet.e_card_evidence(card)]
    assert problem(fleet.draft(card, "renewal", evidence=evidence, delivery="post")) == "not-eligible card_cancelled"
    ended = fleet.card(card)
    assert (ended.application_status, ended.loss_reason, ended.loss_until, ended.status_before_loss) == (9, *[None] * 3)


def test_a_second_replacement_costs_something(fleet: Fleet) -> None:
    card = holder(fleet)
    wish = {"delivery": "collect", "outlet": "centre", "reason": "damaged"}
    for decisions, fee in (("refuse",), 0), (("approve", "made", "hand_over"), 0), ((), 2000):
        status, held = fleet.draft(card, "replacement", **wish)
        assert (status, held["fee_fen"]) == (200, fee)
        number = fleet.apply(card, "replacement", **wish)["number"]
        for decision in decisions:
            fleet.decide(number, decision, "照片不合格")
        if "hand_over" in decisions:
            card = fleet.add_card(person_id=fleet.person(card).id)  # The new one, with the bureau's next import.
    assert row(fleet, number).fee_fen == 2000


def test_a_rule_that_changed_meanwhile_holds(fleet: Fleet) -> None:
    card = holder(fleet)
    wish = {"delivery": "post", "reason": "damaged"}
    _, held = fleet.draft(card, "replacement", **wish)
    with Session(fleet.registry.engine) as session, session.begin():
        session.execute(update(Person).values(address=None))
    evidence = [fleet.e_card_evidence(card)]
    told = fleet.tell(fleet.intent("application", card, draft=held["draft"], evidence=evidence))
    assert problem(told) == "not-eligible address_missing"


def test_what_is_one_s_own_takes_evidence_and_uses_none_up(fleet: Fleet) -> None:
    card, other = holder(fleet), holder(fleet, phone=None)
    fleet.apply(card, "sms_subscribe")
    evidence = [fleet.e_card_evidence(card)]
    for _ in range(2):
        status, told = fleet.question(contract.MY_APPLICATIONS, evidence)
        assert (status, len(told["applications"])) == (200, 1)
    assert problem(fleet.question(contract.MY_APPLICATIONS, evidence, "kiosk-2")) == "evidence-missing"
    assert fleet.question(contract.MY_APPLICATIONS, [fleet.e_card_evidence(other)])[1]["applications"] == []
    _, state = fleet.question(contract.SMS_REMINDERS, [fleet.e_card_evidence(other)])
    assert state == {"subscribed": False, "phone_tail": None, "since": None, "pending": None}


def test_a_number_is_nowhere_but_where_it_is_needed(fleet: Fleet) -> None:
    """Not among the messages that were taken, nor what was answered."""
    card = holder(fleet)
    number = fleet.apply(card, "phone_change", phone=NEW)["number"]
    fleet.decide(number, "refuse", "x")
    texts(fleet, NEW)
    with fleet.registry.engine.connect() as connection:
        tables = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'")).scalars().all()
        held = {table: str(connection.execute(text(f'SELECT * FROM "{table}"')).all()) for table in tables}
    assert [table for table, rows in held.items() if NEW in rows] == []
    assert [table for table, rows in held.items() if OLD in rows] == ["persons"]
