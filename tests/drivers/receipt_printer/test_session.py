"""The session against the printer's model, with a fault at every step. The clock jumps; nothing waits."""

import random
from collections.abc import AsyncIterator, Callable

import pytest
import trio
from trio.testing import MockClock

from drivers.errors import Outcome
from drivers.receipt_printer.document import Document, Line, Title
from drivers.receipt_printer.errors import (
    CoverOpen,
    PaperOut,
    PrinterError,
    PrinterFault,
    PrinterGone,
    PrinterOffline,
    PrinterSilent,
    PrintUnconfirmed,
)
from drivers.receipt_printer.protocol import CLEAR, Device, Fault, Paper, Status
from drivers.receipt_printer.session import PrinterSettings, ReceiptPrinter, open_receipt_printer
from simulator.receipt_printer.memory import MemoryPrinter
from simulator.receipt_printer.model import Printer

SLIP = Document((Title("回执"), *(Line(f"第 {n} 行") for n in range(1, 9))))
TEXT = "\n".join(["回执", *(f"第 {n} 行" for n in range(1, 9))])


class Bench:
    """A printer, its wire, and the session on the other end."""

    def __init__(self, printer: Printer, wire: MemoryPrinter, session: ReceiptPrinter) -> None:
        self.printer = printer
        self.wire = wire
        self.session = session

    def do(self, hand: Callable[[], None]) -> None:
        """Work the printer, and let it say so."""
        hand()
        self.wire.nudge()

    async def until(self, **wanted: object) -> Status:
        """Wait for a status with these values."""
        status = self.session.status
        with trio.fail_after(60):
            while any(getattr(status, name) != value for name, value in wanted.items()):
                status = await self.session.changed_from(status)
        return status

    async def fails(self) -> PrinterError:
        """Print, and return what went wrong."""
        with pytest.raises(PrinterError) as caught:
            await self.session.print_once(SLIP)
        return caught.value

    @property
    def whole(self) -> int:
        """Slips that are on paper from the first line to the last."""
        return [receipt.text for receipt in self.printer.receipts].count(TEXT)


