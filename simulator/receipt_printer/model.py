"""The printer itself: bytes in, status bytes out, marks on paper. No I/O and no clock: whoever drives it calls `step`.

Works off its receive buffer only while on line, so that what was sent before the paper ended is printed when paper
returns: the trap that a driver must know. Answers DLE commands as they arrive, even off line.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from simulator.receipt_printer.commands import Command, take
from simulator.receipt_printer.qr import modules
from simulator.receipt_printer.roll import Blank, Code, Cut, Mark, Picture, Receipt, TextLine
from simulator.receipt_printer.typesetter import Typesetter

PaperLevel = Literal["full", "low", "out"]
Error = Literal["none", "mechanical", "cutter", "unrecoverable", "automatic"]

_ERROR_BITS: Final[dict[Error, int]] = {
    "none": 0,
    "mechanical": 0x04,
    "cutter": 0x08,
    "unrecoverable": 0x20,
    "automatic": 0x40,
}
_CLEAR_ARGUMENTS: Final = b"\x01\x03\x14\x01\x06\x02\x08"
_CUTTER_DISTANCE_DOTS: Final = 64


@dataclass(slots=True)
class Trap:
    """Something that will happen when so much more has been printed."""

    strike: Callable[[], None]
    lines: int | None = None
    bytes: int | None = None


class Printer:
    """One printer. Hands work `paper`, `cover`, ..., the host's bytes come through `receive`.

    Args:
        power_notice: Whether it reports being switched on (memory switch 1-1 of Epson's printers).
        buffer_bytes: The receive buffer; a full one signals busy.
    """

    def __init__(self, *, power_notice: bool = False, buffer_bytes: int = 4096) -> None:
        self.power_notice = power_notice
        self.buffer_bytes = buffer_bytes
        self.powered = True
        self.paper: PaperLevel = "full"
        self.cover_open = False
        self.switched_offline = False
        self.error: Error = "none"
        self.jammed = False
        self.mute = False
        """Prints, but no byte gets back to the host."""
        self.lines = 0
        """Marks printed since it was made; what `seconds a line` is counted by."""
        self.receipts: list[Receipt] = []
        self.hanging: list[Mark] = []
        """On paper, not yet cut."""
        self.unknown: list[bytes] = []
        """Commands that it didn't know: a test wants none."""
        self.traps: list[Trap] = []
        self.on_receipt: Callable[[Receipt], None] | None = None
        """Called with each piece of paper that comes off."""
        self._data = bytearray()
        self._answers = bytearray()
        self._forget()

    def _forget(self) -> None:
        self._buffer = bytearray()
        self._real_time = bytearray()
        self._type = Typesetter()
        self._automatic = 0
        self._reported = b""
        self._code = {"module": 3, "level": 0x30}
        self._code_data = b""

    # What hands do.

    def set_paper(self, level: PaperLevel) -> None:
        """Change the roll; a new one puts the printer on line again, and it prints on."""
        self.paper = level
        self._report()

    def set_cover(self, *, is_open: bool) -> None:
        """Open or close the cover."""
        self.cover_open = is_open
        self._report()

    def set_offline(self, offline: bool) -> None:
        """The button on the panel."""
        self.switched_offline = offline
        self._report()

    def set_error(self, error: Error) -> None:
        """Break something. A recoverable error stays until it was repaired and the host sent DLE ENQ."""
        self.error = error
        self.jammed = error in ("mechanical", "cutter")
        self._report()

    def repair(self) -> None:
        """Take the cause of the error away; a hot head cools at once."""
        self.jammed = False
        if self.error == "automatic":
            self.error = "none"
        self._report()

    def set_power(self, on: bool) -> None:
        """Off loses the buffers and every setting; what is on the paper stays there."""
        if on == self.powered:
            return
        self.powered = on
        self._forget()
        self._answers.clear()
        if on:
            self.error = "none" if not self.jammed else self.error
            if self.power_notice:
                self._answer(b"\x3b\x31\x00")

    def tear_off(self) -> None:
        """Take what hangs out, cut or not."""
        if self.hanging:
            self._come_off()

    def _come_off(self) -> None:
        receipt = Receipt(tuple(self.hanging), bytes(self._data))
        self.receipts.append(receipt)
        self.hanging.clear()
        self._data.clear()
        if self.on_receipt:
            self.on_receipt(receipt)

    def noise(self, data: bytes) -> None:
        """Bytes that the host reads and nobody sent."""
        self._answer(data)

    def arm(
        self, strike: Callable[[], None], *, after_lines: int | None = None, after_bytes: int | None = None
    ) -> None:
        """Let `strike` happen when so many more lines were printed, or so many bytes worked off."""
        if after_lines is None and after_bytes is None:
            strike()
        else:
            self.traps.append(Trap(strike, after_lines, after_bytes))

    # What the host sees.

    @property
    def online(self) -> bool:
        """Whether it works off its buffer."""
        return (
            self.powered
            and not self.switched_offline
            and not self.cover_open
            and self.paper != "out"
            and self.error == "none"
        )

    @property
    def room(self) -> int:
        """How many bytes it takes now; at 0 it signals busy, and who keeps to flow control sends nothing."""
        return max(self.buffer_bytes - len(self._buffer), 0)

    def receive(self, data: bytes) -> None:
        """Take bytes from the host; answers DLE commands at once."""
        if not self.powered:
            return
        for byte in data:
            self._buffer.append(byte)
            self._watch(byte)

    def take_answers(self) -> bytes:
        """The bytes for the host, since the last call."""
        answers = bytes(self._answers)
        self._answers.clear()
        return b"" if self.mute else answers

    def step(self) -> bool:
        """Do one command or character; False if there is nothing to do, or the printer is off line."""
        if not self.online:
            return False
        command = take(self._buffer, chinese=self._type.chinese)
        if command is None:
            return False
        if self._spring(command.length):
            return True  # What has just struck decides whether it goes on.
        self._data += self._buffer[: command.length]
        del self._buffer[: command.length]
        self._do(command)
        return True

    # DLE commands: seen as bytes pass, wherever they stand.

    def _watch(self, byte: int) -> None:
        seen = self._real_time
        seen.append(byte)
        if seen[0] != 0x10:
            seen.clear()
        elif len(seen) == 2 and byte not in (0x04, 0x05, 0x14):
            seen[:] = b"\x10" if byte == 0x10 else b""
        elif len(seen) == 3 and seen[1] == 0x04:
            self._answer_question(byte)
            seen.clear()
        elif len(seen) == 3 and seen[1] == 0x05:
            if byte in (1, 2):
                self._recover(clear=byte == 2)
            seen.clear()
        elif len(seen) == 3 and seen[1] == 0x14 and byte != 8:
            seen.clear()
        elif len(seen) == 10:
            if seen[3:] == _CLEAR_ARGUMENTS:
                self._recover(clear=True)
                self._buffer.clear()
                self._type.glyphs, self._type.x = (), 0
                self._answer(b"\x37\x25\x00")
            seen.clear()

    def _answer_question(self, question: int) -> None:
        match question:
            case 1:
                self._answer(bytes((0x12 | (0 if self.online else 0x08),)))
            case 2:
                cover, end, error = self.cover_open, self.paper == "out", self.error != "none"
                self._answer(bytes((0x12 | cover << 2 | end << 5 | error << 6,)))
            case 3:
                self._answer(bytes((0x12 | _ERROR_BITS[self.error],)))
            case 4:
                self._answer(bytes((0x12 | {"full": 0, "low": 0x0C, "out": 0x6C}[self.paper],)))

    def _recover(self, *, clear: bool) -> None:
        """DLE ENQ: of use only in a recoverable error, and only when its cause is gone."""
        if self.error in ("mechanical", "cutter") and not self.jammed:
            self.error = "none"
            if clear:
                self._buffer.clear()
                self._type.glyphs, self._type.x = (), 0
            self._report()

    def _answer(self, data: bytes) -> None:
        if self.powered:
            self._answers += data

    def _report(self) -> None:
        """Automatic status, if it was asked for and something that was asked for changed."""
        mask = self._automatic
        if not self.powered or not mask:
            return
        printer = 0x10
        if mask & 0x02:
            printer |= (0 if self.online else 0x08) | (0x20 if self.cover_open else 0)
        error = _ERROR_BITS[self.error] if mask & 0x04 else 0
        paper = {"full": 0, "low": 0x03, "out": 0x0F}[self.paper] if mask & 0x08 else 0
        status = bytes((printer, error, paper, 0x00))
        if status != self._reported:
            self._reported = status
            self._answer(status)

    # Commands from the buffer.

    def _do(self, command: Command) -> None:
        type_, a = self._type, command.arguments
        match command.name:
            case "text":
                self._put(type_.add(a))
            case "LF":
                self._put(type_.line() or [Blank(type_.spacing)])
            case "HT":
                type_.tab()
            case "CAN":
                type_.glyphs, type_.x = (), 0
            case "ESC @":
                self._type = Typesetter()
                self._automatic = 0
            case "ESC !":
                type_.bold = bool(a[0] & 0x08)
                type_.underline = 1 if a[0] & 0x80 else 0
                type_.wide, type_.high = 1 + (a[0] >> 5 & 1), 1 + (a[0] >> 4 & 1)
            case "FS !":
                type_.chinese_wide, type_.chinese_high = 1 + (a[0] >> 2 & 1), 1 + (a[0] >> 3 & 1)
            case "GS !":
                type_.wide, type_.high = 1 + (a[0] >> 4 & 7), 1 + (a[0] & 7)
                type_.chinese_wide = type_.chinese_high = 1
            case "FS W":
                type_.chinese_wide = type_.chinese_high = 2 if a[0] & 1 else 1
            case "ESC E" | "ESC G":
                type_.bold = bool(a[0] & 1)
            case "ESC -" | "FS -":
                type_.underline = a[0] % 48
            case "GS B":
                type_.inverse = bool(a[0] & 1)
            case "ESC a":
                type_.align = a[0] % 48 % 3
            case "ESC 2":
                type_.spacing = 30
            case "ESC 3":
                type_.spacing = a[0]
            case "ESC SP" | "ESC  ":
                type_.extra = a[0]
            case "GS L":
                type_.left = a[0] | a[1] << 8
            case "ESC $":
                type_.x = a[0] | a[1] << 8
            case "ESC \\":
                type_.x = max(type_.x + int.from_bytes(a, "little", signed=True), 0)
            case "ESC J":
                self._put(type_.line(a[0]) or [Blank(a[0])])
            case "ESC d":
                self._put(type_.line())
                self._put([Blank(type_.spacing * a[0])])
            case "FS &":
                type_.chinese = True
            case "FS .":
                type_.chinese = False
            case "GS V":
                self._cut(a)
            case "ESC i" | "ESC m":
                self._cut(b"\x01")
            case "GS v":
                self._picture(a)
            case "GS (":
                self._block(a)
            case "GS a":
                self._automatic, self._reported = a[0], b""
                self._report()
            case "GS r":
                if a[0] in (1, 49):
                    self._answer(bytes(({"full": 0, "low": 0x03, "out": 0x0F}[self.paper],)))
            case "DLE \x04" | "DLE \x05" | "DLE \x14":
                pass  # Done as it arrived.
            case "CR" | "ESC =" | "ESC t" | "ESC R" | "ESC M" | "ESC {" | "GS b" | "GS W" | "FS (" | "FS S":
                pass  # Choices that this printer hasn't got: one width, one font, one code page.
            case _:
                self.unknown.append(command.name.encode() + b" " + a)

    def _spring(self, length: int) -> bool:
        """Count `length` bytes against the traps that wait for bytes; whether one struck."""
        due = []
        for trap in self.traps:
            if trap.bytes is not None:
                trap.bytes -= length
                if trap.bytes < 0:
                    due.append(trap)
        for trap in due:
            self.traps.remove(trap)
            trap.strike()
        return bool(due)

    def _put(self, marks: list[TextLine] | list[Blank] | list[Picture] | list[Code]) -> None:
        for mark in marks:
            self.hanging.append(mark)
            self.lines += 1
            for trap in [t for t in self.traps if t.lines is not None]:
                trap.lines = (trap.lines or 0) - 1
                if trap.lines <= 0:
                    self.traps.remove(trap)
                    trap.strike()

    def _cut(self, arguments: bytes) -> None:
        self._put(self._type.line())
        if len(arguments) > 1:
            self._put([Blank(_CUTTER_DISTANCE_DOTS + arguments[1])])
        self.hanging.append(Cut())
        self._come_off()

    def _picture(self, arguments: bytes) -> None:
        row_bytes, height = int.from_bytes(arguments[2:4], "little"), int.from_bytes(arguments[4:6], "little")
        self._put(self._type.line())
        self._put([Picture(self._type.shift(row_bytes * 8), row_bytes, height, arguments[6:])])

    def _block(self, arguments: bytes) -> None:
        kind, body = chr(arguments[0]), arguments[3:]
        if kind == "H" and body[:2] == b"00" and len(body) == 6:
            self._answer(b"\x37\x22" + body[2:] + b"\x00")
        elif kind == "k" and body[:1] == b"1":
            self._qr(body[1:2], body[2:])
        else:
            self.unknown.append(b"GS (" + arguments)

    def _qr(self, function: bytes, arguments: bytes) -> None:
        match function:
            case b"C":
                self._code["module"] = arguments[0]
            case b"E":
                self._code["level"] = arguments[0]
            case b"P":
                self._code_data = arguments[1:]
            case b"Q":
                rows = modules(self._code_data, self._code["level"])
                self._put(self._type.line())
                module = self._code["module"]
                self._put([Code(self._type.shift(len(rows) * module), module, rows)])
