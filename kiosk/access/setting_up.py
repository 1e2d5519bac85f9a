"""The access of this machine, from its settings."""

import datetime
import time
from collections.abc import Callable

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from kiosk.access.certificate import load_authority
from kiosk.access.grant import Grants
from kiosk.access.technician_card import TechnicianAccess
from kiosk.access.tries import Tries
from kiosk.conditions import ConditionBoard
from kiosk.operations.storage import Storage
from kiosk.settings import Settings
from kiosk.uplink.link import Uplink

log = structlog.get_logger()


def set_up(
    settings: Settings,
    storage: Storage,
    board: ConditionBoard,
    uplink: Uplink,
    now: Callable[[], datetime.datetime],
) -> TechnicianAccess | None:
    """What lets technicians in; None where the settings name no authority, or its files can't be used."""
    wanted = settings.access
    if wanted.technicians_ca is None:
        return None
    try:
        authority = load_authority(wanted.technicians_ca.read_bytes())
        centre = None if wanted.centre_key is None else load_pem_public_key(wanted.centre_key.read_bytes())
    except (OSError, ValueError) as error:
        log.error("access.not_set_up", error=type(error).__name__)
        return None
    grants = None
    if isinstance(centre, Ed25519PublicKey):
        grants = Grants(centre, settings.machine.name, time.monotonic)
    return TechnicianAccess(
        authority,
        Tries(storage, board, now),
        grants,
        now=now,
        clock_offset_seconds=lambda: uplink.clock_offset_seconds,
    )
