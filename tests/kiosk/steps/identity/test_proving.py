"""Every service by every way, every way out of it, and what is left where something isn't to be had."""

import pytest
import trio
from kiosk_under_test import KioskUnderTest
from regions import NO_WAYS, regional
from sqlalchemy import select
from sqlalchemy.orm import Session
from trio.testing import MockClock

from central.tables import Operation
from drivers.camera.protocol import CameraState
from kiosk import conditions
from kiosk.pages import Answer, Choose, Chosen, Decide, Done, FaceView, Home, Instruct, NumberEntry, Page, Picture
from kiosk.settings import Settings
from kiosk.uplink.contract import ApplicationStatus

PINS = {"enable": ("123456",)}
WHOSE = {"enable": "archived", "unlock": "blocked", "reset_pin": "blocked"}
NEW = "746108"
LOST = {"application_status": int(ApplicationStatus.TEMPORARY_LOSS), "loss_reason": "reported"}
WITH_CARD = [("card", "face"), ("card", "one_time_code")]
WITHOUT = [("id_card", "face"), ("id_card", "one_time_code"), ("e_card", "one_time_code")]


async def begin(kiosk: KioskUnderTest, service: str) -> str:
    """Up to where the citizen proves who they are; whose card it is."""
    if service in WHOSE:
        await kiosk.ask_for(service, WHOSE[service], *PINS.get(service, ()))
        return WHOSE[service]
    if service == "release_loss":
        kiosk.set_record("normal", **LOST)
    await kiosk.at_home()
    kiosk.choose(service)
    return "normal"


async def agree(kiosk: KioskUnderTest) -> None:
    """To have one's face looked at."""
    await kiosk.choose_way(Answer.FACE)
    await kiosk.until(Decide, lambda page: page.title.message == "可以看一下您的脸吗？")
    kiosk.press(Answer.FACE)


async def finish(kiosk: KioskUnderTest, service: str) -> Done:
    """From the proof to the end."""
    if service in ("enable", "reset_pin"):
        await kiosk.new_pin(NEW)
    if service.endswith("_loss"):
        await kiosk.until(Decide, lambda page: page.whose is not None)
        kiosk.press(Answer.NEXT)
    return await kiosk.until(Done)


@pytest.mark.parametrize(
    ("service", "first", "then"),
    [
        *[(service, *way) for service in WHOSE for way in WITH_CARD],
        *[(service, *way) for service in ("report_loss", "release_loss") for way in WITHOUT],
    ],
)
async def test_every_service_by_every_way(
    autojump_clock: MockClock, kiosk: KioskUnderTest, service: str, first: str, then: str
) -> None:
    """It is done, and the server has exactly what this way consists of."""
    persona = await begin(kiosk, service)
    if first in ("id_card", "e_card"):
        await kiosk.choose_way(Answer[first.upper()])
    await (kiosk.hold_up(persona) if first == "e_card" else kiosk.lay(persona))
    if then == "face":
        await agree(kiosk)
    else:
        if first != "e_card":
            await kiosk.choose_way(Answer.ONE_TIME_CODE)
        await kiosk.type_code(persona)
    await finish(kiosk, service)
    assert kiosk.outcomes() == ["done"]
    with Session(kiosk.registry.engine) as session:
        (operation,) = session.scalars(select(Operation))
        shown = {first if first != "card" else "id_card", then} | ({"card_pin"} if service == "enable" else set())
        assert set(operation.evidence.split()) == shown
    await kiosk.go_home()
    assert (kiosk.scripted_faces.workers, kiosk.scripted_faces.cameras) == (0, 0)
    assert kiosk.scripted_faces.looked == (then == "face")


async def choosing(kiosk: KioskUnderTest) -> None:
    await kiosk.lay("blocked")
    await kiosk.until(Choose)


async def consenting(kiosk: KioskUnderTest) -> None:
    await choosing(kiosk)
    kiosk.press(Answer.FACE)
    await kiosk.until(Decide)


async def being_looked_at(kiosk: KioskUnderTest) -> None:
    kiosk.scripted_faces.script = [[]]
    await consenting(kiosk)
    kiosk.press(Answer.FACE)
    await kiosk.until(FaceView)


async def typing(kiosk: KioskUnderTest) -> None:
    await choosing(kiosk)
    kiosk.press(Answer.ONE_TIME_CODE)
    await kiosk.until(NumberEntry)


async def laying(kiosk: KioskUnderTest) -> None:
    await kiosk.until(Instruct, lambda page: page.picture is Picture.ID_ON_PLATE)


STEPS = [laying, choosing, consenting, being_looked_at, typing]


