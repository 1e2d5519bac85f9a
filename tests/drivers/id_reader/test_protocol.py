"""Frames of the SAM-V protocol: published captures, round trips, noise."""

from contextlib import suppress
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from drivers.id_reader.protocol import (
    PHOTO_BYTES,
    PREAMBLE,
    TEXT_BYTES,
    Answer,
    BadReading,
    Command,
    Damaged,
    Decoder,
    encode,
    text_of,
)

# As printed in makers' documents and in captures of their readers (CVR-100D, FDX3S and others).
COMMANDS = [
    (Command.STATE, "AA AA AA 96 69 00 03 11 FF ED"),
    (Command.FIND, "AA AA AA 96 69 00 03 20 01 22"),
    (Command.SELECT, "AA AA AA 96 69 00 03 20 02 21"),
    (Command.READ, "AA AA AA 96 69 00 03 30 01 32"),
]
ANSWERS = [
    (Command.STATE, 0x90, 0, "AA AA AA 96 69 00 04 00 00 90 94"),
    (Command.FIND, 0x9F, 4, "AA AA AA 96 69 00 08 00 00 9F 00 00 00 00 97"),
    (Command.FIND, 0x80, 0, "AA AA AA 96 69 00 04 00 00 80 84"),
    (Command.SELECT, 0x90, 8, "AA AA AA 96 69 00 0C 00 00 90 00 00 00 00 00 00 00 00 9C"),
    (Command.SELECT, 0x81, 0, "AA AA AA 96 69 00 04 00 00 81 85"),
    (Command.READ, 0x41, 0, "AA AA AA 96 69 00 04 00 00 41 45"),
    (Command.READ, 0x32, 0, "AA AA AA 96 69 00 04 00 00 32 36"),
    (Command.READ, 0x31, 0, "AA AA AA 96 69 00 04 00 00 31 35"),
]
READING_HEAD = "AA AA AA 96 69 05 08 00 00 90 01 00 04 00"
READING = bytes.fromhex("01 00 04 00") + bytes(range(256)) * 5


def decode(*pieces: bytes) -> list[Answer | Damaged]:
    decoder = Decoder()
    return [message for piece in pieces for message in decoder.feed(piece)]


def answer(status: int, data: bytes = b"") -> Answer:
    return Answer(b"\0\0", status, bytearray(data))


@pytest.mark.parametrize(("command", "wire"), COMMANDS)
def test_commands_equal_published_bytes(command: Command, wire: str) -> None:
    assert command.wire.hex(" ").upper() == wire


@pytest.mark.parametrize(("command", "status", "size", "wire"), ANSWERS)
def test_answers_from_published_bytes(command: Command, status: int, size: int, wire: str) -> None:
    """Read, and known to belong to the command in whose place they were captured."""
    (found,) = decode(bytes.fromhex(wire))
    assert found == answer(status, bytes(size))
    assert isinstance(found, Answer)
    assert command.takes(found)
    assert encode(bytes([0, 0, status]) + bytes(size)) == bytes.fromhex(wire)


def test_a_reading_has_the_published_head_and_length() -> None:
    wire = encode(b"\0\0\x90" + READING)
    assert wire.startswith(bytes.fromhex(READING_HEAD))
    assert len(wire) == 1295
    (found,) = decode(wire)
    assert isinstance(found, Answer)
    assert found.data == READING
    assert text_of(found.data) == bytes(range(256))


def test_noise_captured_within_the_preamble() -> None:
    """A zero among the bytes that only wake the receiver up, as seen on a real line."""
    assert decode(bytes.fromhex("AA 00 AA AA 96 69 00 04 00 00 90 94")) == [answer(0x90)]


def test_the_cards_own_status_word() -> None:
    assert decode(encode(bytes.fromhex("6982 41"))) == [Answer(b"\x69\x82", 0x41, bytearray())]


BELONGING = [
    (answer(0x90), {Command.STATE}),
    (answer(0x90, bytes(8)), {Command.SELECT}),
    (answer(0x90, READING), {Command.READ}),
    (answer(0x90, bytes(TEXT_BYTES)), set()),
    (answer(0x9F, bytes(4)), {Command.FIND}),
    (answer(0x80), {Command.FIND}),
    (answer(0x81), {Command.SELECT}),
    (answer(0x41), set(Command)),
    (answer(0x60), set(Command)),
    (answer(0x77), set(Command)),
]


@pytest.mark.parametrize(("late", "commands"), BELONGING)
def test_what_an_answer_can_answer(late: Answer, commands: set[Command]) -> None:
    """It doesn't say so itself: a late one must not pass for the next command's."""
    assert {command for command in Command if command.takes(late)} == commands


DATA = st.binary(max_size=80) | st.just(READING)
ANSWER = st.builds(Answer, st.binary(min_size=2, max_size=2), st.integers(0, 255), DATA.map(bytearray))


def wire_of(message: Answer) -> bytes:
    return encode(message.card_status + bytes([message.status]) + message.data)


