"""Faces: the photo on record for one comparison at a kiosk, and what that came to.

The comparison is the kiosk's; this is its word for it, and the bureau's rules for what to make of that. Nothing of a
face comes here.
"""

import base64
from datetime import date, timedelta

from sqlalchemy import bindparam, delete, insert, select, update

from central import cards, evidence
from central.limits import DAY, HOUR, Count
from central.tables import FaceCheck, Person
from central.transaction import Refused, Transaction
from kiosk.uplink.contract import (
    EvidenceAccepted,
    EvidenceKind,
    FaceCheckOpened,
    FaceCheckRequest,
    FaceEvidence,
    Liveness,
    ProblemType,
)

OF_A_PERSON = frozenset({EvidenceKind.ID_CARD, EvidenceKind.E_CARD, EvidenceKind.ONE_TIME_CODE})
"""What gets a photo: a card that accepted its PIN doesn't say who held it."""
GUARDIAN_BELOW = 14
"""Years of age; 人脸识别技术应用安全管理办法, and article 31 of the Personal Information Protection Law."""


def open_face_check(transaction: Transaction, request: FaceCheckRequest) -> FaceCheckOpened:
    """Hand out the photo on record for one comparison, to whoever has shown who they are. A repeat counts once.

    Raises:
        Refused: What they have shown doesn't count, they or a guardian haven't agreed, there is no photo, or there
            were too many checks; or the same id was used for another check.
    """
    shown = evidence.counting(transaction, request.kiosk, request.evidence)
    if shown.kind not in OF_A_PERSON:
        raise Refused(ProblemType.EVIDENCE_MISSING, "a photo is handed out once it is known whose")
    person = transaction.connection.execute(_PERSON, {"id": shown.person_id}).one()
    if not request.guardian and person.birth_date and _age(person.birth_date, transaction.today) < GUARDIAN_BELOW:
        raise Refused(ProblemType.EVIDENCE_MISSING, "a guardian has to agree for somebody so young")
    if person.photo is None:
        raise Refused(ProblemType.PHOTO_MISSING, "no photo on record")
    settings = transaction.settings
    asked = {
        "check_id": str(request.check_id),
        "kiosk": request.kiosk,
        "person_id": shown.person_id,
        "evidence_id": str(request.evidence),
        "consent_version": request.consent_version,
        "guardian": request.guardian,
    }
    before = transaction.connection.execute(_CHECK, {"id": asked["check_id"]}).one_or_none()
    if before is None:
        _OF_KIOSK.require_one_more(transaction, request.kiosk, settings.face_checks_per_kiosk_and_hour, HOUR)
        _OF_PERSON.require_one_more(transaction, shown.person_id, settings.face_checks_per_person_and_day, DAY)
        expires_at = transaction.now + timedelta(seconds=settings.face_check_seconds)
        transaction.connection.execute(_OPEN, {**asked, "opened_at": transaction.now, "expires_at": expires_at})
    else:
        if any(before._mapping[name] != value for name, value in asked.items()):
            raise Refused(ProblemType.OPERATION_CONFLICT, "this id was used for another check")
        if before.judged_at is not None or before.expires_at <= transaction.now:
            raise Refused(ProblemType.EVIDENCE_MISSING, "this check is over")
        expires_at = before.expires_at
    return FaceCheckOpened.model_validate(
        {
            "check_id": request.check_id,
            "photo": base64.b64encode(person.photo).decode(),
            "expires_in_seconds": (expires_at - transaction.now).total_seconds(),
            "checks_left": _checks_left(transaction, shown.person_id),
        }
    )


def show_face(transaction: Transaction, shown: FaceEvidence) -> EvidenceAccepted | Refused:
    """Judge what a comparison came to, once. That it was judged is kept, not how near the faces were.

    Raises:
        Refused: No such check is open at this kiosk, or they agreed to another text.
    """
    check = transaction.connection.execute(_CHECK, {"id": str(shown.check_id)}).one_or_none()
    if (
        check is None
        or check.kiosk != shown.kiosk
        or check.judged_at is not None
        or check.expires_at <= transaction.now
        or check.consent_version != shown.consent_version
    ):
        raise Refused(ProblemType.EVIDENCE_MISSING, "no such check is open here")
    transaction.connection.execute(_JUDGED, {"id": check.check_id, "now": transaction.now})
    settings = transaction.settings
    followed = settings.face_liveness == "noted" or shown.liveness is Liveness.SEEN
    alike = shown.distance <= settings.face_threshold and shown.sharpness >= settings.face_sharpness
    if not (alike and followed):
        left = _checks_left(transaction, check.person_id)
        return Refused(ProblemType.FACE_DIFFERS, "not taken for the face on record", tries_left=left)
    card = cards.in_use(transaction, check.person_id)
    return evidence.hold(transaction, shown.kiosk, EvidenceKind.FACE, card)


def forget_old(transaction: Transaction) -> None:
    """After a day a check counts for no limit."""
    transaction.connection.execute(_FORGET, {"before": transaction.now - DAY})


def _checks_left(transaction: Transaction, person: int) -> int:
    return _OF_PERSON.left(transaction, person, transaction.settings.face_checks_per_person_and_day, DAY)


def _age(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


_OF_PERSON = Count(FaceCheck.person_id, FaceCheck.opened_at)
_OF_KIOSK = Count(FaceCheck.kiosk, FaceCheck.opened_at)
_PERSON = select(Person.birth_date, Person.photo).where(Person.id == bindparam("id"))
_CHECK = select(*FaceCheck.__table__.columns).where(FaceCheck.check_id == bindparam("id"))
_OPEN = insert(FaceCheck)
_JUDGED = update(FaceCheck).where(FaceCheck.check_id == bindparam("id")).values(judged_at=bindparam("now"))
_FORGET = delete(FaceCheck).where(FaceCheck.opened_at <= bindparam("before"))
