"""Two ways to a simulated card: in memory behind a transport, and over a real pcscd."""

import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from drivers.card_reader.pin_entry import Feature
from drivers.card_reader.protocol import Command
from drivers.card_reader.reader import CardReader, open_card_reader
from drivers.card_reader.session import SocialCard
from drivers.card_reader.slot import MediaState
from simulator.card_reader.build import build
from simulator.card_reader.card import SocialSecurityCard
from simulator.card_reader.pcscd import Pcscd
from simulator.card_reader.personas import Persona, personas
from simulator.control import Control


class MemoryTransport:
    """A `CardTransport` without a reader. `alter` may raise, or change the answer to a command."""

    def __init__(self, card: SocialSecurityCard) -> None:
        self.card = card
        self.atr = card.power_on()
        self.sent: list[bytes] = []
        self.alter: Callable[[bytes, bytes], bytes] = lambda apdu, answer: answer

    async def transmit(self, command: Command) -> bytes:
        """Straight to the card."""
        apdu = bytes(command.encode())
        self.sent.append(apdu[:4])
        return self.alter(apdu, self.card.respond(apdu))

    async def features(self) -> Mapping[Feature, int]:
        """None."""
        return {}

    async def control(self, code: int, data: bytes, *, seconds: float) -> bytes:
        """Never asked for, without features."""
        raise AssertionError("a reader without features was given a control call")

    async def close(self) -> None:
        """Power down."""
        self.card.power_off()


@pytest.fixture
def everybody() -> dict[str, Persona]:
    return {p.id: p for p in personas()}


@pytest.fixture
def in_memory(everybody: dict[str, Persona]) -> Callable[[str], MemoryTransport]:
    return lambda who: MemoryTransport(everybody[who].make_card())


@dataclass
class Rig:
    """A real pcscd with the simulated reader, which has a PIN pad."""

    pcscd: Pcscd
    bench: Control
    folder: Path


@pytest.fixture(scope="session")
def whole_rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """One for the run: libpcsclite reads where its service lives once a process."""
    folder = tmp_path_factory.mktemp("pcsc")
    pcscd = Pcscd(folder / "d", build(folder / "lib"), folder / "ifd")
    os.environ["PCSCLITE_CSOCK_NAME"] = str(pcscd.socket)
    command = [sys.executable, "-m", "simulator.card_reader", "--pin-pad"]
    command += ["--control", str(folder / "bench"), "--socket", str(folder / "ifd"), "--state", str(folder / "cards")]
    reader = subprocess.Popen(command)
    try:
        deadline = time.monotonic() + 10
        while not (folder / "bench").exists():
            assert reader.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.01)
        pcscd.start()
        bench = Control(folder / "bench")
        yield Rig(pcscd, bench, folder)
        bench.close()
    finally:
        pcscd.stop()
        reader.terminate()
        reader.wait(5)


@pytest.fixture
def rig(whole_rig: Rig) -> Iterator[Rig]:
    """The rig with an empty slot, no faults, and every card as new."""
    bench = whole_rig.bench
    yield whole_rig
    if whole_rig.pcscd.pid is None:
        whole_rig.pcscd.start()
    bench("plug")
    bench("mend")
    bench("latency", ms=0)
    if bench("state")["inserted"]:
        bench("pull")
    for card in bench("cards")["cards"]:
        bench("reset_card", card=card["id"])


@pytest.fixture
async def reader(rig: Rig) -> AsyncIterator[CardReader]:
    """The driver on the rig, empty slot seen. A command hangs after half a second."""
    async with open_card_reader("Simulated", transmit_seconds=0.5) as opened:
        media = opened.media
        while media.state is not MediaState.NOT_PRESENT:
            media = await opened.changed_from(media)
        yield opened


@pytest.fixture
async def put_in(rig: Rig, reader: CardReader) -> AsyncIterator[Callable[[str], object]]:
    """Put a card in, connect and select; closed at the end."""
    transports = []

    async def insert(who: str) -> SocialCard:
        before = reader.media
        rig.bench("insert", card=who)
        await reader.changed_from(before)
        transports.append(await reader.connect())
        card = SocialCard(transports[-1])
        await card.select()
        return card

    yield insert
    for transport in transports:
        await transport.close()
