"""This pad's key: derives the key of one entry and opens its PIN block, in place.

TDES DUKPT as in ANSI X9.24-1:2009, Annex A, with the PIN encryption variant; the block is ISO 9564-1 format 0.

Published libraries derive the same keys (the tests compare), but hand them back as immutable bytes, which nothing
can wipe. Here keys, registers and the PIN live in bytearrays that are overwritten as soon as they have served. What
can't be reached from here:

- OpenSSL's key schedule and last block inside each cipher context, which it cleanses on freeing the context, at the
  end of the call that made it.
- Single bytes as ints: CPython shares one object for each small int, with no trace of order or use.
- What the kernel paged out or dumped: the service locks its memory and takes no core dumps.
"""

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from drivers.pin import Pin, wipe
from drivers.pin_pad.errors import ForeignBlock

_COUNTER_BITS = 21
_COUNTER_MASK = (1 << _COUNTER_BITS) - 1
_KEY_BYTES = 16
_KSN_BYTES = 10
_FILE_BYTES_AT_MOST = 1024

# X9.24-1:2009, A.2: a key's other half is made under the key XORed with this.
_HALF_MASK = bytes.fromhex("C0C0C0C000000000C0C0C0C000000000")
# X9.24-1:2009, table A-1: the PIN encryption variant.
_PIN_VARIANT = bytes.fromhex("00000000000000FF00000000000000FF")


@dataclass(frozen=True, slots=True)
class EncryptedPin:
    """A PIN as it left the pad. Only who holds the pad's key, or its base key in an HSM, can open it."""

    ksn: bytes = field(repr=False)
    """10 bytes: which key enciphered it."""
    block: bytes = field(repr=False)
    """8 bytes, ISO 9564-1 format 0."""
    account: str = field(repr=False)
    """The digits bound into the block; opening needs them."""


class KeyFileRefused(ValueError):
    """The file with the pad's key can't be used. The message names the file and what was expected, never content."""


class PadKey:
    """The initial key (IPEK) of one pad, held in memory that `wipe` overwrites.

    It opens blocks of this pad alone; the base key from which it came never leaves the HSM.

    Args:
        initial_key: 16 bytes; the object takes the bytearray over and the caller keeps no copy.
        ksn: The initial key serial number, 10 bytes; its 21 counter bits don't matter.
    """

    __slots__ = ("_identity", "_initial_key")

    def __init__(self, initial_key: bytearray, ksn: bytes) -> None:
        if len(initial_key) != _KEY_BYTES or len(ksn) != _KSN_BYTES:
            wipe(initial_key)
            raise ValueError("an initial key has 16 bytes and a key serial number 10")
        self._initial_key = initial_key
        self._identity = _identity_of(ksn)

    def __repr__(self) -> str:
        return "PadKey(hidden)"

    def __getstate__(self) -> object:
        raise TypeError("a key is never copied or stored")

    def wipe(self) -> None:
        """Overwrite the key; the object is then of no use."""
        wipe(self._initial_key)

    def open(self, encrypted: EncryptedPin) -> Pin:
        """Decipher the PIN. The caller wipes it.

        Raises:
            ForeignBlock: Another pad's serial number, or what comes out is no PIN block for this account.
        """
        if _identity_of(encrypted.ksn) != self._identity:
            raise ForeignBlock
        key = self._pin_key(encrypted.ksn)
        # update_into wants room for one more block than it writes.
        work = bytearray(encrypted.block + bytes(8))
        try:
            _decipher_block(key, work)
            return _pin_of(work, encrypted.account)
        finally:
            wipe(key)
            wipe(work)

    def _pin_key(self, ksn: bytes) -> bytearray:
        """The PIN key of one entry (X9.24-1:2009, A.3): one step for each counter bit that is set."""
        key = bytearray(self._initial_key)
        counter = int.from_bytes(ksn, "big") & _COUNTER_MASK
        register = int.from_bytes(ksn[2:], "big") & ~_COUNTER_MASK
        for position in reversed(range(_COUNTER_BITS)):
            bit = 1 << position
            if counter & bit:
                register |= bit
                _step(key, register.to_bytes(8, "big"))
        _xor_into(key, _PIN_VARIANT)
        return key


def load_pad_key(path: Path) -> PadKey:
    """Read a pad's key from a file that only its owner can read.

    The file has two lines in any order: `ipek=` and 32 hex digits, `ksn=` and 20.

    Raises:
        KeyFileRefused: Not there, not a file, readable by others (only modes 0600 and 0400 will do), owned by
            someone else, or of another form.
    """
    content = bytearray(b"\n") + bytearray(_FILE_BYTES_AT_MOST)
    try:
        _read_private_file(path, content)
        ksn = _hex_field(content, b"ksn", _KSN_BYTES)
        key = _hex_field(content, b"ipek", _KEY_BYTES)
    except OSError as error:
        raise KeyFileRefused(f"{path}: {error.strerror}") from None
    finally:
        wipe(content)
    if key is None or ksn is None:
        wipe(key or ksn or content)
        raise KeyFileRefused(f"{path}: expected the lines ipek= with 32 hex digits and ksn= with 20")
    return PadKey(key, bytes(ksn))


