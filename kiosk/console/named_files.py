"""The files that the settings name, opened and read: each is good, or what is wrong with it and what to do.

What a file holds is never told: an expiry date at most.
"""

import datetime
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from drivers.pin_pad.dukpt import KeyFileRefused, load_pad_key
from kiosk.access.certificate import load_authority
from kiosk.access.setting_up import load_centre
from kiosk.settings import Settings

HANDED_OVER, SECRETS = Path("/run/credentials"), Path("/etc/kiosk/secrets")
"""Where systemd lays a service's credentials while it runs, and whence it takes the kiosk's (kiosk.service)."""
_PREFIX = "secrets_"


@dataclass(frozen=True, slots=True)
class Finding:
    """One key of the settings, and what came of the file that it names."""

    key: str
    good: bool
    words: str


class _Unfit(Exception):
    """The file isn't what it should be: says why, never with a word of the file's."""


def look(config: Path, settings: Settings, now: datetime.datetime, *, secrets: Path = SECRETS) -> Iterator[Finding]:
    """Open what the settings name, one after another.

    Args:
        config: Their file.
        settings: What it says.
        now: By which certificates have ended or haven't.
        secrets: Where secrets lie that the service manager hands over when the kiosk starts.
    """
    rules = config.parent / settings.policy_source.file
    yield Finding("policy.file", good=True, words=f"{rules}: good")  # Or there were no settings.
    central, access, pad = settings.central, settings.access, settings.pin_pad
    chain = "put the bureau's certificate there, PEM, mode 0644"
    yield _file("central.ca_file", central.ca_file, partial(_chain, now), chain)
    secret = "put the file there that the bureau gave this machine, mode 0600"
    yield _handed_over("central.secret_file", central.secret_file, secrets, _secret, secret)
    if pad.path == "pad" and pad.key_file is not None:
        key = "put this pad's own key there, lines ipek= and ksn=, mode 0600"
        yield _handed_over("pin_pad.key_file", pad.key_file, secrets, _pad_key, key)
    if access.technicians_ca is not None:
        authority = "put the certificate of the technicians' authority there, PEM, mode 0644"
        yield _file("access.technicians_ca", access.technicians_ca, partial(_authority, now), authority)
    if access.centre_key is not None:
        centre = "put the operations centre's public key there, Ed25519, PEM, mode 0644"
        yield _file("access.centre_key", access.centre_key, _centre, centre)
    if settings.console.export_key is not None:
        yield _export_key(settings.console.export_key)
    if settings.voice.command:
        yield _program("voice.command", settings.voice.command[0])


def _file(key: str, path: Path, judge: Callable[[Path], str], remedy: str) -> Finding:
    try:
        return Finding(key, good=True, words=f"{path}: {judge(path)}")
    except OSError as error:
        why = f"can't be read: {error.strerror}"
    except _Unfit as error:
        why = str(error)
    return Finding(key, good=False, words=f"{path}: {why}; {remedy}")


def _handed_over(key: str, path: Path, secrets: Path, judge: Callable[[Path], str], remedy: str) -> Finding:
    """A secret, which isn't where the settings say before the service runs, nor for anybody but the service."""
    if HANDED_OVER in path.parents and path.name.startswith(_PREFIX):
        return _file(key, secrets / path.name.removeprefix(_PREFIX), judge, f"as root, {remedy}")
    return _file(key, path, judge, remedy)


def _chain(now: datetime.datetime, path: Path) -> str:
    """Certificates that the server's may go back to: one that lasts is enough."""
    try:
        found = x509.load_pem_x509_certificates(path.read_bytes())
    except ValueError:
        raise _Unfit("holds no certificate in PEM") from None
    return _lasts(found, now)


def _authority(now: datetime.datetime, path: Path) -> str:
    try:
        authority = load_authority(path.read_bytes())
    except ValueError:
        raise _Unfit("holds no certificate that may sign others") from None
    return _lasts([authority], now)


def _lasts(found: list[x509.Certificate], now: datetime.datetime) -> str:
    begun = [each for each in found if each.not_valid_before_utc <= now]
    if not begun:
        raise _Unfit(f"begins on {min(each.not_valid_before_utc for each in found):%Y-%m-%d}, by this computer's clock")
    last = max(each.not_valid_after_utc for each in begun)
    if last < now:
        raise _Unfit(f"ended on {last:%Y-%m-%d}")
    return f"good until {last:%Y-%m-%d}"


def _secret(path: Path) -> str:
    _private(path)
    try:
        words = path.read_text(encoding="ascii").split()
    except UnicodeDecodeError:
        words = []
    if len(words) != 1:
        raise _Unfit("holds no secret, one word of letters and digits")
    return "good"


def _pad_key(path: Path) -> str:
    path.open("rb").close()
    _private(path)
    try:
        load_pad_key(path).wipe()
    except KeyFileRefused as error:
        raise _Unfit(str(error).removeprefix(f"{path}: ")) from None
    return "good"


def _private(path: Path) -> None:
    if path.stat().st_mode & 0o077:
        raise _Unfit("can be read by others")


def _centre(path: Path) -> str:
    try:
        load_centre(path.read_bytes())
    except (ValueError, UnsupportedAlgorithm):
        raise _Unfit("holds no Ed25519 public key in PEM") from None
    return "good"


def _export_key(key: str) -> Finding:
    from pyrage import RecipientError  # type: ignore[import-untyped]
    from pyrage.x25519 import Recipient  # type: ignore[import-untyped]

    try:
        Recipient.from_str(key)
    except RecipientError:
        return Finding("console.export_key", good=False, words="mistyped; copy the bureau's public key again")
    return Finding("console.export_key", good=True, words="good")


def _program(key: str, program: str) -> Finding:
    found = shutil.which(program)
    if found is None:
        remedy = "install it, or set voice.command to [] where nothing is to be read aloud"
        return Finding(key, good=False, words=f"{program}: no program that can be run; {remedy}")
    return Finding(key, good=True, words=f"{found}: good")
