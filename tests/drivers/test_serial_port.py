"""The serial port over a real pty: the kernel's tty layer, only the cable is missing."""

import os
import pty
import tty
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import trio
import trio.testing

from drivers.errors import Outcome
from drivers.serial_port import Line, PortGone, PortRefused, PortStalled, SerialPort, open_serial_port


class FarEnd:
    """The master side of a pty, which plays the device."""

    def __init__(self) -> None:
        self.master, slave = pty.openpty()
        tty.setraw(slave)
        self.path = os.ttyname(slave)
        self._slave = slave

    def release(self) -> None:
        """Leave the slave to the driver: only then does closing the master hang it up."""
        os.close(self._slave)

    def unplug(self) -> None:
        """Close the master: the kernel hangs the driver's side up."""
        with suppress(OSError):
            os.close(self.master)


@pytest.fixture
def far_end() -> Iterator[FarEnd]:
    end = FarEnd()
    yield end
    end.unplug()


@pytest.fixture
async def port(far_end: FarEnd) -> AsyncIterator[SerialPort]:
    opened = open_serial_port(far_end.path, Line(baud=19200, parity="even", data_bits=7), write_seconds=0.2)
    far_end.release()
    yield opened
    await opened.aclose()


async def test_bytes_go_both_ways_unchanged(port: SerialPort, far_end: FarEnd) -> None:
    """Every byte value passes: no echo, no line editing, no translation of line ends."""
    everything = bytes(range(256))
    await port.send_all(everything)
    assert os.read(far_end.master, 1000) == everything

    os.write(far_end.master, everything)
    received = b""
    while len(received) < 256:
        received += await port.receive_some(100)
    assert received == everything


async def test_waiting_for_bytes_is_cancellable_and_loses_none(port: SerialPort, far_end: FarEnd) -> None:
    with trio.move_on_after(0.01) as scope:
        await port.receive_some()
    assert scope.cancelled_caught

    os.write(far_end.master, b"later")
    assert await port.receive_some() == b"later"


async def test_a_quiet_port_is_not_a_vanished_one(port: SerialPort, far_end: FarEnd) -> None:
    """An empty read of a raw tty means quiet as well as gone; the two are told apart."""

    async def speak() -> None:
        await trio.testing.wait_all_tasks_blocked()
        os.write(far_end.master, b"!")

    async with trio.open_nursery() as nursery:
        nursery.start_soon(speak)
        assert await port.receive_some() == b"!"


async def test_unplugged_while_waiting(port: SerialPort, far_end: FarEnd) -> None:
    async def pull() -> None:
        await trio.testing.wait_all_tasks_blocked()
        far_end.unplug()

    async with trio.open_nursery() as nursery:
        nursery.start_soon(pull)
        with pytest.raises(PortGone) as caught:
            await port.receive_some()
    assert caught.value.outcome is Outcome.UNKNOWN
    assert isinstance(caught.value, trio.BrokenResourceError)


async def test_unplugged_before_sending(port: SerialPort, far_end: FarEnd) -> None:
    far_end.unplug()
    with pytest.raises(PortGone):
        await port.send_all(b"anyone?")


async def test_a_far_end_that_takes_nothing_ends_at_the_write_deadline(port: SerialPort) -> None:
    with pytest.raises(PortStalled) as caught:
        await port.send_all(bytes(1 << 20))
    assert 0 < caught.value.bytes_taken < 1 << 20
    assert caught.value.outcome is Outcome.UNKNOWN


async def test_a_slow_far_end_gets_everything(port: SerialPort, far_end: FarEnd) -> None:
    """More than the kernel's queue holds: sending waits for room instead of failing."""
    body = bytes(range(256)) * 100
    got = bytearray()

    async def drain() -> None:
        while len(got) < len(body):
            await trio.lowlevel.wait_readable(far_end.master)
            got.extend(os.read(far_end.master, 1000))

    async with trio.open_nursery() as nursery:
        nursery.start_soon(drain)
        await port.send_all(body)
    assert got == body


async def test_two_senders_are_told(port: SerialPort) -> None:
    async with trio.open_nursery() as nursery:
        nursery.cancel_scope.deadline = trio.current_time() + 5

        async def fill() -> None:
            with pytest.raises(PortStalled):
                await port.send_all(bytes(1 << 20))

        nursery.start_soon(fill)
        await trio.testing.wait_all_tasks_blocked()
        with pytest.raises(trio.BusyResourceError):
            await port.send_all(b"x")


async def test_might_not_block_returns_when_there_is_room(port: SerialPort) -> None:
    with trio.fail_after(5):
        await port.wait_send_all_might_not_block()


async def test_closing_wakes_the_reader_and_may_be_repeated(port: SerialPort) -> None:
    async def read() -> None:
        with pytest.raises(trio.ClosedResourceError):
            await port.receive_some()

    async with trio.open_nursery() as nursery:
        nursery.start_soon(read)
        await trio.testing.wait_all_tasks_blocked()
        await port.aclose()
    await port.aclose()
    with pytest.raises(trio.ClosedResourceError):
        await port.send_all(b"x")


async def test_a_second_opening_is_refused(port: SerialPort, far_end: FarEnd) -> None:
    """One program has the device; a stray terminal program can't listen in."""
    with pytest.raises(PortRefused) as caught:
        open_serial_port(far_end.path)
    assert caught.value.outcome is Outcome.NOT_DONE


def test_nothing_plugged_in(tmp_path: Path) -> None:
    with pytest.raises(PortGone) as caught:
        open_serial_port(tmp_path / "ttyUSB0")
    assert caught.value.outcome is Outcome.NOT_DONE


def test_a_file_is_no_serial_port(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(PortRefused):
        open_serial_port(tmp_path / "file")
