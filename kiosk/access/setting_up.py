"""The access of this machine, from its settings."""

import datetime
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import structlog
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from kiosk import conditions
from kiosk.access.certificate import load_authority
from kiosk.access.grant import Grants
from kiosk.access.technician_card import TechnicianAccess
from kiosk.access.tries import Tries
from kiosk.conditions import ConditionBoard
from kiosk.operations.storage import Storage
from kiosk.settings import Settings
from kiosk.uplink.link import Uplink

log = structlog.get_logger()

_Key = TypeVar("_Key")


def set_up(
    settings: Settings,
    storage: Storage,
    board: ConditionBoard,
    uplink: Uplink,
    now: Callable[[], datetime.datetime],
) -> TechnicianAccess | None:
    """What lets technicians in; None where the settings name no authority, or its file can't be used.

    A file that can't be used is told on the board. Without the operations centre's key cards are good all the same.
    """
    wanted = settings.access
    if wanted.technicians_ca is None:
        return None
    authority = _read(wanted.technicians_ca, load_authority)
    centre = None if wanted.centre_key is None else _read(wanted.centre_key, load_centre)
    unusable = authority is None or (centre is None and wanted.centre_key is not None)
    board.set(conditions.ACCESS_NOT_SET_UP, stands=unusable)
    if authority is None:
        return None
    grants = None if centre is None else Grants(centre, settings.machine.name, time.monotonic)
    return TechnicianAccess(
        authority,
        Tries(storage, board, now),
        grants,
        now=now,
        clock_offset_seconds=lambda: uplink.clock_offset_seconds,
    )


def _read(path: Path, load: Callable[[bytes], _Key]) -> _Key | None:
    try:
        return load(path.read_bytes())
    except (OSError, ValueError, UnsupportedAlgorithm) as error:
        log.error("access.not_set_up", file=str(path), error=type(error).__name__)
        return None


def load_centre(pem: bytes) -> Ed25519PublicKey:
    """The operations centre's public key.

    Raises:
        ValueError: It isn't one, of the kind that is wanted.
        UnsupportedAlgorithm: Of a kind that nobody here knows.
    """
    key = load_pem_public_key(pem)
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("not an Ed25519 key")
    return key
