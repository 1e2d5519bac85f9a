"""The photo on record for one comparison, and what the server makes of the kiosk's word."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from fleet import Fleet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from central.settings import Settings
from central.tables import FaceCheck, Table
from kiosk.uplink.contract import EvidenceKind, ProblemType

PHOTO = b"\xff\xd8\xff canary photo \x00\x01"


@pytest.fixture
def fleet() -> Fleet:
    return Fleet()


def holder(fleet: Fleet, **columns: Any) -> Any:
    """The card of somebody with a photo."""
    person = {"photo": PHOTO, "phone": f"138{fleet.now.microsecond:08}"} | columns
    return fleet.add_card(person_id=fleet.add_person(**person))


@pytest.fixture
def card(fleet: Fleet) -> Any:
    return holder(fleet)


def problem(answer: tuple[int, Any]) -> str:
    """Its type, after looking that no photo came with it."""
    status, told = answer
    assert status >= 400
    assert not {"photo", "record", "evidence"} & told.keys()
    return str(told["type"])


def test_who_has_shown_who_they_are_gets_the_photo(fleet: Fleet, card: Any) -> None:
    """A card whose PIN was right isn't a person."""
    for kind in EvidenceKind:
        answer = fleet.open_check(fleet.evidence(kind, card))
        if kind in ("id_card", "e_card", "one_time_code"):
            assert answer[0] == 200
            assert base64.b64decode(answer[1]["photo"]) == PHOTO
            assert answer[1]["expires_in_seconds"] == 180
        else:
            assert problem(answer) == ProblemType.EVIDENCE_MISSING


def test_the_photo_is_for_evidence_that_counts(fleet: Fleet, card: Any) -> None:
    shown = fleet.evidence("e_card", card)
    assert problem(fleet.open_check(shown, kiosk="kiosk-2")) == ProblemType.EVIDENCE_MISSING
    assert problem(fleet.open_check(str(uuid4()))) == ProblemType.EVIDENCE_MISSING
    fleet.tell(fleet.intent("temporary_loss", card, evidence=[shown]))
    assert problem(fleet.open_check(shown)) == ProblemType.EVIDENCE_MISSING, "used"
    shown = fleet.evidence("id_card", card)
    fleet.now += timedelta(seconds=900)
    assert problem(fleet.open_check(shown)) == ProblemType.EVIDENCE_MISSING, "expired"


def test_there_must_be_a_photo(fleet: Fleet) -> None:
    bare = holder(fleet, photo=None)
    assert problem(fleet.open_check(fleet.evidence("id_card", bare))) == ProblemType.PHOTO_MISSING
    with Session(fleet.registry.engine) as session:
        assert session.scalars(select(FaceCheck)).all() == []


@pytest.mark.parametrize(
    ("born", "needs_guardian"),
    [("2012-03-01", False), ("2012-03-02", True), ("2025-01-01", True), ("1958-10-01", False), (None, False)],
)
def test_below_14_a_guardian_agrees(fleet: Fleet, born: str | None, needs_guardian: bool) -> None:
    """By the server's date (2026-03-01) and record."""
    child = holder(fleet, birth_date=born and date.fromisoformat(born))
    shown = fleet.evidence("id_card", child)
    alone = fleet.open_check(shown)
    assert (alone[0] == 403) is needs_guardian
    assert fleet.open_check(shown, guardian=True)[0] == 200


def test_a_repeat_opens_no_second_check(fleet: Fleet, card: Any) -> None:
    shown, check = fleet.evidence("id_card", card), str(uuid4())
    first = fleet.open_check(shown, check_id=check)
    fleet.now += timedelta(seconds=10)
    again = fleet.open_check(shown, check_id=check)
    assert again[1] == first[1] | {"expires_in_seconds": 170}
    assert first[1]["checks_left"] == 4
    for other in ({"consent_version": "2"}, {"guardian": True}, {"evidence": fleet.evidence("e_card", card)}):
        asked = fleet.open_check(**{"evidence": shown, "check_id": check} | other)
        assert problem(asked) == ProblemType.OPERATION_CONFLICT
    stranger = holder(fleet)
    elsewhere = fleet.open_check(fleet.evidence("id_card", stranger, "kiosk-2"), "kiosk-2", check_id=check)
    assert problem(elsewhere) == ProblemType.OPERATION_CONFLICT
    fleet.now += timedelta(seconds=170)
    assert problem(fleet.open_check(shown, check_id=check)) == ProblemType.EVIDENCE_MISSING, "it is over"


