"""What the files of the technicians' access come to, and what the board says of those that can't be used."""

import datetime
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from kiosk import conditions
from kiosk.access.setting_up import set_up
from kiosk.access.technician_card import TechnicianAccess
from kiosk.conditions import ConditionBoard
from kiosk.operations.storage import Storage
from kiosk.operations.store import Store
from kiosk.settings import AccessSettings, Settings
from simulator.card_reader.technician import authority_pem, centre_key

KEY = ec.generate_private_key(ec.SECP256R1())
_PEM = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
OF_ANOTHER_KIND = KEY.public_key().public_bytes(*_PEM)


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def no_authority() -> bytes:
    """A certificate that doesn't say whether it may sign others."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "some server")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(KEY.public_key())
    builder = builder.serial_number(7).not_valid_before(now()).not_valid_after(now() + datetime.timedelta(days=1))
    return builder.sign(KEY, hashes.SHA256()).public_bytes(_PEM[0])


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    board = ConditionBoard(now)
    with closing(Storage(lambda: Store(tmp_path / "kiosk.db"), board, at=lambda: now().isoformat())) as storage:
        yield storage


def let_in(settings: Settings, storage: Storage, board: ConditionBoard, access: AccessSettings) -> Any:
    uplink = cast(Any, SimpleNamespace(clock_offset_seconds=0.0))
    return set_up(settings.model_copy(update={"access": access}), storage, board, uplink, now)


@pytest.mark.parametrize("content", [None, b"", b"no certificate", OF_ANOTHER_KIND, no_authority()])
def test_an_authority_that_cannot_be_used(
    content: bytes | None, tmp_path: Path, settings: Settings, storage: Storage
) -> None:
    """Nobody is let in, and the board says so; citizens notice nothing."""
    board, file = ConditionBoard(now), tmp_path / "technicians.pem"
    if content is not None:
        file.write_bytes(content)
    assert let_in(settings, storage, board, AccessSettings(technicians_ca=file)) is None
    assert [condition for condition, _ in board.standing()] == [conditions.ACCESS_NOT_SET_UP]
    assert conditions.ACCESS_NOT_SET_UP.closes == ""


@pytest.mark.parametrize("content", [None, b"no key", OF_ANOTHER_KIND])
def test_a_key_of_the_operations_centre_that_cannot_be_used(
    content: bytes | None, tmp_path: Path, settings: Settings, storage: Storage
) -> None:
    """Cards are good all the same; only a wrong clock keeps them out."""
    board, authority, key = ConditionBoard(now), tmp_path / "technicians.pem", tmp_path / "centre.pem"
    authority.write_bytes(authority_pem())
    if content is not None:
        key.write_bytes(content)
    access = let_in(settings, storage, board, AccessSettings(technicians_ca=authority, centre_key=key))
    assert isinstance(access, TechnicianAccess)
    assert access.grants is None
    assert [condition for condition, _ in board.standing()] == [conditions.ACCESS_NOT_SET_UP]


def test_files_in_order(tmp_path: Path, settings: Settings, storage: Storage) -> None:
    """Both ways in; and a machine that names no authority has none, which is no fault."""
    board, authority, key = ConditionBoard(now), tmp_path / "technicians.pem", tmp_path / "centre.pem"
    authority.write_bytes(authority_pem())
    key.write_bytes(centre_key().public_key().public_bytes(*_PEM))
    access = let_in(settings, storage, board, AccessSettings(technicians_ca=authority, centre_key=key))
    assert isinstance(access, TechnicianAccess)
    assert access.grants is not None
    assert let_in(settings, storage, board, AccessSettings()) is None
    assert board.standing() == []
