"""The certificates that this machine trusts, and how long they last."""

import datetime
from pathlib import Path

from cryptography import x509

from kiosk.console.action import Message
from kiosk.settings import Settings

ENDING_DAYS = 30


class Certificate(Message):
    """One of them."""

    name: str
    """Its key in the settings."""
    not_after: datetime.datetime | None
    """None: the file can't be read."""
    days_left: int | None


def certificates(settings: Settings, now: datetime.datetime) -> tuple[Certificate, ...]:
    """Those that the settings name."""
    files = [("central.ca_file", settings.central.ca_file)]
    if settings.access.technicians_ca is not None:
        files.append(("access.technicians_ca", settings.access.technicians_ca))
    return tuple(_certificate(name, file, now) for name, file in files)


def ending(found: tuple[Certificate, ...]) -> bool:
    """Whether one runs out soon. The dates of the server's mean nothing here, but kiosks that come later want them."""
    return any(certificate.days_left is not None and certificate.days_left < ENDING_DAYS for certificate in found)


def _certificate(name: str, file: Path, now: datetime.datetime) -> Certificate:
    try:
        not_after = x509.load_pem_x509_certificate(file.read_bytes()).not_valid_after_utc
    except (OSError, ValueError):
        return Certificate(name=name, not_after=None, days_left=None)
    return Certificate(name=name, not_after=not_after, days_left=(not_after - now).days)
