"""The staff at the glass: let in by their card, the board, and every device tested by hand."""

import subprocess
import sys
from pathlib import Path

import numpy
import pytest
import trio
from cryptography.hazmat.primitives import serialization
from kiosk_under_test import KioskUnderTest
from PIL import Image
from staff_at_glass import PINS, answers, enter, go, on_board, with_access
from trio.testing import MockClock

from central.database import open_database
from central.keys import write_private
from central.registry import Registry
from drivers.camera.codes import CodeFinder
from kiosk import conditions
from kiosk.console.pages import Board, Corners, Task
from kiosk.pages import Chosen, Home, OutOfService, Page, Picture, PinEntry, Sign
from kiosk.settings import DocumentPrinterSettings, Settings
from kiosk.text import T
from kiosk.uplink.contract.access import sign_grant
from simulator.card_reader.technician import centre_key
from simulator.receipt_printer.model import PaperLevel


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    sheets = DocumentPrinterSettings(queue="ipp://localhost/printers/a4")
    return with_access(settings, tmp_path).model_copy(update={"document_printer": sheets})


async def test_in_by_card_and_out_again(kiosk: KioskUnderTest, autojump_clock: MockClock) -> None:
    """Card, PIN, board; the card stays or goes; after leaving it has to come out, and citizens are served."""
    await kiosk.at_home()
    await enter(kiosk)
    board = await on_board(kiosk)
    assert board.now == 0
    assert board.who.arguments[0][1] == T("技术员")
    await go(kiosk, "leave")
    await kiosk.until(Page, lambda page: page.title.message == "请拔卡")
    kiosk.pull()
    await kiosk.at_home()


@pytest.mark.parametrize(
    ("who", "pin", "why"),
    [
        ("technician", "000000", "密码不对，卡还能试 {n} 次"),
        ("technician_expired", None, "这张卡的证书过期了，或者还没有生效"),
        ("technician_foreign", None, "这张卡不是本单位的维护卡"),
    ],
)
async def test_who_is_not_let_in_is_told_why(
    kiosk: KioskUnderTest, autojump_clock: MockClock, who: str, pin: str | None, why: str
) -> None:
    """And sees no board."""
    await kiosk.at_home()
    kiosk.operations.central.clock_offset_seconds = 0.0  # The server has told the time.
    kiosk.insert(who)
    if why != "这张卡不是本单位的维护卡":
        await kiosk.until(PinEntry)
        await kiosk.type_pin(pin or PINS[who])
    await kiosk.until(Task, lambda page: page.title.message == why)
    await go(kiosk, "back")
    await kiosk.until(Page, lambda page: page.title.message == "请拔卡")
    assert not any(isinstance(view.page, Board) for view in kiosk.screen.views)


async def test_with_a_wrong_clock_the_operations_centre_says_who(
    kiosk: KioskUnderTest, autojump_clock: MockClock, tmp_path: Path
) -> None:
    """The nonce on the screen, its answer before the camera: in, as a technician; another answer: not.

    What the screen says is enough for the operations centre's command, and what that draws is read by the camera's eye.
    """
    registry = Registry(open_database(tmp_path))
    registry.admit(kiosk.settings.machine.name)
    key = tmp_path / "operations-centre-key.pem"
    form, nothing = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    write_private(key, centre_key().private_bytes(serialization.Encoding.PEM, form, nothing))
    await kiosk.at_home()
    for right in (False, True):
        await enter(kiosk, "technician_expired")
        page = await kiosk.until(Task, lambda page: page.title.message == "机器时钟不准")
        assert page.panel is not None
        assert page.panel.body is not None
        nonce = str(page.panel.heading.arguments[0][1])
        told = dict(page.panel.body.arguments)
        assert told["role"] == T("技术员")
        code = sign_grant(centre_key(), nonce, str(told["machine"]), "technician")
        if right:
            grant = [sys.executable, "-m", "central", "grant", nonce, "--state", tmp_path, "--key", key]
            grant += ["--machine", str(told["machine"]), "--role", "technician", "--picture", tmp_path / "answer.png"]
            # Nothing else runs meanwhile: the kiosk waits for the camera.
            assert subprocess.run(grant, check=True, capture_output=True, text=True).stdout.strip() == code  # noqa: ASYNC221
            with Image.open(tmp_path / "answer.png") as picture:
                assert CodeFinder().find(numpy.asarray(picture.convert("L"), dtype=numpy.uint8)) == code
        kiosk.phone.hold_up(code if right else code[:-4] + "AAAA")
        if right:
            await on_board(kiosk)
        else:
            await kiosk.until(Task, lambda page: page.title.message == "这个码不对")
            await go(kiosk, "back")
            await kiosk.until(Page, lambda page: page.title.message == "请拔卡")
            kiosk.pull()
            await kiosk.at_home()


