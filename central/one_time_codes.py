"""One-time codes by text to the phone on record: how they are made, how often, how often they may be mistyped.

A code is the truncated HMAC (RFC 4226, 5.3, with SHA-256) of its id, under a key that is made anew whenever the server
starts. So it is stored nowhere and can be told again, but only here and only while this process lives: after a restart
the codes of before have expired.
"""

import hmac
import math
from datetime import timedelta
from uuid import UUID

import structlog
from pydantic import SecretStr
from sqlalchemy import bindparam, delete, insert, select, update

from central import cards, evidence
from central.cards import CardRow
from central.limits import DAY, HOUR, Count
from central.sms import SmsAway
from central.tables import OneTimeCode
from central.transaction import Refused, Transaction
from kiosk.uplink.contract import (
    EvidenceAccepted,
    EvidenceKind,
    OneTimeCodeEvidence,
    OneTimeCodeRequest,
    OneTimeCodeSent,
    ProblemType,
)

_log = structlog.get_logger()


def send_one_time_code(transaction: Transaction, request: OneTimeCodeRequest) -> OneTimeCodeSent | Refused:
    """Send a code to the phone of the card's holder.

    A text that the gateway didn't take counts like any other, since it may have gone out all the same: that refusal is
    returned, and stays with this id.

    Raises:
        Refused: No such card, no phone on record, nobody who sends texts, too soon or too many.
    """
    card = cards.by_handle(transaction, request.card)
    if card is None:
        raise Refused(ProblemType.CARD_UNKNOWN, "no such card on record")
    if not card.phone:
        raise Refused(ProblemType.PHONE_MISSING, "no phone on record")
    return send(transaction, request.kiosk, request.code_id, card, card.phone)


def send(
    transaction: Transaction, kiosk: str, code_id: UUID, card: CardRow, phone: str, *, draft: str | None = None
) -> OneTimeCodeSent | Refused:
    """Send a code to a number, for the holder of a card.

    Args:
        transaction: This message's.
        kiosk: Where it is going to be typed.
        code_id: The code's.
        card: Whose holder is counted.
        phone: Where it goes.
        draft: In which the number was entered; None: it is the one on record.

    Raises:
        Refused: Nobody sends texts here, too soon or too many.
    """
    if transaction.sms is None:
        raise Refused(ProblemType.SMS_AWAY, "this server sends no texts")
    settings = transaction.settings
    again = timedelta(seconds=settings.one_time_code_again_seconds)
    _OF_KIOSK.require_one_more(transaction, kiosk, settings.one_time_codes_per_kiosk_and_hour, HOUR)
    _OF_PERSON.require_one_more(transaction, card.person_id, settings.one_time_codes_per_person_and_day, DAY)
    if draft is None:
        _ON_RECORD.require_one_more(transaction, card.person_id, 1, again)
    else:  # To another phone: nobody waits for the pause of the one on record, whose code was just typed.
        _OF_DRAFT.require_one_more(transaction, draft, 1, again)
    row = {
        "code_id": str(code_id),
        "kiosk": kiosk,
        "person_id": card.person_id,
        "card_id": card.id,
        "key_name": _name_of(transaction.code_key),
        "sent_at": transaction.now,
        "expires_at": transaction.now + timedelta(seconds=settings.one_time_code_seconds),
        "draft": draft,
    }
    transaction.connection.execute(_KEEP, row)
    minutes = math.ceil(settings.one_time_code_seconds / 60)
    text = settings.one_time_code_text.format(code=_code(transaction, code_id), minutes=minutes)
    try:
        transaction.sms.send(phone, text)
    except Exception as error:  # noqa: BLE001 (a gateway's own may quote number and text: nobody gets to see them)
        if not isinstance(error, SmsAway):
            _log.error("central.sms_gateway_failed", error=type(error).__name__)
        transaction.connection.execute(_SPEND, {"id": row["code_id"], "now": transaction.now})
        return Refused(ProblemType.SMS_AWAY, "no text can be sent now")
    return OneTimeCodeSent(
        code_id=code_id,
        phone_tail=phone[-4:],
        digits=settings.one_time_code_digits,
        expires_in_seconds=settings.one_time_code_seconds,
        again_in_seconds=settings.one_time_code_again_seconds,
    )