def test_so_many_a_person_and_day_wherever_they_are(fleet: Fleet, card: Any) -> None:
    other = holder(fleet)
    for left in (4, 3, 2, 1, 0):
        kiosk = f"kiosk-{left % 3 + 1}"
        status, told = fleet.open_check(fleet.evidence("id_card", card, kiosk), kiosk)
        assert (status, told["checks_left"]) == (200, left)
    answer = fleet.open_check(fleet.evidence("id_card", card))
    assert problem(answer) == ProblemType.LIMIT_REACHED
    assert answer[1]["retry_after_seconds"] == 86400
    assert fleet.open_check(fleet.evidence("id_card", other))[0] == 200, "others aren't concerned"
    fleet.now += timedelta(days=1)
    assert fleet.open_check(fleet.evidence("id_card", card))[1]["checks_left"] == 4


def test_so_many_a_kiosk_and_hour(fleet: Fleet) -> None:
    """What a stolen secret is worth."""
    few = Fleet(settings=Settings(face_checks_per_kiosk_and_hour=2))
    for _ in range(2):
        assert few.open_check(few.evidence("id_card", holder(few)))[0] == 200
        few.now += timedelta(minutes=20)
    answer = few.open_check(few.evidence("id_card", holder(few)))
    assert (problem(answer), answer[1]["retry_after_seconds"]) == (ProblemType.LIMIT_REACHED, 1200)
    assert few.open_check(few.evidence("id_card", holder(few), "kiosk-2"), "kiosk-2")[0] == 200
    few.now += timedelta(minutes=20)
    assert few.open_check(few.evidence("id_card", holder(few)))[0] == 200


def test_a_limit_that_was_lowered(fleet: Fleet, card: Any) -> None:
    """Nothing is left, not less than that."""
    check, *_ = [fleet.open_check(fleet.evidence("id_card", card))[1]["check_id"] for _ in range(3)]
    fleet.registry.settings = Settings(face_checks_per_person_and_day=1)
    assert fleet.face(check, distance=2.0)[1]["tries_left"] == 0


def opened(fleet: Fleet, card: Any, **more: Any) -> str:
    return str(fleet.open_check(fleet.evidence("id_card", card), **more)[1]["check_id"])


def test_a_face_that_fits_is_evidence_of_the_person(fleet: Fleet, card: Any) -> None:
    status, told = fleet.face(opened(fleet, card))
    assert (status, told["kind"], told["record"]["handle"]) == (200, "face", str(card))
    other = holder(fleet)
    shown = [told["evidence"], fleet.evidence("e_card", other)]
    assert fleet.tell(fleet.intent("temporary_loss", other, evidence=shown))[1]["type"] == ProblemType.EVIDENCE_FOREIGN


