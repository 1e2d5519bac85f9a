"""A PIN in this program's memory: held in bytes that can be wiped, and never printed."""

from types import TracebackType
from typing import Self


class Pin:
    """Digits of a PIN as ASCII, in one bytearray that `wipe` overwrites.

    Only the `pad` path ever makes one; with a PIN-entering reader the program sees no PIN. CPython may keep
    copies that this class can't reach: a bytes object built from the digits on the way to the card.

    Args:
        digits: ASCII digits; the object takes the bytearray over and the caller keeps no copy.

    Raises:
        ValueError: Something other than 4 to 12 digits (ISO 9564-1, 8.1); the message never says what.
    """

    __slots__ = ("_digits",)

    def __init__(self, digits: bytearray) -> None:
        self._digits = digits
        if not (4 <= len(digits) <= 12 and all(0x30 <= d <= 0x39 for d in digits)):
            self.wipe()
            raise ValueError("a PIN is 4 to 12 digits")

    def __len__(self) -> int:
        return len(self._digits)

    def __repr__(self) -> str:
        return "Pin(hidden)"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pin) and self._digits == other._digits

    __hash__ = None  # type: ignore[assignment]

    def __getstate__(self) -> object:
        raise TypeError("a PIN is never copied or stored")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.wipe()

    @property
    def digits(self) -> memoryview:
        """The digits without a copy; gone after `wipe`."""
        return memoryview(self._digits)

    def to_bcd(self) -> bytearray:
        """Packed BCD, an odd length padded with F. The caller wipes it."""
        packed = bytearray((len(self._digits) + 1) // 2)
        for i, digit in enumerate(self._digits):
            packed[i // 2] |= (digit & 0x0F) << (0 if i % 2 else 4)
        if len(self._digits) % 2:
            packed[-1] |= 0x0F
        return packed

    def wipe(self) -> None:
        """Overwrite the digits; the object is then of no use."""
        wipe(self._digits)


def wipe(buffer: bytearray) -> None:
    """Overwrite every byte of `buffer` with zero, in place."""
    for i in range(len(buffer)):
        buffer[i] = 0
