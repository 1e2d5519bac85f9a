"""A card's whole status read by the driver, beside the same commands replayed by bare pyscard.

Both through pcscd and the IFD handler, in one process and in turns, on the same virtual card: one that answers at
once, which shows what the driver itself costs, and one as slow as a chip at the usual 9600 bit/s.
"""

import os
import time
from statistics import median

import trio
from smartcard import scard  # type: ignore[import-untyped]

from benchmarks.table import Figure
from drivers.card_reader import protocol
from drivers.card_reader.reader import CardReader, open_card_reader
from drivers.card_reader.session import SocialCard
from drivers.card_reader.slot import CardTransport, MediaState
from simulator.machine import Machine

CHIP_SECONDS = 0.030
"""A command of a chip at 9600 bit/s: some 25 to 60 bytes of 1.1 ms (ISO 7816-3: 12 bits a character)."""


def measure(machine: Machine, rounds: int) -> list[Figure]:
    """Read the card in both ways."""
    os.environ["PCSCLITE_CSOCK_NAME"] = str(machine.pcscd.socket)
    control = machine.control("card_reader")
    control("insert", card="normal")
    try:
        control("latency", ms=CHIP_SECONDS * 1e3)
        ours, bare = trio.run(_compare, rounds)
        control("latency", ms=0)
        ours_fast, bare_fast = trio.run(_compare, rounds)
    finally:
        control("latency", ms=0)
        control("pull")
    return [
        Figure("card read, one visit", "ms", median(ours) * 1e3, limit_ratio=1.05)
        .beside("bare pyscard", median(bare) * 1e3)
        .noting(f"a card that takes {CHIP_SECONDS * 1e3:.0f} ms a command; median of {rounds}, in turns"),
        Figure("the same, card answers at once", "ms", median(ours_fast) * 1e3)
        .beside("bare pyscard", median(bare_fast) * 1e3)
        .noting("no goal: what the driver itself costs"),
    ]


async def _compare(rounds: int) -> tuple[list[float], list[float]]:
    async with open_card_reader() as reader:
        while reader.media.state is not MediaState.PRESENT:
            await reader.changed_from(reader.media)
        assert reader.name is not None
        _, commands = await _read(reader)
        ours, bare = [], []
        for _ in range(rounds):
            ours.append((await _read(reader))[0])
            bare.append(await trio.to_thread.run_sync(_replay, reader.name, commands))
        return ours, bare


class _Recorder:
    """A card's transport that keeps what was sent."""

    def __init__(self, transport: CardTransport, commands: list[bytes]) -> None:
        self._transport = transport
        self._commands = commands

    def __getattr__(self, name: str) -> object:
        return getattr(self._transport, name)

    async def transmit(self, command: protocol.Command) -> bytes:
        self._commands.append(bytes(command.encode()))
        return await self._transport.transmit(command)


async def _read(reader: CardReader) -> tuple[float, list[bytes]]:
    """What a card status visit reads: application, both files, tries."""
    commands: list[bytes] = []
    began = time.monotonic()
    transport = await reader.connect()
    try:
        card = SocialCard(_Recorder(transport, commands))  # type: ignore[arg-type]
        await card.select()
        await card.read_card_file()
        await card.read_holder_file()
        await card.tries_left()
    finally:
        await transport.close()
    return time.monotonic() - began, commands


def _replay(reader: str, commands: list[bytes]) -> float:
    began = time.monotonic()
    _, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
    code, handle, chosen = scard.SCardConnect(context, reader, scard.SCARD_SHARE_EXCLUSIVE, protocols)
    assert code == scard.SCARD_S_SUCCESS
    header = scard.SCARD_PCI_T0 if chosen == scard.SCARD_PROTOCOL_T0 else scard.SCARD_PCI_T1
    for command in commands:
        code, _ = scard.SCardTransmit(handle, header, list(command))
        assert code == scard.SCARD_S_SUCCESS
    scard.SCardDisconnect(handle, scard.SCARD_UNPOWER_CARD)
    scard.SCardReleaseContext(context)
    return time.monotonic() - began
