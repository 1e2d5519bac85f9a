"""The issuer of the virtual cards: the keys that its server, its cards and its pads share."""

import os
import secrets
from pathlib import Path

from simulator.card_reader.card import KEY_PUK, TEST_MASTER_KEYS


def base_key(keys: Path) -> bytes:
    """The pads' base derivation key in the file `keys` (mode 0600), which is made if it isn't there.

    The file is what the central server reads as the issuer's keys: a line each, `name=` and 32 hex digits.
    """
    if not keys.exists():
        puk = TEST_MASTER_KEYS[KEY_PUK].hex()
        with os.fdopen(os.open(keys, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(f"puk_3des={puk}\npuk_sm4={puk}\nbdk={secrets.token_hex(16)}\n")
    lines = dict(line.split("=") for line in keys.read_text().split())
    return bytes.fromhex(lines["bdk"])
