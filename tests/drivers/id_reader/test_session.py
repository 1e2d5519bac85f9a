"""The session against the reader's model, with a fault at every step. The clock jumps; nothing waits."""

import random
from collections.abc import Callable
from functools import partial

import pytest
import structlog
import trio
from trio.testing import MockClock

from drivers.id_reader.errors import (
    CardLifted,
    CardUnreadable,
    DocumentInvalid,
    IdReaderError,
    ReaderFault,
    ReaderGone,
    ReaderNoisy,
    ReaderSilent,
)
from drivers.id_reader.link import Link, LinkQuiet
from drivers.id_reader.numbers import DocumentKind
from drivers.id_reader.protocol import Answer, Command, Status, text_of
from drivers.id_reader.session import Device, IdReader, Media, ReaderState, open_id_reader
from simulator.id_reader.faults import KINDS
from simulator.id_reader.memory import MemoryIdReader
from simulator.id_reader.model import IdReaderModel
from simulator.id_reader.people import cards

NAMES = {"normal": "张建国", "archived": "李秀英", "stranger": "林国栋"}


async def until(reader: IdReader, device: Device) -> None:
    """Wait until the reader is so."""
    with trio.fail_after(60):
        while reader.state.device is not device:
            await reader.changed_from(reader.state)


async def fails(reader: IdReader) -> IdReaderError:
    """Read, and return what went wrong."""
    with pytest.raises(IdReaderError) as caught, trio.fail_after(60):
        await reader.read()
    return caught.value


async def reads(reader: IdReader, far_end: MemoryIdReader, card: str = "archived") -> bool:
    """Whether a card laid on it now is read."""
    far_end.place(card)
    with trio.fail_after(60):
        document = await reader.read()
    far_end.lift()
    return document.name == NAMES[card]


async def test_a_card_that_comes_while_waiting(
    reader: IdReader, far_end: MemoryIdReader, nursery: trio.Nursery, autojump_clock: MockClock
) -> None:
    async def citizen() -> None:
        await trio.sleep(20)
        far_end.place("normal")

    nursery.start_soon(citizen)
    document = await reader.read()
    assert document.name == "张建国"
    assert document.kind is DocumentKind.RESIDENT
    assert 20 < trio.current_time() < 22


@pytest.mark.parametrize("card", ["foreign_2017", "foreign_2023", "hong_kong", "taiwan", "archived_id_expired"])
async def test_every_kind_of_document(
    reader: IdReader, far_end: MemoryIdReader, card: str, autojump_clock: MockClock
) -> None:
    far_end.place(card)
    assert (await reader.read()).number


async def test_idle_costs_nothing(reader: IdReader, far_end: MemoryIdReader, autojump_clock: MockClock) -> None:
    """Asked once how it is; then nobody asks, whatever lies there."""
    await until(reader, Device.ONLINE)
    far_end.place("normal")
    await trio.sleep(86_400)
    assert far_end.model.commands == 1
    assert reader.state == ReaderState(Device.ONLINE, Media.UNKNOWN)


async def test_waiting_costs_little(reader: IdReader, far_end: MemoryIdReader, autojump_clock: MockClock) -> None:
    """Three looks a second at most, and none once nobody waits."""
    await until(reader, Device.ONLINE)
    with trio.move_on_after(60):
        await reader.read()
    asked = far_end.model.commands
    assert 100 < asked < 181
    await trio.sleep(60)
    assert far_end.model.commands == asked


async def test_media_is_told_while_somebody_waits(
    reader: IdReader, far_end: MemoryIdReader, nursery: trio.Nursery, autojump_clock: MockClock
) -> None:
    seen: list[Media] = []

    async def watch() -> None:
        while True:
            seen.append((await reader.changed_from(reader.state)).media)

    await until(reader, Device.ONLINE)
    nursery.start_soon(watch)
    with trio.move_on_after(5):
        await reader.read()
    far_end.place("normal")
    await reader.read()
    await trio.sleep(1)
    assert seen == [Media.NOT_PRESENT, Media.UNKNOWN, Media.PRESENT, Media.UNKNOWN]
    nursery.cancel_scope.cancel()


