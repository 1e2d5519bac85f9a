"""The printer's model against the published tables of its answers, and what hands do to it."""

from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from simulator.receipt_printer.model import Printer
from simulator.receipt_printer.roll import Blank, TextLine

ARM = bytes.fromhex("1D 61 FF")
CLEAR = bytes.fromhex("10 14 08 01 03 14 01 06 02 08")


def work(printer: Printer, wire: bytes = b"") -> bytes:
    printer.receive(wire)
    while printer.step():
        pass
    return printer.take_answers()


STATES: list[tuple[Callable[[Printer], None], str, str]] = [
    (lambda p: None, "12 12 12 12", "10 00 00 00"),
    (lambda p: p.set_paper("low"), "12 12 12 1E", "10 00 03 00"),
    (lambda p: p.set_paper("out"), "1A 32 12 7E", "18 00 0F 00"),
    (lambda p: p.set_cover(is_open=True), "1A 16 12 12", "38 00 00 00"),
    (lambda p: p.set_offline(True), "1A 12 12 12", "18 00 00 00"),
    (lambda p: p.set_error("mechanical"), "1A 52 16 12", "18 04 00 00"),
    (lambda p: p.set_error("cutter"), "1A 52 1A 12", "18 08 00 00"),
    (lambda p: p.set_error("unrecoverable"), "1A 52 32 12", "18 20 00 00"),
    (lambda p: p.set_error("automatic"), "1A 52 52 12", "18 40 00 00"),
]


@pytest.mark.parametrize(("hand", "answers", "automatic"), STATES)
def test_answers_equal_the_published_tables(hand: Callable[[Printer], None], answers: str, automatic: str) -> None:
    """DLE EOT 1 to 4 are answered even off line; the automatic status comes when something changes."""
    printer = Printer()
    work(printer, ARM)
    hand(printer)
    assert printer.take_answers() in (bytes.fromhex(automatic), b"")
    assert work(printer, bytes.fromhex("10 04 01 10 04 02 10 04 03 10 04 04")) == bytes.fromhex(answers)


def test_automatic_status_is_sent_once_a_change_and_for_what_was_asked() -> None:
    printer = Printer()
    assert work(printer, ARM) == bytes.fromhex("10 00 00 00")
    printer.set_cover(is_open=True)
    printer.set_cover(is_open=True)
    assert work(printer) == bytes.fromhex("38 00 00 00")
    printer.set_cover(is_open=False)
    assert work(printer, bytes.fromhex("1D 61 08")) == bytes.fromhex("10 00 00 00 10 00 00 00")
    printer.set_cover(is_open=True)
    assert work(printer) == b""


@pytest.mark.parametrize(("level", "answer"), [("full", "00"), ("low", "03")])
def test_paper_sensor(level: str, answer: str) -> None:
    printer = Printer()
    printer.set_paper(level)  # type: ignore[arg-type]
    assert work(printer, bytes.fromhex("1D 72 01")) == bytes.fromhex(answer)


def test_the_process_id_comes_after_what_was_before_it() -> None:
    printer = Printer()
    printer.receive(b"A\nB\n" + bytes.fromhex("1D 28 48 06 00 30 30 61 62 63 64"))
    while printer.lines < 2:
        assert printer.take_answers() == b""
        printer.step()
    assert work(printer) == bytes.fromhex("37 22 61 62 63 64 00")


def test_paper_back_prints_the_rest_by_itself() -> None:
    """The trap: what a host sent before the paper ended comes out when it has long given up."""
    printer = Printer()
    printer.arm(lambda: printer.set_paper("out"), after_lines=1)
    work(printer, b"A\nB\nC\n")
    assert printer.lines == 1
    printer.set_paper("full")
    work(printer)
    assert printer.lines == 3


def test_clear_drops_the_rest() -> None:
    printer = Printer()
    printer.arm(lambda: printer.set_paper("out"), after_lines=1)
    work(printer, b"A\nB\nC\n")
    assert work(printer, CLEAR) == bytes.fromhex("37 25 00")
    printer.set_paper("full")
    work(printer)
    assert printer.lines == 1


def test_a_recoverable_error_needs_both_hand_and_host() -> None:
    printer = Printer()
    printer.set_error("cutter")
    work(printer, bytes.fromhex("10 05 02"))
    assert not printer.online
    printer.repair()
    assert not printer.online
    work(printer, bytes.fromhex("10 05 02"))
    assert printer.online


