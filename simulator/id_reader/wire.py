"""The reader's side of the SAM-V wire: picking the host's frames out of bytes, and building its own.

Written from the published "SAM_V communication protocol" (First Research Institute of the Ministry of Public
Security) and from nothing else.
"""

START = bytes((0xAA, 0xAA, 0xAA, 0x96, 0x69))
_LONGEST_COMMAND = 64


def frame(status: int, data: bytes = b"", card_status: bytes = b"\0\0") -> bytes:
    """An answer: the card's two status bytes, the reader's, and data."""
    counted = card_status + bytes([status]) + data
    head = (len(counted) + 1).to_bytes(2, "big")
    return START + head + counted + bytes([check(head + counted)])


def check(data: bytes) -> int:
    """XOR of all bytes."""
    total = 0
    for byte in data:
        total ^= byte
    return total


class Receiver:
    """Collects what the host sends."""

    def __init__(self) -> None:
        self._held = b""

    def take(self, data: bytes) -> list[bytes | None]:
        """The commands that `data` completes, each with its parameter and data; None for a broken one."""
        self._held += data
        found: list[bytes | None] = []
        while (at := self._held.find(START)) >= 0:
            whole = self._held[at + len(START) :]
            if len(whole) < 2:
                break
            length = int.from_bytes(whole[:2], "big")
            if not 3 <= length <= _LONGEST_COMMAND:
                found.append(None)
                self._held = whole
                continue
            if len(whole) < 2 + length:
                break
            counted = whole[: 2 + length]
            found.append(None if check(counted) else counted[2:-1])
            self._held = whole[2 + length :]
        return found
