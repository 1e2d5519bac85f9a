"""The operations centre's word: whoever stands at a machine whose clock is wrong may come in there."""

from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from central import machines
from central.transaction import Transaction
from kiosk.uplink.contract.access import Role, sign_grant


class KeyRefused(Exception):
    """The centre's key can't be used; says why."""


class NoSuchMachine(Exception):
    """No kiosk of that name is admitted here."""


def load_key(file: Path) -> Ed25519PrivateKey:
    """The operations centre's key.

    Raises:
        KeyRefused: The file can't be read, others may read it, or it holds another kind of key.
    """
    try:
        mode, pem = file.stat().st_mode, file.read_bytes()
    except OSError as error:
        raise KeyRefused(f"{file}: can't be read: {error.strerror}") from None
    if mode & 0o077:
        raise KeyRefused(f"{file}: others may read it; its mode has to be 0600")
    try:
        key = load_pem_private_key(pem, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyRefused(f"{file}: is no Ed25519 key in PEM without a password")
    return key


def give(transaction: Transaction, key: Ed25519PrivateKey, nonce: str, machine: str, role: Role) -> str:
    """The code that lets somebody in at `machine` as `role`, for the nonce on its screen; noted before it is given.

    Raises:
        NoSuchMachine: Nothing is noted.
    """
    if not machines.admitted(transaction, machine):
        raise NoSuchMachine(machine)
    transaction.note(machine, "access.granted", role)
    return sign_grant(key, nonce, machine, role)


def draw(code: str, file: Path) -> None:
    """The code as a QR picture (PNG), to be held before the machine's camera.

    Raises:
        OSError: It can't be written.
    """
    from qrcode.image.pil import PilImage
    from qrcode.main import QRCode

    symbol: QRCode[PilImage] = QRCode(image_factory=PilImage)
    symbol.add_data(code)
    symbol.make_image().save(file, "PNG")
