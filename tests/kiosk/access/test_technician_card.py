"""Who is let in at the machine by a card, and who isn't."""

import datetime
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from memory_slot import MemorySlot

from drivers.card_reader.errors import CardGone, NotATechnicianCard
from drivers.pin import Pin
from kiosk import conditions
from kiosk.access.certificate import load_authority
from kiosk.access.errors import AccessRefused
from kiosk.access.grant import NONCE_SECONDS, Grants
from kiosk.access.technician_card import ClockDoubtful, TechnicianAccess
from kiosk.access.tries import FREE_TRIES, LONGEST_WAIT_SECONDS, Tries, wait_seconds
from kiosk.conditions import ConditionBoard
from kiosk.console.roles import Caller, Face, Role
from kiosk.operations.storage import Storage
from kiosk.operations.store import Store
from kiosk.uplink.contract.access import sign_grant
from simulator.card_reader.personas import personas
from simulator.card_reader.technician import TechnicianCard, TechnicianProfile, authority_pem, centre_key

PIN = "806421"


class Gate:
    """The access of one machine, with a clock of its own."""

    def __init__(self, path: Path) -> None:
        self.clock = datetime.datetime.now(datetime.UTC)
        self.monotonic = 0.0
        self.offset: float | None = 0.0
        self.board = ConditionBoard(lambda: self.clock)
        self.storage = Storage(lambda: Store(path), self.board, at=self.clock.isoformat)
        self.grants = Grants(centre_key().public_key(), "kiosk-3", lambda: self.monotonic)
        self.pins: list[Pin] = []

    def access(self) -> TechnicianAccess:
        """As it is after each start."""
        return TechnicianAccess(
            load_authority(authority_pem()),
            Tries(self.storage, self.board, lambda: self.clock),
            self.grants,
            now=lambda: self.clock,
            clock_offset_seconds=lambda: self.offset,
        )

    async def admit(self, access: TechnicianAccess, profile: TechnicianProfile | None = None, pin: str = PIN) -> Caller:
        slot = MemorySlot()
        slot.insert(TechnicianCard(profile or TechnicianProfile(who="technician-17"), PIN))  # type: ignore[arg-type]
        return await access.admit(await slot.connect(), lambda: self.enter(pin))

    async def enter(self, pin: str) -> Pin:
        self.pins.append(Pin(bytearray(pin.encode())))
        return self.pins[-1]


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[Gate]:
    gate = Gate(tmp_path / "kiosk.db")
    with closing(gate.storage):
        yield gate


async def test_card_key_and_pin_let_in(gate: Gate) -> None:
    """With the certificate's roles, those alone that are any; the PIN is wiped."""
    profile = TechnicianProfile(who="technician-17", roles=("engineer", "auditor", "king"))
    caller = await gate.admit(gate.access(), profile)
    assert caller == Caller(who="technician-17", roles=frozenset({Role.ENGINEER, Role.AUDITOR}), face=Face.GLASS)
    assert not any(gate.pins[0].digits)


