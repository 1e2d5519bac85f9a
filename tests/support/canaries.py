"""Secrets of one run, and every form in which something could have written them down."""

import base64
import re
import struct
from collections.abc import Iterable, Iterator

import pieces
import psec.pinblock

_BY_CHANCE = re.compile(
    rb"(?<=:\d\d\.)\d{6}(?!\d)"
    rb"|[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
    rb"|(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])"
)
"""A time of day's microseconds, a random UUID (RFC 9562, 5.4), a SHA-256: digits that may be anything. A thousand UUIDs
hold one of ten PINs once in some sixty runs."""


def notations(secret: bytes) -> Iterator[bytes]:
    """`secret` as it is, and as programs print bytes: hex, base64 wherever it may begin, lists of numbers, `repr`."""
    yield secret
    yield from base64_forms(secret)
    yield from printed(secret)


def printed(secret: bytes) -> Iterator[bytes]:
    """As programs print bytes for people."""
    for separator in ("", " ", ":", "-", "\\x", ", 0x", ",0x"):
        text = separator.join(f"{byte:02x}" for byte in secret)
        yield text.encode()
        yield text.upper().replace("X", "x").encode()
    for separator in (", ", ",", " "):
        yield separator.join(map(str, secret)).encode()
    yield repr(secret)[2:-1].encode()
    yield repr(bytearray(secret))[12:-2].encode()


def base64_forms(secret: bytes) -> Iterator[bytes]:
    """What is the same in base64 whatever stands before and after: one form for each place in a group of three."""
    for before in range(3):
        text = base64.b64encode(bytes(before) + secret + bytes(2))
        first = -(-before * 8 // 6)
        whole = text[first : (before + len(secret)) * 8 // 6]
        yield whole
        yield whole.translate(bytes.maketrans(b"+/", b"-_"))


def stands_alone(digits: bytes, data: bytes) -> bool:
    """Whether `digits` are a number there, not a part of a longer one, nor of a second."""
    return re.search(rb"(?<![0-9])(?<![0-9]\.)" + digits + rb"(?![0-9])", data) is not None


class Canaries:
    """Looks for secrets in bytes.

    A name is kept with each form, so that a failing test can say what it found without repeating it.
    """

    def __init__(self) -> None:
        self.forms: dict[bytes, str] = {}
        self.alone: dict[bytes, str] = {}
        """What counts only where no digit stands beside it."""

    def add_pins(self, pins: Iterable[str]) -> None:
        """PINs.

        Three bytes of BCD occur by chance: alone they count where they are printed, in binary within a command.
        """
        for number, pin in enumerate(pins):
            bcd, digits = bytes.fromhex(pin), pin.encode()
            self._add(f"PIN {number} in ASCII", notations(digits))
            for encoding in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"):
                self._add(f"PIN {number} in {encoding}", notations(pin.encode(encoding)))
            self._add(f"PIN {number} in separate digits", printed(bytes(map(int, pin))))
            self._add(
                f"PIN {number} in separate digits", (quote.join(pin).encode() for quote in ("', '", '", "', '","'))
            )
            self._add(f"PIN {number} in BCD", printed(bcd))
            self._add(f"VERIFY with PIN {number}", notations(bytes.fromhex("0020000003") + bcd))
            self._add(f"PIN field of PIN {number}", notations(b"\x06" + bcd + b"\xff" * 4))

    def add_change(self, old: str, new: str) -> None:
        """What CHANGE PIN carries."""
        self._add("data of CHANGE PIN", notations(bytes.fromhex(f"{old}FF{new}")))

    def add_block(self, pin: str, account: str, enciphered: bytes) -> None:
        """A PIN block as it left the pad, and what is in it (ISO 9564-1 format 0)."""
        self._add("enciphered PIN block", notations(enciphered))
        self._add("clear PIN block", notations(psec.pinblock.encode_pinblock_iso_0(pin, account.rjust(13, "0"))))

    def add_bytes(self, name: str, secret: bytes) -> None:
        """Bytes that are secret as they are."""
        self._add(name, notations(secret))

    def add_code(self, name: str, digits: str) -> None:
        """Six digits by chance: another number may have them within it."""
        code = digits.encode()
        self.alone[code] = name
        self._add(name, (form for form in notations(code) if form != code))
        for encoding in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"):
            self._add(name, notations(digits.encode(encoding)))
        self._add(name, printed(bytes(map(int, digits))))
        self._add(name, (quote.join(digits).encode() for quote in ("', '", '", "', '","')))

    def add_text(self, name: str, text: str) -> None:
        """A name or a number, in the encodings and escapes of this country's programs."""
        for encoding in ("utf-8", "gb18030", "utf-16-le", "utf-16-be"):
            self._add(name, notations(text.encode(encoding)))
        escaped = text.encode("unicode_escape")
        self._add(name, (escaped, escaped.upper().replace(b"\\U", b"\\u")))
        self._add(name, ["".join(f"%{byte:02X}" for byte in text.encode()).encode()])

    def found_in(self, data: bytes) -> list[str]:
        """Names of what is there."""
        data = _BY_CHANCE.sub(b"", data)
        found = pieces.found(self.forms, data)
        return sorted(found | {name for code, name in self.alone.items() if stands_alone(code, data)})

    def _add(self, name: str, forms: Iterable[bytes]) -> None:
        for form in forms:
            assert len(form) >= 6, f"{name} has a form so short that it occurs by chance"
            self.forms.setdefault(form, name)


class PinsInMemory:
    """Looks for PINs in a process's memory: only what a program has, not what it prints.

    Args:
        pins: The PINs.
        changes: From which to which they were changed.
        zero: Where the process has Python's int 0; the other small ones follow at equal distances. A list of ints
            is a row of such addresses. None: it runs no Python.
    """

    def __init__(self, pins: Iterable[str], changes: Iterable[tuple[str, str]], zero: int | None) -> None:
        self.forms = {f"data of CHANGE {n}": bytes.fromhex("FF".join(change)) for n, change in enumerate(changes)}
        self.alone: dict[str, bytes] = {}
        """What counts only where it is no part of another number: a clock's microseconds may be anything."""
        for number, pin in enumerate(pins):
            bcd = bytes.fromhex(pin)
            self.alone[f"PIN {number} in ascii"] = pin.encode()
            for encoding in ("ascii", "utf-16-le", "utf-32-le"):
                self.forms[f"PIN {number} in {encoding}"] = pin.encode(encoding)
            self.forms[f"VERIFY with PIN {number}"] = bytes.fromhex("0020000003") + bcd
            self.forms[f"PIN field of PIN {number}"] = b"\x06" + bcd + b"\xff" * 4
            self.forms[f"CHANGE from PIN {number}"] = bytes.fromhex("805E010007") + bcd
            self.forms[f"digits of PIN {number}"] = bytes(map(int, pin))
            if zero is not None:
                for what, values in (("codes", pin.encode()), ("digits", bytes(map(int, pin))), ("BCD", bcd)):
                    addresses = (zero + SMALL_INT_BYTES * value for value in values)
                    self.forms[f"list of {what} of PIN {number}"] = struct.pack(f"<{len(values)}Q", *addresses)

    def found_in(self, data: bytes) -> list[str]:
        """Names of what is there."""
        there = pieces.found({form: name for name, form in self.forms.items()}, data)
        return [
            name
            for name in self.forms
            if name in there and (name not in self.alone or stands_alone(self.alone[name], data))
        ]


SMALL_INT_BYTES = id(1) - id(0)
"""From one small int to the next."""