async def test_one_miss_is_not_lifted(reader: IdReader, far_end: MemoryIdReader, autojump_clock: MockClock) -> None:
    far_end.place("normal")
    far_end.fail("missed", "find")
    with trio.move_on_after(30) as scope:
        await reader.lifted()
    assert scope.cancelled_caught


async def test_lifted_is_waited_for(
    reader: IdReader, far_end: MemoryIdReader, nursery: trio.Nursery, autojump_clock: MockClock
) -> None:
    """So that the page can say: take your card along."""

    async def citizen() -> None:
        await trio.sleep(7)
        far_end.lift()

    far_end.place("normal")
    await reader.read()
    nursery.start_soon(citizen)
    await reader.lifted()
    assert 8 < trio.current_time() < 11


@pytest.mark.parametrize("at", ["select", "read"])
async def test_lifted_midway(reader: IdReader, far_end: MemoryIdReader, at: str, autojump_clock: MockClock) -> None:
    """Told, and the next call waits for the card again."""
    far_end.place("archived")
    far_end.fail("lifted", at)
    assert isinstance(await fails(reader), CardLifted)
    assert reader.state == ReaderState(Device.ONLINE, Media.UNKNOWN)
    assert await reads(reader, far_end)


async def test_swapped_midway(
    reader: IdReader, far_end: MemoryIdReader, nursery: trio.Nursery, autojump_clock: MockClock
) -> None:
    """Never a mixture, nor the first one's data in the second one's place."""

    async def citizen() -> None:
        await trio.sleep(0.5)
        far_end.place("stranger")

    await until(reader, Device.ONLINE)
    start = trio.current_time()
    far_end.place("archived")
    nursery.start_soon(citizen)
    assert (await reader.read()).name == "林国栋"
    assert trio.current_time() > start + 0.5


async def test_a_cancelled_reading_leaves_nothing_for_the_next(
    reader: IdReader, far_end: MemoryIdReader, autojump_clock: MockClock
) -> None:
    """The answer comes when the citizen has gone: it is overwritten, and not the next one's."""
    await until(reader, Device.ONLINE)
    far_end.place("archived")
    with trio.move_on_after(0.5) as scope:
        await reader.read()
    assert scope.cancelled_caught
    far_end.lift()
    assert await reads(reader, far_end, "stranger")


@pytest.mark.parametrize("at", ["find", "select", "read"])
@pytest.mark.parametrize("how", ["noise", "torn", "wrong_check", "truncated", "silence", "deaf", "late"])
async def test_one_fault_on_the_line_is_overcome(
    reader: IdReader, far_end: MemoryIdReader, how: str, at: str, autojump_clock: MockClock
) -> None:
    """Every command may be sent again; what arrives is the right person's."""
    far_end.fail(how, at)
    assert await reads(reader, far_end)
    await trio.sleep(10)  # What was late comes now.
    assert await reads(reader, far_end, "stranger")


LASTING: list[tuple[str, type[IdReaderError], Device]] = [
    ("wrong_check", ReaderNoisy, Device.OFFLINE),
    ("deaf", ReaderNoisy, Device.OFFLINE),
    ("silence", ReaderSilent, Device.POWER_OFF),
    ("truncated", ReaderSilent, Device.POWER_OFF),
    ("no_module", ReaderFault, Device.HARDWARE_ERROR),
    ("not_authorised", ReaderFault, Device.HARDWARE_ERROR),
]