async def test_without_an_authority_it_is_just_another_card(kiosk: KioskUnderTest, autojump_clock: MockClock) -> None:
    """As every card that isn't a social security card: a citizen may have put it in."""
    await kiosk.at_home()
    kiosk.console.__dict__["access"] = None
    kiosk.insert("technician")
    assert await kiosk.refused() == "card.foreign"


async def test_left_alone_the_board_goes(kiosk: KioskUnderTest, autojump_clock: MockClock) -> None:
    """After ten minutes without a touch; not sooner."""
    await kiosk.at_home()
    await enter(kiosk)
    await on_board(kiosk)
    kiosk.pull()
    await trio.sleep(595)
    assert isinstance(kiosk.page, Board)
    await trio.sleep(10)
    assert isinstance(kiosk.page, Home)


async def test_the_board_shows_what_stands_at_once(kiosk: KioskUnderTest, autojump_clock: MockClock) -> None:
    """What comes and goes while somebody looks, with its way to the remedy."""
    await kiosk.at_home()
    await enter(kiosk)
    await on_board(kiosk)
    kiosk.board.set(conditions.PRINTER_FAULT, stands=True)
    board = await on_board(kiosk, lambda board: board.now == 1)
    assert [row.note.message for row in board.attention] == ["打印机有故障"]
    await go(kiosk, "condition:receipt_printer.fault")
    page = await kiosk.until(Task)
    assert page.panel is not None
    assert page.panel.body == conditions.PRINTER_FAULT.remedy
    await go(kiosk, "back")
    await on_board(kiosk)
    kiosk.board.set(conditions.PRINTER_FAULT, stands=False)
    await on_board(kiosk, lambda board: board.now == 0)


async def test_more_than_fits_goes_on_other_pages(kiosk: KioskUnderTest, autojump_clock: MockClock) -> None:
    """Every condition can be reached, the ones for now first."""
    await kiosk.at_home()
    await enter(kiosk)
    await on_board(kiosk)
    standing = (conditions.PRINT_UNCONFIRMED, conditions.PRINTER_FAULT, conditions.FACE_FAILED, conditions.CAMERA_GONE)
    for condition in standing:
        kiosk.board.set(condition, stands=True)
    seen: set[str] = set()
    board = await on_board(kiosk, lambda board: board.now + board.soon == len(standing))
    for _ in range(3):
        seen |= {answer.removeprefix("condition:") for answer in answers(board) if answer.startswith("condition:")}
        more = next((answer for answer in answers(board) if answer.startswith("board:")), None)
        if more is None or seen == {condition.id for condition in standing}:
            break
        first = board.attention[0]
        kiosk.press(Chosen(more))
        board = await on_board(kiosk, lambda board, first=first: board.attention[0] != first)  # type: ignore[misc]
    assert seen == {condition.id for condition in standing}


async def test_out_of_service_and_back(kiosk: KioskUnderTest, autojump_clock: MockClock) -> None:
    """Citizens are sent elsewhere; the same card opens the board again."""
    await kiosk.at_home()
    await enter(kiosk)
    await go(kiosk, "do:out_of_service", "leave")
    await kiosk.until(Page, lambda page: page.title.message == "请拔卡")
    kiosk.pull()
    await kiosk.until(OutOfService)
    await enter(kiosk)
    await go(kiosk, "do:back_in_service", "leave")
    await kiosk.until(Page, lambda page: page.title.message == "请拔卡")
    kiosk.pull()
    await kiosk.at_home()


