"""The face: nobody looks without consent, every failure leads to the other way, and nothing of it stays."""

import base64
import datetime
import json

import pytest
import trio
from kiosk_under_test import PHOTO, KioskUnderTest
from scripted_faces import ANOTHER, SAME, Script
from shown_texts import all_texts
from trio.testing import MockClock

from drivers.errors import DeviceError
from drivers.face.course import FaceScore
from drivers.face.frames import LensState
from drivers.face.guidance import Hint
from drivers.face.liveness import LivenessHint
from drivers.face.protocol import PhotoTrouble
from drivers.face.session import CameraFailed, FaceCheckTimedOut, FaceWorkerFailed, PhotoRefused
from kiosk import conditions
from kiosk.pages import Answer, Decide, Done, FaceView, Home, Instruct, NumberEntry, Working
from kiosk.steps.identity.face import _HINTS
from kiosk.uplink.contract import FACE_CHECKS, FACE_EVIDENCE


async def asked(kiosk: KioskUnderTest) -> Decide:
    """Up to the question whether one's face may be looked at."""
    await kiosk.ask_for("unlock", "blocked")
    await kiosk.lay("blocked")
    await kiosk.choose_way(Answer.FACE)
    return await kiosk.until(Decide)


def consents(kiosk: KioskUnderTest) -> list[tuple[str, bool, bool]]:
    """What the journal has of them."""
    store = kiosk.operations._storage.store
    assert store is not None
    records = [json.loads(row.record) for row in store.journal()]
    return [(said["version"], said["given"], said["guardian"]) for said in records if said["event"] == "consent"]