@pytest.fixture(params=["process_id", "status"])
def completion(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def bench(completion: str) -> AsyncIterator[Bench]:
    async with trio.open_nursery() as nursery:
        printer = Printer(power_notice=False)
        wire = MemoryPrinter(printer, seconds_per_line=0.05)
        nursery.start_soon(wire.run)
        settings = PrinterSettings(completion=completion)  # type: ignore[arg-type]
        async with open_receipt_printer(wire.connect, settings, rng=random.Random(7)) as session:
            bench = Bench(printer, wire, session)
            await bench.until(device=Device.ONLINE)
            yield bench
        nursery.cancel_scope.cancel()


async def test_printed_once(autojump_clock: MockClock, bench: Bench) -> None:
    await bench.session.print_once(SLIP)
    await bench.session.print_once(SLIP)

    assert bench.whole == len(bench.printer.receipts) == 2
    assert bench.printer.unknown == []


async def test_printed_means_on_paper(autojump_clock: MockClock, bench: Bench) -> None:
    """A slow printer: the call returns when the last line is out, not when the last byte was sent."""
    bench.wire.seconds_per_line = 2.0
    began = trio.current_time()
    await bench.session.print_once(SLIP)
    assert trio.current_time() - began > 16
    assert bench.whole == 1


async def test_low_paper_prints(autojump_clock: MockClock, bench: Bench) -> None:
    bench.do(lambda: bench.printer.set_paper("low"))
    assert (await bench.until(paper=Paper.LOW)).ready
    await bench.session.print_once(SLIP)
    assert bench.whole == 1


Break = Callable[[Printer], None]
FAULTS: list[tuple[str, Break, type[PrinterError]]] = [
    ("paper", lambda p: p.set_paper("out"), PaperOut),
    ("cover", lambda p: p.set_cover(is_open=True), CoverOpen),
    ("cover-and-paper", lambda p: (p.set_cover(is_open=True), p.set_paper("out"))[0], CoverOpen),
    ("cutter", lambda p: p.set_error("cutter"), PrinterFault),
    ("mechanical", lambda p: p.set_error("mechanical"), PrinterFault),
    ("unrecoverable", lambda p: p.set_error("unrecoverable"), PrinterFault),
    ("offline", lambda p: p.set_offline(True), PrinterOffline),
    ("power", lambda p: p.set_power(False), PrinterSilent),
    ("mute", lambda p: setattr(p, "mute", True), PrinterSilent),
]
NAMES = [name for name, _, _ in FAULTS]


def mend(printer: Printer) -> None:
    printer.mute = False
    printer.repair()
    if printer.error == "unrecoverable":
        printer.set_power(False)
    printer.set_power(True)
    printer.set_offline(False)
    printer.set_cover(is_open=False)
    printer.set_paper("full")


@pytest.mark.parametrize(("name", "fault", "error"), FAULTS, ids=NAMES)
async def test_a_fault_before_the_job(
    autojump_clock: MockClock, bench: Bench, name: str, fault: Break, error: type[PrinterError]
) -> None:
    """Nothing can have been printed, and it is said so; mended, the next job prints."""
    bench.do(lambda: fault(bench.printer))
    caught = await bench.fails()

    assert type(caught) is error
    assert caught.outcome is Outcome.NOT_DONE
    assert bench.printer.hanging == bench.printer.receipts == []

    bench.do(lambda: mend(bench.printer))
    await bench.session.check()
    await bench.session.print_once(SLIP)
    assert bench.whole == len(bench.printer.receipts) == 1


@pytest.mark.parametrize("after_lines", [1, 4, 8])
@pytest.mark.parametrize(("name", "fault", "error"), FAULTS, ids=NAMES)
async def test_a_fault_during_the_job(
    autojump_clock: MockClock, bench: Bench, name: str, fault: Break, error: type[PrinterError], after_lines: int
) -> None:
    """Unknown, whatever struck; and when it is mended the rest of the job never comes out by itself."""
    bench.printer.arm(lambda: fault(bench.printer), after_lines=after_lines)
    caught = await bench.fails()

    assert type(caught) is error
    assert caught.outcome is Outcome.UNKNOWN
    printed_by_then = bench.whole

    await trio.sleep(10)
    bench.do(lambda: mend(bench.printer))
    await bench.session.check()
    await trio.sleep(10)
    assert bench.whole == printed_by_then
    assert bench.printer.hanging == []  # What hung out was cut off: the next citizen's slip is his alone.

    await bench.session.print_once(SLIP)
    assert bench.printer.receipts[-1].text == TEXT
    assert bench.whole == printed_by_then + 1


async def test_paper_end_tells_at_once(autojump_clock: MockClock, bench: Bench) -> None:
    """The status comes by itself: no waiting for the deadline of the job."""
    bench.printer.arm(lambda: bench.printer.set_paper("out"), after_lines=2)
    began = trio.current_time()
    await bench.fails()
    assert trio.current_time() - began < 1


async def test_a_fault_names_itself(autojump_clock: MockClock, bench: Bench) -> None:
    bench.do(lambda: bench.printer.set_error("cutter"))
    caught = await bench.fails()
    assert isinstance(caught, PrinterFault)
    assert caught.fault is Fault.CUTTER


async def test_a_hot_head_is_waited_for(autojump_clock: MockClock, bench: Bench) -> None:
    bench.printer.arm(lambda: bench.printer.set_error("automatic"), after_lines=3)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(bench.session.print_once, SLIP)
        await bench.until(fault=Fault.AUTOMATIC)
        await trio.sleep(5)
        bench.do(bench.printer.repair)
    assert bench.whole == 1


async def test_power_away_for_a_moment(autojump_clock: MockClock, bench: Bench) -> None:
    """It is well again when asked, and lost the job: unconfirmed, not printed twice."""

    def blink() -> None:
        bench.printer.set_power(False)
        bench.printer.set_power(True)

    bench.printer.arm(blink, after_lines=3)
    caught = await bench.fails()
    assert type(caught) is PrintUnconfirmed
    assert caught.outcome is Outcome.UNKNOWN
    await trio.sleep(20)
    assert bench.whole == 0


async def test_a_power_notice_ends_the_job(autojump_clock: MockClock, bench: Bench) -> None:
    """Where the printer reports being switched on, nobody waits for a marker that can't come."""
    bench.printer.power_notice = True
    bench.printer.arm(lambda: (bench.printer.set_power(False), bench.printer.set_power(True))[0], after_lines=3)
    began = trio.current_time()
    caught = await bench.fails()
    assert type(caught) is PrinterSilent
    assert trio.current_time() - began < 2
    await bench.until(device=Device.ONLINE)
    await bench.session.print_once(SLIP)
    assert bench.whole == 1


async def test_the_cable_pulled_during_the_job(autojump_clock: MockClock, bench: Bench) -> None:
    bench.printer.arm(bench.wire.unplug, after_lines=4)
    caught = await bench.fails()
    assert type(caught) is PrinterGone
    assert caught.outcome is Outcome.UNKNOWN
    assert (await bench.until(device=Device.NO_DEVICE)).paper is Paper.UNKNOWN

    await trio.sleep(20)
    bench.wire.plug()
    await bench.until(device=Device.ONLINE)
    await trio.sleep(5)
    before = bench.whole
    await bench.session.print_once(SLIP)
    assert bench.whole == before + 1


async def test_a_job_still_coming_out_when_the_cable_is_back_is_stopped(
    autojump_clock: MockClock, bench: Bench
) -> None:
    """It was reported as unknown: it must not quietly become a whole slip behind the next citizen's back."""
    bench.wire.seconds_per_line = 1.0
    bench.printer.arm(bench.wire.unplug, after_lines=5)
    await bench.fails()
    bench.wire.plug()
    await bench.until(device=Device.ONLINE)
    await trio.sleep(20)
    assert bench.whole == 0
    assert bench.printer.hanging == []


async def test_a_wire_that_ends_for_a_moment(autojump_clock: MockClock, bench: Bench) -> None:
    """What was known of the printer isn't, until it was asked again."""
    await bench.wire.connect()  # Somebody else opens it: this one's stream ends.
    gone = await bench.session.changed_from(bench.session.status)
    assert gone == Status(device=Device.NO_DEVICE)
    await bench.until(device=Device.ONLINE)


async def test_the_cable_pulled_before_the_job(autojump_clock: MockClock, bench: Bench) -> None:
    bench.wire.unplug()
    await bench.until(device=Device.NO_DEVICE)
    caught = await bench.fails()
    assert type(caught) is PrinterGone
    assert caught.outcome is Outcome.NOT_DONE


@pytest.mark.parametrize("after_bytes", [1, 7, 60, 150, 220])
async def test_a_host_that_died_in_the_middle_of_a_command(
    autojump_clock: MockClock, bench: Bench, after_bytes: int
) -> None:
    """What an earlier program began must not swallow this one's first commands."""
    half_a_picture = bytes.fromhex("1D 76 30 00 48 00 60 00") + bytes(after_bytes)
    bench.printer.receive(half_a_picture)
    await bench.session.print_once(SLIP)
    assert bench.printer.receipts[-1].text == TEXT


async def test_noise_is_no_marker(autojump_clock: MockClock, bench: Bench) -> None:
    """Anything but the marker, three stray zeros included, doesn't make a job done."""
    noise = bytes.fromhex("00 00 00 9C 37 22 7A 7A 7A 7A 00 37 41")
    bench.printer.arm(lambda: bench.printer.noise(noise), after_lines=2)
    bench.printer.arm(lambda: bench.printer.set_power(False), after_lines=4)
    caught = await bench.fails()
    assert type(caught) is PrinterSilent
    assert bench.whole == 0


@pytest.mark.parametrize("after_lines", [1, 5])
async def test_a_cancelled_job_is_cleared(autojump_clock: MockClock, bench: Bench, after_lines: int) -> None:
    """The citizen's visit is over: what is still in the printer must not come out for the next one."""
    bench.wire.seconds_per_line = 1.0
    with trio.move_on_after(after_lines + 0.5):
        await bench.session.print_once(SLIP)
    await trio.sleep(30)
    assert bench.whole == 0
    assert CLEAR in bytes(bench.wire.received)
    assert bench.printer.hanging == []
    await bench.session.print_once(SLIP)
    assert bench.whole == 1


async def test_two_jobs_wait_for_each_other(autojump_clock: MockClock, bench: Bench) -> None:
    async with trio.open_nursery() as nursery:
        nursery.start_soon(bench.session.print_once, SLIP)
        nursery.start_soon(bench.session.print_once, SLIP)
        nursery.start_soon(bench.session.check)
    assert bench.whole == len(bench.printer.receipts) == 2


async def test_status_comes_by_itself(autojump_clock: MockClock, bench: Bench) -> None:
    """Nobody asks: what hands do to the printer is known when it happens."""
    sent = len(bench.wire.received)
    bench.do(lambda: bench.printer.set_cover(is_open=True))
    await bench.until(cover_open=True, device=Device.OFFLINE)
    bench.do(lambda: bench.printer.set_cover(is_open=False))
    bench.do(lambda: bench.printer.set_paper("low"))
    await bench.until(cover_open=False, device=Device.ONLINE, paper=Paper.LOW)
    assert len(bench.wire.received) == sent


async def test_a_well_printer_is_never_polled(autojump_clock: MockClock, bench: Bench) -> None:
    await trio.sleep(1)
    sent = len(bench.wire.received)
    await trio.sleep(86_400)
    assert len(bench.wire.received) == sent


async def test_check_finds_a_printer_switched_off(autojump_clock: MockClock, bench: Bench) -> None:
    """Switched off while idle it says nothing; asked, it is found out, and found again when it is back."""
    bench.printer.set_power(False)
    assert bench.session.status.ready
    assert (await bench.session.check()).device is Device.POWER_OFF
    bench.printer.set_power(True)
    await bench.until(device=Device.ONLINE)


async def test_a_jam_taken_out_is_noticed(autojump_clock: MockClock, bench: Bench) -> None:
    """A recoverable error stays until the host says DLE ENQ; the session does so by itself."""
    bench.do(lambda: bench.printer.set_error("mechanical"))
    await bench.until(device=Device.HARDWARE_ERROR)
    bench.do(bench.printer.repair)
    await bench.until(device=Device.ONLINE)


async def test_starts_without_paper(autojump_clock: MockClock) -> None:
    """A printer found off line reports its return, though it could not obey the request for status yet."""
    printer = Printer()
    printer.set_paper("out")
    wire = MemoryPrinter(printer)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(wire.run)
        async with open_receipt_printer(wire.connect) as session:
            bench = Bench(printer, wire, session)
            assert session.status.device is Device.STARTING
            await bench.until(paper=Paper.OUT)
            bench.do(lambda: printer.set_paper("full"))
            assert (await bench.until(paper=Paper.FULL)).ready
        nursery.cancel_scope.cancel()


async def test_a_cover_opened_while_the_printer_is_being_asked(autojump_clock: MockClock) -> None:
    """It answered that it is well, and then couldn't obey: that is an open cover, not a silent printer."""
    printer = Printer()
    printer.arm(lambda: printer.set_cover(is_open=True), after_bytes=13)  # Four questions, then ESC @.
    wire = MemoryPrinter(printer)
    seen = []
    async with trio.open_nursery() as nursery:
        nursery.start_soon(wire.run)
        async with open_receipt_printer(wire.connect) as session:
            status = session.status
            while not status.cover_open:
                status = await session.changed_from(status)
                seen.append(status.device)
        nursery.cancel_scope.cancel()
    assert seen == [Device.OFFLINE]


async def test_a_printer_that_answers_and_obeys_nothing(autojump_clock: MockClock) -> None:
    """Its questions are answered, its buffer is never worked off: off line, and nothing was printed."""
    printer = Printer()
    printer.step = lambda: False  # type: ignore[method-assign]
    wire = MemoryPrinter(printer)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(wire.run)
        async with open_receipt_printer(wire.connect) as session:
            await Bench(printer, wire, session).until(device=Device.OFFLINE)
            with pytest.raises(PrinterOffline) as caught:
                await session.print_once(SLIP)
        nursery.cancel_scope.cancel()
    assert caught.value.outcome is Outcome.NOT_DONE


async def test_a_wire_that_takes_nothing(autojump_clock: MockClock) -> None:
    """The write deadline ends the wait, the wire is given up, and nothing is claimed."""
    host, far = trio.testing.lockstep_stream_pair()

    async def connect() -> trio.abc.Stream:
        return host

    async with open_receipt_printer(connect, PrinterSettings(write_seconds=1.0)) as session:
        with trio.fail_after(30):
            caught = None
            try:
                await session.print_once(SLIP)
            except PrinterError as error:
                caught = error
    assert caught is not None
    assert caught.outcome is Outcome.NOT_DONE
    await far.aclose()


async def test_rare_names_without_a_font_are_reported(
    autojump_clock: MockClock, bench: Bench, capsys: pytest.CaptureFixture[str]
) -> None:
    """How many, never which: a name doesn't reach the log."""
    await bench.session.print_once(Document((Line("张\ue123"),)))
    out = capsys.readouterr().out
    assert "receipt_printer.glyph_missing" in out
    assert "count=1" in out.replace("\x1b[35m", "").replace("\x1b[0m", "").replace("\x1b[36m", "")
    assert "张" not in out
