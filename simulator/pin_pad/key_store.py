"""What a virtual pad remembers without power: its initial key, and the serial number of the last key that it used."""

import os
import secrets
from pathlib import Path

import pydukpt


class KeyStore:
    """The pad's key and its counter, in a directory of mode 0700.

    Args:
        directory: Where; made if it isn't there.
        base_key: The base derivation key of the fleet that the pad belongs to, so that the fleet's server can open
            what it enciphers; None: of none.
    """

    def __init__(self, directory: Path, base_key: bytes | None = None) -> None:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = directory / "pin_pad.key"
        self._base_key = base_key

    def load(self) -> tuple[bytes, bytes]:
        """The initial key and the last serial number used; made the first time, and when the fleet has a new key."""
        if self._file.exists():
            fields = dict(line.split("=") for line in self._file.read_text().split())
            self._ipek, ksn = bytes.fromhex(fields["ipek"]), bytes.fromhex(fields["ksn"])
            if self._base_key is None or pydukpt.derive_ipek(self._base_key, ksn) == self._ipek:
                return self._ipek, ksn
        ksn = pydukpt.ksn_with_counter(bytes.fromhex("FFFF") + secrets.token_bytes(5) + bytes(3), 0)
        self._ipek = pydukpt.derive_ipek(self._base_key or secrets.token_bytes(16), ksn)
        self.save(ksn)
        return self._ipek, ksn

    def save(self, ksn: bytes) -> None:
        """Remember the serial number, before anything that it enciphered leaves."""
        write_private(self._file, self._ipek, ksn)


def write_private(path: Path, ipek: bytes, ksn: bytes) -> None:
    """Write a key file that only its owner can read, in one step."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(f"ipek={ipek.hex().upper()}\nksn={ksn.hex().upper()}\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)
