"""Insurance records: what somebody has paid, month by month, and how they stand."""

from collections import defaultdict
from typing import Any

from sqlalchemy import bindparam, select

from central import evidence
from central.service_tables import HeldInsurance, HeldPayment
from central.transaction import Transaction
from kiosk.uplink.contract import (
    Insurance,
    InsuranceRecord,
    InsuranceRecords,
    PersonalQuestion,
    ServiceKind,
)


def records(transaction: Transaction, question: PersonalQuestion) -> InsuranceRecords:
    """Somebody's insurances, with the payments of the years that the region shows.

    Raises:
        Refused: What was shown isn't enough for that.
    """
    person = evidence.require_person(transaction, question.kiosk, question.evidence, ServiceKind.RECORDS)
    years = transaction.policy_of(question.kiosk).records.years_shown
    return InsuranceRecords(
        as_of=transaction.today,
        years=years,
        held_by=transaction.settings.held_by,
        held_by_en=transaction.settings.held_by_en,
        insurances=of_person(transaction, person, years=years),
    )


def of_person(transaction: Transaction, person: int, *, years: int) -> tuple[InsuranceRecord, ...]:
    """A person's insurances in the order that people name them, with the payments of so many calendar years."""
    since = {"person": person, "first": f"{transaction.today.year - years + 1}-01"}
    payments: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for payment in transaction.connection.execute(_PAYMENTS, since):
        told = payment._asdict()
        payments[told.pop("insurance_id")].append(told)
    held = {each.insurance: each for each in transaction.connection.execute(_INSURANCES, {"person": person})}
    return tuple(
        InsuranceRecord.model_validate(
            {name: held[kind]._mapping[name] for name in _TOLD} | {"payments": payments[held[kind].id]}
        )
        for kind in Insurance
        if kind in held
    )


_TOLD = InsuranceRecord.model_fields.keys() - {"payments"}
_INSURANCES = select(*HeldInsurance.__table__.columns).where(HeldInsurance.person_id == bindparam("person"))
_PAYMENTS = (
    select(*HeldPayment.__table__.columns)
    .join(HeldInsurance, HeldInsurance.id == HeldPayment.insurance_id)
    .where(HeldInsurance.person_id == bindparam("person"), HeldPayment.month >= bindparam("first"))
    .order_by(HeldPayment.month)
)