async def test_every_device_by_hand(kiosk: KioskUnderTest, autojump_clock: MockClock) -> None:
    """A machine in order is ready within 90 seconds, and every result is kept with its date."""
    await kiosk.at_home()
    await enter(kiosk)
    await go(kiosk, "menu", "readiness")
    began = trio.current_time()
    await kiosk.until(Task, lambda page: page.title.message == "请拔出测试卡")
    kiosk.pull()
    await kiosk.until(Task, lambda page: page.title.message == "请插入测试卡")
    kiosk.insert("normal")
    await kiosk.until(Task, lambda page: page.title.message == "请拔出测试卡")
    kiosk.pull()
    await press_every_key(kiosk)
    await go(kiosk, "yes")  # The test slip.
    assert any("打印测试" in mark.text for mark in kiosk.printer.receipts[0].marks)
    await kiosk.until(Task, lambda page: page.title.message == "请举起一个二维码")
    kiosk.phone.hold_up("anything")
    for target in range(5):
        page = await kiosk.until(Corners, lambda page, target=target: page.left[0] == target)  # type: ignore[misc]
        kiosk.press(Chosen(f"corner.{page.left[0]}"))
    await go(kiosk, "yes")  # The voice.
    report = await kiosk.until(Task, lambda page: len(page.lines) == 10)
    assert [line.sign for line in report.lines] == [Sign.DONE] * 10
    assert report.title.message == "能对外服务"
    assert trio.current_time() - began < 90
    rows = kiosk.operations.storage.read(lambda store: store.memory.self_tests())
    assert {row.device: row.result for row in rows} == dict.fromkeys(
        (
            "network",
            "storage",
            "id_reader",
            "document_printer",
            "card_reader",
            "pin_pad",
            "receipt_printer",
            "camera",
            "screen",
            "voice",
        ),
        "passed",
    )


async def test_new_paper_is_tried(kiosk: KioskUnderTest, autojump_clock: MockClock) -> None:
    """From the board's row to a test slip that somebody looked at; the paper is counted from then on."""
    await kiosk.at_home()
    set_paper(kiosk, "out")
    await enter(kiosk)
    await on_board(kiosk, lambda board: board.now == 1)
    await go(kiosk, "paper")
    await kiosk.until(Task, lambda page: page.picture is Picture.RECEIPT_OUT)
    set_paper(kiosk, "full")
    await go(kiosk, "yes")
    await kiosk.until(Task, lambda page: page.subtitle is not None and "清楚" in page.subtitle.message)
    assert len(kiosk.printer.receipts) == 1
    await go(kiosk, "yes", "back")
    board = await on_board(kiosk, lambda board: board.now == 0)
    printer = next(row for row in board.fine if row.icon == "paper")
    assert printer.value is not None


async def test_nobody_lends_a_hand(kiosk: KioskUnderTest, autojump_clock: MockClock) -> None:
    """Each test ends by itself and says that it wasn't done, or what didn't come."""
    await kiosk.at_home()
    await enter(kiosk)
    await on_board(kiosk)
    kiosk.pull()
    await go(kiosk, "menu", "devices", "test:card_reader")
    page = await kiosk.until(Task, lambda page: bool(page.lines))
    assert (page.lines[0].sign, page.lines[0].value.arguments[0][1]) == (  # type: ignore[union-attr]
        Sign.INFORMATION,
        "没有人动手，跳过了",
    )


async def test_a_key_that_says_nothing_is_named(kiosk: KioskUnderTest, autojump_clock: MockClock) -> None:
    """The ones that came are not."""
    await kiosk.at_home()
    await enter(kiosk)
    await go(kiosk, "menu", "devices", "test:pin_pad")
    await press_every_key(kiosk, but=("5", "clear"))
    page = await kiosk.until(Task, lambda page: bool(page.lines) and page.title.message == "自检结果")
    assert page.lines[0].sign is Sign.REFUSED
    assert page.lines[0].value is not None
    assert page.lines[0].value.arguments[0][1] == "这些键没有反应：5 更正"


async def press_every_key(kiosk: KioskUnderTest, but: tuple[str, ...] = ()) -> None:
    """A finger on one key after another, as soon as the screen asks for the next."""
    keys = [key for key in "1234567890" if key not in but]
    for key in (*keys, *(key for key in ("cancel", "clear", "enter") if key not in but)):
        await kiosk.until(Task, lambda page: page.title.message == "请按一遍密码键盘")
        await trio.sleep(0.5)
        kiosk.pad.press(key)
        await trio.sleep(0.5)


def set_paper(kiosk: KioskUnderTest, level: PaperLevel) -> None:
    """Hands at the printer."""
    kiosk.printer.set_paper(level)
    kiosk.paper.nudge()