@pytest.mark.parametrize(
    ("profile", "code"),
    [
        (TechnicianProfile(who="t", foreign=True), "access.foreign_card"),
        (TechnicianProfile(who="t", copied=True), "access.not_proven"),
        (TechnicianProfile(who="t", roles=("king",)), "access.no_role"),
        (TechnicianProfile(who="t", days=61), "access.long_certificate"),
        (TechnicianProfile(who="t", first_day=-61), "access.expired"),
        (TechnicianProfile(who="t", first_day=1), "access.expired"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_who_is_not_let_in(gate: Gate, profile: TechnicianProfile, code: str) -> None:
    """Another authority's, a copy, one without a role, one that is good for too long, too late, too early."""
    with pytest.raises(AccessRefused) as refused:
        await gate.admit(gate.access(), profile)
    assert refused.value.code == code


async def test_a_citizens_card_costs_no_try(gate: Gate) -> None:
    """It is put in all day long."""
    access, slot = gate.access(), MemorySlot()
    slot.insert(next(who for who in personas() if who.id == "normal").make_card())
    for _ in range(FREE_TRIES + 1):
        with pytest.raises(NotATechnicianCard):
            await access.admit(await slot.connect(), lambda: gate.enter(PIN))
    assert gate.pins == []
    await gate.admit(access)


async def test_waits_grow_and_outlast_a_restart(gate: Gate) -> None:
    """Even the right PIN waits; a right one in time begins anew. The board shows it meanwhile."""
    for _ in range(FREE_TRIES):
        with pytest.raises(AccessRefused, match=r"access\.wrong_pin"):
            await gate.admit(gate.access(), pin="000000")
    assert gate.board.stands(conditions.ACCESS_LOCKED)
    with pytest.raises(AccessRefused, match=r"access\.wait"):
        await gate.admit(gate.access())
    gate.clock += datetime.timedelta(seconds=wait_seconds(FREE_TRIES))
    with pytest.raises(AccessRefused, match=r"access\.wrong_pin"):
        await gate.admit(gate.access(), pin="000000")
    gate.clock += datetime.timedelta(seconds=wait_seconds(FREE_TRIES))
    with pytest.raises(AccessRefused, match=r"access\.wait"):
        await gate.admit(gate.access())
    gate.clock += datetime.timedelta(seconds=wait_seconds(FREE_TRIES))
    await gate.admit(gate.access())
    assert not gate.board.stands(conditions.ACCESS_LOCKED)
    with pytest.raises(AccessRefused, match=r"access\.wrong_pin"):
        await gate.admit(gate.access(), pin="000000")
    await gate.admit(gate.access())


async def test_a_clock_set_back_locks_nobody_out_for_long(gate: Gate) -> None:
    """A wait is never longer than the longest."""
    for _ in range(FREE_TRIES):
        with pytest.raises(AccessRefused):
            await gate.admit(gate.access(), pin="000000")
    gate.clock -= datetime.timedelta(days=3650)
    assert Tries(gate.storage, gate.board, lambda: gate.clock).seconds_left() <= LONGEST_WAIT_SECONDS


def test_how_long_one_waits() -> None:
    """Not at all, then half a minute, doubled each time, an hour at most."""
    assert [wait_seconds(failures) for failures in range(7)] == [0, 0, 0, 30, 60, 120, 240]
    assert wait_seconds(10_000) == LONGEST_WAIT_SECONDS


async def test_the_servers_clock_counts_before_ours(gate: Gate) -> None:
    """A machine whose battery is flat asks the server, and a card that has expired there has expired."""
    gate.clock -= datetime.timedelta(days=3650)
    gate.offset = datetime.timedelta(days=3650).total_seconds()
    await gate.admit(gate.access())
    with pytest.raises(AccessRefused, match=r"access\.expired"):
        await gate.admit(gate.access(), TechnicianProfile(who="t", first_day=-61))


async def test_without_a_clock_the_operations_centre_decides(gate: Gate) -> None:
    """For this nonce, machine and role; once; not for long. Key and PIN were proven before."""
    gate.clock -= datetime.timedelta(days=3650)
    gate.offset = None
    access = gate.access()
    with pytest.raises(AccessRefused, match=r"access\.wrong_pin"):
        await gate.admit(access, pin="000000")
    with pytest.raises(ClockDoubtful) as doubtful:
        await gate.admit(access, TechnicianProfile(who="t-1", roles=("engineer", "technician")))
    code = sign_grant(centre_key(), gate.grants.nonce(), "kiosk-3", Role.TECHNICIAN)
    caller = access.admit_by_grant(doubtful.value, code)
    assert caller == Caller(who="t-1", roles=frozenset({Role.TECHNICIAN}), face=Face.GLASS)
    with pytest.raises(AccessRefused, match=r"access\.grant_late"):
        access.admit_by_grant(doubtful.value, code)


@pytest.mark.parametrize("wrong", ["nonce", "machine", "role", "late", "boot", "nonsense"])
async def test_the_word_for_another_time_is_no_good(gate: Gate, wrong: str) -> None:
    """Nor for another machine or role, or after another start. Guessing makes everybody wait."""
    gate.clock -= datetime.timedelta(days=3650)
    gate.offset = None
    access = gate.access()
    with pytest.raises(ClockDoubtful) as doubtful:
        await gate.admit(access)
    nonce = gate.grants.nonce()
    if wrong == "nonce":
        gate.grants.nonce()
    if wrong == "boot":
        gate.grants = Grants(centre_key().public_key(), "kiosk-3", lambda: gate.monotonic)
        access = gate.access()
    if wrong == "late":
        gate.monotonic += NONCE_SECONDS + 1
    machine, role = "kiosk-4" if wrong == "machine" else "kiosk-3", "engineer" if wrong == "role" else "technician"
    code = "KG1.?" if wrong == "nonsense" else sign_grant(centre_key(), nonce, machine, role)
    with pytest.raises(AccessRefused, match=r"access\.grant_"):
        access.admit_by_grant(doubtful.value, code)


async def test_a_card_that_leaves_is_no_try(gate: Gate) -> None:
    """Here; the card itself may have counted."""
    slot, access = MemorySlot(), gate.access()
    slot.insert(TechnicianCard(TechnicianProfile(who="t"), PIN))  # type: ignore[arg-type]
    transport = await slot.connect()

    async def pulled() -> Pin:
        slot.pull()
        return await gate.enter(PIN)

    with pytest.raises(CardGone):
        await access.admit(transport, pulled)
    assert not any(gate.pins[0].digits)
