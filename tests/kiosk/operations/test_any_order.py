"""Anything in any order, the power gone between any two steps, the disk full at any write: against a model."""

import datetime
import functools
import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import apsw
import trio
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from kiosk.conditions import ConditionBoard
from kiosk.operations import receipts, steps
from kiosk.operations.errors import StorageError
from kiosk.operations.journal import Check
from kiosk.operations.recovery import recover
from kiosk.operations.storage import Storage
from kiosk.operations.store import OutboxRow, Store
from kiosk.uplink.contract import (
    Acknowledged,
    Means,
    OperationAcknowledged,
    OperationKind,
    OperationOpened,
    OperationState,
)
from kiosk.uplink.errors import Cause, CentralError, OperationConflict

AT = "2026-03-01T09:00:00+00:00"
SIGNED: Any = {"kiosk": "kiosk-3", "at": AT}
CARDS = [UUID(int=n) for n in (1, 2, 3)]
OUTCOMES = [OperationState.DONE, OperationState.NOT_DONE, OperationState.IN_DOUBT]


@dataclass
class Known:
    """What the model knows of one operation."""

    kind: OperationKind
    card: UUID
    boot: int
    state: str = "intent"
    acknowledged: bool = False


@dataclass
class Model:
    """What must be on the disk."""

    boot: int = 0
    operations: dict[UUID, Known] = field(default_factory=dict)
    outbox: dict[tuple[str, UUID], int] = field(default_factory=dict)
    """Refusals by message, in the order in which they were written."""
    aside: set[tuple[str, UUID]] = field(default_factory=set)
    receipts: dict[UUID, str] = field(default_factory=dict)
    printings: dict[str, int] = field(default_factory=dict)

    def end(self, identity: UUID, state: str, *, report: bool) -> None:
        """An outcome, and its report."""
        self.outbox.pop(("intent", identity), None)
        self.operations[identity].state = state
        self.operations[identity].acknowledged = not report
        if report:
            self.outbox["outcome", identity] = 0


