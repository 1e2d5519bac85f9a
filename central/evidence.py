"""Evidence of who somebody is: shown first, judged here, good for one operation at one kiosk for some minutes.

What is shown is taken here (`show_...`), and where there is more to it in `id_card`, `face_checks` and
`one_time_codes`.

An operation that changed nothing gives it back: who typed two new PINs that differ needn't prove again who they are.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, delete, insert, select, update

from central import cards
from central.cards import CardRow
from central.tables import Evidence
from central.transaction import Refused, Transaction
from kiosk.uplink.contract import (
    CardPinEvidence,
    ECardEvidence,
    EvidenceAccepted,
    EvidenceKind,
    OperationIntent,
    OperationKind,
    ProblemType,
)
from kiosk.uplink.contract.policy import ServiceKind

_SERVICE_OF = {
    OperationKind.PIN_CHANGE: ServiceKind.CHANGE_PIN,
    OperationKind.ENABLE: ServiceKind.ENABLE,
    OperationKind.UNBLOCK: ServiceKind.UNLOCK,
    OperationKind.PIN_RESET: ServiceKind.RESET_PIN,
    OperationKind.TEMPORARY_LOSS: ServiceKind.TEMPORARY_LOSS,
    OperationKind.LOSS_RELEASE: ServiceKind.LOSS_RELEASE,
    OperationKind.FORMAL_LOSS: ServiceKind.FORMAL_LOSS,
    OperationKind.ELIGIBILITY_CHECK: ServiceKind.ELIGIBILITY,
}
"""By whose ways an intent of each kind is judged; an application's, by what is applied for."""


def show_e_card(transaction: Transaction, shown: ECardEvidence) -> EvidenceAccepted:
    """A code of the holder's phone proves the person: good for any card of theirs.

    Raises:
        Refused: The code isn't taken, or the person has no card.
    """
    person = cards.holder_of(transaction, shown.e_card_code.get_secret_value())
    card = cards.in_use(transaction, person)
    return hold(transaction, shown.kiosk, EvidenceKind.E_CARD, card)


def show_card_pin(transaction: Transaction, shown: CardPinEvidence) -> EvidenceAccepted:
    """A card whose PIN was right proves this card alone. It is the kiosk's word.

    Raises:
        Refused: No such card.
    """
    card = cards.by_handle(transaction, shown.card)
    if card is None:
        raise Refused(ProblemType.CARD_UNKNOWN, "no such card on record")
    return hold(transaction, shown.kiosk, EvidenceKind.CARD_PIN, card, only_this_card=True)


def hold(
    transaction: Transaction, kiosk: str, kind: EvidenceKind, card: CardRow, *, only_this_card: bool = False
) -> EvidenceAccepted:
    """Keep that the holder of `card` has shown who they are, and tell the kiosk so."""
    evidence, seconds = transaction.new_id(), transaction.settings.evidence_seconds
    row = {
        "evidence_id": str(evidence),
        "kiosk": kiosk,
        "kind": kind.value,
        "person_id": card.person_id,
        "card_id": card.id if only_this_card else None,
        "expires_at": transaction.now + timedelta(seconds=seconds),
    }
    transaction.connection.execute(_HOLD, row)
    record = cards.record(transaction, card)
    return EvidenceAccepted(evidence=evidence, kind=kind, expires_in_seconds=seconds, record=record)


def counting(transaction: Transaction, kiosk: str, evidence: UUID) -> Row[Any]:
    """What is held under this id, while it counts: kind, person, card, until when.

    Raises:
        Refused: It isn't this kiosk's, has expired, was used before, or never was.
    """
    held = transaction.connection.execute(_HELD, {"id": str(evidence)}).one_or_none()
    if held is None or held.kiosk != kiosk or held.operation_id is not None or held.expires_at <= transaction.now:
        raise Refused(ProblemType.EVIDENCE_MISSING, "evidence that no longer counts, or never did")
    return held


def judge(
    transaction: Transaction, intent: OperationIntent, card: CardRow, service: ServiceKind | None = None
) -> list[EvidenceKind]:
    """Whether what an intent names is enough for it; return the kinds that it names, in order.

    Args:
        transaction: This message's.
        intent: What is to begin.
        card: Whose holder must have been proven.
        service: By whose ways it is judged; None: the one that its kind belongs to.

    Raises:
        Refused: It isn't enough, isn't this kiosk's, has expired, was used before, or proves somebody else.
    """
    kinds = [_kind_of(transaction, intent.kiosk, evidence, card) for evidence in intent.evidence]
    # The old PIN of a change is checked by the card itself, and isn't shown here.
    shown = {*kinds, EvidenceKind.CARD_PIN} if intent.kind is OperationKind.PIN_CHANGE else set(kinds)
    _require_enough(transaction, intent.kiosk, shown, service or _SERVICE_OF[intent.kind])
    return sorted(kinds)


def require_person(transaction: Transaction, kiosk: str, shown: Sequence[UUID], service: ServiceKind) -> int:
    """The person (the table's key) whom all that was shown proves, where it is enough. It stays good for more.

    Raises:
        Refused: It isn't enough, isn't this kiosk's, has expired, was used before, or is of more than one person.
    """
    held = [counting(transaction, kiosk, each) for each in shown]
    if len({each.person_id for each in held}) > 1:
        raise Refused(ProblemType.EVIDENCE_FOREIGN, "evidence of more than one person")
    _require_enough(transaction, kiosk, {EvidenceKind(each.kind) for each in held}, service)
    person: int = held[0].person_id
    return person


def use_up(transaction: Transaction, evidence: Sequence[UUID], operation_id: UUID) -> None:
    """Bind evidence to the one operation that it is good for."""
    for each in evidence:
        transaction.connection.execute(_USE, {"id": str(each), "operation": str(operation_id)})


def give_back(transaction: Transaction, operation_id: str) -> None:
    """What was bound to an operation that surely changed nothing is good for another, as long as it lasts."""
    transaction.connection.execute(_GIVE_BACK, {"operation": operation_id, "free": None})


def forget_old(transaction: Transaction) -> None:
    """Nobody asks about what expired a day ago; the operation keeps the kinds that it was opened with."""
    transaction.connection.execute(_FORGET, {"before": transaction.now - timedelta(days=1)})


def _require_enough(transaction: Transaction, kiosk: str, shown: set[EvidenceKind], service: ServiceKind) -> None:
    ways = transaction.policy_of(kiosk).ways_of(service)
    if not ways:
        raise Refused(ProblemType.NOT_HERE, "not done at this region's kiosks")
    if not any(shown.issuperset(way) for way in ways):
        raise Refused(ProblemType.EVIDENCE_MISSING, "what was shown is not enough for this")


def _kind_of(transaction: Transaction, kiosk: str, evidence: UUID, card: CardRow) -> EvidenceKind:
    held = counting(transaction, kiosk, evidence)
    if held.person_id != card.person_id or held.card_id not in (None, card.id):
        raise Refused(ProblemType.EVIDENCE_FOREIGN, "evidence of somebody else")
    return EvidenceKind(held.kind)


_HOLD = insert(Evidence)
_HELD = select(*Evidence.__table__.columns).where(Evidence.evidence_id == bindparam("id"))
_USE = update(Evidence).where(Evidence.evidence_id == bindparam("id")).values(operation_id=bindparam("operation"))
_GIVE_BACK = (
    update(Evidence).where(Evidence.operation_id == bindparam("operation")).values(operation_id=bindparam("free"))
)
_FORGET = delete(Evidence).where(Evidence.expires_at < bindparam("before"))