@pytest.mark.parametrize("at", ["any", "find", "select", "read"])
@pytest.mark.parametrize(("how", "error", "device"), LASTING)
async def test_a_lasting_fault(
    reader: IdReader,
    far_end: MemoryIdReader,
    how: str,
    error: type[IdReaderError],
    device: Device,
    at: str,
    autojump_clock: MockClock,
) -> None:
    """Told by name; and once it is mended the reader is found well without anybody's doing."""
    await until(reader, Device.ONLINE)
    far_end.place("normal")
    far_end.fail(how, at, once=False)
    assert type(await fails(reader)) is error
    assert reader.state == ReaderState(device)
    far_end.model.mend()
    await until(reader, Device.ONLINE)
    assert await reads(reader, far_end)


async def test_a_fault_names_its_status(reader: IdReader, far_end: MemoryIdReader, autojump_clock: MockClock) -> None:
    far_end.fail("no_module", once=False)
    error = await fails(reader)
    assert isinstance(error, ReaderFault)
    assert error.status == Status.SELF_TEST_FAILED
    assert "60, self test failed" in str(error)
    assert str(CardUnreadable(0x77)).startswith("the card on the reader can't be read: 77 ")


USELESS: list[tuple[str, Callable[[MemoryIdReader], None], int]] = [
    ("another kind of card", lambda far_end: far_end.place("other_card"), 0x81),
    ("refused", lambda far_end: far_end.fail("unreadable", "read", once=False), 0x41),
    ("refused when selected", lambda far_end: far_end.fail("unreadable", "select", once=False), 0x81),
    ("false", lambda far_end: far_end.fail("false_card", "read", once=False), 0x33),
]


@pytest.mark.parametrize(("name", "do", "status"), USELESS, ids=[name for name, _, _ in USELESS])
async def test_a_card_that_is_of_no_use(
    reader: IdReader,
    far_end: MemoryIdReader,
    name: str,
    do: Callable[[MemoryIdReader], None],
    status: int,
    autojump_clock: MockClock,
) -> None:
    """It lies there still: not the same as one that was taken away. The reader is well."""
    far_end.place("normal")
    do(far_end)
    error = await fails(reader)
    assert isinstance(error, CardUnreadable)
    assert error.status == status
    far_end.model.mend()
    assert await reads(reader, far_end)


@pytest.mark.parametrize("how", ["unreadable", "scrambled", "false_card"])
async def test_a_card_not_quite_in_place_gets_a_second_go(
    reader: IdReader, far_end: MemoryIdReader, how: str, autojump_clock: MockClock
) -> None:
    far_end.fail(how, "read")
    assert await reads(reader, far_end)


async def test_a_text_that_makes_no_sense(reader: IdReader, far_end: MemoryIdReader, autojump_clock: MockClock) -> None:
    far_end.place("normal")
    far_end.fail("scrambled", "read", once=False)
    error = await fails(reader)
    assert isinstance(error, DocumentInvalid)
    assert error.item == "kind"


async def test_a_reading_of_other_lengths(
    reader: IdReader, far_end: MemoryIdReader, monkeypatch: pytest.MonkeyPatch, autojump_clock: MockClock
) -> None:
    monkeypatch.setattr("simulator.id_reader.model.PHOTO_BYTES", 1023)
    far_end.place("normal")
    error = await fails(reader)
    assert isinstance(error, DocumentInvalid)
    assert error.item == "text"


async def test_a_reader_that_finds_a_card_once_only(
    reader: IdReader, far_end: MemoryIdReader, autojump_clock: MockClock
) -> None:
    """Some leave a card that was read asleep: it is found again when it was lifted."""
    far_end.place("archived")
    far_end.fail("asleep", "read")
    assert (await reader.read()).name == "李秀英"
    with trio.move_on_after(30) as scope:
        await reader.read()
    assert scope.cancelled_caught
    far_end.lift()
    assert await reads(reader, far_end)


async def test_unplugged_when_idle_and_back(
    reader: IdReader, far_end: MemoryIdReader, autojump_clock: MockClock
) -> None:
    """Noticed without being asked; it comes back by itself."""
    await until(reader, Device.ONLINE)
    far_end.unplug()
    await until(reader, Device.NO_DEVICE)
    assert isinstance(await fails(reader), ReaderGone)
    assert await reader.check() == ReaderState(Device.NO_DEVICE)
    await trio.sleep(100)
    far_end.plug()
    await until(reader, Device.ONLINE)
    assert await reads(reader, far_end)


