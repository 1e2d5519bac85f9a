"""PINs as the pads of the fleet encipher them: TDES DUKPT (ANSI X9.24-1:2009, annex A), ISO 9564-1 format 0.

The keys that a published library derives for one entry are bytes, which nothing can wipe; the PIN is only ever in
bytearrays that are.
"""

from dataclasses import dataclass
from typing import Self, final

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes

from central.authority.errors import PinBlockRefused
from kiosk.uplink.contract import EncipheredPin

_COUNTER_BITS = 21
_MOST_COUNTER_ONES = 10  # X9.24-1:2009, A.2: a pad leaves out the counters with more.
_SHORTEST, _LONGEST = 4, 12  # Digits (ISO 9564-1, 8.1).


@final
@dataclass(frozen=True, slots=True)
class KeySerialNumber:
    """Which pad enciphered, and with which of its keys: a pad counts upwards and never uses one twice."""

    pad: str
    """The serial number with its counter at 0: twenty hex digits."""
    counter: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Take a serial number of twenty hex digits apart."""
        number = int(text, 16)
        counter = number & ((1 << _COUNTER_BITS) - 1)
        return cls(f"{number - counter:020X}", counter)

    @property
    def usable(self) -> bool:
        """Whether a pad uses such a counter at all."""
        return self.counter > 0 and self.counter.bit_count() <= _MOST_COUNTER_ONES


def open_block(initial_key: bytes, entered: EncipheredPin) -> bytearray:
    """The digits of a PIN, in ASCII. The caller wipes them.

    Args:
        initial_key: Of the pad that enciphered it.
        entered: What the pad gave.

    Raises:
        PinBlockRefused: What comes out is no PIN for this account: another pad's key, or altered.
    """
    import pydukpt  # Late: brings a library of ciphers of its own, which only a reset needs.

    serial = bytes.fromhex(entered.key_serial_number)
    key = pydukpt.pin_key(pydukpt.derive_key(initial_key, serial))
    # update_into wants room for one more block than it writes.
    block = bytearray(bytes.fromhex(entered.block.get_secret_value()) + bytes(8))
    try:
        with memoryview(block) as view:
            Cipher(TripleDES(key + key[:8]), modes.ECB()).decryptor().update_into(view[:8], view)
        return _digits_of(block, entered.account.get_secret_value())
    finally:
        wipe(block)


def _digits_of(block: bytearray, account: str) -> bytearray:
    """The PIN of a clear block (ISO 9564-1, 9.3.2), checked in full: a wrong key shows here."""
    for i, byte in enumerate(bytes.fromhex(account[:-1][-12:].rjust(16, "0"))):
        block[i] ^= byte
    length = block[0]  # The control nibble must be 0.
    if not _SHORTEST <= length <= _LONGEST:
        raise PinBlockRefused("no PIN block for this account")
    digits = bytearray(length)
    sound = True
    for i in range(14):
        nibble = block[1 + i // 2] >> (0 if i % 2 else 4) & 0x0F
        if i < length:
            sound &= nibble <= 9
            digits[i] = 0x30 + nibble % 10
        else:
            sound &= nibble == 0x0F
    if not sound:
        wipe(digits)
        raise PinBlockRefused("no PIN block for this account")
    return digits


def wipe(buffer: bytearray) -> None:
    """Overwrite every byte of `buffer` with zero, in place."""
    for i in range(len(buffer)):
        buffer[i] = 0
