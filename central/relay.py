"""The issuer's authority for an operation: proofs and secured commands, which a kiosk relays to the card.

Each request is one attempt with one challenge of the card's. It is judged, counted against the limits and written
down before the authority answers; the answer is not kept. A repeat is reckoned anew, to the same bytes, for as long
as it would be of use; after that, or when the operation has ended, the issuer says nothing more.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, select, update

from central import cards
from central.authority import (
    AlgorithmUnavailable,
    Authority,
    AuthorityUnavailable,
    CardKeys,
    KeySerialNumber,
    PinBlockRefused,
    PinRules,
    PinsDiffer,
    PinTooWeak,
)
from central.cards import CardRow
from central.operations import OperationRow, find, happen
from central.tables import Authorisation, Pad
from central.transaction import Refused, Transaction
from central.transitions import Happening, forbids
from kiosk.uplink.contract import (
    AUTHENTICATION,
    COMMAND,
    Authentication,
    AuthenticationRequest,
    CommandRequest,
    EncipheredPin,
    OperationKind,
    OperationState,
    ProblemType,
    SecuredCommand,
)


def authenticate(transaction: Transaction, request: AuthenticationRequest) -> Authentication:
    """The data by which the issuer proves itself to the card.

    Raises:
        Refused: This operation gets none, or the limits are reached.
    """
    path = AUTHENTICATION.format(operation_id=request.operation_id, attempt=request.attempt)
    _, card, attempt = _begin(transaction, request, path)
    authority, keys = _issuer(transaction, card)
    try:
        data = authority.prove(keys, _challenge(request), random=attempt.random)
    except (AlgorithmUnavailable, AuthorityUnavailable) as error:
        raise _unavailable(error) from error
    return Authentication.model_validate(
        {
            "operation_id": request.operation_id,
            "attempt": request.attempt,
            "data": data.hex().upper(),
            "expires_in_seconds": transaction.settings.authority_seconds,
        }
    )


def command(transaction: Transaction, request: CommandRequest) -> SecuredCommand | Refused:
    """The data of UNBLOCK or RESET. A new PIN that is refused counts, too: that answer is returned, not raised.

    Raises:
        Refused: This operation gets none, or the limits are reached.
    """
    path = COMMAND.format(operation_id=request.operation_id, attempt=request.attempt)
    operation, card, attempt = _begin(transaction, request, path)
    resets = operation.kind == OperationKind.PIN_RESET
    if (request.pin is not None, request.pin_again is not None) != (resets, resets):
        raise Refused(ProblemType.INVALID, "a reset takes both entries of the new PIN, nothing else takes one")
    authority, keys = _issuer(transaction, card)
    try:
        if request.pin is None or request.pin_again is None:
            data = authority.unblock(keys, _challenge(request))
        else:
            remembered = _remembered_counter(transaction, attempt, request.pin_again)
            rules = _rules(transaction, request.kiosk, card)
            data = authority.reset(
                keys, _challenge(request), request.pin, request.pin_again, last_counter=remembered, rules=rules
            )
    except (AlgorithmUnavailable, AuthorityUnavailable) as error:
        raise _unavailable(error) from error
    except PinBlockRefused:
        return Refused(ProblemType.PIN_BLOCK_REFUSED, "an enciphered PIN can't be taken")
    except PinsDiffer:
        _remember(transaction, request.pin_again)
        return Refused(ProblemType.PINS_DIFFER, "the two entries differ")
    except PinTooWeak as weak:
        _remember(transaction, request.pin_again)
        return Refused(ProblemType.PIN_WEAK, "the new PIN is too easily guessed", weak.weakness.value)
    _remember(transaction, request.pin_again)
    happen(transaction, operation, Happening.COMMAND_ISSUED)
    return SecuredCommand.model_validate(
        {
            "operation_id": request.operation_id,
            "attempt": request.attempt,
            "data": data.hex().upper(),
            "expires_in_seconds": transaction.settings.authority_seconds,
        }
    )


def _begin(
    transaction: Transaction, request: AuthenticationRequest | CommandRequest, path: str
) -> tuple[OperationRow, CardRow, Row[Any]]:
    """The operation, its card and this attempt, written down the first time that it is made."""
    operation = find(transaction, str(request.operation_id))
    if operation is None:
        raise Refused(ProblemType.OPERATION_UNKNOWN, "no such operation")
    if operation.kiosk != request.kiosk:
        raise Refused(ProblemType.NOT_THIS_KIOSK, "another kiosk's operation")
    kind = OperationKind(operation.kind)
    if not kind.authorised or operation.state not in (OperationState.OPEN, OperationState.AUTHORISED):
        raise Refused(ProblemType.OPERATION_CLOSED, "the issuer has nothing to say in this operation, or no more")
    card = cards.by_id(transaction, operation.card_id)
    if forbids(kind, card, transaction.today):
        raise Refused(ProblemType.STATE_FORBIDS, "the card's state on record doesn't allow it any more")
    digest = hashlib.sha256(request.model_dump_json().encode()).digest()
    attempt = transaction.connection.execute(_ATTEMPT, {"path": path}).one_or_none()
    if attempt is None:
        _keep_to_the_limits(transaction, operation)
        row = {
            "path": path,
            "operation_id": operation.operation_id,
            "card_id": operation.card_id,
            "kiosk": operation.kiosk,
            "digest": digest,
            "random": transaction.random(8),
            "at": transaction.now,
        }
        transaction.connection.execute(_BEGIN, row)
        attempt = transaction.connection.execute(_ATTEMPT, {"path": path}).one()
    elif attempt.digest != digest:
        raise Refused(ProblemType.OPERATION_CONFLICT, "this attempt was used for another challenge")
    elif transaction.now - attempt.at >= timedelta(seconds=transaction.settings.authority_seconds):
        raise Refused(ProblemType.OPERATION_CLOSED, "this attempt is over")
    return operation, card, attempt


def _keep_to_the_limits(transaction: Transaction, operation: OperationRow) -> None:
    settings, now = transaction.settings, transaction.now
    of_operation = {"operation": operation.operation_id}
    if transaction.connection.execute(_OF_OPERATION, of_operation).one().made >= settings.authorisations_per_operation:
        raise Refused(ProblemType.LIMIT_REACHED, "this operation has had as many authorisations as it may")
    day, hour = timedelta(days=1), timedelta(hours=1)
    of_card = transaction.connection.execute(_OF_CARD, {"card": operation.card_id, "after": now - day}).one()
    if of_card.made >= settings.authorisations_per_card_and_day:
        raise _limit("this card", now, of_card.first + day)
    of_kiosk = transaction.connection.execute(_OF_KIOSK, {"kiosk": operation.kiosk, "after": now - hour}).one()
    if of_kiosk.made >= settings.authorisations_per_kiosk_and_hour:
        raise _limit("this kiosk", now, of_kiosk.first + hour)


def _limit(whose: str, now: datetime, until: datetime) -> Refused:
    title = f"{whose} has had as many authorisations as it may for now"
    return Refused(ProblemType.LIMIT_REACHED, title, retry_after_seconds=(until - now).total_seconds())


def _issuer(transaction: Transaction, card: CardRow) -> tuple[Authority, CardKeys]:
    assert transaction.authority is not None, "such operations are opened where the issuer can speak"
    return transaction.authority, CardKeys(card.algorithm, bytes.fromhex(card.key_factor))


def _unavailable(error: AlgorithmUnavailable | AuthorityUnavailable) -> Refused:
    if isinstance(error, AuthorityUnavailable):
        return Refused(ProblemType.BROKEN, "the issuer's keys can't be reached")
    return Refused(ProblemType.STATE_FORBIDS, "the issuer has no keys for such a card")


def _challenge(request: AuthenticationRequest | CommandRequest) -> bytes:
    return bytes.fromhex(request.challenge.get_secret_value())


def _rules(transaction: Transaction, kiosk: str, card: CardRow) -> PinRules:
    regional = transaction.policy_of(kiosk).card
    return PinRules(
        length=regional.pin_length,
        initial_pins=regional.initial_pins,
        birth_date=card.birth_date,
        numbers=(card.social_security_number, card.card_number),
    )


def _remembered_counter(transaction: Transaction, attempt: Row[Any], entered: EncipheredPin) -> int:
    """The highest counter that this pad had used when the attempt was first made."""
    if attempt.last_counter is not None:
        return int(attempt.last_counter)
    pad = KeySerialNumber.parse(entered.key_serial_number).pad
    counter = transaction.connection.execute(_COUNTER, {"pad": pad}).scalar_one_or_none() or 0
    transaction.connection.execute(_KEEP_COUNTER, {"attempt": attempt.path, "counter": counter})
    return counter


def _remember(transaction: Transaction, entered: EncipheredPin | None) -> None:
    """No block of this pad under this counter, or a lower one, is taken again."""
    if entered is None:
        return
    number = KeySerialNumber.parse(entered.key_serial_number)
    values = {"number": number.pad, "used": number.counter}
    if transaction.connection.execute(_COUNTER, {"pad": number.pad}).scalar_one_or_none() is None:
        transaction.connection.execute(insert(Pad), {"pad": number.pad, "counter": number.counter})
    else:
        transaction.connection.execute(_COUNT_ON, values)


_ATTEMPT = select(*Authorisation.__table__.columns).where(Authorisation.path == bindparam("path"))
_BEGIN = insert(Authorisation)
_made = select(func.count().label("made"), func.min(Authorisation.at).label("first"))
_OF_OPERATION = _made.where(Authorisation.operation_id == bindparam("operation"))
_OF_CARD = _made.where(Authorisation.card_id == bindparam("card"), Authorisation.at > bindparam("after"))
_OF_KIOSK = _made.where(Authorisation.kiosk == bindparam("kiosk"), Authorisation.at > bindparam("after"))
_KEEP_COUNTER = (
    update(Authorisation).where(Authorisation.path == bindparam("attempt")).values(last_counter=bindparam("counter"))
)
_COUNTER = select(Pad.counter).where(Pad.pad == bindparam("pad"))
_COUNT_ON = (
    update(Pad).where(Pad.pad == bindparam("number"), Pad.counter < bindparam("used")).values(counter=bindparam("used"))
)
