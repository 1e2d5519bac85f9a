"""An ID document, as a kiosk's reader read it: whose it is by the record, and whether it is valid today."""

import re

from sqlalchemy import bindparam, delete, insert, select

from central import cards, evidence
from central.cards import CardRow
from central.limits import DAY, HOUR, Count
from central.tables import Person, RefusedIdCard
from central.transaction import Refused, Transaction
from kiosk.uplink.contract import EvidenceAccepted, EvidenceKind, IdCardEvidence, ProblemType

NAME_UNITS = 15
"""UTF-16 units that a document has for a name in Chinese (GA/T 490); what is longer was cut off when it was issued."""


def show_id_card(transaction: Transaction, shown: IdCardEvidence) -> EvidenceAccepted | Refused:
    """Number and name together prove the person: good for any card of theirs.

    What doesn't fit is told by kind alone: nothing of the record goes back. It is written down that something didn't,
    so that nobody learns by trying who has which number: that refusal is returned.

    Raises:
        Refused: Too many didn't fit at this kiosk.
    """
    most = transaction.settings.refused_id_cards_per_kiosk_and_hour
    _OF_KIOSK.require_one_more(transaction, shown.kiosk, most, HOUR)
    try:
        card = _holders_card(transaction, shown)
    except Refused as refused:
        transaction.connection.execute(_REFUSE, {"kiosk": shown.kiosk, "refused_at": transaction.now})
        return refused
    return evidence.hold(transaction, shown.kiosk, EvidenceKind.ID_CARD, card)


def forget_old(transaction: Transaction) -> None:
    """After a day a refusal counts for no limit."""
    transaction.connection.execute(_FORGET, {"before": transaction.now - DAY})


def _holders_card(transaction: Transaction, shown: IdCardEvidence) -> CardRow:
    """The card that was named, or the holder's card in use.

    Raises:
        Refused: Nobody has this number, or somebody of another name, or another than the holder of the card that was
            named; the document isn't valid today; or the person has no card.
    """
    number = shown.number.get_secret_value()
    person = transaction.connection.execute(_PERSON, {"number": number}).one_or_none()
    if person is None:
        raise Refused(ProblemType.ID_UNKNOWN, "nobody on record has this number")
    english = shown.english_name.get_secret_value() if shown.english_name else None
    if not names(shown.name.get_secret_value(), english, person.name):
        raise Refused(ProblemType.ID_NAME_DIFFERS, "the number is on record under another name")
    if transaction.today < shown.valid_from or (shown.valid_until and transaction.today > shown.valid_until):
        raise Refused(ProblemType.ID_EXPIRED, "the document isn't valid today")
    if shown.card is None:
        return cards.in_use(transaction, person.id)
    named = cards.by_handle(transaction, shown.card)
    if named is None:
        raise Refused(ProblemType.CARD_UNKNOWN, "no such card on record")
    if named.person_id != person.id:
        raise Refused(ProblemType.EVIDENCE_FOREIGN, "the document is not that of the card's holder")
    return named


def names(name: str, english_name: str | None, on_record: str) -> bool:
    """Whether a document with these names is of the person whose name is on record, as far as it has room for it.

    Spaces, commas and which of several dots divides a name don't count, nor does the case of letters.
    """
    wanted, full = _comparable(on_record), _comparable(name)
    if wanted in {full, _comparable(english_name or "")} - {""}:
        return True
    return _units(name) >= NAME_UNITS - 1 and wanted.startswith(full) and _units(on_record) > NAME_UNITS


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _comparable(name: str) -> str:
    return re.sub(r"[•∙・．.]", "·", re.sub(r"[\s,，]", "", name)).casefold()


_OF_KIOSK = Count(RefusedIdCard.kiosk, RefusedIdCard.refused_at)
_REFUSE = insert(RefusedIdCard)
_FORGET = delete(RefusedIdCard).where(RefusedIdCard.refused_at <= bindparam("before"))
_PERSON = select(Person.id, Person.name).where(Person.social_security_number == bindparam("number"))