def test_power_loses_buffer_settings_and_automatic_status() -> None:
    printer = Printer()
    work(printer, ARM + b"A\n" + bytes.fromhex("1C 26 1B 45 01") + b"half")
    printer.set_power(False)
    assert work(printer, b"B\n" + bytes.fromhex("10 04 01")) == b""
    printer.set_power(True)
    printer.set_cover(is_open=True)
    printer.set_cover(is_open=False)
    assert work(printer, b"C\n") == b""
    assert [mark.text for mark in printer.hanging if isinstance(mark, TextLine)] == ["A", "C"]
    assert all(not g.bold for m in printer.hanging if isinstance(m, TextLine) for g in m.glyphs)


def test_the_power_notice() -> None:
    printer = Printer(power_notice=True)
    printer.set_power(False)
    printer.set_power(True)
    assert printer.take_answers() == bytes.fromhex("3B 31 00")


def test_mute_prints_and_says_nothing() -> None:
    printer = Printer()
    printer.mute = True
    assert work(printer, b"A\n" + bytes.fromhex("10 04 01")) == b""
    assert printer.lines == 1


def test_chinese_needs_its_mode_and_a_font_that_ends_at_two_bytes() -> None:
    """Without FS & the bytes are western signs; a rare character is a box, as on the real one."""
    printer = Printer()
    raw = "中𠮷".encode("gb18030")
    work(printer, raw + b"\n" + bytes.fromhex("1C 26") + raw + b"\n" + bytes.fromhex("1C 2E") + raw[:2] + b"\n")
    assert [mark.text for mark in printer.hanging if isinstance(mark, TextLine)] == ["╓╨ò4▓5", "中□", "╓╨"]


def test_a_full_line_goes_on_below_and_blank_lines_feed() -> None:
    printer = Printer()
    work(printer, b"x" * 50 + b"\n\n")
    first, second, blank = printer.hanging
    assert isinstance(first, TextLine)
    assert isinstance(second, TextLine)
    assert (len(first.text), len(second.text), blank) == (48, 2, Blank(30))


def test_places_on_a_line() -> None:
    """ESC $ counts from the left, ESC \\ from where one is, HT in columns of eight, ESC a when the line ends."""
    printer = Printer()
    work(printer, b"a\x1b$\x78\x00b\x1b\\\xe8\xffc\td\n\x1ba\x02e\n")
    first, second = printer.hanging
    assert isinstance(first, TextLine)
    assert isinstance(second, TextLine)
    assert [(g.character, g.x) for g in first.glyphs] == [("a", 0), ("b", 120), ("c", 108), ("d", 192)]
    assert [g.x for g in second.glyphs] == [564]


def test_receipts_are_kept_apart_by_cuts_with_their_bytes() -> None:
    printer = Printer()
    work(printer, b"A\n" + bytes.fromhex("1D 56 42 00") + b"B\n" + bytes.fromhex("1D 56 01") + b"C\n")
    printer.tear_off()
    assert [(r.text, r.cut) for r in printer.receipts] == [("A", True), ("B", True), ("C", False)]
    assert printer.receipts[1].data == b"B\n" + bytes.fromhex("1D 56 01")


@pytest.mark.parametrize(("after", "lines"), [(1, 0), (2, 1), (5, 2), (8, 4)])
def test_a_fault_strikes_after_so_many_bytes(after: int, lines: int) -> None:
    printer = Printer()
    printer.arm(lambda: printer.set_power(False), after_bytes=after)
    work(printer, b"A\nB\nC\nD\n")
    assert printer.lines == lines


def test_a_full_buffer_signals_busy() -> None:
    printer = Printer(buffer_bytes=8)
    printer.set_cover(is_open=True)
    printer.receive(b"x" * 8)
    assert printer.room == 0
    printer.set_cover(is_open=False)
    work(printer)
    assert printer.room == 8


@given(st.lists(st.binary(max_size=60), max_size=8))
@example([b"\x1dVi"])  # A cut of no known kind, without a distance.
def test_fuzz_any_bytes(pieces: list[bytes]) -> None:
    """Garbage prints garbage: no crash, and the answers to questions still come."""
    printer = Printer(buffer_bytes=1 << 20)
    for piece in pieces:
        work(printer, piece)
    printer.take_answers()
    printer.receive(CLEAR + CLEAR + bytes.fromhex("10 04 01"))
    assert printer.take_answers().endswith(b"\x12")
