"""The reader as the IFD handler asks it, without pcscd."""

import asyncio
from pathlib import Path

from simulator.card_reader.personas import personas
from simulator.card_reader.reader import Reader, Status

GET_CHALLENGE = bytes.fromhex("0084000008")


def test_a_card_without_power_is_mute_at_once(tmp_path: Path) -> None:
    """A command that was meant for the card before it: whoever waited here would hold up pcscd for every client."""
    reader = Reader(personas(), tmp_path, pin_pad=False, changed=lambda: None)

    async def ask() -> Status:
        reader.insert("normal")
        async with asyncio.timeout(5):
            status, _ = await reader.serve(b"A", GET_CHALLENGE)
        return status

    assert asyncio.run(ask()) is Status.SILENT
