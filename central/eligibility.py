"""The benefit eligibility check (待遇资格认证): once in a while whoever receives benefits shows that they are there."""

import calendar
from datetime import date

from sqlalchemy import bindparam, select, update

from central import drafts, evidence
from central.cards import CardRow
from central.service_tables import HeldBenefit
from central.transaction import Transaction
from kiosk.uplink.contract import (
    Benefit,
    EligibilityState,
    Ineligible,
    OperationIntent,
    PersonalQuestion,
    ServiceKind,
)


def state(transaction: Transaction, question: PersonalQuestion) -> EligibilityState:
    """Until when somebody has proved that they may go on receiving benefits.

    Raises:
        Refused: What was shown isn't enough for that.
    """
    person = evidence.require_person(transaction, question.kiosk, question.evidence, ServiceKind.ELIGIBILITY)
    held = transaction.connection.execute(_BENEFIT, {"person": person}).one_or_none()
    if held is None:
        return EligibilityState(as_of=transaction.today)
    return EligibilityState(
        as_of=transaction.today,
        benefit=Benefit(held.benefit),
        checked_on=held.checked_on,
        good_until=held.good_until,
        overdue=held.good_until < transaction.today,
        paid_until=held.paid_until,
    )


def judge(transaction: Transaction, card: CardRow) -> None:
    """That there is something to check.

    Raises:
        Refused: The person receives nothing that needs it.
    """
    if transaction.connection.execute(_BENEFIT, {"person": card.person_id}).one_or_none() is None:
        raise drafts.not_eligible(Ineligible.NO_BENEFITS)


def check(transaction: Transaction, intent: OperationIntent, card: CardRow) -> date:
    """Note that the person was here; paying goes on. Return the day until which that is good."""
    months = transaction.policy_of(intent.kiosk).eligibility.every_months
    good_until = months_after(transaction.today, months)
    values = {"person": card.person_id, "today": transaction.today, "until": good_until, "nothing": None}
    transaction.connection.execute(_CHECKED, values)
    return good_until


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month."""
    years, month = divmod(day.month - 1 + months, 12)
    last = calendar.monthrange(day.year + years, month + 1)[1]
    return date(day.year + years, month + 1, min(day.day, last))


_BENEFIT = select(*HeldBenefit.__table__.columns).where(HeldBenefit.person_id == bindparam("person"))
_CHECKED = (
    update(HeldBenefit)
    .where(HeldBenefit.person_id == bindparam("person"))
    .values(checked_on=bindparam("today"), good_until=bindparam("until"), paid_until=bindparam("nothing"))
)