def show_one_time_code(transaction: Transaction, shown: OneTimeCodeEvidence) -> EvidenceAccepted | Refused:
    """The digits prove whoever has the phone on record. Each wrong try is written down: it is returned, not raised.

    Raises:
        Refused: No such code was sent for this kiosk; it has expired, was used, or was mistyped too often.
    """
    spent = spend(transaction, shown.kiosk, shown.code_id, shown.code)
    if isinstance(spent, Refused):
        return spent
    return evidence.hold(transaction, shown.kiosk, EvidenceKind.ONE_TIME_CODE, cards.by_id(transaction, spent))


def spend(
    transaction: Transaction, kiosk: str, code_id: UUID, code: SecretStr, *, draft: str | None = None
) -> int | Refused:
    """Take the digits of a code that was sent for `draft`, or to the number on record; return the card's key.

    Raises:
        Refused: As `show_one_time_code`.
    """
    held = transaction.connection.execute(_HELD, {"id": str(code_id)}).one_or_none()
    if (
        held is None
        or held.kiosk != kiosk
        or held.draft != draft
        or held.key_name != _name_of(transaction.code_key)
        or held.used_at is not None
        or held.expires_at <= transaction.now
    ):
        raise Refused(ProblemType.ONE_TIME_CODE_EXPIRED, "a code that no longer counts, or never did")
    left = transaction.settings.one_time_code_tries - held.wrong
    if left <= 0:
        raise Refused(ProblemType.ONE_TIME_CODE_WRONG, "this code is spent", tries_left=0)
    if not hmac.compare_digest(_code(transaction, code_id), code.get_secret_value()):
        transaction.connection.execute(_MISTYPED, {"id": held.code_id})
        return Refused(ProblemType.ONE_TIME_CODE_WRONG, "not the code that was sent", tries_left=left - 1)
    transaction.connection.execute(_SPEND, {"id": held.code_id, "now": transaction.now})
    card_id: int = held.card_id
    return card_id


def forget_old(transaction: Transaction) -> None:
    """After a day a code counts for no limit."""
    transaction.connection.execute(_FORGET, {"before": transaction.now - DAY})


def _code(transaction: Transaction, code_id: UUID) -> str:
    digits = transaction.settings.one_time_code_digits
    digest = hmac.digest(transaction.code_key, b"code" + code_id.bytes, "sha256")
    start = digest[-1] & 0x0F
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**digits:0{digits}}"


def _name_of(key: bytes) -> bytes:
    return hmac.digest(key, b"name", "sha256")[:8]


_OF_PERSON = Count(OneTimeCode.person_id, OneTimeCode.sent_at)
_ON_RECORD = Count(OneTimeCode.person_id, OneTimeCode.sent_at, OneTimeCode.draft.is_(None))
_OF_DRAFT = Count(OneTimeCode.draft, OneTimeCode.sent_at)
_OF_KIOSK = Count(OneTimeCode.kiosk, OneTimeCode.sent_at)
_KEEP = insert(OneTimeCode)
_HELD = select(*OneTimeCode.__table__.columns).where(OneTimeCode.code_id == bindparam("id"))
_SPEND = update(OneTimeCode).where(OneTimeCode.code_id == bindparam("id")).values(used_at=bindparam("now"))
_MISTYPED = update(OneTimeCode).where(OneTimeCode.code_id == bindparam("id")).values(wrong=OneTimeCode.wrong + 1)
_FORGET = delete(OneTimeCode).where(OneTimeCode.sent_at <= bindparam("before"))