@pytest.mark.parametrize("at", ["find", "select", "read"])
async def test_unplugged_midway(reader: IdReader, far_end: MemoryIdReader, at: str, autojump_clock: MockClock) -> None:
    await until(reader, Device.ONLINE)
    far_end.place("normal")
    far_end.fail("unplug", at)
    assert isinstance(await fails(reader), ReaderGone)
    far_end.plug()
    await until(reader, Device.ONLINE)
    assert await reads(reader, far_end)


async def test_it_needn_t_be_there_at_the_start(far_end: MemoryIdReader, autojump_clock: MockClock) -> None:
    far_end.unplug()
    async with open_id_reader(far_end.connect) as reader:
        assert reader.state.device is Device.STARTING
        await until(reader, Device.NO_DEVICE)
        far_end.plug()
        await until(reader, Device.ONLINE)


async def test_a_line_that_breaks_while_sending(autojump_clock: MockClock) -> None:
    """A stream that fails to send is given up, and another one opened."""
    opened = 0

    class Broken(trio.abc.Stream):
        async def send_all(self, data: bytes | bytearray | memoryview) -> None:
            raise trio.BrokenResourceError

        async def wait_send_all_might_not_block(self) -> None:
            await trio.lowlevel.checkpoint()

        async def receive_some(self, max_bytes: int | None = None) -> bytes:
            await self.closed.wait()
            raise trio.ClosedResourceError

        async def aclose(self) -> None:
            self.closed.set()
            await trio.lowlevel.checkpoint()

    async def connect() -> trio.abc.Stream:
        nonlocal opened
        opened += 1
        stream = Broken()
        stream.closed = trio.Event()  # type: ignore[attr-defined]
        return stream

    async with open_id_reader(connect) as reader:
        await until(reader, Device.NO_DEVICE)
        assert isinstance(await fails(reader), ReaderGone)
        await trio.sleep(10)
    assert opened > 2


async def test_check_asks_now(reader: IdReader, far_end: MemoryIdReader, autojump_clock: MockClock) -> None:
    """One that lost its power while idle says nothing by itself."""
    await until(reader, Device.ONLINE)
    far_end.fail("silence", "state", once=False)
    assert reader.state.device is Device.ONLINE
    assert (await reader.check()).device is Device.POWER_OFF


async def test_check_does_not_disturb_a_reading(
    reader: IdReader, far_end: MemoryIdReader, nursery: trio.Nursery, autojump_clock: MockClock
) -> None:
    async def health() -> None:
        await trio.sleep(1)
        assert (await reader.check()).media is Media.NOT_PRESENT
        far_end.place("normal")

    await until(reader, Device.ONLINE)
    nursery.start_soon(health)
    assert (await reader.read()).name == "张建国"


async def test_what_was_read_is_overwritten(
    reader: IdReader, far_end: MemoryIdReader, monkeypatch: pytest.MonkeyPatch, autojump_clock: MockClock
) -> None:
    """Text and photo, of readings that were used, came too late, or were of no use."""
    seen: list[bytearray] = []
    sizes: list[int] = []

    class Watched(Answer):
        def __init__(self, card_status: bytes, status: int, data: bytearray) -> None:
            super().__init__(card_status, status, data)
            seen.append(data)
            sizes.append(sum(map(bool, data)))

    def watched_text(data: bytearray) -> bytearray:
        text = text_of(data)
        seen.append(text)
        return text

    monkeypatch.setattr("drivers.id_reader.protocol.Answer", Watched)
    monkeypatch.setattr("drivers.id_reader.session.text_of", watched_text)
    await until(reader, Device.ONLINE)
    far_end.fail("scrambled", "read")
    far_end.place("normal")
    await reader.read()
    far_end.fail("late", "read", seconds=4)
    await reader.read()
    with trio.move_on_after(0.5):
        await reader.read()
    await trio.sleep(10)
    assert sum(size > 1000 for size in sizes) >= 4
    assert not any(any(data) for data in seen)


