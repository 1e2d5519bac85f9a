"""The real process on a real pty: worked through its control socket, driven by the real driver."""

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import trio

from drivers.id_reader.errors import CardLifted, CardUnreadable, ReaderFault, ReaderGone
from drivers.id_reader.session import Device, IdReader, IdReaderSettings, open_id_reader
from drivers.serial_port import Line, SerialPort, open_serial_port
from simulator.card_reader.personas import personas
from simulator.control import Control, ControlError

ROOT = Path(__file__).parents[3]


class Bench:
    """A reader process."""

    def __init__(self, home: Path) -> None:
        self.link = home / "ttyID"
        command = [sys.executable, "-m", "simulator.id_reader"]
        command += ["--control", str(home / "control"), "--link", str(self.link)]
        self.process = subprocess.Popen(command, cwd=ROOT)
        while True:
            try:
                self.control = Control(home / "control")
                return
            except (FileNotFoundError, ConnectionRefusedError):
                assert self.process.poll() is None, "the reader ended"
                os.sched_yield()

    def stop(self) -> int:
        """Ask it to end."""
        self.control.close()
        self.process.terminate()
        return self.process.wait(10)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    assert made.stop() == 0
    assert not made.link.is_symlink()


@pytest.fixture
async def reader(bench: Bench) -> AsyncIterator[IdReader]:
    async def connect() -> SerialPort:
        return open_serial_port(bench.link, Line(baud=115200))

    # Waits are for the faults that a test asks for: a busy machine mustn't make more.
    settings = IdReaderSettings(answer_seconds=10, read_seconds=10, poll_seconds=0.05, retry_seconds=0.2)
    async with open_id_reader(connect, settings) as driver:
        yield driver


async def until(reader: IdReader, device: Device) -> None:
    with trio.fail_after(20):
        while reader.state.device is not device:
            await reader.changed_from(reader.state)


async def test_a_card_over_a_real_port(bench: Bench, reader: IdReader, nursery: trio.Nursery) -> None:
    """Waited for, read, waited for until it is taken away; the name of the same person's other card."""

    async def citizen() -> None:
        await trio.sleep(0.3)
        bench.control("place", card="rare_name")

    record = next(p.server_record for p in personas() if p.id == "rare_name")
    assert record is not None
    nursery.start_soon(citizen)
    with trio.fail_after(30):
        document = await reader.read()
    assert document.names(record["name"])
    assert document.number == record["social_security_number"]
    assert bench.control("state")["card"] == "rare_name"
    bench.control("lift")
    with trio.fail_after(30):
        await reader.lifted()


async def test_every_card(bench: Bench, reader: IdReader) -> None:
    await until(reader, Device.ONLINE)
    everybody = bench.control("cards")["cards"]
    assert {card["kind"] for card in everybody} == {"resident", "foreign_resident", "residence_permit", "other"}
    for card in everybody[-7:]:
        bench.control("place", card=card["id"])
        with trio.fail_after(30):
            if card["kind"] == "other":
                with pytest.raises(CardUnreadable):
                    await reader.read()
            else:
                assert (await reader.read()).kind.value == card["kind"]


async def test_idle_is_silent(bench: Bench, reader: IdReader) -> None:
    await until(reader, Device.ONLINE)
    bench.control("place", card="normal")
    await trio.sleep(1)
    assert bench.control("state")["commands"] == 1


async def test_faults_over_a_real_port(bench: Bench, reader: IdReader) -> None:
    """One of each that the line survives without long waits."""
    await until(reader, Device.ONLINE)
    bench.control("place", card="normal")
    for how, at in (("noise", "read"), ("wrong_check", "read"), ("wrong_check", "find"), ("deaf", "select")):
        bench.control("fail", how=how, at=at)
        with trio.fail_after(30):
            assert (await reader.read()).names("张建国")
    bench.control("fail", how="lifted", at="read")
    with pytest.raises(CardLifted), trio.fail_after(30):
        await reader.read()
    bench.control("fail", how="no_module", once=False)
    with pytest.raises(ReaderFault), trio.fail_after(30):
        await reader.read()
    assert reader.state.device is Device.HARDWARE_ERROR
    bench.control("mend")
    await until(reader, Device.ONLINE)


async def test_unplugged_and_back(bench: Bench, reader: IdReader) -> None:
    """Noticed at once, waiting for a card or idle; it comes back under the same name."""
    await until(reader, Device.ONLINE)
    bench.control("fail", how="unplug", at="find")
    with pytest.raises(ReaderGone), trio.fail_after(30):
        await reader.read()
    assert not bench.link.is_symlink()
    bench.control("plug")
    await until(reader, Device.ONLINE)
    bench.control("unplug")
    await until(reader, Device.NO_DEVICE)
    bench.control("plug")
    await until(reader, Device.ONLINE)
    bench.control("place", card="stranger")
    with trio.fail_after(30):
        assert (await reader.read()).names("林国栋")


def test_the_control_socket_refuses_nonsense(bench: Bench) -> None:
    for request in ({"do": "fail", "how": "fire"}, {"do": "place", "card": "nobody"}, {"do": "dance"}):
        with pytest.raises(ControlError):
            bench.control(**request)
    assert bench.control("state") == {"card": None, "plugged": True, "commands": 0}
