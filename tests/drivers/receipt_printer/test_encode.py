"""From a document to what stands on the paper, read by a printer that shares no code with the encoder."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from drivers.receipt_printer.document import (
    Align,
    Document,
    Gap,
    Line,
    Numbered,
    Pair,
    QrCode,
    Rule,
    Title,
)
from drivers.receipt_printer.encode import encode
from drivers.receipt_printer.fonts import DEBIAN_FONTS, Font
from drivers.receipt_printer.raster import draw, is_rare
from simulator.receipt_printer.model import Printer
from simulator.receipt_printer.roll import Code, Picture, TextLine

OnPaper = Callable[[bytes], Printer]

RARE = "𠮷"  # U+20BB7, extension B; four bytes in GB 18030.
RARER = "\U00020021"  # Extension B too, and not in Noto's Simplified Chinese face.


def text_of(printer: Printer) -> str:
    (receipt,) = printer.receipts
    return receipt.text


def pictures_of(printer: Printer) -> list[Picture]:
    (receipt,) = printer.receipts
    return [mark for mark in receipt.marks if isinstance(mark, Picture)]


def test_a_slip_is_read_as_it_was_written(pin_changed: Document, on_paper: OnPaper) -> None:
    encoded = encode(pin_changed)
    lines = text_of(on_paper(encoded.data)).split("\n")

    assert encoded.missing_glyphs == 0
    assert lines[0] == "社保密码修改回执"
    assert "社会保障号码" + " " * 18 + "110***********001X" in lines
    assert "受理编号" + " " * 19 + "K0317-20260305-000128" in lines
    assert "□" not in "".join(lines)
    assert lines[-1].endswith("也别把密码告诉任何人。")


def test_chinese_mode_is_switched_on_before_any_chinese() -> None:
    assert encode(Document((Line("字"),))).data.startswith(bytes.fromhex("1C 26"))


def test_yen_and_double_width_punctuation(on_paper: OnPaper) -> None:
    assert text_of(on_paper(encode(Document((Line("¥12.50、“一”…—"),))).data)) == "￥12.50、“一”…—"


def test_sizes_and_places(on_paper: OnPaper) -> None:
    slip = Document(
        (Title("标题"), Line("右", align=Align.RIGHT), Line("字", bold=True), Numbered(1, "字" * 24), Rule())
    )
    (receipt,) = on_paper(encode(slip).data).receipts
    title, right, bold, first, second, rule = [mark for mark in receipt.marks if isinstance(mark, TextLine)]

    assert [(g.x, g.width, g.height, g.bold) for g in title.glyphs] == [(240, 48, 48, True), (288, 48, 48, True)]
    assert [(g.x, g.width, g.height, g.bold) for g in right.glyphs] == [(552, 24, 24, False)]
    assert bold.glyphs[0].bold
    assert (first.text, second.text) == ("1. " + "字" * 22, "   " + "字" * 2)
    assert rule.glyphs[-1].x + rule.glyphs[-1].width == 576


def test_a_long_label_and_a_long_value_stay_apart(on_paper: OnPaper) -> None:
    lines = text_of(on_paper(encode(Document((Pair("标" * 20, "值" * 30), Pair("短", "a")))).data)).split("\n")
    assert lines == [
        "标" * 12 + "  " + "值" * 11,
        "标" * 8 + " " * 10 + "值" * 11,
        " " * 32 + "值" * 8,
        "短" + " " * 45 + "a",
    ]


def test_qr_code_is_drawn_by_the_printer(on_paper: OnPaper) -> None:
    (receipt,) = on_paper(encode(Document((QrCode("K1"), Gap(8)))).data).receipts
    (code,) = [mark for mark in receipt.marks if isinstance(mark, Code)]
    assert code.module == 6
    assert code.x == (576 - len(code.rows) * 6) // 2


@pytest.mark.parametrize("content", ["", "中", "a\nb"])
def test_a_code_holds_printable_ascii(content: str) -> None:
    with pytest.raises(ValueError, match="printable ASCII"):
        QrCode(content)


@pytest.mark.parametrize("make", [lambda: Gap(-1), lambda: Gap(256), lambda: QrCode("1", 0), lambda: QrCode("1", 17)])
def test_what_no_byte_can_say_is_refused(make: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match="to"):
        make()


def test_no_part_shows_its_text() -> None:
    """A slip that ends in a log by mistake gives nothing away."""
    parts = (Title("秘"), Line("秘"), Pair("秘", "秘"), Numbered(1, "秘"), QrCode("secret"))
    assert not re.search("秘|secret", repr(Document(parts)) + repr(parts) + repr(encode(Document(parts))))


@pytest.mark.parametrize("character", [RARE, RARER, "\u9fb4"])
def test_a_rare_character_is_on_the_paper(character: str, on_paper: OnPaper) -> None:
    """The row becomes a picture; its cell has the ink of the character, and isn't any font's box."""
    encoded = encode(Document((Line(f"张{character}"),)))
    printer = on_paper(encoded.data)
    (picture,) = pictures_of(printer)
    paper = Image.frombytes("1", (576, picture.height), picture.bits)

    cell = paper.crop((24, 0, 48, 24))
    assert encoded.missing_glyphs == 0
    assert 40 < ink(cell) < 400
    assert cell.tobytes() != geta().tobytes()
    for font in DEBIAN_FONTS:
        assert cell.tobytes() != tofu(font).tobytes()
    assert ink(paper.crop((48, 0, 576, picture.height))) == 0
    assert text_of(printer) == ""


def ink(image: Image.Image) -> int:
    return int(np.asarray(image).sum())


def geta() -> Image.Image:
    return Image.eval(draw("〓", scale=1, fonts=DEBIAN_FONTS)[0].convert("L"), lambda dot: 255 - dot).convert("1")


def tofu(font: Font) -> Image.Image:
    from PIL import ImageDraw, ImageFont

    image = Image.new("1", (24, 24))
    face = ImageFont.truetype(font.path, 24, index=font.index)
    ImageDraw.Draw(image).text((12, 24 * 0.88), "\U0010ffff", font=face, fill=1, anchor="ms")
    return image


def test_two_rare_characters_look_different() -> None:
    """A box for each would look the same."""
    first, second = (draw(c, scale=1, fonts=DEBIAN_FONTS)[0] for c in (RARE, RARER))
    assert first.tobytes() != second.tobytes()


@pytest.mark.parametrize("character", ["\ue000", "\U000323b0", "\U0010ffff"])
def test_a_character_that_no_font_has_is_counted_and_marked(character: str, on_paper: OnPaper) -> None:
    encoded = encode(Document((Line(f"张{character}三"),)))
    (picture,) = pictures_of(on_paper(encoded.data))
    paper = Image.frombytes("1", (576, picture.height), picture.bits)
    assert encoded.missing_glyphs == 1
    assert paper.crop((24, 0, 48, 24)).tobytes() == geta().tobytes()


def test_without_any_font_the_gap_is_still_seen() -> None:
    image, missing = draw(f"张{RARE}", scale=1, fonts=[Font(Path("/nowhere.ttf"))])
    assert missing == 2
    assert ink(image.crop((24, 0, 48, 24))) < 24 * 24


def test_rare_rows_keep_size_weight_and_place(on_paper: OnPaper) -> None:
    slip = Document((Title(RARE), Line(RARE, align=Align.RIGHT), Line(RARE, align=Align.RIGHT, bold=True)))
    title, right, bold = pictures_of(on_paper(encode(slip).data))
    boxes = [Image.frombytes("1", (576, p.height), p.bits).getbbox() for p in (title, right, bold)]

    assert all(boxes)
    assert [p.height for p in (title, right, bold)] == [58, 34, 34]
    assert 262 <= boxes[0][0] < boxes[0][2] <= 314
    assert boxes[1][0] >= 552
    inks = [sum(map(int.bit_count, picture.bits)) for picture in (right, bold, title)]
    assert 1.1 < inks[1] / inks[0] < 2  # Bolder, and still a character.
    assert 3 < inks[2] / inks[0] < 8


def test_pictures_hold_no_command_that_acts_at_once() -> None:
    """Dots that happen to spell DLE EOT, DLE ENQ or DLE DC4 would be obeyed inside a picture."""
    slip = Document(tuple(Line("张三李四王五赵六孙七周八吴九郑十" + chr(c)) for c in range(0x20000, 0x20080)))
    data = encode(slip, fonts=DEBIAN_FONTS).data
    assert not re.search(rb"\x10[\x04\x05\x14]", data)


def test_every_two_byte_character_of_gbk_goes_as_text() -> None:
    assert not is_rare("社保卡￥〓①Ⅷ镕堃喆")
    assert all(map(is_rare, (RARE, "\ue000", "\u9fb4", "¥")))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(st.text(max_size=60))
def test_fuzz_any_text_prints(on_paper: OnPaper, text: str) -> None:
    """Whatever a card says its holder is called: a slip comes out, whole, and every command is known."""
    encoded = encode(Document((Title(text), Line(text), Pair(text, text), Numbered(1, text))))
    assert len(on_paper(encoded.data).receipts) == 1