class AnyOrder(RuleBasedStateMachine):
    """One machine. Each rule is one step, durable or refused."""

    def __init__(self, disk_class: Any) -> None:
        super().__init__()
        self.directory = Path(tempfile.mkdtemp())
        self.disk = disk_class("any-order")
        self.board = ConditionBoard(lambda: datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC))
        self.model = Model()
        self.ids = 100
        self.storage = self.open()

    def open(self) -> Storage:
        """A new boot."""
        self.model.boot += 1
        path = self.directory / "kiosk.db"
        return Storage(lambda: Store(path, vfs="any-order"), self.board, at=lambda: AT)

    @property
    def store(self) -> Store:
        """The open database."""
        assert self.storage.store is not None
        return self.storage.store

    def new_id(self) -> UUID:
        """The next one."""
        self.ids += 1
        return UUID(int=self.ids)

    # Steps of a service.

    def under_way(self, choice: int) -> UUID | None:
        """An operation of this boot that hasn't ended."""
        known = self.model.operations.items()
        found = [one for one, it in known if it.boot == self.model.boot and it.state in ("intent", "sent")]
        return found[choice % len(found)] if found else None

    @rule(kind=st.sampled_from(OperationKind), card=st.sampled_from(CARDS), goes_on=st.booleans())
    def begin(self, kind: OperationKind, card: UUID, goes_on: bool) -> None:
        """An intent, and perhaps its command."""
        identity = self.new_id()
        self.storage.write(lambda store: steps.intend(store, identity, kind, card, **SIGNED))
        self.model.operations[identity] = Known(kind, card, self.model.boot)
        self.model.outbox["intent", identity] = 0
        if goes_on:
            self.send(-1)

    @rule(choice=st.integers(0, 9))
    def send(self, choice: int) -> None:
        """A command leaves, once more where the card refused it before."""
        identity = self.under_way(choice)
        if identity is None:
            return
        known = self.model.operations[identity]
        if known.kind.on_chip:
            self.storage.write(
                lambda store: steps.sent(store, identity, at=AT, header=b"\x80\x5e", digest=None, tries_before=3)
            )
            known.state = "sent"
            self.model.outbox.pop(("intent", identity), None)

    @rule(choice=st.integers(0, 9), outcome=st.sampled_from(OUTCOMES), report=st.booleans())
    def end(self, choice: int, outcome: Any, report: bool) -> None:
        """The outcome."""
        identity = self.under_way(choice)
        if identity is None:
            return
        known = self.model.operations[identity]
        if not known.kind.on_chip and outcome is OperationState.IN_DOUBT:
            self.storage.write(lambda store: steps.unanswered(store, identity))
            known.state = "in_doubt"
            return
        if not known.kind.on_chip:
            self.storage.write(lambda store: steps.answered(store, identity, outcome, at=AT))
            self.model.end(identity, outcome, report=False)
            return
        report = report or outcome is not OperationState.NOT_DONE
        self.storage.write(lambda store: steps.end(store, identity, outcome, kiosk="kiosk-3", at=AT, report=report))
        self.model.end(identity, outcome, report=report)

    @rule(card=st.sampled_from(CARDS), outcome=st.sampled_from(["done", "not_done", "escalated"]))
    def settle(self, card: UUID, outcome: str) -> None:
        """A settlement of somebody's operation."""
        identity = self.new_id()
        shown: Any = {"outcome": OperationState(outcome), "means": Means.TRIES_COUNTER, "tries_left": None}
        self.storage.write(lambda store: steps.settle(store, identity, UUID(int=9), card, **shown, **SIGNED))
        self.model.outbox["settlement", identity] = 0

    @rule(card=st.sampled_from(CARDS))
    def observe(self, card: UUID) -> None:
        """The card says otherwise."""
        identity = self.new_id()
        self.storage.write(lambda store: steps.observe(store, identity, card, record_version=1, tries_left=0, **SIGNED))
        self.model.outbox["observation", identity] = 0

    @rule(choice=st.integers(0, 9))
    def print_receipt(self, choice: int) -> None:
        """Issued once, printed often."""
        done = [one for one, known in self.model.operations.items() if known.state == "done"]
        if not done:
            return
        identity = done[choice % len(done)]
        number = self.storage.write(lambda store: receipts.issue(store, identity, machine=3, at=AT))
        assert self.model.receipts.setdefault(identity, number) == number
        assert len(set(self.model.receipts.values())) == len(self.model.receipts)
        before = self.storage.write(lambda store: receipts.printing(store, number, at=AT))
        assert before == self.model.printings.get(number, 0)
        self.model.printings[number] = before + 1
        self.storage.write(lambda store: receipts.printed(store, number, "done", at=AT))

    # The server.

    def oldest(self, choice: int) -> OutboxRow | None:
        """One that begins its thread."""
        first = {row.thread: row for row in reversed(self.store.outbox())}
        return sorted(first.values(), key=lambda row: row.number)[choice % len(first)] if first else None

    @rule(choice=st.integers(0, 9))
    def deliver(self, choice: int) -> None:
        """The server takes a message."""
        row = self.oldest(choice)
        if row is None:
            return
        answers = {
            "intent": OperationOpened(operation_id=row.message_id, state=OperationState.DONE),
            "outcome": OperationAcknowledged(operation_id=row.message_id, state=OperationState.DONE),
            "settlement": OperationAcknowledged(operation_id=UUID(int=9), state=OperationState.DONE),
            "observation": Acknowledged(),
        }
        self.storage.write(lambda store: steps.delivered(store, row, answers[row.message], at=AT))
        del self.model.outbox[row.message, row.message_id]
        if row.message == "intent":
            self.model.operations[row.message_id].state = "done"
        if row.message in ("intent", "outcome"):
            self.model.operations[row.message_id].acknowledged = True

    @rule(choice=st.integers(0, 9), conflict=st.booleans())
    def refuse(self, choice: int, conflict: bool) -> None:
        """The server says no."""
        row = self.oldest(choice)
        if row is None:
            return
        error = OperationConflict(Cause.REFUSED, "x") if conflict else CentralError(Cause.REFUSED, "x")
        self.storage.write(lambda store: steps.refused(store, row, error, at=AT))
        key = (row.message, row.message_id)
        if row.message == "intent" and not conflict:
            self.model.end(row.message_id, "not_done", report=True)
            return
        self.model.outbox[key] += 1
        if conflict or self.model.outbox[key] >= steps.MOST_REFUSALS:
            self.model.aside.add(key)

    @rule()
    def take_up_again(self) -> None:
        """A technician."""
        self.storage.write(lambda store: store.take_up_again())
        for key in self.model.aside:
            self.model.outbox[key] = 0
        self.model.aside.clear()

    @rule(count=st.integers(1, 3))
    def prune(self, count: int) -> None:
        """Old records go."""
        rows = self.store.journal()
        needed = self.store.oldest_needed()
        if len(rows) > count and (needed is None or rows[count - 1].position < needed):
            self.storage.write(lambda store: steps.prune(store, rows[count - 1], at=AT))

    # Faults.

    @rule(fault=st.sampled_from([apsw.FullError, apsw.IOError]), after=st.integers(0, 12))
    def a_disk_that_fails(self, fault: type[apsw.Error], after: int) -> None:
        """A whole step or nothing of it, and it goes on when there is room."""
        self.disk.fail(fault, after=after)
        identity = self.new_id()
        with suppress(StorageError):
            self.storage.write(
                lambda store: steps.intend(store, identity, OperationKind.PIN_CHANGE, CARDS[0], **SIGNED)
            )
            self.model.operations[identity] = Known(OperationKind.PIN_CHANGE, CARDS[0], self.model.boot)
            self.model.outbox["intent", identity] = 0
        self.disk.mend()
        assert self.storage.mended()

    @rule(cut_after=st.none() | st.integers(0, 40))
    def the_power_goes(self, cut_after: int | None) -> None:
        """And comes back; perhaps it goes once more while the machine recovers."""
        self._restart()
        if cut_after is not None:
            self.disk.fail(apsw.IOError, after=cut_after)
            with suppress(StorageError):
                self._recover()
            self.disk.mend()
            self._restart()
        self._recover()
        for identity, known in self.model.operations.items():
            if known.boot < self.model.boot and known.state in ("intent", "sent"):
                if known.kind.on_chip:
                    self.model.end(identity, "in_doubt" if known.state == "sent" else "not_done", report=True)
                else:
                    known.state = "in_doubt"

    def _restart(self) -> None:
        names = ("kiosk.db", "kiosk.db-wal")
        image = {name: (self.directory / name).read_bytes() for name in names if (self.directory / name).exists()}
        self.storage.close()
        for name in names:
            (self.directory / name).unlink(missing_ok=True)
        for name, data in image.items():
            (self.directory / name).write_bytes(data)
        self.storage = self.open()

    def _recover(self) -> None:
        recovered = trio.run(functools.partial(recover, self.storage, kiosk="kiosk-3", at=lambda: AT))
        assert recovered.broken is None

    # What must hold at every moment.

    @invariant()
    def the_disk_holds_what_was_told(self) -> None:
        """Operations, messages in their order, and what was set aside."""
        rows = {row.operation_id: row for row in self.store.operations()}
        assert set(rows) == set(self.model.operations)
        for identity, known in self.model.operations.items():
            row = rows[identity]
            assert (row.kind, row.card, row.position.boot) == (known.kind, known.card, known.boot)
            assert (row.state, row.acknowledged) == (known.state, known.acknowledged), identity
        waiting = self.store._db.execute("SELECT message, message_id, refusals FROM outbox ORDER BY number").fetchall()
        assert {(message, UUID(one)): refusals for message, one, refusals in waiting} == self.model.outbox
        free = {(row.message, row.message_id) for row in self.store.outbox()}
        held = {key for key in self.model.outbox if key[0] == "intent" and rows[key[1]].state == "intent"}
        assert free == set(self.model.outbox) - self.model.aside - held
        assert self.store.boot == self.model.boot

    @invariant()
    def the_board_says_so(self) -> None:
        """What closes changes, and what calls for a person."""
        unsettled = any(
            not known.acknowledged and (known.state == "in_doubt" or known.boot < self.model.boot)
            for known in self.model.operations.values()
        )
        expected = set()
        if unsettled:
            expected.add("operations.unsettled")
        if self.model.aside:
            expected.add("central.outbox_stuck")
        assert {condition.id for condition, _ in self.board.standing()} == expected

    @invariant()
    def the_chain_is_whole(self) -> None:
        """From the first record that is kept to the last, and what is under way has its records."""
        check = Check()
        for row in self.store.journal():
            check.follow(row)
        check.end()
        needed = self.store.oldest_needed()
        assert needed is None or self.store.record_at(needed) is not None

    def teardown(self) -> None:
        """Nothing is left behind."""
        self.storage.close()
        self.disk.unregister()
        shutil.rmtree(self.directory)


def test_anything_in_any_order(disk_class: Any) -> None:
    """A hundred lives of thirty steps."""
    run_state_machine_as_test(
        functools.partial(AnyOrder, disk_class),
        settings=settings(
            max_examples=100,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        ),
    )
