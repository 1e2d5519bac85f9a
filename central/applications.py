"""Applications: taken at a kiosk, decided by the bureau, looked up by their applicant."""

from datetime import date
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, select, update

from central import cards, drafts, evidence, texts
from central.application_stages import (
    OF_CARDS,
    OF_TEXTS,
    SERVICE_OF,
    Decision,
    after,
    review_days,
    working_days_after,
)
from central.cards import CardRow
from central.drafts import UNDECIDED, Draft
from central.service_tables import Application, Decided, SmsSubscription
from central.tables import Person
from central.transaction import Refused, Transaction
from central.transitions import cancellation
from kiosk.uplink.contract import (
    ApplicationKind,
    Applications,
    ApplicationStage,
    ApplicationState,
    Delivery,
    Lifecycle,
    OperationIntent,
    PersonalQuestion,
    ProblemType,
    ServiceKind,
    SmsState,
)

MOST_TOLD = 50
"""Of somebody's applications; the older ones are the bureau's to look up."""

MOST_LATELY = 30
"""Decisions on the desk's page."""


class NoSuchApplication(LookupError):
    """No application has this number."""


class NotNow(ValueError):
    """This decision leads nowhere from where the application is."""


def judge(transaction: Transaction, intent: OperationIntent, card: CardRow) -> tuple[Draft, ServiceKind]:
    """What an intent applies for, and by whose ways it is to be judged.

    Raises:
        Refused: Its draft isn't kept any more, is another card's or has a number that nobody proved; or a rule forbids
            it by now.
    """
    draft = None if intent.draft is None else transaction.drafts.find(intent.draft, intent.kiosk, transaction.now)
    if draft is None or draft.card_id != card.id or not draft.proved:
        raise Refused(ProblemType.DRAFT_EXPIRED, "no draft of this card, or its number wasn't proved")
    drafts.require_eligible(transaction, draft.wish, card, transaction.policy_of(intent.kiosk))
    return draft, SERVICE_OF[draft.wish.kind]


def take(transaction: Transaction, intent: OperationIntent, card: CardRow, draft: Draft) -> ApplicationState:
    """Take what was confirmed; what needs no review takes effect at once."""
    wish = draft.wish
    made = wish.kind in OF_CARDS
    at_once = not made and review_days(wish.kind, transaction.policy_of(intent.kiosk)) == 0
    row = {
        "draft": str(draft.draft),
        "operation_id": str(intent.operation_id),
        "kiosk": intent.kiosk,
        "person_id": card.person_id,
        "card_id": card.id,
        "kind": wish.kind.value,
        "stage": (ApplicationStage.APPROVED if at_once else ApplicationStage.UNDER_REVIEW).value,
        "phone": None if made else wish.phone,
        "delivery": wish.delivery and wish.delivery.value if made else None,
        "outlet": wish.outlet if made and wish.delivery is Delivery.COLLECT else None,
        "reason": wish.reason and wish.reason.value,
        "fee_fen": draft.fee_fen,
        "applied_on": transaction.today,
        "decided_on": transaction.today if at_once else None,
        "expected_on": draft.expected_on,
        "note": "",
    }
    made_row = transaction.connection.execute(_APPLY, row)
    assert made_row.inserted_primary_key is not None
    application = _by_id(transaction, made_row.inserted_primary_key[0])
    number = number_of(application)
    transaction.note(intent.kiosk, "application.taken", number)
    if at_once:
        _take_effect(transaction, application)
        texts.of_application(transaction, application, card.phone, number)
        return state_of(_by_id(transaction, application.id))
    texts.of_application(transaction, application, card.phone, number)
    return state_of(application)


