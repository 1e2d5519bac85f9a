"""Certificates (参保证明, 权益记录): issued with a code by which anybody can ask whether what one says is so."""

import re
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, bindparam, insert, select

from central import drafts, evidence, records
from central.limits import DAY, Count
from central.service_tables import Certificate
from central.tables import Person
from central.transaction import Transaction
from kiosk.uplink.contract import (
    CertificateIssued,
    CertificateKind,
    CertificateRequest,
    Ineligible,
    ServiceKind,
)

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter looks like a digit."""
CODE_BYTES = 10
"""80 bits: nobody finds one by trying."""
_MISREAD = str.maketrans("OIL", "011", "- ")


def issue(transaction: Transaction, request: CertificateRequest) -> CertificateIssued:
    """Certify what is on record of somebody now.

    Raises:
        Refused: What was shown isn't enough for that, nothing is on record, or there were too many today.
    """
    person = evidence.require_person(transaction, request.kiosk, request.evidence, ServiceKind.CERTIFICATE)
    with_payments = request.kind is CertificateKind.RIGHTS_RECORD
    years = transaction.policy_of(request.kiosk).records.years_shown if with_payments else 0
    insurances = records.of_person(transaction, person, years=years)
    if not insurances:
        raise drafts.not_eligible(Ineligible.NO_RECORDS)
    _OF_PERSON.require_one_more(transaction, person, transaction.settings.certificates_per_person_and_day, DAY)
    code = _new_code(transaction)
    row = {
        "code": code,
        "person_id": person,
        "kind": request.kind.value,
        "issued_at": transaction.now,
        "issued_on": transaction.today,
        "verifiable_until": transaction.today + timedelta(days=transaction.settings.certificate_days),
        "facts": [
            each.model_dump(mode="json", include={"insurance", "insured_since", "state", "months_paid"})
            for each in insurances
        ],
    }
    issued = transaction.connection.execute(_ISSUE, row)
    assert issued.inserted_primary_key is not None
    holder = transaction.connection.execute(_PERSON, {"person": person}).one()
    return CertificateIssued.model_validate(
        {
            "certificate_id": request.certificate_id,
            "kind": request.kind,
            "number": f"{transaction.today.year:04}{issued.inserted_primary_key[0]:08}",
            "code": code,
            "issued_on": row["issued_on"],
            "verifiable_until": row["verifiable_until"],
            "name": holder.name,
            "social_security_number": holder.social_security_number,
            "held_by": transaction.settings.held_by,
            "held_by_en": transaction.settings.held_by_en,
            "insurances": insurances,
        }
    )


def by_code(transaction: Transaction, code: str) -> Any | None:
    """The row of what was certified under this code, with its holder's name and number; None: nothing, or too long ago.

    Case, blanks and letters that look like digits don't count.
    """
    letters = code.upper().translate(_MISREAD)
    if not _CODE.fullmatch(letters):
        return None
    written = "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))
    return transaction.connection.execute(_BY_CODE, {"code": written, "today": transaction.today}).one_or_none()


def number_of(certificate: Row[Any]) -> str:
    """The number on the paper: the year, and a count."""
    return f"{certificate.issued_on.year:04}{certificate.id:08}"


def _new_code(transaction: Transaction) -> str:
    number = int.from_bytes(transaction.random(CODE_BYTES), "big")
    letters = "".join(LETTERS[number >> shift & 31] for shift in range(75, -1, -5))
    return "-".join(letters[at : at + 4] for at in range(0, 16, 4))


_CODE = re.compile(f"[{LETTERS}]{{16}}")
_OF_PERSON = Count(Certificate.person_id, Certificate.issued_at)
_ISSUE = insert(Certificate)
_PERSON = select(Person.name, Person.social_security_number).where(Person.id == bindparam("person"))
_BY_CODE = (
    select(*Certificate.__table__.columns, Person.name, Person.social_security_number)
    .join(Person, Person.id == Certificate.person_id)
    .where(Certificate.code == bindparam("code"), Certificate.verifiable_until >= bindparam("today"))
)
