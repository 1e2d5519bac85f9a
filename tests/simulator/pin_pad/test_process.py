"""The real process on a real pty: worked through its control socket, driven by the real driver."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import trio

from drivers.pin_pad import EntryCancelled, OwnPrompt, PadGone, PadSilent, PinPad, load_pad_key, random_account
from drivers.serial_port import Line, SerialPort, open_serial_port
from simulator.control import Control, ControlError

ROOT = Path(__file__).parents[3]
PIN = "592706"


class Bench:
    """A pad process and what it made."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.link = home / "ttyPAD"
        self.key_file = home / "pad.key"
        self.start()

    def start(self) -> None:
        """Run it until its control socket answers."""
        command = [sys.executable, "-m", "simulator.pin_pad"]
        command += ["--control", str(self.home / "control"), "--link", str(self.link)]
        command += ["--state", str(self.home / "state"), "--key-file", str(self.key_file)]
        self.process = subprocess.Popen(command, cwd=ROOT)
        while True:
            try:
                self.control = Control(self.home / "control")
                return
            except (FileNotFoundError, ConnectionRefusedError):
                assert self.process.poll() is None, "the pad ended"
                os.sched_yield()

    def stop(self) -> int:
        """Ask it to end."""
        self.control.close()
        self.process.terminate()
        return self.process.wait(10)

    async def until(self, **expected: object) -> dict[str, object]:
        """Wait until the pad's state has these values."""
        with trio.fail_after(20):
            while True:
                state = self.control("state")
                if all(state[name] == value for name, value in expected.items()):
                    return state
                await trio.sleep(0.01)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.stop()


@pytest.fixture
async def pad(bench: Bench, nursery: trio.Nursery) -> AsyncIterator[PinPad]:
    async def connect() -> SerialPort:
        return open_serial_port(bench.link, Line(baud=19200, data_bits=7, parity="even"))

    async with PinPad(connect, nursery) as driver:
        yield driver


async def test_a_pin_over_a_real_port(bench: Bench, pad: PinPad) -> None:
    """Entry, key file, counter: also after the pad's process was started anew."""
    key = load_pad_key(bench.key_file)
    for restarts in range(2):

        async def citizen() -> None:
            await bench.until(entering=True, display=["ENTER PIN", "PRESS ENTER"])
            bench.control("type", digits=PIN)
            assert bench.control("state")["digits_entered"] == len(PIN)
            bench.control("key", key="enter")

        async with trio.open_nursery() as both:
            both.start_soon(citizen)
            encrypted = await pad.enter_pin(random_account(), seconds=60, length=(6, 6))
        with key.open(encrypted) as pin:
            assert bytes(pin.digits).decode() == PIN
        assert encrypted.ksn[-1] == restarts + 1
        if restarts == 0:
            assert bench.stop() == 0
            assert not bench.link.is_symlink()
            bench.start()


async def test_cancel_by_key_and_by_scope(bench: Bench, pad: PinPad) -> None:
    async def citizen() -> None:
        await bench.until(entering=True)
        await trio.sleep(0.3)
        bench.control("key", key="cancel")

    async with trio.open_nursery() as both:
        both.start_soon(citizen)
        with pytest.raises(EntryCancelled):
            await pad.enter_pin(random_account(), seconds=60)

    with trio.move_on_after(0.3) as scope:
        await pad.enter_pin(random_account(), seconds=60)
    assert scope.cancelled_caught
    assert bench.control("state")["entering"] is False


async def test_unplugged_while_entering_and_back(bench: Bench, pad: PinPad) -> None:
    """The driver is told at once, and finds the pad again under the same name."""

    async def pull() -> None:
        await bench.until(entering=True)
        bench.control("unplug")

    async with trio.open_nursery() as both:
        both.start_soon(pull)
        with pytest.raises(PadGone):
            await pad.enter_pin(random_account(), seconds=60)
    assert not bench.link.is_symlink()
    with pytest.raises(PadGone):
        await pad.check()

    bench.control("plug")
    with trio.fail_after(30):
        while True:
            try:
                await pad.check()
                break
            except PadSilent:
                pass  # It is starting.
    assert bench.control("state")["plugged"] is True


async def test_faults_over_a_real_port(bench: Bench, pad: PinPad) -> None:
    """One of each that the line survives without long waits."""
    for how, at in (("noise", "any"), ("nak", "72"), ("drop_ack", "72"), ("wrong_lrc", "16"), ("duplicate", "16")):
        bench.control("fail", how=how, at=at)
        await pad.check()
        assert await pad.self_test() == ()
    bench.control("fail", how="silence", once=False)
    with pytest.raises(PadSilent):
        await pad.check()
    bench.control("mend")
    await pad.check()


def test_the_control_socket_refuses_nonsense(bench: Bench) -> None:
    for request in ({"do": "fail", "how": "fire"}, {"do": "key", "key": "x"}, {"do": "dance"}):
        with pytest.raises(ControlError):
            bench.control(**request)
    assert bench.control("state")["display"] == ["WELCOME", ""]


def test_what_it_writes_is_private(bench: Bench) -> None:
    """And the state never says which digits."""
    for path in (bench.key_file, bench.home / "state" / "pin_pad.key", bench.home / "control"):
        assert path.stat().st_mode & 0o777 == 0o600
    assert set(bench.control("state")) == {"display", "entering", "digits_entered", "plugged", "ksn"}


async def test_own_chinese_prompts(bench: Bench, pad: PinPad) -> None:
    """Eight data bits are the port's business; a pty ignores that, so the bytes are what is tested."""
    with trio.move_on_after(30) as scope:
        async with trio.open_nursery() as both:

            async def look() -> None:
                await bench.until(entering=True, display=["请输入新密码", "按确认键"])
                both.cancel_scope.cancel()

            both.start_soon(look)
            await pad.enter_pin(random_account(), seconds=60, prompt=OwnPrompt("请输入新密码", "按确认键"))
    assert not scope.cancelled_caught