async def test_nothing_personal_is_logged(reader: IdReader, far_end: MemoryIdReader, autojump_clock: MockClock) -> None:
    with structlog.testing.capture_logs() as logged:
        assert await reads(reader, far_end)
        far_end.place("normal")
        far_end.fail("scrambled", "read", once=False)
        await fails(reader)
    assert {entry["event"] for entry in logged} == {"id_reader.read", "id_reader.not_read", "id_reader.state"}
    assert {key for entry in logged for key in entry} == {"event", "log_level", "reason", "device"}


HANDS = ("place", "lift", "unplug", "plug", "mend")


@pytest.mark.parametrize("seed", range(20))
async def test_seeded_faults(seed: int, autojump_clock: MockClock) -> None:
    """Anything at any time: a reading is of a card that lay there, or an error with a name; then all is well again."""
    rng = random.Random(seed)
    by_name = {card.id: card for card in cards() if card.kind == "resident" and card.id != "archived_id_expired"}
    lain: set[str] = set()

    async def hands(far_end: MemoryIdReader) -> None:
        while True:
            await trio.sleep(rng.random() * 3)
            match rng.choice((*HANDS, "fail", "fail")):
                case "place":
                    card = rng.choice(sorted(by_name))
                    lain.add(card)
                    far_end.place(card)
                case "fail":
                    how = rng.choice(sorted(KINDS))
                    far_end.fail(how, rng.choice(("state", "find", "select", "read")), once=rng.random() < 0.8)
                case "mend":
                    far_end.model.mend()
                case hand:
                    getattr(far_end, hand)()

    async with trio.open_nursery() as nursery:
        far_end = MemoryIdReader(IdReaderModel(), nursery)
        async with open_id_reader(far_end.connect) as reader:
            with trio.move_on_after(300):
                nursery.start_soon(hands, far_end)
                while True:
                    try:
                        with trio.move_on_after(rng.random() * 5):
                            document = await reader.read()
                            assert any(document.number.encode("utf-16-le") in by_name[card].text for card in lain)
                    except IdReaderError:
                        await trio.sleep(0.1)
            nursery.cancel_scope.cancel()
    async with trio.open_nursery() as nursery:
        far_end.model.mend()
        far_end.plug()
        calm = MemoryIdReader(far_end.model, nursery)
        async with open_id_reader(calm.connect) as reader:
            await until(reader, Device.ONLINE)
            assert await reads(reader, calm)
        nursery.cancel_scope.cancel()


async def test_an_answer_that_comes_as_its_reader_leaves(autojump_clock: MockClock) -> None:
    """In the same moment: nobody takes it, so it is overwritten."""
    near, _ = trio.testing.memory_stream_pair()
    link = Link(near)
    late = Answer(b"\0\0", 0x90, bytearray(b"\x01" * 1284))
    async with trio.open_nursery() as nursery:
        nursery.start_soon(partial(link.request, Command.READ, seconds=5))
        await trio.sleep(1)
        nursery.cancel_scope.cancel()
        link._arrived(late)
    assert late.data == bytes(1284)


async def test_one_request_at_a_time(autojump_clock: MockClock) -> None:
    """The session's own rule, held where it would hurt."""
    near, _ = trio.testing.memory_stream_pair()
    link = Link(near)
    async with trio.open_nursery() as nursery:

        async def ask() -> None:
            with pytest.raises(LinkQuiet):
                await link.request(Command.FIND, seconds=5)

        nursery.start_soon(ask)
        await trio.sleep(1)
        with pytest.raises(AssertionError, match="one request"):
            await link.request(Command.FIND, seconds=5)