@pytest.mark.parametrize(
    ("score", "bureau", "taken"),
    [
        ({"distance": 0.40}, {}, True),
        ({"distance": 0.4001}, {}, False),
        ({"distance": 0.36}, {"face_threshold": 0.35}, False),
        ({"sharpness": 25.0}, {}, True),
        ({"sharpness": 24.9}, {}, False),
        ({"sharpness": 0.0}, {"face_sharpness": 0}, True),
        ({"liveness": "not_seen"}, {}, True),
        ({"liveness": "not_asked"}, {}, True),
        ({"liveness": "not_seen"}, {"face_liveness": "required"}, False),
        ({"liveness": "not_asked"}, {"face_liveness": "required"}, False),
        ({"liveness": "seen"}, {"face_liveness": "required"}, True),
        ({"liveness": "seen", "distance": 0.5}, {"face_liveness": "required"}, False),
    ],
)
def test_the_bureaus_rules_decide(score: dict[str, Any], bureau: dict[str, Any], taken: bool) -> None:
    fleet = Fleet(settings=Settings(**bureau))
    answer = fleet.face(opened(fleet, holder(fleet)), **score)
    if taken:
        assert answer[0] == 200
    else:
        assert (problem(answer), answer[1]["tries_left"]) == (ProblemType.FACE_DIFFERS, 4)


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(distance=st.floats(0, 4), sharpness=st.floats(0, 1e6))
def test_fuzz_no_score_beyond_the_rules_is_taken(distance: float, sharpness: float) -> None:
    fleet = FUZZED
    fleet.now += timedelta(days=1)
    status, _ = fleet.face(opened(fleet, FUZZED_CARD), distance=distance, sharpness=sharpness)
    assert (status == 200) is (distance <= 0.40 and sharpness >= 25.0)


FUZZED = Fleet()
FUZZED_CARD = holder(FUZZED)


@pytest.mark.parametrize("wrong", [{"distance": -0.1}, {"distance": 4.1}, {"sharpness": -1}, {"liveness": "yes"}])
def test_nonsense_is_no_score(fleet: Fleet, card: Any, wrong: dict[str, Any]) -> None:
    check = opened(fleet, card)
    assert problem(fleet.face(check, **wrong)) == ProblemType.INVALID
    assert fleet.face(check)[0] == 200, "and judges nothing"


@pytest.mark.parametrize("first", [{}, {"distance": 0.9}], ids=["taken", "refused"])
def test_a_check_is_judged_once(fleet: Fleet, card: Any, first: dict[str, Any]) -> None:
    """Whatever it came to: else a kiosk could try distances."""
    check = opened(fleet, card)
    fleet.face(check, **first)
    assert problem(fleet.face(check)) == ProblemType.EVIDENCE_MISSING
    shown = fleet.evidence("id_card", card)
    assert problem(fleet.open_check(shown, check_id=check)) == ProblemType.OPERATION_CONFLICT


def test_a_check_that_was_judged_gives_no_photo_again(fleet: Fleet, card: Any) -> None:
    shown, check = fleet.evidence("id_card", card), str(uuid4())
    fleet.open_check(shown, check_id=check)
    fleet.face(check)
    assert problem(fleet.open_check(shown, check_id=check)) == ProblemType.EVIDENCE_MISSING


def test_a_check_stays_at_its_kiosk_and_time_and_consent(fleet: Fleet, card: Any) -> None:
    check = opened(fleet, card)
    assert problem(fleet.face(str(uuid4()))) == ProblemType.EVIDENCE_MISSING
    assert problem(fleet.face(check, "kiosk-2")) == ProblemType.EVIDENCE_MISSING
    assert problem(fleet.face(check, consent_version="2026-2")) == ProblemType.EVIDENCE_MISSING
    assert fleet.face(check)[0] == 200, "those judged nothing"
    late = opened(fleet, card)
    fleet.now += timedelta(seconds=180)
    assert problem(fleet.face(late)) == ProblemType.EVIDENCE_MISSING


@contextmanager
def everything_kept(fleet: Fleet) -> Iterator[str]:
    """Every row of every table but the persons', as text."""
    with fleet.registry.engine.connect() as connection:
        rows = [
            repr(row)
            for table in Table.metadata.sorted_tables
            if table.name != "persons"
            for row in connection.execute(select(table))
        ]
        yield "\n".join(rows)


def test_of_a_face_nothing_is_kept(fleet: Fleet, card: Any, capfd: Any) -> None:
    """Neither the photo a second time, nor how near it was."""
    answer = fleet.open_check(fleet.evidence("id_card", card))
    fleet.face(answer[1]["check_id"], distance=0.123456789, sharpness=98.7654321)
    with everything_kept(fleet) as kept:
        for canary in ("canary photo", base64.b64encode(PHOTO).decode(), "0.123456789", "98.7654321"):
            assert canary not in kept
    assert capfd.readouterr() == ("", "")