def decide(transaction: Transaction, number: str, decision: Decision, note: str = "", *, by: str) -> ApplicationState:
    """Move an application on, with what comes of that; its applicant is told by text.

    Args:
        transaction: All of it, or nothing.
        number: As it is on the receipt.
        decision: What the bureau, or its card production, does with it.
        note: Why it is refused, for the applicant to read.
        by: The clerk who decides.

    Raises:
        NoSuchApplication: Nobody applied under this number.
        NotNow: It isn't where that could be done, or a refusal says nothing of why.
    """
    application = find(transaction, number)
    note = "".join(each for each in note if each.isprintable()).strip()
    if decision is Decision.REFUSE and not note:
        raise NotNow("who is refused wants to know why")
    kind = ApplicationKind(application.kind)
    delivery = None if application.delivery is None else Delivery(application.delivery)
    stage = after(kind, delivery, ApplicationStage(application.stage), decision)
    if stage is None:
        raise NotNow(f"{decision.value} leads nowhere from {application.stage}")
    values: dict[str, Any] = {"stage": stage.value}
    if decision in (Decision.APPROVE, Decision.REFUSE):
        values |= {"decided_on": transaction.today, "note": note[:200]}
    if stage is ApplicationStage.IN_PRODUCTION:
        days = transaction.policy_of(application.kiosk).replacement.days
        values["expected_on"] = working_days_after(transaction.today, days)
    _set(transaction, application.id, values)
    decided = {"application_id": application.id, "decision": decision.value, "by": by, "at": transaction.now}
    transaction.connection.execute(_DECIDED, decided)
    card = cards.by_id(transaction, application.card_id)
    if decision is Decision.HAND_OVER:
        cards.change(transaction, card, cancellation())  # Who has the new card has no use for the old one.
    if stage in (ApplicationStage.APPROVED, ApplicationStage.IN_PRODUCTION):
        _take_effect(transaction, application)
    elif stage.ended:
        _forget_phone(transaction, application)
    told = _by_id(transaction, application.id)
    transaction.note(application.kiosk, f"application.{stage.value}", number)
    texts.of_application(transaction, told, card.phone, number)
    return state_of(told)


def mine(transaction: Transaction, question: PersonalQuestion) -> Applications:
    """Somebody's applications, the newest first.

    Raises:
        Refused: What was shown isn't enough for that.
    """
    person = evidence.require_person(transaction, question.kiosk, question.evidence, ServiceKind.APPLICATIONS)
    found = transaction.connection.execute(_OF_PERSON, {"person": person}).all()
    return Applications(as_of=transaction.today, applications=tuple(state_of(each) for each in found))


def sms_state(transaction: Transaction, question: PersonalQuestion) -> SmsState:
    """Whether somebody gets texts about their account.

    Raises:
        Refused: What was shown isn't enough for that.
    """
    person = evidence.require_person(transaction, question.kiosk, question.evidence, ServiceKind.SMS)
    held = transaction.connection.execute(_SUBSCRIPTION, {"person": person}).one_or_none()
    pending = transaction.connection.execute(_PENDING_TEXTS, {"person": person}).first()
    return SmsState(
        subscribed=held is not None,
        phone_tail=held and held.phone[-4:],
        since=held and held.since,
        pending=None if pending is None else state_of(pending),
    )


def waiting(transaction: Transaction) -> list[Row[Any]]:
    """What the bureau has yet to do something about, the oldest first, with the applicant's name."""
    return [*transaction.connection.execute(_WAITING)]


def decisions(transaction: Transaction, number: str) -> list[Row[Any]]:
    """What was done with an application, by whom and when, in order.

    Raises:
        NoSuchApplication: Nobody applied under this number.
    """
    return [*transaction.connection.execute(_DECISIONS, {"application": find(transaction, number).id})]


def lately_decided(transaction: Transaction) -> list[Row[Any]]:
    """The newest decisions, the newest first, with the application's `id`, `applied_on` and `kind`."""
    return [*transaction.connection.execute(_LATELY)]


def find(transaction: Transaction, number: str) -> Row[Any]:
    """The application with this number.

    Raises:
        NoSuchApplication: Nobody applied under it.
    """
    if number.isascii() and number.isdigit() and len(number) == 12:
        application = transaction.connection.execute(_BY_ID, {"id": int(number[4:])}).one_or_none()
        if application is not None and number_of(application) == number:
            return application
    raise NoSuchApplication("no such application")


def number_of(application: Row[Any]) -> str:
    """The number on the receipt: the year, and a count."""
    applied_on: date = application.applied_on
    return f"{applied_on.year:04}{application.id:08}"