@pytest.mark.parametrize(
    ("step", "how"),
    [
        *[(step, how) for step in STEPS for how in ("exit", "pull")],
        *[(step, "silence") for step in STEPS if step is not being_looked_at],  # That has a time of its own.
    ],
)
async def test_it_ends_in_the_middle(autojump_clock: MockClock, kiosk: KioskUnderTest, step, how: str) -> None:  # type: ignore[no-untyped-def]
    """Nothing is begun, nothing runs any more, and the next citizen is served."""
    await begin(kiosk, "unlock")
    await step(kiosk)
    if how == "exit":
        kiosk.press(Answer.EXIT)
    elif how == "pull":
        kiosk.pull()
        assert await kiosk.refused() == "card.removed"
        kiosk.press(Answer.FINISH)
    else:
        await trio.sleep(kiosk.settings.visit.idle_seconds + kiosk.settings.visit.still_there_seconds + 5)
    if how != "pull":
        await kiosk.until(Instruct, lambda page: page.title.message in ("请拔卡", "有一张卡还在机器里"))
        kiosk.pull()
    await kiosk.at_home()
    assert (kiosk.scripted_faces.workers, kiosk.scripted_faces.cameras) == (0, 0)
    assert kiosk.outcomes() == []
    await begin(kiosk, "unlock")
    await laying(kiosk)


@pytest.mark.parametrize("step", [laying, choosing])
async def test_back(autojump_clock: MockClock, kiosk: KioskUnderTest, step) -> None:  # type: ignore[no-untyped-def]
    """Where nothing was chosen it leads home."""
    await begin(kiosk, "unlock")
    await step(kiosk)
    kiosk.press(Answer.BACK)
    await kiosk.until(Instruct, lambda page: page.title.message == "请拔卡")


