"""The clerks' accounts: a name and a secret of their own for each who decides, so that each decision says whose it was.

A secret is made here and shown once. Kept of it is its scrypt (RFC 7914) with a salt of its own. A name is nobody
else's ever after: who has left is closed, and stays on record.
"""

import hashlib
import hmac
import math
import re
import secrets
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, bindparam, insert, select, update

from central.certificates import LETTERS
from central.tables import Clerk
from central.transaction import Transaction

NAME = re.compile("[a-z][a-z0-9.-]{1,31}")
FREE_TRIES = 3
"""Wrong secrets in a row before an account has to wait; then 30 s, twice as long each time, up to an hour."""
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(hours=1)
_GROUPS, _LETTERS_A_GROUP = 5, 4  # 100 bits.
N, R, P = 2**14, 8, 1
"""What scrypt costs: 16 MiB and some 50 ms, once a session."""


class NameRefused(ValueError):
    """It isn't one that an account can have."""


def put(transaction: Transaction, name: str) -> str:
    """Open an account, or give one a new secret; its sessions end. The secret, which nobody can be told again.

    Raises:
        NameRefused: It isn't 2 to 32 lower-case letters, digits, dots and hyphens that begin with a letter.
    """
    if NAME.fullmatch(name) is None:
        raise NameRefused("a name is of 2 to 32 lower-case letters, digits, dots and hyphens, and begins with a letter")
    secret = "-".join("".join(secrets.choice(LETTERS) for _ in range(_LETTERS_A_GROUP)) for _ in range(_GROUPS))
    salt = secrets.token_bytes(16)
    values = {
        "salt": salt,
        "hash": hash_of(secret, salt),
        "opened_at": transaction.now,
        "closed_at": None,
        "wrong": 0,
        "waits_until": None,
    }
    if find(transaction, name) is None:
        transaction.connection.execute(insert(Clerk), {"name": name, **values})
    else:
        transaction.connection.execute(update(Clerk).where(Clerk.name == name).values(**values))
    return secret


def close(transaction: Transaction, name: str) -> bool:
    """Let nobody in by this name any more. False: there is no such account, or it is closed."""
    return transaction.connection.execute(_CLOSE, {"clerk": name, "now": transaction.now}).rowcount == 1


def listing(transaction: Transaction) -> list[Row[Any]]:
    """All that there ever were, by name: name, opened_at, closed_at, wrong, waits_until."""
    return [*transaction.connection.execute(_ALL)]


def find(transaction: Transaction, name: str) -> Row[Any] | None:
    """An account, open or closed."""
    return transaction.connection.execute(_BY_NAME, {"clerk": name}).one_or_none()


def wait(transaction: Transaction, account: Row[Any]) -> float:
    """Seconds until its secret may be tried again; 0: now."""
    until = account.waits_until
    return 0.0 if until is None else max((until - transaction.now).total_seconds(), 0.0)


def hash_of(secret: str, salt: bytes) -> bytes:
    """What is kept of a secret. Takes a while: never within a transaction that others wait for."""
    return hashlib.scrypt(_bytes(secret), salt=salt, n=N, r=R, p=P, dklen=32)


def matches(account: Row[Any] | None, secret: str) -> bool:
    """Whether it is the account's. It takes as long where there is none, so that nobody learns the names."""
    hashed = hash_of(secret, b"none" if account is None else account.salt)
    return account is not None and account.closed_at is None and hmac.compare_digest(hashed, account.hash)


def tried(transaction: Transaction, name: str, *, right: bool) -> None:
    """Count a try: a right one ends the waiting, a wrong one may begin or double it."""
    account = find(transaction, name)
    if account is None or (right and not account.wrong):
        return
    wrong = 0 if right else account.wrong + 1
    until = None
    if wrong > FREE_TRIES:
        doubled = min(wrong - FREE_TRIES - 1, int(math.log2(LONGEST_WAIT / FIRST_WAIT)) + 1)
        until = transaction.now + min(FIRST_WAIT * 2**doubled, LONGEST_WAIT)
    transaction.connection.execute(_TRIED, {"clerk": name, "count": wrong, "until": until})


def _bytes(secret: str) -> bytes:
    return secret.strip().encode("utf-8", "surrogatepass")


_BY_NAME = select(*Clerk.__table__.columns).where(Clerk.name == bindparam("clerk"))
_ALL = select(Clerk.name, Clerk.opened_at, Clerk.closed_at, Clerk.wrong, Clerk.waits_until).order_by(Clerk.name)
_CLOSE = (
    update(Clerk).where(Clerk.name == bindparam("clerk"), Clerk.closed_at.is_(None)).values(closed_at=bindparam("now"))
)
_TRIED = (
    update(Clerk)
    .where(Clerk.name == bindparam("clerk"))
    .values(wrong=bindparam("count"), waits_until=bindparam("until"))
)
