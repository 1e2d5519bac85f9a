"""The picture of the paper: what an eye and a scanner make of it."""

import io

import numpy as np
import pytest
import zxingcpp
from PIL import Image

from simulator.receipt_printer.model import Printer
from simulator.receipt_printer.paper import draw_receipt, draw_roll, png


def printed(wire: bytes) -> Printer:
    printer = Printer(buffer_bytes=1 << 20)
    printer.receive(wire)
    while printer.step():
        pass
    return printer


def qr(content: bytes, module: int = 6) -> bytes:
    store = (len(content) + 3).to_bytes(2, "little")
    return (
        bytes.fromhex("1D 28 6B 03 00 31 43")
        + bytes((module,))
        + bytes.fromhex("1D 28 6B 03 00 31 45 31 1D 28 6B")
        + store
        + bytes.fromhex("31 50 30")
        + content
        + bytes.fromhex("1D 28 6B 03 00 31 51 30")
    )


CUT = bytes.fromhex("1D 56 42 00")


@pytest.mark.parametrize("content", [b"K0317-20260305-000128", b"1", b"x" * 200])
@pytest.mark.parametrize("align", [0, 1, 2])
def test_the_code_decodes(content: bytes, align: int) -> None:
    """By a reader that knows nothing of the printer."""
    printer = printed(b"\x1ba" + bytes((align,)) + b"above\n\n" + qr(content) + b"\nbelow\n" + CUT)
    (code,) = zxingcpp.read_barcodes(draw_receipt(printer.receipts[0]))
    assert code.bytes == content
    assert code.format == zxingcpp.BarcodeFormat.QRCode


def test_letters_stand_on_their_grid() -> None:
    """Ink where a character is, none beside it."""
    printer = printed(bytes.fromhex("1C 26 1B 61 01") + "张 Ag".encode("gb18030") + b"\n" + CUT)
    paper = 255 - np.asarray(draw_receipt(printer.receipts[0]).convert("L")).astype(int)
    dark = paper[32:62] > 100
    left = 32 + (576 - 60) // 2
    assert not dark[:, :left].any()
    assert dark[:, left : left + 24].sum() > 60
    assert not dark[:, left + 24 : left + 36].any()
    assert dark[:, left + 36 : left + 48].any()
    assert not dark[:, left + 60 :].any()


def test_size_weight_line_and_inverse_are_seen() -> None:
    def ink(settings: str) -> int:
        printer = printed(bytes.fromhex("1C 26" + settings) + "国".encode("gb18030") + b"\n" + CUT)
        return int((np.asarray(draw_receipt(printer.receipts[0]).convert("L"))[:110] < 128).sum())

    plain = ink("")
    assert ink("1B 45 01") > plain * 1.15
    assert ink("1D 21 11") > plain * 3
    assert ink("1D 21 10") > plain * 1.5
    assert ink("1D 21 01") > plain * 1.5
    assert ink("1B 2D 02") > plain
    assert ink("1D 42 01") > plain * 1.3


def test_a_missing_character_is_a_box() -> None:
    printer = printed(bytes.fromhex("1C 26") + "𠮷".encode("gb18030") + b"\n" + CUT)
    paper = np.asarray(draw_receipt(printer.receipts[0]).convert("L"))[32:56, 32:56] < 128
    assert paper[2, 2:22].all()
    assert not paper[8:16, 8:16].any()


def test_the_roll_shows_every_receipt_and_what_hangs() -> None:
    printer = printed(b"A\n" + CUT + b"B\n" + CUT + b"C\n")
    roll = draw_roll(printer.receipts, printer.hanging)
    assert roll.height == sum(draw_receipt(r).height for r in printer.receipts) + 30 + 64
    assert draw_roll([], []).height == 64


def test_the_png_has_the_size_of_the_paper() -> None:
    image = Image.open(io.BytesIO(png(draw_receipt(printed(b"A\n" + CUT).receipts[0]))))
    assert image.width == 640
    assert round(image.width / image.info["dpi"][0] * 25.4) == 80
