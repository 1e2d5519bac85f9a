"""The server itself: who may speak, and one transaction for each message, taken once.

Free of HTTP, threads and clocks: the time and all randomness come from outside.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from pydantic import BaseModel
from sqlalchemy import Engine, bindparam, insert, select, update

from central import cards
from central.authority import Authority
from central.drafts import Drafts
from central.outlets import Directory
from central.policy import PolicyOf, as_shipped
from central.settings import Settings
from central.sms import SmsGateway
from central.tables import ECardCode, Kiosk, Person, Taken
from central.transaction import Refused, Transaction
from kiosk.uplink.contract import CardRecord, CardReference, ProblemType


class Registry:
    """Persons, cards, kiosks and operations.

    Args:
        engine: Where they are kept.
        now: The time; days, and how long something is good for, are counted by it; order never is.
        random: So many bytes that nobody can guess.
        settings: The bureau's.
        policy_of: What is so in the region of a kiosk on a day; as shipped, when nothing else is said.
        authority: Speaks for the issuer; None: what needs it is refused.
        sms: Sends texts; None: nobody gets a one-time code.
        outlets: Where people are sent to.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        random: Callable[[int], bytes] = secrets.token_bytes,
        settings: Settings | None = None,
        policy_of: PolicyOf = as_shipped,
        authority: Authority | None = None,
        sms: SmsGateway | None = None,
        outlets: Directory | None = None,
    ) -> None:
        self.engine = engine
        self.now = now
        self.settings = settings or Settings()
        self.policy_of = policy_of
        self.authority = authority
        self.sms = sms
        self.outlets = outlets or Directory()
        self.text_queued: Callable[[], None] = lambda: None
        """Called when a text waits, before it is committed."""
        self._drafts = Drafts()
        self._random = random
        self._code_key = random(32)
        self._secrets: dict[str, bytes] = {}
        """Of the kiosks that have asked; another process may have admitted one anew: what doesn't fit is read again."""

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """One transaction: committed at the end, rolled back by any exception."""
        with self.engine.begin() as connection:
            yield Transaction(
                connection=connection,
                now=self.now(),
                settings=self.settings,
                policy_on=self.policy_of,
                authority=self.authority,
                random=self._random,
                sms=self.sms,
                text_queued=self.text_queued,
                code_key=self._code_key,
                drafts=self._drafts,
                outlets=self.outlets,
            )

    def take_once(self, path: str, message: BaseModel, handle: Callable[..., BaseModel | Refused]) -> tuple[int, bytes]:
        """Hand a new message to `handle`; keep the answer's status and exact bytes for every repeat.

        Raises:
            Refused: Another message was taken under this path; or `handle` raised it, and nothing is kept.
        """
        # What a kiosk left out isn't part of it: a field that the contract gets later makes no other message of this.
        digest = hashlib.sha256(message.model_dump_json(exclude_unset=True).encode()).digest()
        with self.transaction() as transaction:
            before = transaction.connection.execute(_TAKEN, {"path": path}).one_or_none()
            if before is not None:
                if before.digest != digest:
                    raise Refused(ProblemType.OPERATION_CONFLICT, "this id was used for another payload")
                return before.status, before.answer
            answer = handle(transaction, message)
            status, document = (answer.status, answer.problem) if isinstance(answer, Refused) else (200, answer)
            wire = document.model_dump_json().encode()
            kept = {"path": path, "digest": digest, "status": status, "answer": wire, "taken_at": transaction.now}
            transaction.connection.execute(_TAKE, kept)
        return status, wire

    # Kiosks

    def admit(self, kiosk: str) -> str:
        """Make (or change) the secret of `kiosk` and return it; only its hash is kept."""
        secret = f"{kiosk}.{self._random(32).hex()}"
        hashed = cards.hash_of(secret)
        with self.engine.begin() as connection:
            known = update(Kiosk).where(Kiosk.name == kiosk).values(secret_hash=hashed)
            if connection.execute(known).rowcount == 0:
                connection.execute(insert(Kiosk).values(name=kiosk, secret_hash=hashed))
        self._secrets.pop(kiosk, None)
        return secret

    def kiosk_of(self, secret: str) -> str | None:
        """The kiosk that this secret belongs to, or None. The comparison takes the same time either way."""
        name, hashed = secret.partition(".")[0], cards.hash_of(secret)
        if hmac.compare_digest(self._secrets.get(name, _NOBODY), hashed):
            return name
        with self.engine.begin() as connection:
            kiosk = connection.execute(_SECRET, {"kiosk": name}).one_or_none()
        if not hmac.compare_digest(kiosk.secret_hash if kiosk else _NOBODY, hashed):
            return None
        self._secrets[name] = hashed
        return name

    # Questions

    def card_by_reference(self, reference: CardReference) -> CardRecord:
        """The record of the card that someone holds.

        Raises:
            Refused: No card, or more than one, answers to this reference.
        """
        with self.transaction() as transaction:
            return cards.by_reference(transaction, reference)

    def issue_e_card_code(self, person: Person) -> str:
        """Make a code for the person's phone, good for some seconds (a setting)."""
        with self.transaction() as transaction:
            return cards.issue_code(transaction, person.id)

    def expire_e_card_codes(self) -> None:
        """End the life of every code that was issued."""
        with self.transaction() as transaction:
            transaction.connection.execute(update(ECardCode).values(expires_at=transaction.now))


_NOBODY = bytes(32)
"""Nobody's SHA-256."""
_TAKEN = select(Taken.digest, Taken.status, Taken.answer).where(Taken.path == bindparam("path"))
_TAKE = insert(Taken)
_SECRET = select(Kiosk.secret_hash).where(Kiosk.name == bindparam("kiosk"))
