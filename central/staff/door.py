"""Who may sit at the staff's desk: whoever has its secret, for a while, and nobody who guesses."""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from central.attempts import Attempts

FILE = "staff-secret"
"""Within the server's state; mode 0600."""
COOKIE = "__Host-staff"
"""The prefix makes a browser take it over TLS alone, for this host and the whole of it."""
IDLE, LONGEST = timedelta(minutes=30), timedelta(hours=8)
MOST_SESSIONS = 50
_WRONG, _WRONG_IN_ALL, _WITHIN = 5, 50, timedelta(minutes=15)


class SecretRefused(Exception):
    """The file of the staff's secret can't be used; says why."""


@dataclass(frozen=True, kw_only=True)
class Session:
    """Somebody has come in."""

    token: str
    """In every form of theirs: a page of somebody else's can't know it."""
    began: datetime
    seen: datetime


class Door:
    """Lets in by the secret, and remembers for a while whom it let in.

    Args:
        secret: What has to be shown.
        now: The time.
        token: A random text that nobody can guess.
    """

    def __init__(
        self, secret: str, *, now: Callable[[], datetime], token: Callable[[], str] = lambda: secrets.token_urlsafe(32)
    ) -> None:
        self._secret = _hash(secret)
        self._now = now
        self._token = token
        self._sessions: dict[bytes, Session] = {}
        self._wrong = Attempts(_WRONG, _WRONG_IN_ALL, _WITHIN)

    def wait(self, address: str) -> float:
        """Seconds until this address may try again; 0: now."""
        return self._wrong.wait(address, self._now())

    def knows(self, secret: str, address: str) -> bool:
        """Whether this is the secret; a wrong one counts. Ask `wait` first."""
        right = hmac.compare_digest(self._secret, _hash(secret))
        if not right:
            self._wrong.count(address, self._now())
        return right

    def enter(self) -> str:
        """Let somebody in; what their browser shows from then on."""
        now, id = self._now(), self._token()
        self._sessions = {key: each for key, each in self._sessions.items() if not _over(each, now)}
        while len(self._sessions) >= MOST_SESSIONS:
            del self._sessions[next(iter(self._sessions))]
        self._sessions[_hash(id)] = Session(token=self._token(), began=now, seen=now)
        return id

    def session(self, id: str) -> Session | None:
        """The session that a browser shows, seen again; None: there is none, or none any more."""
        key, now = _hash(id), self._now()
        session = self._sessions.get(key)
        if session is None or _over(session, now):
            self._sessions.pop(key, None)
            return None
        self._sessions[key] = replace(session, seen=now)
        return session

    def leave(self, id: str) -> None:
        """Forget a session."""
        self._sessions.pop(_hash(id), None)


def load(file: Path) -> str:
    """The secret in `file`.

    Raises:
        SecretRefused: It can't be read, others may read it, or it is too short to be one.
    """
    try:
        mode, secret = file.stat().st_mode, file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SecretRefused(f"{file}: can't be read: {error}") from None
    if mode & 0o077:
        raise SecretRefused(f"{file}: others may read it; its mode has to be 0600")
    if len(secret) < 20:
        raise SecretRefused(f"{file}: too short for a secret; `python -m central make-staff-secret` makes one")
    return secret


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _over(session: Session, now: datetime) -> bool:
    return now - session.seen >= IDLE or now - session.began >= LONGEST
