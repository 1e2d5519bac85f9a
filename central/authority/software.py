"""The keys in a file that only the server reads: for the embedded server, the bench, and SM4 beside a token."""

import os
import re
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Self, final

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4

from central.authority import messaging
from central.authority.entered_pin import wipe
from central.authority.errors import AlgorithmUnavailable, KeysRefused
from central.authority.keys import BLOCK_BYTES, Algorithm, CardKeys, SessionKey

FILE = "issuer-keys"
"""The file's usual name in the server's folder. The bureau puts it there: nobody makes one up, since each proof under a
key that isn't the card's spends a try of the card's own."""
_KEY_BYTES = 16
_LINES: dict[str, Algorithm | None] = {"puk_3des": "3DES", "puk_sm4": "SM4", "bdk": None}
_LINE = re.compile(r"(\w+)=([0-9A-Fa-f]{32})")
_VARIANT = bytes.fromhex("C0C0C0C000000000C0C0C0C000000000")
"""X9.24-1:2009, A.6: the right half of an initial key is made under the base key XORed with this."""


def base_key_variant(base_key: bytes) -> bytes:
    """The base derivation key as the right half of an initial key wants it."""
    return bytes(a ^ b for a, b in zip(base_key, _VARIANT, strict=True))


@final
class SoftwareKeys:
    """See `Keys`. The keys are in this process's memory for as long as it runs.

    Args:
        puk: The PUK's master key of each algorithm that there is one for.
        base_key: The pads' base derivation key.

    Raises:
        ValueError: A key isn't sixteen bytes.
    """

    def __init__(self, puk: Mapping[Algorithm, bytes], base_key: bytes) -> None:
        if any(len(key) != _KEY_BYTES for key in (*puk.values(), base_key)):
            raise ValueError("a key has sixteen bytes")
        self.puk = dict(puk)
        self.base_key = base_key

    def __repr__(self) -> str:
        return f"SoftwareKeys({', '.join(self.puk)}; hidden)"

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a file with a line for each key: `bdk=`, and `puk_3des=` or `puk_sm4=` or both.

        Raises:
            KeysRefused: Not there, readable by others, or of another form.
        """
        lines = read_private(path).split()
        found = [_LINE.fullmatch(line) for line in lines]
        keys = {match[1]: bytes.fromhex(match[2]) for match in found if match}
        if len(keys) != len(lines) or not keys.keys() <= _LINES.keys() or "bdk" not in keys:
            raise KeysRefused(f"{path}: expected the lines puk_3des=, puk_sm4= and bdk=, each with 32 hex digits")
        puk = {algorithm: keys[name] for name, algorithm in _LINES.items() if algorithm and name in keys}
        return cls(puk, keys["bdk"])

    def write(self, path: Path) -> None:
        """Write what `load` reads, mode 0600 from its first byte on, in one step."""
        keys = {"bdk": self.base_key, **{name: self.puk[a] for name, a in _LINES.items() if a in self.puk}}
        fresh = path.with_name(path.name + ".new")
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.writelines(f"{name}={key.hex().upper()}\n" for name, key in keys.items())
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(path)

    @contextmanager
    def card_session(self, card: CardKeys, challenge: bytes) -> Iterator[SessionKey]:
        """See `Keys`."""
        if card.algorithm not in self.puk:
            raise AlgorithmUnavailable(f"no PUK for {card.algorithm} cards")
        master = _Key(card.algorithm, self.puk[card.algorithm])
        card_key = _Key(card.algorithm, master.encipher(bytearray(messaging.diversification(card.factor))))
        yield _Key(card.algorithm, card_key.encipher(bytearray(messaging.one_block(card.algorithm, challenge))))

    def pad_key(self, serial: bytes) -> bytes:
        """See `Keys`."""
        halves = (self.base_key, base_key_variant(self.base_key))
        return b"".join(_Key("3DES", half).encipher(bytearray(serial[:8])) for half in halves)


def read_private(path: Path) -> str:
    """The text of a file that nobody else can read.

    Raises:
        KeysRefused: Not there, not text, or of another mode than 0600 or 0400.
    """
    try:
        if stat.S_IMODE(path.stat().st_mode) not in (0o600, 0o400):
            raise KeysRefused(f"{path}: can be read by others, expected mode 0600 or 0400")
        return path.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as error:
        raise KeysRefused(f"{path}: can't be read ({type(error).__name__})") from None


class _Key:
    """See `SessionKey`. Eight bytes of DES are written out to three equal keys, sixteen to two."""

    def __init__(self, algorithm: Algorithm, key: bytes) -> None:
        self._algorithm = SM4(key) if algorithm == "SM4" else TripleDES((key * 3)[:24])
        self._block_bytes = BLOCK_BYTES[algorithm]

    def encipher(self, blocks: bytearray) -> bytes:
        # update_into wants room for one more block than it writes; the ciphertext is no secret.
        out = bytearray(len(blocks) + self._block_bytes)
        try:
            written = Cipher(self._algorithm, modes.ECB()).encryptor().update_into(blocks, out)
        finally:
            wipe(blocks)
        return bytes(out[:written])

    def chain(self, blocks: bytes) -> bytes:
        encryptor = Cipher(self._algorithm, modes.CBC(bytes(self._block_bytes))).encryptor()
        return (encryptor.update(blocks) + encryptor.finalize())[-self._block_bytes :]
