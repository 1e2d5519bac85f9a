"""The separate pad as a visit uses it, with the pad's far end in memory."""

import datetime
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest
import trio
from issuer import IPEK, KSN, keys_of, software_keys, somebody
from trio.testing import MockClock

from central.authority import Authority, PinRules, PinsDiffer
from drivers.pin import Pin
from drivers.pin_pad.dukpt import EncryptedPin, PadKey
from drivers.pin_pad.errors import EntryCancelled, ForeignBlock, PadGone, PadRefused
from drivers.pin_pad.session import PinPad
from kiosk import conditions
from kiosk.conditions import Condition, ConditionBoard
from kiosk.pin_entry import PadEntry
from kiosk.uplink.contract import EncipheredPin
from simulator.pin_pad.faults import Fault
from simulator.pin_pad.memory import MemoryPad
from simulator.pin_pad.model import PinPadModel

Rig = tuple[PadEntry, MemoryPad, ConditionBoard]
Open = Callable[[PadKey | None], AbstractAsyncContextManager[Rig]]


@pytest.fixture
def opened(nursery: trio.Nursery) -> Open:
    @asynccontextmanager
    async def open_pad(key: PadKey | None) -> AsyncIterator[Rig]:
        far_end = MemoryPad(PinPadModel(IPEK, KSN), nursery)
        board = ConditionBoard(lambda: datetime.datetime.now(datetime.UTC))
        async with PinPad(far_end.connect, nursery) as pad:
            yield PadEntry(pad, key, board, seconds=60, length=6), far_end, board

    return open_pad


def key() -> PadKey:
    return PadKey(bytearray(IPEK), KSN)


def standing(board: ConditionBoard) -> list[Condition]:
    return [condition for condition, _ in board.standing()]


def message(encrypted: EncryptedPin) -> EncipheredPin:
    return EncipheredPin(
        key_serial_number=encrypted.ksn.hex().upper(),
        block=encrypted.block.hex().upper(),
        account=encrypted.account,
    )


async def enciphered(entry: PadEntry, far_end: MemoryPad, nursery: trio.Nursery, digits: str) -> EncipheredPin:
    nursery.start_soon(far_end.answer, digits)
    return message(await entry.enter_enciphered())


async def test_what_the_pad_enciphers_the_issuer_opens(
    autojump_clock: MockClock, nursery: trio.Nursery, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two entries, each with a key of its own; no `Pin` is made of them here, with or without this pad's key."""

    def never(self: Pin, digits: bytearray) -> None:
        raise AssertionError("a PIN entered this program")

    monkeypatch.setattr(Pin, "__init__", never)
    authority, card = Authority(software_keys()), keys_of(somebody("sm4"))
    async with opened(None) as (entry, far_end, _):
        entries = [await enciphered(entry, far_end, nursery, digits) for digits in ("604173", "604173", "604174")]
    data = authority.reset(card, bytes(8), entries[0], entries[1], last_counter=0, rules=PinRules())
    assert len(data) == 20
    with pytest.raises(PinsDiffer):
        authority.reset(card, bytes(8), entries[1], entries[2], last_counter=1, rules=PinRules())
    assert len({(e.key_serial_number, e.account.get_secret_value()) for e in entries}) == 3


async def test_where_this_machine_opens_it(autojump_clock: MockClock, nursery: trio.Nursery, opened: Open) -> None:
    """Both ways, at the same pad."""
    async with opened(key()) as (entry, far_end, board):
        nursery.start_soon(far_end.answer, "604173")
        with await entry.enter() as pin:
            assert bytes(pin.digits) == b"604173"
        await enciphered(entry, far_end, nursery, "604173")
        assert standing(board) == []


async def test_a_citizen_who_cancels(autojump_clock: MockClock, nursery: trio.Nursery, opened: Open) -> None:
    """Nothing is wrong with the pad."""
    async with opened(None) as (entry, far_end, board):
        nursery.start_soon(lambda: far_end.answer("60", last="cancel"))
        with pytest.raises(EntryCancelled):
            await entry.enter_enciphered()
        assert standing(board) == []


@pytest.mark.parametrize(
    ("beside_reader", "condition"), [(True, conditions.ENCIPHERING_PAD_GONE), (False, conditions.PIN_PAD_GONE)]
)
async def test_a_pad_that_goes_and_comes_back(
    beside_reader: bool, condition: Condition, autojump_clock: MockClock, nursery: trio.Nursery, opened: Open
) -> None:
    """Beside a reader that takes PINs itself only resets go with it."""
    async with opened(None if beside_reader else key()) as (entry, far_end, board):
        nursery.start_soon(entry.watch)
        await far_end_pulled(entry, far_end, nursery)
        assert standing(board) == [condition]
        far_end.plug()
        await trio.sleep(30)
        assert standing(board) == []


@pytest.mark.parametrize(
    ("beside_reader", "condition"), [(True, conditions.ENCIPHERING_PAD_REFUSES), (False, conditions.PIN_PAD_REFUSES)]
)
async def test_a_pad_that_refuses_is_asked_again(
    beside_reader: bool, condition: Condition, autojump_clock: MockClock, nursery: trio.Nursery, opened: Open
) -> None:
    """Until it takes an entry, which nobody then makes: the pad is left idle, and its key unspent."""
    async with opened(None if beside_reader else key()) as (entry, far_end, board):
        nursery.start_soon(entry.watch)
        far_end.model.fail(Fault("no_prompts", once=False), trio.current_time())
        with pytest.raises(PadRefused):
            await entry.enter_enciphered()
        assert standing(board) == [condition]
        await trio.sleep(100)
        assert standing(board) == [condition]
        far_end.model.mend()
        ksn = far_end.model.ksn
        await trio.sleep(35)
        assert standing(board) == []
        assert not far_end.model.entering
        assert far_end.model.ksn == ksn


async def far_end_pulled(entry: PadEntry, far_end: MemoryPad, nursery: trio.Nursery) -> None:
    async def pull() -> None:
        await far_end.asked()
        far_end.unplug()

    nursery.start_soon(pull)
    with pytest.raises(PadGone):
        await entry.enter_enciphered()


async def test_a_foreign_pad(autojump_clock: MockClock, nursery: trio.Nursery, opened: Open) -> None:
    """Another pad's key here: told when it is opened, not when it goes on to the server."""
    foreign = PadKey(bytearray(IPEK), KSN[:-4] + bytes(4))
    async with opened(foreign) as (entry, far_end, board):
        await enciphered(entry, far_end, nursery, "604173")
        assert standing(board) == []
        nursery.start_soon(far_end.answer, "604173")
        with pytest.raises(ForeignBlock):
            await entry.enter()
        assert standing(board) == [conditions.PIN_PAD_FOREIGN]


async def test_without_a_key_nothing_is_opened(nursery: trio.Nursery, opened: Open) -> None:
    """A mistake of the program's."""
    async with opened(None) as (entry, _, _):
        with pytest.raises(AssertionError):
            await entry.enter()