def _read_private_file(path: Path, into: bytearray) -> None:
    """Fill `into` from its second byte on, after checking who else can read the file."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        status = os.fstat(descriptor)
        mode = stat.S_IMODE(status.st_mode)
        if not stat.S_ISREG(status.st_mode):
            raise KeyFileRefused(f"{path}: not a file")
        if mode not in (0o600, 0o400):
            raise KeyFileRefused(f"{path}: mode is {mode:04o}, expected 0600 or 0400")
        if status.st_uid not in (os.geteuid(), 0):
            raise KeyFileRefused(f"{path}: owned by another user")
        with memoryview(into) as view:
            os.readv(descriptor, [view[1:]])
    finally:
        os.close(descriptor)


def _hex_field(content: bytearray, name: bytes, size: int) -> bytearray | None:
    """The `size` bytes after `name=` at the start of a line; grown nowhere and copied by no library call."""
    line = b"\n" + name + b"="
    at = content.find(line)
    if at < 0:
        return None
    digits = at + len(line)
    value = bytearray(size)
    for i in range(2 * size):
        digit = _HEX.get(content[digits + i])
        if digit is None:
            wipe(value)
            return None
        value[i // 2] |= digit << (0 if i % 2 else 4)
    if content[digits + 2 * size] not in b"\r\n\0":
        wipe(value)
        return None
    return value


_HEX = {code: int(chr(code), 16) for code in b"0123456789abcdefABCDEF"}


def _identity_of(ksn: bytes) -> int:
    """The serial number without its counter: which key set, which pad."""
    return int.from_bytes(ksn, "big") >> _COUNTER_BITS


def _step(key: bytearray, register: bytes) -> None:
    """Replace `key` by its successor under `register` (X9.24-1:2009, A.2, the non-reversible process)."""
    masked = bytearray(key)
    _xor_into(masked, _HALF_MASK)
    work = bytearray(16)
    try:
        for source, target in ((masked, 0), (key, 8)):
            work[:] = bytes(16)
            for i in range(8):
                work[i] = source[8 + i] ^ register[i]
            _encipher_under_half(source, work)
            for i in range(8):
                # The left half of `key` is still needed for the second turn: results wait in the mask.
                masked[target + i] = work[i] ^ source[8 + i]
        key[:] = masked
    finally:
        wipe(masked)
        wipe(work)


def _encipher_under_half(key: bytearray, block: bytearray) -> None:
    """Single DES under the left half of `key`: EDE with three equal keys."""
    triple = bytearray(24)
    try:
        for i in range(24):
            triple[i] = key[i % 8]
        _run(triple, block, encrypt=True)
    finally:
        wipe(triple)


def _decipher_block(key: bytearray, block: bytearray) -> None:
    """Two-key triple DES, first 8 bytes of `block` in place."""
    triple = bytearray(24)
    try:
        for i in range(24):
            triple[i] = key[i % 16]
        _run(triple, block, encrypt=False)
    finally:
        wipe(triple)


def _run(triple: bytearray, block: bytearray, *, encrypt: bool) -> None:
    # Late: 12 ms that the home page doesn't need, and a kiosk with a PIN-entering reader never.
    from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
    from cryptography.hazmat.primitives.ciphers import Cipher, modes

    # A bytearray is used as it is, without a copy, which the type hint doesn't know.
    cipher = Cipher(TripleDES(triple), modes.ECB())  # type: ignore[arg-type]
    context = cipher.encryptor() if encrypt else cipher.decryptor()
    with memoryview(block) as view:
        context.update_into(view[:8], view)


def _xor_into(target: bytearray, mask: bytes) -> None:
    for i, byte in enumerate(mask):
        target[i] ^= byte


def _pin_of(block: bytearray, account: str) -> Pin:
    """The PIN of a clear format 0 block (ISO 9564-1, 9.3.2), checked in full: a wrong key shows here."""
    account_field = bytes.fromhex(account[:-1][-12:].rjust(16, "0"))
    for i in range(8):
        block[i] ^= account_field[i]
    length = block[0]  # The control nibble must be 0.
    digits = bytearray(min(length, 12))  # Never resized: that would leave a copy behind.
    sound = 4 <= length <= 12
    for i in range(14):
        nibble = block[1 + i // 2] >> (0 if i % 2 else 4) & 0x0F
        if i < length:
            sound = sound and nibble <= 9
            digits[i % 12] = 0x30 + nibble % 10
        else:
            sound = sound and nibble == 0x0F
    if not sound:
        wipe(digits)
        raise ForeignBlock
    return Pin(digits)
