"""The operations centre's word: who gives it, for which machine, and with which key."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from central import grants
from central.keys import write_private
from central.registry import Registry
from central.tables import Event
from kiosk.uplink.contract.access import Role

NONCE = "K7QMA2ZXBW4TPN3D"


def pem(key: Ed25519PrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())


def test_whom_it_let_in_is_noted(registry: Registry) -> None:
    """With the machine and the role; nothing is given for a machine that isn't of the fleet."""
    key = Ed25519PrivateKey.generate()
    with registry.transaction() as transaction:
        assert grants.give(transaction, key, NONCE, "kiosk-1", Role.ENGINEER).startswith("KG1.")
    with pytest.raises(grants.NoSuchMachine), registry.transaction() as transaction:
        grants.give(transaction, key, NONCE, "kiosk-77", Role.ENGINEER)
    with registry.transaction() as transaction:
        noted = transaction.connection.execute(select(Event.kiosk, Event.kind, Event.subject)).all()
    assert noted == [("kiosk-1", "access.granted", "engineer")]


def test_a_key_is_its_owners_alone(tmp_path: Path) -> None:
    key, file = Ed25519PrivateKey.generate(), tmp_path / "key.pem"
    write_private(file, pem(key))
    assert grants.load_key(file).public_key() == key.public_key()
    file.chmod(0o640)
    with pytest.raises(grants.KeyRefused, match="others may read it"):
        grants.load_key(file)


@pytest.mark.parametrize(
    "content", [b"", b"nonsense", pem(ec.generate_private_key(ec.SECP256R1()))], ids=["empty", "nonsense", "another"]
)
def test_another_kind_of_key_is_refused(tmp_path: Path, content: bytes) -> None:
    """Without a word of what is in the file."""
    file = tmp_path / "key.pem"
    write_private(file, content)
    with pytest.raises(grants.KeyRefused, match="is no Ed25519 key"):
        grants.load_key(file)
    with pytest.raises(grants.KeyRefused, match="can't be read"):
        grants.load_key(tmp_path / "none")
