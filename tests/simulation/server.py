"""The server in the simulation: its real core on a database in memory, and its tables as the checks read them."""

import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from random import Random
from typing import NamedTuple

from documents import on_record, records
from phones import Phones
from sqlalchemy import Engine

from central import applications, outlets
from central import personas as central_personas
from central.application_stages import Decision
from central.authority import Authority, SoftwareKeys
from central.database import open_in_memory
from central.in_process import InProcess
from central.registry import Registry
from central.text_delivery import deliver_now
from kiosk.uplink.contract.policy import RegionPolicy
from simulator.card_reader.card import KEY_PUK, TEST_MASTER_KEYS

BASE_KEY = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
"""The base derivation key of the pads: X9.24-1:2009's own example."""


class ServerOperation(NamedTuple):
    """An operation as the server's table has it; `card` is the card's handle."""

    id: str
    kind: str
    state: str
    kiosk: str
    card: str | None
    ended_on: str | None


class ServerCard(NamedTuple):
    """A card's record as the server's table has it."""

    handle: str
    application_status: int
    initial_pin: bool
    pin_blocked: bool
    expired: bool


class ShownEvidence(NamedTuple):
    """What somebody showed, as the server's table has it."""

    id: str
    kind: str
    kiosk: str
    person: int
    card: str | None
    expires_at: str
    operation: str | None


