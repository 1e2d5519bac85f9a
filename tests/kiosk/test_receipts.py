"""Receipts: each number once, a copy knows that it is one, and what paper doesn't take a phone does."""

import datetime
from pathlib import Path

import numpy
import pygame
import pytest
import trio
import zxingcpp
from kiosk_under_test import KioskUnderTest
from trio.testing import MockClock

from drivers.receipt_printer.document import Line
from kiosk.pages import Answer, Decide, Done, Home, Page, Picture, ReceiptCode, Refusal, Status, Working
from kiosk.screen import View
from kiosk.settings import load
from kiosk.slips import Slip, document
from kiosk.text import T
from screens.compose import compose
from screens.paint import Painter

COPY = "（副本）"
SIZES = ((1080, 1920), (1920, 1080), (1280, 1024))


async def lose(kiosk: KioskUnderTest, persona: str = "normal") -> Done:
    """Something that is done without a card, and has a receipt."""
    await kiosk.at_home()
    kiosk.choose("report_loss")
    await kiosk.prove_without_card(persona)
    await kiosk.until(Decide)
    kiosk.press(Answer.NEXT)
    return await kiosk.until(Done)


def slips(kiosk: KioskUnderTest) -> list[str]:
    """What stands on each slip that was cut."""
    return [receipt.text for receipt in kiosk.printer.receipts]


def secondary(page: Page) -> Answer | None:
    button = page.actions.secondary
    return button.answer if button is not None and isinstance(button.answer, Answer) else None


async def test_a_second_print_is_a_copy(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """The same number on both, and only the later ones say that they are copies."""
    stand.paper.seconds_per_line = 0.2
    page = await lose(stand)
    for _ in range(2):
        assert secondary(page) is Answer.PRINT
        stand.press(Answer.PRINT)
        assert (await stand.until(Working)).picture is Picture.RECEIPT_OUT
        page = await stand.until(Done)
    texts = slips(stand)
    assert [COPY in text for text in texts] == [False, True, True]
    numbers = {line for text in texts for line in text.splitlines() if "编号" in line}
    assert len(numbers) == 1
    await stand.go_home()


async def test_numbers_are_unique(autojump_clock: MockClock, stand: KioskUnderTest) -> None:
    """Receipts and notes, of one machine: never the same number twice."""
    stand.paper.seconds_per_line = 0.2
    await lose(stand)
    await stand.go_home()
    references = []
    for _ in range(3):
        stand.choose("report_loss")  # On loss by now.
        await stand.prove_without_card("normal")
        page = await stand.until(Refusal)
        references.append(page.reference)
        stand.press(Answer.PRINT)
        await stand.until(Working)
        await stand.until(Refusal)
        await stand.go_home()
    assert len(set(references)) == 3
    printed = [
        line.split()[-1] for text in slips(stand) for line in text.splitlines() if "编号" in line and "-" in line
    ]
    assert len(printed) == len(set(printed)) == 4


def read_from(view: View, size: tuple[int, int]) -> str:
    """What a phone reads from the screen."""
    surface = pygame.Surface(size, 0, 32)
    scene = compose(view, size)
    Painter().paint(surface, scene, scene.drawn())
    grey = numpy.ascontiguousarray(pygame.surfarray.array3d(surface).transpose(1, 0, 2)[:, :, 1])
    found = zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormat.QRCode)
    assert len(found) == 1
    return found[0].bytes.decode()


@pytest.fixture
def canvas() -> None:
    """Pictures are drawn without a screen."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SDL_VIDEODRIVER", "dummy")
        pygame.display.init()
    pygame.display.set_mode((8, 8), 0, 32)


@pytest.mark.parametrize("how", ["paper_out", "cover", "power", "unplug", "paper_out_midway"])
@pytest.mark.usefixtures("canvas")
async def test_what_paper_does_not_take_a_phone_does(
    autojump_clock: MockClock, stand: KioskUnderTest, how: str
) -> None:
    """The whole slip, masked, without an address; gone when it is left."""
    await stand.at_home()
    stand.break_printer(how)
    page = await lose(stand)
    assert secondary(page) is Answer.SHOW_CODE
    stand.press(Answer.SHOW_CODE)
    await stand.until(ReceiptCode)
    texts = {read_from(stand.screen.view, size) for size in SIZES}
    assert len(texts) == 1
    (text,) = texts
    record = stand.people["normal"].server_record
    assert record is not None
    for part in ("挂失凭条", "张*", "编号", "12333", "自动解除", "没有人会发短信链接"):
        assert part in text
    for secret in (record["name"], record["social_security_number"], record["card_number"], "http"):
        assert secret not in text
    assert text not in repr(stand.screen.view)

    stand.press(Answer.BACK)
    await stand.until(Done)
    stand.press(Answer.SHOW_CODE)
    await stand.until(ReceiptCode)
    await trio.sleep(stand.settings.visit.success_seconds + 1)
    assert isinstance(stand.page, Home)


async def test_a_card_taken_leaves_the_code_in_peace(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """With the phone in one hand the card is taken with the other: the code stays its time."""
    kiosk.break_printer("paper_out")
    await kiosk.ask_for_change("normal", "358269")
    await kiosk.new_pin("746108")
    await kiosk.until(Done)
    kiosk.press(Answer.SHOW_CODE)
    await kiosk.until(ReceiptCode)
    kiosk.pull()
    await trio.sleep(30)
    assert isinstance(kiosk.page, ReceiptCode)
    kiosk.press(Answer.FINISH)
    await kiosk.at_home()


async def test_a_status_without_paper(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """Any slip may be a code; one that tells of nothing done is never a copy."""
    kiosk.break_printer("paper_out")
    await kiosk.at_home()
    await kiosk.show_card("normal")
    await kiosk.type_pin("358269")
    page = await kiosk.until(Status)
    assert secondary(page) is Answer.SHOW_CODE
    kiosk.press(Answer.SHOW_CODE)
    await kiosk.until(ReceiptCode)
    kiosk.press(Answer.BACK)
    await kiosk.until(Status)


def test_a_copy_says_so() -> None:
    """In the line under its title."""
    machine = load(Path(__file__).parents[2] / "config" / "kiosk.toml").machine
    at = datetime.datetime(2026, 3, 8, 9, 41)
    slip = Slip(title=T("挂失凭条"), result=T("社保卡已经临时挂失"), number="03-0012-0347", at=at, copy=True)
    lines = [part.text for part in document(slip, "zh", machine).parts if isinstance(part, Line)]
    assert lines[0] == COPY