async def test_back_to_the_choice(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """What was chosen can be chosen again, as can the other."""
    await begin(kiosk, "report_loss")
    for answer in (Answer.E_CARD, Answer.ID_CARD, Answer.E_CARD):
        await kiosk.choose_way(answer)
        await kiosk.until(Instruct)
        kiosk.press(Answer.BACK)
    await kiosk.until(Choose)


async def test_the_choice(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """The ID card is recommended; a face never is: the other way is its equal."""
    await begin(kiosk, "report_loss")
    page = await kiosk.until(Choose)
    assert [(option.answer, option.recommended) for option in page.options] == [
        (Answer.ID_CARD, True),
        (Answer.E_CARD, False),
    ]
    kiosk.press(Answer.ID_CARD)
    await kiosk.lay("normal")
    page = await kiosk.until(Choose)
    assert [(option.answer, option.recommended) for option in page.options] == [
        (Answer.FACE, False),
        (Answer.ONE_TIME_CODE, False),
    ]


async def test_nothing_at_hand(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """Told what to bring, and where else."""
    await begin(kiosk, "report_loss")
    await kiosk.until(Choose)
    kiosk.press(Answer.STOP)
    assert await kiosk.refused() == "identity.nothing_at_hand"


async def test_one_way_changed_for_the_other(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """The button names where it leads."""
    await begin(kiosk, "report_loss")
    await kiosk.choose_way(Answer.E_CARD)
    page = await kiosk.until(Instruct)
    assert page.actions.other is not None
    assert page.actions.other.label.message == "换成刷身份证"
    kiosk.press(Answer.ANOTHER)
    await kiosk.prove("normal")
    await finish(kiosk, "report_loss")


@pytest.mark.parametrize(
    ("condition", "gone", "left"),
    [
        (conditions.FACE_FAILED, Answer.FACE, NumberEntry),
        (conditions.CAMERA_GONE, Answer.FACE, NumberEntry),
    ],
)
async def test_what_is_out_of_order_is_no_choice(
    autojump_clock: MockClock, kiosk: KioskUnderTest, condition: conditions.Condition, gone: Answer, left: type[Page]
) -> None:
    """One way is left: nothing is asked, it goes on with that."""
    kiosk.board.set(condition, stands=True)
    await begin(kiosk, "unlock")
    await kiosk.lay("blocked")
    await kiosk.until(left)
    assert not any(isinstance(view.page, Choose) for view in kiosk.screen.views)


@pytest.mark.parametrize(
    ("how", "condition"),
    [
        ("unplug", conditions.ID_READER_GONE),
        ("silence", conditions.ID_READER_SILENT),
        ("no_module", conditions.ID_READER_FAULT),
        ("wrong_check", conditions.ID_READER_NOISY),
    ],
)
async def test_a_reader_that_fails(
    autojump_clock: MockClock, kiosk: KioskUnderTest, how: str, condition: conditions.Condition
) -> None:
    """It stands on the board, its services go from the home page, the others have another way; all of it mended."""
    assert kiosk.plate is not None
    await begin(kiosk, "unlock")
    await laying(kiosk)
    if how == "unplug":
        kiosk.plate.unplug()
    else:
        kiosk.plate.fail(how, once=False)
    assert await kiosk.refused() == "id_reader.gone"
    assert kiosk.board.stands(condition)
    await kiosk.go_home()
    await kiosk.home_lacks("enable", "unlock", "reset_pin")
    kiosk.choose("report_loss")
    page = await kiosk.until(Instruct)
    assert page.picture is Picture.QR_SCAN
    kiosk.press(Answer.BACK)
    await kiosk.at_home()
    if how == "unplug":
        kiosk.plate.plug()
    else:
        kiosk.plate.model.mend()
    await kiosk.home_lacks()


async def test_a_reader_that_fails_where_there_is_another_way(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """The next page says why."""
    assert kiosk.plate is not None
    await begin(kiosk, "report_loss")
    await kiosk.choose_way(Answer.ID_CARD)
    await laying(kiosk)
    kiosk.plate.unplug()
    page = await kiosk.until(Instruct, lambda page: page.picture is Picture.QR_SCAN)
    assert page.panel is not None
    assert page.panel.heading.message == "身份证读卡器没有反应"
    await kiosk.hold_up("normal")
    await kiosk.type_code("normal")
    await finish(kiosk, "report_loss")


async def test_no_phone_on_record(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """No choice of a code; without a camera either nothing is left, and that is said."""
    kiosk.put_person("blocked", phone=None)
    await begin(kiosk, "unlock")
    await kiosk.lay("blocked")
    await kiosk.until(Decide)
    kiosk.press(Answer.EXIT)
    await kiosk.until(Instruct, lambda page: page.title.message == "请拔卡")
    kiosk.pull()
    kiosk.board.set(conditions.FACE_FAILED, stands=True)
    await begin(kiosk, "unlock")
    assert await kiosk.refused() == "identity.no_phone"
    assert not any(
        isinstance(view.page, Instruct) and view.page.picture is Picture.ID_ON_PLATE for view in kiosk.screen.views[-3:]
    )


async def test_nobody_shows_two_people(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """A code of one, and the ID card of another: refused, whatever the second part of it would have been."""
    await begin(kiosk, "report_loss")
    await kiosk.choose_way(Answer.E_CARD)
    await kiosk.hold_up("normal")
    await kiosk.code_asked()
    kiosk.press(Answer.AGAIN)
    await kiosk.until(Decide)
    kiosk.press(Answer.ANOTHER)
    await kiosk.lay("blocked")
    assert await kiosk.refused() == "identity.foreign"


class TestByCodeOfTheHolder:
    """A bureau that unlocks by the holder's electronic card alone."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return regional(settings, evidence={"unlock": [["e_card"]]})

    async def test_somebody_elses_code(self, autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
        """A card that was found can't be unlocked with one's own phone; nothing reaches the card."""
        await begin(kiosk, "unlock")
        await kiosk.until(Instruct, lambda page: page.picture is Picture.QR_SCAN)
        before = len(kiosk.slot.commands)
        await kiosk.hold_up("normal")
        assert await kiosk.refused() == "identity.foreign"
        assert len(kiosk.slot.commands) == before
        assert kiosk.outcomes() == []

    async def test_the_camera_goes(self, autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
        """There is no other way here: said as what it is, and the service is no longer offered."""
        await begin(kiosk, "unlock")
        await kiosk.until(Instruct, lambda page: page.picture is Picture.QR_SCAN)
        kiosk.phone.become(CameraState.NO_DEVICE)
        assert await kiosk.refused() == "camera.gone"
        await kiosk.go_home()
        await kiosk.home_lacks("unlock")


class TestWithoutWays:
    """A bureau that lists none."""

    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return regional(settings, evidence=NO_WAYS)

    async def test_nothing_leads_there(self, autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
        """No tile, no way out of a refusal, and nothing for somebody who insists."""
        await kiosk.home_offers("change_pin", "card_status")
        await kiosk.ask_for("change_pin", "blocked")
        assert await kiosk.refused() == "pin.blocked"
        primary = kiosk.page.actions.primary
        assert primary is not None
        assert primary.answer is Answer.FINISH
        kiosk.press(Chosen("unlock"))
        assert await kiosk.refused() == "identity.unavailable"
        await kiosk.go_home()
        for service in ("enable", "unlock", "report_loss"):
            kiosk.choose(service)
        await trio.sleep(5)
        assert isinstance(kiosk.page, Home)
        assert not [path for _, path in kiosk.network.seen if path.startswith("/v1/evidence")]
