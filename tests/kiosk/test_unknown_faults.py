"""An error of a driver's that nobody has thought of is a condition, wherever it comes up; the machine serves on."""

from collections.abc import Awaitable, Callable

import pytest
import trio
from kiosk_under_test import KioskUnderTest
from trio.testing import MockClock

from drivers.card_reader.errors import CardReaderError
from drivers.card_reader.session import SocialCard
from drivers.errors import DeviceError, Outcome
from drivers.face.session import FaceCheckError
from drivers.id_reader.errors import IdReaderError
from drivers.id_reader.session import IdReader
from drivers.pin_pad.errors import PinPadError
from drivers.pin_pad.session import PinPad
from drivers.receipt_printer.errors import PrinterError
from drivers.receipt_printer.session import ReceiptPrinter
from kiosk import conditions
from kiosk.code_reader import OpenCodeReader
from kiosk.pages import Answer, Choose, Decide, Done, Page, Refusal


class StrangeCard(CardReaderError):
    """A card reader's."""


class StrangePad(PinPadError):
    """A PIN pad's."""


class StrangePrinter(PrinterError):
    """A receipt printer's."""


class StrangePlate(IdReaderError):
    """An ID card reader's."""


class StrangeFace(FaceCheckError):
    """A face check's."""


class StrangePort(DeviceError):
    """Of no device in particular."""


async def unlocks_by_face(kiosk: KioskUnderTest) -> None:
    kiosk.scripted_faces.script = [[StrangeFace("strange", "wonder")]]
    await kiosk.ask_for("unlock", "blocked")
    await kiosk.lay("blocked")
    await kiosk.choose_way(Answer.FACE)
    await kiosk.until(Decide)
    kiosk.press(Answer.FACE)
    await kiosk.code_asked()


async def unlocks_by_id_card(kiosk: KioskUnderTest) -> None:
    await kiosk.ask_for("unlock", "blocked")
    await kiosk.until(Page, lambda page: isinstance(page, Choose | Refusal))


async def changes_pin(kiosk: KioskUnderTest) -> None:
    await kiosk.ask_for_change("normal", "358269")
    await kiosk.until(Refusal)


async def asks_for_pin(kiosk: KioskUnderTest) -> None:
    await kiosk.ask_for_change("normal")
    await kiosk.until(Refusal)


async def prints(kiosk: KioskUnderTest) -> None:
    await kiosk.ask_for_change("normal", "358269")
    await kiosk.new_pin("604173")
    await kiosk.until(Done)


async def shows_e_card(kiosk: KioskUnderTest) -> None:
    await kiosk.at_home()
    kiosk.choose("card_status_without_card")
    await kiosk.choose_way(Answer.E_CARD)
    await kiosk.until(Refusal)


Visit = Callable[[KioskUnderTest], Awaitable[None]]
UNKNOWN: list[tuple[type[object] | None, str, DeviceError | None, Visit]] = [
    (SocialCard, "select", StrangeCard("strange", outcome=Outcome.NOT_DONE), asks_for_pin),
    (SocialCard, "verify_pin", StrangeCard("strange", outcome=Outcome.UNKNOWN), changes_pin),
    (PinPad, "enter_pin", StrangePad("strange"), asks_for_pin),
    (PinPad, "enter_pin", StrangePort("strange", outcome=Outcome.NOT_DONE), asks_for_pin),
    (ReceiptPrinter, "print_once", StrangePrinter("strange", outcome=Outcome.UNKNOWN), prints),
    (ReceiptPrinter, "print_once", StrangePort("strange", outcome=Outcome.NOT_DONE), prints),
    (IdReader, "read", StrangePlate("strange"), unlocks_by_id_card),
    (IdReader, "read", StrangePort("strange", outcome=Outcome.NOT_DONE), unlocks_by_id_card),
    (OpenCodeReader, "next_code", StrangePort("strange", outcome=Outcome.NOT_DONE), shows_e_card),
    (None, "faces", None, unlocks_by_face),
]


@pytest.mark.parametrize(("where", "verb", "error", "visit"), UNKNOWN)
async def test_an_unknown_error_stands_on_the_board(
    autojump_clock: MockClock,
    kiosk: KioskUnderTest,
    monkeypatch: pytest.MonkeyPatch,
    where: type[object] | None,
    verb: str,
    error: DeviceError | None,
    visit: Visit,
) -> None:
    """By the condition for what nobody knows, and no other of the program's."""

    async def fails(*_: object, **__: object) -> object:
        await trio.sleep(0.5)
        assert error is not None
        raise error

    await kiosk.at_home()
    if where is not None:
        monkeypatch.setattr(where, verb, fails)
    await visit(kiosk)
    assert kiosk.board.stands(conditions.UNKNOWN_FAULT)
    assert not kiosk.board.stands(conditions.PROGRAM_FAULT)
