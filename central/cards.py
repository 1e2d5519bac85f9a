"""Cards and their records: whose they are, what is asked of them, what changes them."""

import hashlib
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, Update, bindparam, delete, insert, select, update

from central.tables import UNENDED_ONLY, Card, ECardCode, Operation, Person
from central.transaction import Refused, Transaction
from central.transitions import end_of_loss
from kiosk.uplink.contract import (
    ApplicationStatus,
    CardRecord,
    CardReference,
    OpenOperation,
    ProblemType,
)

CardRow = Row[Any]
"""A card with its person and the operation that hasn't ended on it (`open_id`, `open_kind`, `open_state`,
`open_tries`; None: there is none)."""


def by_reference(transaction: Transaction, reference: CardReference) -> CardRecord:
    """The record of the card that someone holds: it was seen.

    Raises:
        Refused: No card, or more than one, answers to this reference.
    """
    code, number = reference.card_identification_code, reference.card_number
    items = {
        "card_identification_code": code and code.get_secret_value(),
        "card_number": number and number.get_secret_value(),
        "region": reference.region,
    }
    asked = {name: value for name, value in items.items() if value is not None}
    found = transaction.connection.execute(_cards_where(tuple(asked)), asked).all()
    if len(found) != 1:
        raise Refused(ProblemType.CARD_UNKNOWN, "no such card on record")
    (card,) = found
    if card.open_id is not None:
        transaction.connection.execute(_SEEN, {"id": card.open_id, "now": transaction.now})
    return record(transaction, _up_to_date(transaction, card))


def by_handle(transaction: Transaction, handle: UUID) -> CardRow | None:
    """The card that kiosks call `handle`, or None."""
    found = transaction.connection.execute(_cards_where(("handle",)), {"handle": str(handle)}).one_or_none()
    return found and _up_to_date(transaction, found)


def of_person(transaction: Transaction, person_id: int) -> list[CardRow]:
    """All the cards of a person."""
    found = transaction.connection.execute(_cards_where(("person_id",)), {"person_id": person_id}).all()
    return [_up_to_date(transaction, card) for card in found]


def by_id(transaction: Transaction, card_id: int) -> CardRow:
    """The card with this key in the table."""
    return transaction.connection.execute(_cards_where(("id",)), {"id": card_id}).one()


def in_use(transaction: Transaction, person_id: int) -> CardRow:
    """The person's card in use: a normal one, else one not cancelled, else the newest.

    Raises:
        Refused: The person has none.
    """
    cards = of_person(transaction, person_id)
    if not cards:
        raise Refused(ProblemType.CARD_UNKNOWN, "no card on record")
    return max(cards, key=_precedence)


def holder_of(transaction: Transaction, code: str) -> int:
    """The person (the table's key) to whose phone this e-card code was issued.

    Raises:
        Refused: The code is expired, none of ours, or for medical insurance.
    """
    if transaction.settings.medical_code.fullmatch(code):
        raise Refused(ProblemType.MEDICAL_CODE, "a medical-insurance code")
    issued = transaction.connection.execute(_CODE, {"hash": hash_of(code)}).one_or_none()
    if issued is None:
        raise Refused(ProblemType.CODE_FOREIGN, "not a code of this e-card service")
    if issued.expires_at <= transaction.now:
        raise Refused(ProblemType.CODE_EXPIRED, "the code has expired")
    holder: int = issued.person_id
    return holder


def issue_code(transaction: Transaction, person_id: int) -> str:
    """Make a code for the person's phone; only its hash is kept."""
    code = f"ecard:{transaction.random(24).hex()}"
    expires_at = transaction.now + timedelta(seconds=transaction.settings.e_card_code_seconds)
    row = {"code_hash": hash_of(code), "person_id": person_id, "expires_at": expires_at}
    transaction.connection.execute(insert(ECardCode), row)
    return code


def forget_old_codes(transaction: Transaction) -> None:
    """After a day nobody needs to be told "expired" rather than "foreign"."""
    transaction.connection.execute(_FORGET_CODES, {"before": transaction.now - timedelta(days=1)})


def change(transaction: Transaction, card: CardRow, values: Mapping[str, Any]) -> None:
    """Set columns of a card; its version grows if that changes any. `card` itself stays as it was read."""
    new = {name: value for name, value in values.items() if getattr(card, name) != value}
    if new:
        transaction.connection.execute(_update_of(tuple(sorted(new))), {"card": card.id, **new})


def record(transaction: Transaction, card: CardRow) -> CardRecord:
    """A card as the contract tells it."""
    columns = card._mapping
    operation = None
    if card.open_id is not None:
        operation = OpenOperation.model_validate(
            {
                "operation_id": card.open_id,
                "kind": card.open_kind,
                "state": card.open_state,
                "tries_before": card.open_tries,
            }
        )
    fields = {name: columns[name] for name in _RECORD_COLUMNS}
    reckoned = {
        "as_of": transaction.today,
        "open_operation": operation,
        "phone_tail": card.phone and card.phone[-4:],
        "bank_en": transaction.settings.banks_en.get(card.bank, ""),
    }
    return CardRecord.model_validate({**reckoned, **fields})


def hash_of(secret: str) -> bytes:
    """SHA-256, plain: what is hashed is random and long, so there is nothing to guess."""
    return hashlib.sha256(secret.encode()).digest()


def _up_to_date(transaction: Transaction, card: CardRow) -> CardRow:
    """`card`, after the end of a temporary loss whose day has come."""
    lost = card.application_status == ApplicationStatus.TEMPORARY_LOSS
    if not lost or card.loss_until is None or card.loss_until > transaction.today:
        return card
    change(transaction, card, end_of_loss(card.status_before_loss, card.lifecycle_before_loss))
    return by_id(transaction, card.id)


def _precedence(card: CardRow) -> tuple[bool, bool, str]:
    return (
        card.application_status == ApplicationStatus.NORMAL,
        card.application_status != ApplicationStatus.CANCELLED,
        str(card.issued_on or ""),
    )


# Statements are made once, so that SQLAlchemy's cache of compiled ones finds them by their identity.


@cache
def _cards_where(columns: tuple[str, ...]) -> Select[Any]:
    of_person = (Person.name, Person.social_security_number, Person.birth_date, Person.phone)
    of_operation = (
        Operation.operation_id.label("open_id"),
        Operation.kind.label("open_kind"),
        Operation.state.label("open_state"),
        Operation.tries_before.label("open_tries"),
    )
    unended = (Operation.card_id == Card.id) & UNENDED_ONLY
    return (
        select(*Card.__table__.columns, *of_person, *of_operation)
        .join(Person, Person.id == Card.person_id)
        .outerjoin(Operation, unended)
        .where(*(getattr(Card, name) == bindparam(name) for name in columns))
    )


@cache
def _update_of(columns: tuple[str, ...]) -> Update:
    values: dict[str, Any] = {name: bindparam(name) for name in columns}
    return update(Card).where(Card.id == bindparam("card")).values(version=Card.version + 1, **values)


_RECORD_COLUMNS = CardRecord.model_fields.keys() - {"as_of", "open_operation", "phone_tail", "bank_en"}
_CODE = select(ECardCode.person_id, ECardCode.expires_at).where(ECardCode.code_hash == bindparam("hash"))
_FORGET_CODES = delete(ECardCode).where(ECardCode.expires_at < bindparam("before"))
_SEEN = update(Operation).where(Operation.operation_id == bindparam("id")).values(card_seen_at=bindparam("now"))
