"""Who may sit at the staff's desk: whoever knows the secret of an account, for a while, and nobody who guesses."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import anyio
import anyio.to_thread

from central.attempts import Attempts
from central.registry import Registry
from central.staff import accounts

COOKIE = "__Host-staff"
"""The prefix makes a browser take it over TLS alone, for this host and the whole of it."""
IDLE, LONGEST = timedelta(minutes=30), timedelta(hours=8)
MOST_SESSIONS = 50
_WRONG, _WRONG_IN_ALL, _WITHIN = 5, 50, timedelta(minutes=15)


class WrongSecret(Exception):
    """No open account has this name and this secret."""


class MustWait(Exception):
    """Too many wrong secrets, of this address or for this account.

    Attributes:
        seconds: Until another may be tried.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__(f"{seconds:.0f} s")
        self.seconds = seconds


@dataclass(frozen=True, kw_only=True)
class Session:
    """Somebody has come in."""

    clerk: str
    since: datetime
    """When the account got the secret that they came in with."""
    token: str
    """In every form of theirs: a page of somebody else's can't know it."""
    began: datetime
    seen: datetime


class Door:
    """Lets clerks in by the secrets of their accounts, and remembers for a while whom it let in.

    Args:
        registry: Holds the accounts.
        token: A random text that nobody can guess.
    """

    def __init__(self, registry: Registry, *, token: Callable[[], str] = lambda: secrets.token_urlsafe(32)) -> None:
        self._registry = registry
        self._now = registry.now
        self._token = token
        self._sessions: dict[bytes, Session] = {}
        self._wrong = Attempts(_WRONG, _WRONG_IN_ALL, _WITHIN)
        self._one_at_a_time = anyio.Lock()  # Or many tries at once would all be made before the first counts.

    async def check(self, clerk: str, secret: str, address: str) -> datetime:
        """Whether this is the secret of an open account: since when it is. A wrong one counts.

        Raises:
            MustWait: Nothing is tried yet.
            WrongSecret: It isn't.
        """
        async with self._one_at_a_time:
            with self._registry.transaction() as transaction:
                account = accounts.find(transaction, clerk)
                seconds = 0.0 if account is None else accounts.wait(transaction, account)
            seconds = max(seconds, self._wrong.wait(address, self._now()))
            if seconds > 0:
                raise MustWait(seconds)
            right = await anyio.to_thread.run_sync(accounts.matches, account, secret)
            with self._registry.transaction() as transaction:
                accounts.tried(transaction, clerk, right=right)
            if account is None or not right:
                self._wrong.count(address, self._now())
                raise WrongSecret
            since: datetime = account.opened_at
            return since

    def enter(self, clerk: str, since: datetime) -> str:
        """Let somebody in whom `check` knows; what their browser shows from then on."""
        now, id = self._now(), self._token()
        self._sessions = {key: each for key, each in self._sessions.items() if not _over(each, now)}
        while len(self._sessions) >= MOST_SESSIONS:
            del self._sessions[next(iter(self._sessions))]
        self._sessions[_hash(id)] = Session(clerk=clerk, since=since, token=self._token(), began=now, seen=now)
        return id

    def session(self, id: str) -> Session | None:
        """The session that a browser shows, seen again; None: there is none, or none any more, or the account was
        closed or got another secret."""
        key, now = _hash(id), self._now()
        session = self._sessions.get(key)
        if session is None or _over(session, now) or not self._still_in(session):
            self._sessions.pop(key, None)
            return None
        self._sessions[key] = replace(session, seen=now)
        return session

    def _still_in(self, session: Session) -> bool:
        with self._registry.transaction() as transaction:
            account = accounts.find(transaction, session.clerk)
        return account is not None and account.closed_at is None and account.opened_at == session.since

    def leave(self, id: str) -> None:
        """Forget a session."""
        self._sessions.pop(_hash(id), None)


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _over(session: Session, now: datetime) -> bool:
    return now - session.seen >= IDLE or now - session.began >= LONGEST