async def test_the_worker_starts_behind_the_question(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """It loads while the citizen reads; the camera is closed, and no photo has come, until they agree."""
    page = await asked(kiosk)
    faces = kiosk.scripted_faces
    assert (faces.workers, faces.cameras, faces.looked) == (1, 0, 0)
    assert FACE_CHECKS not in {path for _, path in kiosk.network.seen}
    assert page.actions.equal
    assert page.actions.secondary is not None
    assert page.actions.secondary.label.message == "换成短信验证码"
    assert page.actions.primary is None, "neither weighs more"
    assert consents(kiosk) == []
    kiosk.press(Answer.FACE)
    await kiosk.until(FaceView)
    assert (faces.workers, faces.cameras) == (1, 1)
    assert faces.photos == [PHOTO]
    assert consents(kiosk) == [("2026-1", True, False)]
    await kiosk.until(Done)
    assert (faces.workers, faces.cameras) == (0, 0)


async def test_each_hint_is_said(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """In its own words, on one page: a press made a hint ago still counts."""
    assert set(_HINTS) == set(Hint)
    assert len({text.message for text in _HINTS.values()}) == len(Hint)
    kiosk.scripted_faces.script = [[*Hint]]
    await asked(kiosk)
    kiosk.press(Answer.FACE)
    seen = kiosk.screen.view.serial
    for hint in Hint:
        page = await kiosk.until(FaceView, lambda page, hint=hint: page.hint == _HINTS[hint])
        if hint is Hint.CLOSER:
            seen = kiosk.screen.view.serial
    assert page.live() is not None
    kiosk.screen.press_as_of(seen, Answer.ANOTHER)
    await kiosk.until(NumberEntry)


async def test_consent_refused(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """The other way, journalled, and nobody looks or asks again."""
    await asked(kiosk)
    kiosk.press(Answer.ANOTHER)
    await kiosk.type_code("blocked")
    await kiosk.until(Done)
    assert kiosk.scripted_faces.looked == 0
    assert consents(kiosk) == [("2026-1", False, False)]
    assert FACE_CHECKS not in {path for _, path in kiosk.network.seen}


async def test_consent_refused_and_no_other_way(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """Told where it is done without."""
    kiosk.put_person("blocked", phone=None)
    await kiosk.ask_for("unlock", "blocked")
    await kiosk.lay("blocked")
    await kiosk.until(Decide)
    kiosk.press(Answer.ANOTHER)
    assert await kiosk.refused() == "identity.face_declined"


async def test_consent_that_can_not_be_written_down(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """Then nobody looks."""
    await asked(kiosk)
    kiosk.board.set(conditions.STORAGE_FULL, stands=True)
    store = kiosk.operations._storage.store
    assert store is not None
    store._db.execute("PRAGMA query_only = 1")
    kiosk.press(Answer.FACE)
    assert await kiosk.refused() == "operation.changes_closed"
    assert kiosk.scripted_faces.looked == 0
    store._db.execute("PRAGMA query_only = 0")


@pytest.mark.parametrize(("years", "guardian"), [(13.9, True), (14.1, False)])
async def test_a_guardian(autojump_clock: MockClock, kiosk: KioskUnderTest, years: float, guardian: bool) -> None:
    """Under 14 somebody else agrees; the server and the journal know."""
    born = kiosk.record("blocked").as_of - datetime.timedelta(days=365.25 * years)
    kiosk.put_person("blocked", birth_date=born)
    page = await asked(kiosk)
    assert ("监护人" in page.title.message) is guardian
    kiosk.press(Answer.FACE)
    await kiosk.until(Done)
    assert consents(kiosk) == [("2026-1", True, guardian)]


async def test_a_second_try(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """The server didn't take it: how often it may be tried is said, and each try has a process of its own."""
    kiosk.scripted_faces.script = [[ANOTHER], [SAME]]
    await asked(kiosk)
    kiosk.press(Answer.FACE)
    page = await kiosk.until(Decide, lambda page: page.title.message == "没有认出来")
    assert page.panel.heading.count == 4
    assert page.actions.equal
    assert (kiosk.scripted_faces.workers, kiosk.scripted_faces.cameras) == (1, 0)
    kiosk.press(Answer.FACE)
    await kiosk.until(Done)
    assert kiosk.scripted_faces.started == kiosk.scripted_faces.looked == 2
    assert len(consents(kiosk)) == 1, "they had agreed"


async def test_to_the_limit(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """After the last the other way, with the reason; the day's limit then is there from the beginning."""
    kiosk.scripted_faces.script = [[ANOTHER]]
    await asked(kiosk)
    for _ in range(5):
        kiosk.press(Answer.FACE)
        await kiosk.until(FaceView)
        await kiosk.until(Decide if _ < 4 else NumberEntry)
    page = await kiosk.code_asked()
    assert page.subtitle is not None
    assert page.subtitle.message == "刷脸没有认出来"
    await kiosk.type_code("blocked")
    await kiosk.until(Done)
    await kiosk.go_home()
    kiosk.card("blocked").tries_left = 0
    await asked(kiosk)
    kiosk.press(Answer.FACE)
    page = await kiosk.code_asked()
    assert page.subtitle is not None
    assert page.subtitle.message == "今天刷脸的次数用完了"
    assert kiosk.scripted_faces.looked == 5


async def test_not_recognised_and_another_way(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """Nobody has to try again."""
    kiosk.scripted_faces.script = [[ANOTHER]]
    await asked(kiosk)
    kiosk.press(Answer.FACE)
    await kiosk.until(Decide, lambda page: page.title.message == "没有认出来")
    kiosk.press(Answer.ANOTHER)
    await kiosk.type_code("blocked")
    await kiosk.until(Done)


FAULTS: list[tuple[Script, str, tuple[conditions.Condition, ...]]] = [
    ([Hint.CENTRE, CameraFailed(LensState.NO_DEVICE)], "摄像头没有画面", (conditions.CAMERA_GONE,)),
    ([Hint.CENTRE, CameraFailed(LensState.FROZEN)], "摄像头没有画面", (conditions.CAMERA_GONE,)),
    ([PhotoRefused(PhotoTrouble.NO_FACE)], "登记的照片用不了", ()),
    ([Hint.CLOSER, FaceCheckTimedOut(Hint.CLOSER)], "没看清您的脸", ()),
    ([FaceWorkerFailed("used up its time")], "现在刷不了脸", ()),
]


@pytest.mark.parametrize(("script", "why", "standing"), FAULTS, ids=[why for _, why, _ in FAULTS])
async def test_no_score(
    autojump_clock: MockClock,
    kiosk: KioskUnderTest,
    script: Script,
    why: str,
    standing: tuple[conditions.Condition, ...],
) -> None:
    """The other way, with the reason; nothing runs any more."""
    kiosk.scripted_faces.script = [script]
    await asked(kiosk)
    kiosk.press(Answer.FACE)
    page = await kiosk.code_asked()
    assert page.subtitle is not None
    assert page.subtitle.message == why
    assert (kiosk.scripted_faces.workers, kiosk.scripted_faces.cameras) == (0, 0)
    assert tuple(condition for condition, _ in kiosk.board.standing()) == standing
    assert FACE_EVIDENCE not in {path for _, path in kiosk.network.seen}
    await kiosk.type_code("blocked")
    await kiosk.until(Done)


@pytest.mark.parametrize(
    ("script", "refusal"),
    [
        ([CameraFailed(LensState.NO_DEVICE)], "identity.face_away"),
        ([PhotoRefused(PhotoTrouble.NO_PICTURE)], "identity.face_no_photo"),
        ([FaceCheckTimedOut(None)], "identity.face_differs"),
    ],
)
async def test_no_score_and_no_other_way(
    autojump_clock: MockClock, kiosk: KioskUnderTest, script: Script, refusal: str
) -> None:
    """Each with what to do instead."""
    kiosk.put_person("blocked", phone=None)
    kiosk.scripted_faces.script = [script]
    await kiosk.ask_for("unlock", "blocked")
    await kiosk.lay("blocked")
    await kiosk.until(Decide)
    kiosk.press(Answer.FACE)
    assert await kiosk.refused() == refusal


async def test_it_does_not_start(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """Nobody is asked for a consent that leads nowhere."""
    kiosk.scripted_faces.fails_to_start = FaceWorkerFailed("couldn't be started")
    await kiosk.ask_for("unlock", "blocked")
    await kiosk.lay("blocked")
    await kiosk.choose_way(Answer.FACE)
    await kiosk.code_asked()
    assert consents(kiosk) == []


async def test_no_photo_on_record(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """Known once they have agreed; the camera isn't opened."""
    kiosk.put_person("blocked", photo=None)
    await asked(kiosk)
    kiosk.press(Answer.FACE)
    page = await kiosk.code_asked()
    assert page.subtitle is not None
    assert page.subtitle.message == "没有登记照片，刷不了脸"
    assert kiosk.scripted_faces.looked == 0


async def test_the_server_goes_midway(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """Said as what it is; nothing runs any more."""
    kiosk.scripted_faces.script = [[Hint.CENTRE, Hint.CENTRE, SAME]]
    await asked(kiosk)
    kiosk.press(Answer.FACE)
    await kiosk.until(FaceView)
    kiosk.network.cut()
    assert await kiosk.refused() == "central.unreachable"
    assert (kiosk.scripted_faces.workers, kiosk.scripted_faces.cameras) == (0, 0)


async def test_back_from_the_camera(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """To the choice; whoever comes back is asked anew."""
    kiosk.scripted_faces.script = [[]]
    await asked(kiosk)
    kiosk.press(Answer.FACE)
    await kiosk.until(FaceView)
    kiosk.press(Answer.BACK)
    await kiosk.choose_way(Answer.FACE)
    await kiosk.until(Decide)
    assert kiosk.scripted_faces.cameras == 0


async def test_a_distance_beyond_any(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """It is told as the largest there is, and refused."""
    kiosk.scripted_faces.script = [[FaceScore(7.5, 120.0, LivenessHint.NOT_SEEN)]]
    await asked(kiosk)
    kiosk.press(Answer.FACE)
    await kiosk.until(Decide, lambda page: page.title.message == "没有认出来")


async def test_nothing_of_it_stays(
    autojump_clock: MockClock, kiosk: KioskUnderTest, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither the photo nor the score is on a page, in the log or in the store; the page's picture is in no `repr`."""
    await asked(kiosk)
    kiosk.press(Answer.FACE)
    page = await kiosk.until(FaceView)
    assert "live" not in repr(page)
    await kiosk.until(Working)
    await kiosk.until(Done)
    await kiosk.go_home()
    await kiosk.until(Home)
    told = capsys.readouterr()
    secrets = ("virtual photo", base64.b64encode(PHOTO).decode(), str(SAME.distance))
    stored = b"".join(path.read_bytes() for path in kiosk.settings.storage.directory.iterdir() if path.is_file())
    for secret in secrets:
        assert secret not in told.out + told.err
        assert secret not in all_texts(kiosk.screen)
        assert secret.encode() not in stored
    assert isinstance(FaceWorkerFailed("x"), DeviceError)


async def test_the_card_leaves_while_the_server_judges(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """It ends there."""
    await asked(kiosk)
    kiosk.press(Answer.FACE)
    await kiosk.until(FaceView)
    kiosk.network.seconds = 3
    await kiosk.until(Working, lambda page: page.title.message == "正在核对")
    await trio.sleep(1)
    kiosk.pull()
    assert await kiosk.refused() == "card.removed"
    assert kiosk.outcomes() == []
    await kiosk.go_home()
    assert kiosk.scripted_faces.workers == 0
    assert not isinstance(kiosk.page, Instruct)
