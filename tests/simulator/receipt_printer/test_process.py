"""The driver and the printer's process, over a real pty."""

import base64
import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import trio
import zxingcpp
from PIL import Image

from drivers.errors import Outcome
from drivers.receipt_printer.document import Document, Line, QrCode
from drivers.receipt_printer.errors import (
    CoverOpen,
    PaperOut,
    PrinterError,
    PrinterFault,
    PrinterGone,
    PrinterOffline,
    PrinterSilent,
)
from drivers.receipt_printer.protocol import Device, Status
from drivers.receipt_printer.session import PrinterSettings, ReceiptPrinter, open_receipt_printer
from drivers.receipt_printer.transport import serial
from drivers.serial_port import Line as Wire
from simulator.control import Control, ControlError

CHECKOUT = Path(__file__).parents[3]
SLIP = Document((Line("第一行"), Line("第二行"), Line("第三行"), QrCode("K-000001"), Line("最后一行")))
TEXT = "第一行\n第二行\n第三行\n最后一行"
QUICK = PrinterSettings(answer_seconds=0.4, write_seconds=0.4, job_seconds=1.5, retry_seconds=0.1)


class Bench:
    """The process, its folder, the hand on it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = folder / "port"
        self.state = folder / "state"
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "simulator.receipt_printer"),
                *("--control", str(folder / "control"), "--link", str(self.port), "--state", str(self.state)),
            ],
            cwd=CHECKOUT,
        )
        deadline = time.monotonic() + 20
        while not (folder / "control").exists():
            assert self.process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.01)
        time.sleep(0.01)
        self.hand = Control(folder / "control")

    def stop(self) -> int:
        """End it in order; its exit status."""
        self.hand.close()
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(10)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    bench = Bench(tmp_path_factory.mktemp("printer"))
    yield bench
    assert bench.stop() == 0
    assert not bench.port.exists()


@pytest.fixture
def bench(running: Bench) -> Bench:
    """The one process, mended and with nothing hanging out."""
    running.hand("plug")
    running.hand("mend")
    running.hand("slow", seconds_per_line=0)
    running.hand("tear_off")
    return running


@pytest.fixture
async def printer(bench: Bench) -> AsyncIterator[ReceiptPrinter]:
    async with open_receipt_printer(serial(bench.port, Wire(baud=115200)), QUICK) as printer:
        await until(printer, lambda status: status.ready)
        yield printer


async def until(printer: ReceiptPrinter, true: Callable[[Status], bool]) -> None:
    status = printer.status
    with trio.fail_after(10):
        while not true(status):
            status = await printer.changed_from(status)


async def fails(printer: ReceiptPrinter, slip: Document = SLIP) -> PrinterError:
    with pytest.raises(PrinterError) as caught:
        await printer.print_once(slip)
    return caught.value


def newest(bench: Bench) -> dict[str, Any]:
    (*_, last) = bench.hand("receipts")["receipts"]
    return dict(last)


async def test_a_receipt_and_its_picture(bench: Bench, printer: ReceiptPrinter) -> None:
    """On paper, in the folder, and over the control; the code on the picture decodes."""
    await printer.print_once(SLIP)
    receipt = newest(bench)
    assert (receipt["text"], receipt["cut"]) == (TEXT, True)

    by_control = base64.b64decode(bench.hand("picture", of="last")["png"])
    assert (bench.state / "receipt.png").read_bytes() == by_control
    assert (bench.state / f"receipt-{receipt['number']}.png").read_bytes() == by_control
    assert (bench.state / "receipt.bin").read_bytes() == base64.b64decode(bench.hand("binary")["data"])
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(by_control)))
    assert code.text == "K-000001"


async def test_a_rare_name_is_seen(bench: Bench, printer: ReceiptPrinter) -> None:
    await printer.print_once(Document((Line("张𠮷"),)))
    picture = Image.open(io.BytesIO(base64.b64decode(bench.hand("picture")["png"]))).convert("1")
    ink = 255 * 24 * 24 - sum(picture.crop((32 + 24, 32, 32 + 48, 56)).convert("L").tobytes())
    assert 40 < ink / 255 < 400


@pytest.mark.parametrize(
    ("verb", "arguments", "error", "when"),
    [
        ("paper", {"level": "out"}, PaperOut, {"after_lines": 2}),
        ("paper", {"level": "out"}, PaperOut, {"after_bytes": 60}),
        ("cover", {"position": "open"}, CoverOpen, {"after_lines": 2}),
        ("power", {"to": "off"}, PrinterSilent, {"after_lines": 2}),
        ("power", {"to": "off"}, PrinterSilent, {"after_bytes": 60}),
        ("offline", {"on": True}, PrinterOffline, {"after_lines": 2}),
        ("fail", {"how": "cutter"}, PrinterFault, {"after_lines": 2}),
        ("fail", {"how": "mute"}, PrinterSilent, {"after_lines": 2}),
        ("unplug", {}, PrinterGone, {"after_lines": 2}),
    ],
)
async def test_every_fault_in_the_middle(
    bench: Bench,
    printer: ReceiptPrinter,
    verb: str,
    arguments: dict[str, Any],
    error: type[PrinterError],
    when: dict[str, int],
) -> None:
    """Each is told apart over the real wire, the job doesn't go on by itself, and the next one prints.

    Two don't stop the printer itself: then "unknown" can turn out to be printed.
    """
    count = bench.hand("state")["receipts"]
    bench.hand("slow", seconds_per_line=0.02)
    bench.hand(verb, **arguments, **when)
    caught = await fails(printer)
    assert type(caught) is error
    assert caught.outcome is Outcome.UNKNOWN

    bench.hand("plug")
    bench.hand("mend")
    await printer.check()
    await until(printer, lambda status: status.ready)
    await printer.print_once(SLIP)
    texts = [receipt["text"] for receipt in bench.hand("receipts")["receipts"][count:]]
    assert texts.count(TEXT) == 1 or (error in (PrinterGone, PrinterSilent) and verb != "power")
    assert texts[-1] == TEXT


async def test_a_printer_that_stops_taking_bytes(bench: Bench, printer: ReceiptPrinter) -> None:
    """Its buffer and the line are full: the write deadline ends it, the port is opened afresh, nothing comes later."""
    long = Document(tuple(Line("𠮷" * 24) for _ in range(12)))
    count = bench.hand("state")["receipts"]
    bench.hand("offline", on=True, after_bytes=3000)
    caught = await fails(printer, long)
    assert type(caught) is PrinterOffline
    assert caught.outcome is Outcome.UNKNOWN

    bench.hand("mend")
    await until(printer, lambda status: status.ready)
    await printer.print_once(SLIP)
    assert newest(bench)["text"].endswith(TEXT)
    assert bench.hand("state")["receipts"] <= count + 2


async def test_line_noise(bench: Bench, printer: ReceiptPrinter) -> None:
    for after in (1, 3, 5):
        bench.hand("fail", how="noise", after_lines=after)
    await printer.print_once(SLIP)
    assert newest(bench)["text"] == TEXT


async def test_the_cable(bench: Bench, printer: ReceiptPrinter) -> None:
    """Pulled and put back, as often as one likes: found again without being asked."""
    for _ in range(3):
        bench.hand("unplug")
        await until(printer, lambda status: status.device is Device.NO_DEVICE)
        assert not bench.port.exists()
        bench.hand("plug")
        await until(printer, lambda status: status.ready)
    await printer.print_once(SLIP)


def test_idle_costs_nothing(bench: Bench) -> None:
    """The process sleeps while nothing happens."""

    def ticks() -> int:
        fields = Path(f"/proc/{bench.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return int(fields[11]) + int(fields[12])

    before = ticks()
    time.sleep(0.5)
    assert ticks() - before <= 1


@pytest.mark.parametrize(
    ("verb", "arguments"),
    [
        ("paper", {"level": "none"}),
        ("cover", {"position": "ajar"}),
        ("power", {"to": "half"}),
        ("fail", {"how": "fire"}),
        ("fail", {"how": "mute", "after_tea": 1}),
        ("paper", {"level": "out", "after_lines": 0}),
        ("picture", {"of": 9999}),
        ("slow", {"seconds_per_line": -1}),
        ("fly", {}),
    ],
)
def test_a_wrong_order_is_refused(bench: Bench, verb: str, arguments: dict[str, Any]) -> None:
    with pytest.raises(ControlError):
        bench.hand(verb, **arguments)
    assert bench.hand("state")["online"]


def test_the_roll_is_drawn_and_torn_off(bench: Bench) -> None:
    descriptor = os.open(bench.port, os.O_RDWR | os.O_NOCTTY)
    os.write(descriptor, b"hanging\n")
    while bench.hand("state")["hanging_lines"] < 1:
        time.sleep(0.01)
    os.close(descriptor)
    for of in ("hanging", "roll"):
        image = Image.open(io.BytesIO(base64.b64decode(bench.hand("picture", of=of)["png"])))
        assert image.width == 640
    bench.hand("tear_off")
    assert bench.hand("state")["hanging_lines"] == 0
    assert newest(bench)["cut"] is False
