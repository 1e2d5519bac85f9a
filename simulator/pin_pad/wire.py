"""The pad's side of the Z/7x wire: picking the host's frames out of bytes, and building its own.

Written from UIC's "PIN Pad 791 Programmer's Manual", section 4, and from nothing else.
"""

from functools import reduce
from operator import xor

ACK, NAK, EOT = b"\x06", b"\x15", b"\x04"
_ENDS = {0x02: 0x03, 0x0F: 0x0E}  # STX..ETX, SI..SO
_LONGEST = 300


def frame(body: bytes, *, administrative: bool = False) -> bytes:
    """`body` framed, with its check byte."""
    start = 0x0F if administrative else 0x02
    checked = body + bytes([_ENDS[start]])
    return bytes([start]) + checked + bytes([reduce(xor, checked)])


class Receiver:
    """Collects what the host sends."""

    def __init__(self) -> None:
        self._held = b""

    def take(self, data: bytes) -> list[tuple[bytes, bool, bool]]:
        """What `data` completes, as (body, administrative, intact); a control byte alone is its own body."""
        self._held += data
        found: list[tuple[bytes, bool, bool]] = []
        while self._held:
            start = self._held[0]
            if start not in _ENDS:
                if self._held[:1] in (ACK, NAK, EOT):
                    found.append((self._held[:1], False, True))
                self._held = self._held[1:]
                continue
            again = max(self._held.rfind(opener, 1, self._end(start)) for opener in (b"\x02", b"\x0f"))
            if again > 0:
                self._held = self._held[again:]  # The first frame lost its end.
                continue
            end = self._end(start)
            if end + 1 >= len(self._held):
                self._held = self._held if end < _LONGEST else b""
                break
            checked, check = self._held[1 : end + 1], self._held[end + 1]
            found.append((checked[:-1], start == 0x0F, reduce(xor, checked) == check))
            self._held = self._held[end + 2 :]
        return found

    def forget(self) -> None:
        """Drop what has begun."""
        self._held = b""

    def _end(self, start: int) -> int:
        at = self._held.find(_ENDS[start])
        return len(self._held) if at < 0 else at