def state_of(application: Row[Any]) -> ApplicationState:
    """An application as the contract tells it."""
    return ApplicationState.model_validate(
        {
            "number": number_of(application),
            "kind": application.kind,
            "state": application.stage,
            "applied_on": application.applied_on,
            "decided_on": application.decided_on,
            "note": application.note,
            "phone_tail": application.phone and application.phone[-4:],
            "delivery": application.delivery,
            "outlet": application.outlet,
            "expected_on": application.expected_on,
        }
    )


def _take_effect(transaction: Transaction, application: Row[Any]) -> None:
    person, kind = application.person_id, ApplicationKind(application.kind)
    if kind in OF_CARDS:
        replaced = kind is ApplicationKind.REPLACEMENT
        lifecycle = Lifecycle.BEING_REPLACED if replaced else Lifecycle.BEING_RENEWED
        card = cards.by_id(transaction, application.card_id)
        cards.change(transaction, card, {"lifecycle": lifecycle.value})
        return
    if kind is ApplicationKind.PHONE_CHANGE:
        old = transaction.connection.execute(_PHONE, {"person": person}).scalar_one()
        transaction.connection.execute(_SET_PHONE, {"person": person, "number": application.phone})
        texts.of_old_number(transaction, application, old)
    else:
        transaction.connection.execute(_UNSUBSCRIBE, {"person": person})
        if kind is not ApplicationKind.SMS_STOP:
            subscribed = {"person_id": person, "phone": application.phone, "since": transaction.today}
            transaction.connection.execute(_SUBSCRIBE, subscribed)
        transaction.connection.execute(_CLOSE_OLDER, {"person": person, "this": application.id})
    _forget_phone(transaction, application)


def _forget_phone(transaction: Transaction, application: Row[Any]) -> None:
    """What was decided needs no number any more: its last digits tell the applicant which one it was."""
    _set(transaction, application.id, {"phone": application.phone and application.phone[-4:]})


def _set(transaction: Transaction, application: int, values: dict[str, Any]) -> None:
    transaction.connection.execute(update(Application).where(Application.id == application).values(**values))


def _by_id(transaction: Transaction, application: int) -> Row[Any]:
    return transaction.connection.execute(_BY_ID, {"id": application}).one()


_ALL = select(*Application.__table__.columns)
_APPLY = insert(Application)
_BY_ID = _ALL.where(Application.id == bindparam("id"))
_OF_PERSON = _ALL.where(Application.person_id == bindparam("person")).order_by(Application.id.desc()).limit(MOST_TOLD)
_PENDING_TEXTS = _ALL.where(
    Application.person_id == bindparam("person"),
    Application.kind.in_([kind.value for kind in OF_TEXTS]),
    Application.stage.in_(UNDECIDED),
)
_WAITING = (
    select(*Application.__table__.columns, Person.name)
    .join(Person, Person.id == Application.person_id)
    .where(Application.stage.in_(UNDECIDED))
    .order_by(Application.id)
)
_DECIDED = insert(Decided)
_DECISIONS = (
    select(Decided.decision, Decided.by, Decided.at)
    .where(Decided.application_id == bindparam("application"))
    .order_by(Decided.id)
)
_LATELY = (
    select(Application.id, Application.applied_on, Application.kind, Decided.decision, Decided.by, Decided.at)
    .join(Application, Application.id == Decided.application_id)
    .order_by(Decided.id.desc())
    .limit(MOST_LATELY)
)
_SUBSCRIPTION = select(SmsSubscription.phone, SmsSubscription.since).where(
    SmsSubscription.person_id == bindparam("person")
)
_SUBSCRIBE = insert(SmsSubscription)
_UNSUBSCRIBE = delete(SmsSubscription).where(SmsSubscription.person_id == bindparam("person"))
_CLOSE_OLDER = (
    update(Application)
    .where(
        Application.person_id == bindparam("person"),
        Application.id != bindparam("this"),
        Application.kind.in_([kind.value for kind in OF_TEXTS]),
        Application.stage == ApplicationStage.APPROVED.value,
    )
    .values(stage=ApplicationStage.CLOSED.value)
)
_PHONE = select(Person.phone).where(Person.id == bindparam("person"))
_SET_PHONE = update(Person).where(Person.id == bindparam("person")).values(phone=bindparam("number"))