class Server:
    """The server of one world. The next one takes its database's place.

    Args:
        now: The time.
        random_bytes: Where its randomness comes from.
        today: What the virtual people's ages and expiries are counted from.
        policy: Of the region in which every kiosk stands.

    Attributes:
        handles: By persona: the server's name for their card.
    """

    def __init__(
        self, now: Callable[[], datetime], random_bytes: Callable[[int], bytes], today: date, policy: RegionPolicy
    ) -> None:
        content, self.handles = _first_day(today)
        engine = _engine()
        self._raw = engine.raw_connection()
        self._db = self._raw.driver_connection
        assert self._db is not None
        self._db.deserialize(content)
        self.phones = Phones()
        authority = Authority(_keys())
        self.registry = Registry(
            engine,
            now=now,
            random=random_bytes,
            policy_of=lambda kiosk, day: policy,
            authority=authority,
            sms=self.phones,
            outlets=_outlets(),
        )
        self.registry.text_queued = self._text_queued
        self._texts_wait = False
        self.records = records(today)
        self._now = now
        self.people = tuple(self.handles)
        self._changes = self._db.total_changes

    def connect(self, kiosk: str) -> InProcess:
        """The way in for a kiosk."""
        return InProcess(self.registry, self.registry.admit(kiosk))

    @property
    def in_transaction(self) -> bool:
        """Something is not committed."""
        return bool(self._db.in_transaction)

    def changed(self) -> bool:
        """Whether anything was written since this was asked last."""
        before, self._changes = self._changes, self._db.total_changes
        return before != self._changes

    def handle_of(self, persona: str) -> str | None:
        """The server's name for a card."""
        return self.handles.get(persona)

    def persona_of(self, handle: str) -> str:
        """Whose card it is."""
        return next(persona for persona, its in self.handles.items() if its == handle)

    def operations(self) -> list[ServerOperation]:
        """All, in the order in which they came."""
        return [ServerOperation._make(row) for row in self._db.execute(_OPERATIONS + " ORDER BY o.rowid")]

    def operation(self, identity: str) -> ServerOperation | None:
        """One; None: never heard of."""
        row = self._db.execute(_OPERATIONS + " WHERE o.operation_id = ?", (identity,)).fetchone()
        return row and ServerOperation._make(row)

    def record(self, persona: str) -> ServerCard:
        """A card's record."""
        row = self._db.execute(f"{_RECORDS} WHERE handle = ?", (self.handles[persona],)).fetchone()
        return _record(row, self.today().isoformat())

    def cards(self) -> dict[str, ServerCard]:
        """Every card's record, by its handle."""
        today = self.today().isoformat()
        return {row[0]: _record(row, today) for row in self._db.execute(_RECORDS)}

    def today(self) -> date:
        """The server's date, in China."""
        return self._now().astimezone(timezone(timedelta(hours=8))).date()

    def unended(self, persona: str) -> ServerOperation | None:
        """The operation on this card that hasn't ended; None: there is none."""
        states = "o.state IN ('open', 'authorised', 'in_doubt')"
        row = self._db.execute(f"{_OPERATIONS} WHERE {states} AND c.handle = ?", (self.handles[persona],)).fetchone()
        return row and ServerOperation._make(row)

    def lost(self, operation: str) -> bool:
        """Whether a loss was reported while this operation was open: it waits for nobody."""
        query = "SELECT count(*) FROM cases WHERE reason = 'loss_reported' AND operation_id = ?"
        return self._one(query, operation) != "0"

    def has_case(self, operation: str) -> bool:
        """Whether a person was called to look at an operation."""
        return self._one("SELECT count(*) FROM cases WHERE operation_id = ?", operation) != "0"

    def journal_head(self, kiosk: str) -> tuple[int, int, str] | None:
        """The newest head of a kiosk's journal that was heard of: boot, sequence, hash."""
        columns = "journal_boot, journal_sequence, journal_hash"
        row = self._db.execute(f"SELECT {columns} FROM kiosks WHERE name = ?", (kiosk,)).fetchone()
        return None if row is None or row[2] is None else row

    def evidence(self) -> list[ShownEvidence]:
        """All that was shown and is still kept."""
        columns = "e.evidence_id, e.kind, e.kiosk, e.person_id, c.handle, e.expires_at, e.operation_id"
        query = f"SELECT {columns} FROM evidence e LEFT JOIN cards c ON c.id = e.card_id ORDER BY e.rowid"
        return [ShownEvidence._make(row) for row in self._db.execute(query)]

    def good(self, evidence: ShownEvidence, kiosk: str, persona: str) -> bool:
        """Whether it proves, at this kiosk and now, whose card this is, and was never used."""
        handle = self.handles[persona]
        person = self._one("SELECT person_id FROM cards WHERE handle = ?", handle)
        return (
            evidence.kiosk == kiosk
            and str(evidence.person) == person
            and evidence.card in (None, handle)
            and evidence.operation is None
            and datetime.fromisoformat(evidence.expires_at).replace(tzinfo=UTC) > self._now()
        )

    def proofs_left(self, persona: str) -> int:
        """How often this person's face may still be compared today, or a text be sent to them."""
        has = {**self.records[persona], "phone": self.phone_of(persona)}
        number, since = (
            has["social_security_number"],
            (self._now() - timedelta(days=1)).replace(tzinfo=None).isoformat(" "),
        )
        mine = "person_id = (SELECT id FROM persons WHERE social_security_number = ?)"
        left = 0
        for table, at, what in (("face_checks", "opened_at", "photo"), ("one_time_codes", "sent_at", "phone")):
            if has[what]:
                query = f"SELECT count(*) FROM {table} WHERE {mine} AND {at} > ?"
                left += 5 - int(self._db.execute(query, (number, since)).fetchone()[0])
        return left

    def content(self) -> bytes:
        """Everything that it keeps."""
        return bytes(self._db.serialize())

    def handed_over(self, persona: str) -> bool:
        """Whether another card has taken the place of this one."""
        query = """SELECT count(*) FROM decisions d JOIN applications a ON a.id = d.application_id
            JOIN cards c ON c.id = a.card_id WHERE c.handle = ? AND d.decision = 'hand_over'"""
        return bool(self._db.execute(query, (self.handles[persona],)).fetchone()[0])

    def phone_of(self, persona: str) -> str | None:
        """The phone that is on record now."""
        query = "SELECT p.phone FROM persons p JOIN cards c ON c.person_id = p.id WHERE c.handle = ?"
        phone: str | None = self._db.execute(query, (self.handles[persona],)).fetchone()[0]
        return phone

    def an_application(self, rng: Random) -> str | None:
        """The number of one that isn't decided, or whose card isn't handed over; None: there is none."""
        query = "SELECT id FROM applications WHERE stage NOT IN ('approved', 'refused', 'closed')"
        if not self._db.execute(query).fetchone():
            return None
        with self.registry.transaction() as transaction:
            return applications.number_of(rng.choice(applications.waiting(transaction)))

    def decide(self, number: str, decision: Decision) -> bool:
        """What somebody of the bureau does with an application; whether it could be done."""
        try:
            with self.registry.transaction() as transaction:
                note = "照片不清楚" if decision is Decision.REFUSE else ""
                applications.decide(transaction, number, decision, note, by="wang.li")
        except applications.NotNow:
            return False
        return True

    def send_texts(self) -> None:
        """What the loop beside the server does."""
        if self._texts_wait:
            deliver_now(self.registry)
            self._texts_wait = self._db.execute("SELECT 1 FROM texts WHERE due_at IS NOT NULL").fetchone() is not None

    def _text_queued(self) -> None:
        self._texts_wait = True

    def texts(self) -> list[tuple[str, str]]:
        """Phone and text of each that waits."""
        return self._db.execute("SELECT phone, text FROM texts WHERE due_at IS NOT NULL").fetchall()

    def texts_queued(self) -> int:
        """How many confirmations there ever were."""
        return int(self._db.execute("SELECT count(*) FROM texts").fetchone()[0])

    def applications(self) -> list[tuple[str, str]]:
        """The operation and the draft of each."""
        return self._db.execute("SELECT operation_id, draft FROM applications ORDER BY id").fetchall()

    def certificates(self) -> set[str]:
        """The numbers of all that were issued."""
        query = "SELECT strftime('%Y', issued_on) || printf('%08d', id) FROM certificates"
        return {number for (number,) in self._db.execute(query)}

    def good_until(self, handle: str) -> str | None:
        """Until when the eligibility of a card's holder is checked; None: they receive nothing."""
        query = "SELECT b.good_until FROM benefits b JOIN cards c ON c.person_id = b.person_id WHERE c.handle = ?"
        row = self._db.execute(query, (handle,)).fetchone()
        return row and str(row[0])

    def version(self, handle: str) -> tuple[int, bool]:
        """A card's version, and whether its PIN is blocked on record."""
        version, blocked = self._db.execute(
            "SELECT version, pin_blocked FROM cards WHERE handle = ?", (handle,)
        ).fetchone()
        return version, bool(blocked)

    def fingerprint(self, *, without: str = "") -> object:
        """Everything that a message about an operation can change."""
        tables = [table for table in _CHANGED if table != without]
        return [self.phones.sent, *(self._db.execute(f"SELECT * FROM {table}").fetchall() for table in tables)]

    def _one(self, query: str, value: str) -> str:
        return str(self._db.execute(query, (value,)).fetchone()[0])


