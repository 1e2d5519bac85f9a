"""Two readers with one tray: the same card in either, never in both."""

import asyncio
from pathlib import Path

import pytest

from simulator.card_reader.card import SOCIAL_APPLICATION
from simulator.card_reader.personas import personas
from simulator.card_reader.reader import Reader, Status
from simulator.control import ControlError

SELECT = b"\x00\xa4\x04\x00" + bytes([len(SOCIAL_APPLICATION)]) + SOCIAL_APPLICATION
CHANGE = bytes.fromhex("805E010007 358269 FF 961742")


@pytest.fixture
def readers(tmp_path: Path) -> tuple[Reader, Reader]:
    here, there = (Reader(personas(), tmp_path, pin_pad=False, changed=lambda: None) for _ in range(2))
    return here, there


def send(reader: Reader, *commands: bytes) -> tuple[Status, bytes]:
    """What comes of the last of `commands` after a reset."""

    async def talk() -> tuple[Status, bytes]:
        while (await reader.serve(b"P", b""))[0] is not Status.OK:
            pass  # A removal is told more than once.
        await reader.serve(b"R", b"")
        answers = [await reader.serve(b"A", command) for command in commands]
        return answers[-1]

    return asyncio.run(talk())


def test_what_one_reader_did_to_a_card_is_seen_in_the_other(readers: tuple[Reader, Reader]) -> None:
    here, there = readers
    here.insert("normal")
    assert send(here, SELECT, CHANGE) == (Status.OK, b"\x90\x00")
    here.pull()

    assert there.verify("normal", "961742")["right"]
    there.insert("normal")
    assert send(there, SELECT, bytes.fromhex("0020000003 111111")) == (Status.OK, b"\x63\xc5")
    assert here.cards()["cards"][0]["tries_left"] == 5


def test_a_card_is_in_one_slot_at_a_time(readers: tuple[Reader, Reader]) -> None:
    here, there = readers
    here.insert("normal")

    with pytest.raises(ControlError, match="another slot"):
        there.insert("normal")
    with pytest.raises(ControlError, match="another slot"):
        there.reset_card("normal")
    here.pull()
    there.insert("normal")


def test_an_answer_is_held_back_until_the_card_is_pulled(readers: tuple[Reader, Reader]) -> None:
    """What the card did, it did; nobody is told."""
    reader, _ = readers
    reader.insert("normal")
    send(reader, SELECT)
    reader.fail(at="ins 5E", how="hang_after_effect")

    async def pull_while_it_waits() -> tuple[Status, bytes]:
        asyncio.get_running_loop().call_later(0.05, reader.pull)
        return await reader.serve(b"A", CHANGE)

    assert asyncio.run(pull_while_it_waits()) == (Status.NO_CARD, b"")
    assert reader.verify("normal", "961742")["right"]
