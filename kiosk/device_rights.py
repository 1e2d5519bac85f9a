"""Whether this program may use the devices that the settings name: a driver that may not only sees a device that isn't
there, and a technician looks for a cable.

What isn't there at all is no matter of rights: the driver waits for it, and its condition tells.
"""

import grp
import os
import pwd
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import structlog

from drivers.sound_card import playback_devices
from kiosk import conditions
from kiosk.conditions import ConditionBoard
from kiosk.settings import Settings

log = structlog.get_logger()

_CARD_SERVICE = Path("/run/pcscd/pcscd.comm")
"""pcsc-lite's socket, unless PCSCLITE_CSOCK_NAME says another."""


@dataclass(frozen=True, slots=True)
class NotAllowed:
    """One thing that may not be used."""

    what: str
    """The key of the settings, or what it is."""
    path: Path
    why: str
    """Whose it is, and as whom this program runs; for a technician."""


def not_allowed(settings: Settings, environment: Mapping[str, str] = os.environ) -> list[NotAllowed]:
    """What is there and may not be used.

    Args:
        settings: Name the devices.
        environment: Names the display and the card service.
    """
    return [
        NotAllowed(what, path, _why(path)) for what, path in _needed(settings, environment) if not _may_be_used(path)
    ]


def tell(settings: Settings, board: ConditionBoard) -> None:
    """Log what may not be used, and put on the board that there is something."""
    found = not_allowed(settings)
    board.set(conditions.NOT_ALLOWED, stands=bool(found))
    for each in found:
        log.error("device.not_allowed", what=each.what, path=str(each.path), why=each.why)


def _needed(settings: Settings, environment: Mapping[str, str]) -> Iterator[tuple[str, Path]]:
    yield "receipt_printer.port", settings.receipt_printer.port
    if settings.pin_pad.port is not None:
        yield "pin_pad.port", settings.pin_pad.port
    if settings.id_reader.port is not None:
        yield "id_reader.port", settings.id_reader.port
    if settings.camera.source.startswith("/"):
        yield "camera.source", Path(settings.camera.source)
    if settings.voice.command:
        for device in playback_devices(settings.voice.devices):
            yield "voice.devices", device
    yield "storage.directory", settings.storage.directory
    yield "card service", Path(environment.get("PCSCLITE_CSOCK_NAME") or _CARD_SERVICE)
    display = environment.get("DISPLAY", "").partition(".")[0]
    if display.startswith(":"):
        yield "display", Path(f"/tmp/.X11-unix/X{display[1:]}")


def _may_be_used(path: Path) -> bool:
    """Read and written, or not there. A service that may not use a kind of device learns so when it is opened alone."""
    return not path.exists() or os.access(path, os.R_OK | os.W_OK)


def _why(path: Path) -> str:
    found = path.stat()
    owner = f"{_user(found.st_uid)}:{_group(found.st_gid)}, mode {stat.S_IMODE(found.st_mode):04o}"
    groups = " ".join(sorted(_group(gid) for gid in {os.getgid(), *os.getgroups()}))
    return f"belongs to {owner}; this program runs as {_user(os.getuid())}, in {groups}"


def _user(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _group(gid: int) -> str:
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return str(gid)