_CHANGED = (
    "cards", "operations", "cases", "evidence", "one_time_codes", "applications", "sms_subscriptions", "benefits",
    "certificates", "texts",
)  # fmt: skip
_OPERATIONS = (
    "SELECT o.operation_id, o.kind, o.state, o.kiosk, c.handle, date(o.ended_at, '+8 hours') "
    "FROM operations o LEFT JOIN cards c ON c.id = o.card_id"
)


_RECORDS = "SELECT handle, application_status, initial_pin, pin_blocked, loss_until, valid_until FROM cards"


def _record(row: tuple[str, int, int, int, str | None, str | None], today: str) -> ServerCard:
    handle, status, initial, blocked, until, valid = row
    lapsed = until is not None and until <= today
    return ServerCard(
        handle, 1 if lapsed else status, bool(initial), bool(blocked), valid is not None and valid < today
    )


@cache
def _engine() -> Engine:
    """A process has one, for one world after the other: to compile its statements takes longer than some seeds."""
    return open_in_memory()


@cache
def _outlets() -> outlets.Directory:
    return outlets.load(Path(__file__).parents[2] / "config" / "outlets.toml")


def _keys() -> SoftwareKeys:
    """What the issuer of the virtual cards holds."""
    puk = TEST_MASTER_KEYS[KEY_PUK]
    return SoftwareKeys({"3DES": puk, "SM4": puk}, BASE_KEY)


@cache
def _first_day(today: date) -> tuple[bytes, dict[str, str]]:
    """The database with everybody on record, and the server's name for each persona's card. Once a process."""
    engine = open_in_memory()
    with tempfile.NamedTemporaryFile("w", suffix=".json", dir="/dev/shm") as file:
        file.write(on_record(today))
        file.flush()
        codes = central_personas.seed(Registry(engine), Path(file.name))
    database = engine.raw_connection().driver_connection
    assert database is not None
    query = "SELECT card_identification_code, handle FROM cards"
    handles = dict(database.execute(query).fetchall())
    return database.serialize(), {persona: handles[code] for persona, code in codes.items()}