@given(answers=st.lists(ANSWER), cuts=st.lists(st.integers(0, 3000), max_size=4))
@example(answers=[answer(0x90, PREAMBLE)], cuts=[4])
def test_a_cut_stream_gives_the_same_answers(answers: list[Answer], cuts: list[int]) -> None:
    """A serial port hands over pieces: where they break must not matter."""
    wire = b"".join(map(wire_of, answers))
    places = [0, *sorted(cuts), len(wire)]
    assert decode(*(wire[a:b] for a, b in pairwise(places))) == answers


@given(before=st.binary(max_size=40).filter(lambda noise: b"\x96" not in noise), message=ANSWER)
def test_noise_before_an_answer(before: bytes, message: Answer) -> None:
    assert decode(before + wire_of(message)) == [message]


@given(first=ANSWER, second=ANSWER, lost=st.integers(0, 60))
@example(first=answer(0x90, bytes(30)), second=answer(0x80), lost=20)
def test_an_answer_that_lost_a_byte_gives_way_to_the_next(first: Answer, second: Answer, lost: int) -> None:
    """The next one is a part of what was taken for the first: it is found again, once enough has come."""
    wire = wire_of(first)
    torn = wire[: lost % len(wire)] + wire[lost % len(wire) + 1 :]
    assert second in decode(torn + wire_of(second) + bytes(3000))


@given(message=ANSWER, place=st.integers(5, 1300), flip=st.integers(1, 255))
def test_one_damaged_byte_never_passes(message: Answer, place: int, flip: int) -> None:
    wire = bytearray(wire_of(message))
    wire[min(place, len(wire) - 1)] ^= flip
    assert message not in decode(bytes(wire) + bytes(3000))


def test_a_wrong_check_byte_is_told() -> None:
    assert decode(bytes.fromhex("AA AA AA 96 69 00 04 00 00 90 95")) == [Damaged()]


@pytest.mark.parametrize("length", ["00 00", "00 03", "09 0B", "FF FF"])
def test_impossible_lengths_are_noise(length: str) -> None:
    """Nothing waits for 65535 bytes; the answer behind is found at once."""
    head = PREAMBLE + bytes.fromhex(length)
    assert decode(head + wire_of(answer(0x80))) == [answer(0x80)]


def test_reset_forgets_a_begun_answer() -> None:
    decoder = Decoder()
    assert list(decoder.feed(encode(b"\0\0\x90" + READING)[:700])) == []
    decoder.reset()
    assert list(decoder.feed(wire_of(answer(0x80)))) == [answer(0x80)]


@given(pieces=st.lists(st.binary(max_size=64) | st.sampled_from([PREAMBLE, PREAMBLE[2:], b"\x00\x04"])))
def test_fuzz_decoder(pieces: list[bytes]) -> None:
    """Any bytes in any pieces: never an exception, never much kept, and the same as in one piece."""
    decoder = Decoder()
    found = [message for piece in pieces for message in decoder.feed(piece)]
    assert found == decode(b"".join(pieces))
    assert len(decoder._pending) <= 2319


class Watched(bytearray):
    """Sees whether what is deleted was overwritten before."""

    def __delitem__(self, place: Any) -> None:
        assert not any(self[place])
        super().__delitem__(place)


def test_what_was_taken_out_is_overwritten() -> None:
    """Deleted bytes stay in memory: so they are zeros first."""
    decoder = Decoder()
    decoder._pending = Watched()
    (found,) = decoder.feed(b"noise" + wire_of(answer(0x90, READING)))
    assert decoder._pending == b""
    assert list(decoder.feed(wire_of(answer(0x90, READING))[:500])) == []
    decoder.reset()
    assert isinstance(found, Answer)
    data = found.data
    found.wipe()
    assert data == bytes(len(READING))


def test_nothing_personal_is_shown() -> None:
    shown = repr(answer(0x90, "张建国".encode("utf-16-le")))
    assert "data" not in shown
    assert "bytearray" not in shown


IMPOSSIBLE = [b"", b"\x01\x00\x04\x00", READING[:-1], READING + b"\0", b"\x00\xfe\x04\x00" + READING[4:-2]]


@pytest.mark.parametrize("data", [*IMPOSSIBLE, b"\x01\x00\x08\x00" + bytes(TEXT_BYTES + 2 * PHOTO_BYTES)])
def test_readings_of_other_lengths(data: bytes) -> None:
    with pytest.raises(BadReading, match="other lengths"):
        text_of(bytearray(data))


def test_a_reading_without_a_photo() -> None:
    """Some cards have none; the text is what counts."""
    assert text_of(bytearray(bytes.fromhex("01 00 00 00") + bytes(TEXT_BYTES))) == bytes(TEXT_BYTES)


@given(data=st.binary(max_size=1400))
def test_fuzz_readings(data: bytes) -> None:
    with suppress(BadReading):
        assert len(text_of(bytearray(data))) == TEXT_BYTES
