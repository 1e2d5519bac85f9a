"""Frames of the Z/7x dialect: published bytes, round trips, noise."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from drivers.pin_pad import protocol
from drivers.pin_pad.protocol import (
    BrokenFrame,
    Control,
    Decoder,
    EntryRefused,
    Frame,
    Key,
    PinBlock,
    PromptAnswer,
    SelfTest,
    Unknown,
    encode,
    read_reply,
)

# "PIN Pad 791 Programmer's Manual": formats and field values of the messages named; LRC by its definition.
VECTORS = [
    (protocol.CANCEL, "02 37 32 03 06", "72"),
    (protocol.RESET, "02 5A 31 03 68", "Z1"),
    (protocol.FULL_KSN, "02 37 41 31 03 44", "7A, format 1"),
    (protocol.SELF_TEST, "0F 31 36 0E 09", "16"),
    (protocol.show_pin_prompt(1), "02 5A 32 1E 30 30 31 1A 03 5E", "Z2, PIN entry mode"),
    (protocol.show_text("PRESS 5"), "02 5A 32 1A 50 52 45 53 53 20 35 03 23", "Z2"),
    (protocol.read_key(10), "02 5A 34 32 31 30 03 5E", "Z42"),
    (
        protocol.enter_pin("12345678", half_minutes=2),
        "02 5A 36 30 2E 31 32 33 34 35 36 37 38 1C 32 03 57",
        "Z60 under DUKPT",
    ),
]


@pytest.mark.parametrize(("frame", "wire", "source"), VECTORS)
def test_frame_equals_published_bytes(frame: Frame, wire: str, source: str) -> None:
    """Both directions."""
    assert encode(frame).hex(" ").upper() == wire
    assert list(Decoder().feed(bytes.fromhex(wire))) == [frame]


def test_own_prompts_in_full() -> None:
    frame = protocol.enter_pin_prompted(
        "123456789012", shortest=4, longest=6, prompts=(b"ENTER PIN", b"", b"WAIT"), half_minutes=9
    )
    assert frame.body == b"Z62.123456789012\x1c0406NENTER PIN\x1c\x1cWAIT\x1c9"


BODY = st.binary(max_size=100).filter(lambda body: not set(body) & {0x02, 0x03, 0x0E, 0x0F})
FRAME = st.builds(Frame, BODY, st.booleans())
MESSAGE = FRAME | st.sampled_from(Control)
# Bodies whose check byte is one of the control bytes: what a naive reader takes for the end, or an ACK.
AWKWARD = [bytes([0x41, 0x62 ^ check, 0x20]) for check in (0x02, 0x03, 0x04, 0x06, 0x0A, 0x0E, 0x0F, 0x15)]


def wire_of(messages: list[Any]) -> bytes:
    return b"".join(m.wire if isinstance(m, Control) else encode(m) for m in messages)


@given(messages=st.lists(MESSAGE), cut=st.integers(0, 500))
@example(messages=[Frame(body) for body in AWKWARD], cut=3)
@example(messages=[Frame(b"\x09"), Control.ACK], cut=1)
def test_a_cut_stream_gives_the_same_messages(messages: list[Any], cut: int) -> None:
    """A serial port hands over pieces: where they break must not matter."""
    wire = wire_of(messages)
    decoder = Decoder()
    assert [*decoder.feed(wire[:cut]), *decoder.feed(wire[cut:])] == messages


@given(check=st.sampled_from([0x02, 0x03, 0x04, 0x06, 0x0E, 0x0F, 0x15]))
def test_the_check_byte_may_be_any(check: int) -> None:
    frame = Frame(bytes([0x41, 0x62 ^ check, 0x20]))
    wire = encode(frame)
    assert wire[-1] == check
    assert list(Decoder().feed(wire + Control.EOT.wire)) == [frame, Control.EOT]


@given(frame=FRAME, place=st.integers(1, 200), flip=st.integers(1, 255))
def test_one_damaged_byte_never_passes(frame: Frame, place: int, flip: int) -> None:
    """Whatever comes of it, it isn't an intact frame other than the one that was sent."""
    wire = bytearray(encode(frame))
    wire[min(place, len(wire) - 1)] ^= flip
    for message in Decoder().feed(bytes(wire) + bytes(3)):
        assert message != frame
        assert not (isinstance(message, Frame) and len(message.body) == len(frame.body))


@given(frame=FRAME.filter(lambda f: any(b not in (0x04, 0x06, 0x15) for b in f.body)))
def test_a_lost_opener_makes_a_broken_frame(frame: Frame) -> None:
    """Its check byte is never taken for an ACK or an EOT."""
    text = bytes(b for b in frame.body if b not in (0x04, 0x06, 0x15))
    tail = encode(Frame(text, frame.administrative))[1:]
    assert list(Decoder().feed(tail)) == [BrokenFrame()]


def test_noise_before_an_answer_does_not_hide_it() -> None:
    assert list(Decoder().feed(b"\x00\xff\x7eU\x06")) == [Control.ACK]
    assert list(Decoder().feed(b"\x03\x0e\x06")) == [Control.ACK]


def test_a_frame_that_lost_its_end_gives_way_to_the_next() -> None:
    assert list(Decoder().feed(b"\x02710FF" + encode(Frame(b"Z20")))) == [Frame(b"Z20")]


def test_wrong_closer_and_wrong_check_are_broken() -> None:
    assert list(Decoder().feed(b"\x0216\x0e\x09")) == [BrokenFrame()]
    assert list(Decoder().feed(b"\x0272\x03\x07")) == [BrokenFrame()]


def test_endless_text_is_cut() -> None:
    assert list(Decoder().feed(b"\x02" + b"A" * 256)) == [BrokenFrame()]


def test_reset_forgets_a_begun_frame() -> None:
    decoder = Decoder()
    assert list(decoder.feed(b"\x0272\x03")) == []
    decoder.reset()
    assert list(decoder.feed(b"\x06")) == [Control.ACK]


@given(pieces=st.lists(st.binary(max_size=64)))
def test_fuzz_decoder(pieces: list[bytes]) -> None:
    """Any bytes in any pieces: never an exception, and the same as in one piece; replies are read, too."""
    decoder = Decoder()
    messages = [message for piece in pieces for message in decoder.feed(piece)]
    assert messages == list(Decoder().feed(b"".join(pieces)))
    for message in messages:
        if isinstance(message, Frame):
            read_reply(message)


@given(body=st.binary(max_size=64), administrative=st.booleans())
def test_fuzz_read_reply(body: bytes, administrative: bool) -> None:
    """An intact frame with any body has a meaning, if only `Unknown`."""
    read_reply(Frame(body, administrative))


@given(ksn=st.binary(min_size=10, max_size=10), block=st.binary(min_size=8, max_size=8), full=st.booleans())
def test_pin_block_round_trip(ksn: bytes, block: bytes, full: bool) -> None:
    """The pad drops leading Fs: they come back."""
    digits = ksn.hex().upper()
    sent = digits if full else digits.lstrip("F").rjust(10, "F")
    assert read_reply(Frame(b"710" + sent.encode() + block.hex().encode())) == PinBlock(ksn, block)


REPLIES = [
    (
        b"7109876543210E000011B9C1845EB993A7A",
        PinBlock(bytes.fromhex("FFFF9876543210E00001"), bytes.fromhex("1B9C1845EB993A7A")),
    ),
    (b"710" + b"0000000001" + b"A" * 16, PinBlock(bytes.fromhex("FFFFFFFFFF0000000001"), b"\xaa" * 8)),
    (b"710", EntryRefused("0")),
    (b"71F", EntryRefused("F")),
    (b"Z20", PromptAnswer(shown=True)),
    (b"Z21", PromptAnswer(shown=False)),
    (b"Z43*", Key("cancel")),
    (b"Z43#", Key("enter")),
    (b"Z43/", Key("clear")),
    (b"Z43?", Key("timeout")),
    (b"Z437", Key("7")),
    (b"Z43A", Key("f1")),
    (b"710123456789" + b"0" * 15, Unknown()),
    (b"7100" + b"0" * 37, Unknown()),
    (b"71", Unknown()),
    (b"", Unknown()),
]


@pytest.mark.parametrize(("body", "reply"), REPLIES)
def test_replies(body: bytes, reply: object) -> None:
    assert read_reply(Frame(body)) == reply


def test_self_test_replies() -> None:
    assert read_reply(Frame(b"160", administrative=True)) == SelfTest(())
    assert read_reply(Frame(b"1625", administrative=True)) == SelfTest(("ROM checksum", "master keys"))
    assert read_reply(Frame(b"Z20", administrative=True)) == Unknown()
    assert read_reply(Frame(b"160")) == Unknown()


def test_nothing_enciphered_is_shown() -> None:
    frame = Frame(b"7109876543210E000011B9C1845EB993A7A")
    assert "1B9C" not in repr(frame)
    assert repr(read_reply(frame)) == "PinBlock()"


IMPOSSIBLE = [
    lambda: protocol.show_pin_prompt(0),
    lambda: protocol.show_pin_prompt(1000),
    lambda: protocol.show_text(""),
    lambda: protocol.show_text("A" * 17),
    lambda: protocol.show_text("请按 5"),
    lambda: protocol.read_key(0),
    lambda: protocol.read_key(256),
    lambda: protocol.enter_pin("1234567", half_minutes=1),
    lambda: protocol.enter_pin("1" * 20, half_minutes=1),
    lambda: protocol.enter_pin("11010519491231002X", half_minutes=1),
    lambda: protocol.enter_pin("１２３４５６７８", half_minutes=1),
    lambda: protocol.enter_pin("12345678", half_minutes=0),
    lambda: protocol.enter_pin("12345678", half_minutes=10),
]


@pytest.mark.parametrize("build", IMPOSSIBLE)
def test_what_the_wire_cannot_carry_is_refused(build: Any) -> None:
    """An ID number ending in X among them; the message never repeats the account."""
    with pytest.raises(ValueError, match=r"\d to \d") as caught:
        build()
    assert "11010519491231002X" not in str(caught.value)


@pytest.mark.parametrize(
    ("shortest", "longest", "prompts"),
    [
        (3, 6, (b"A", b"", b"")),
        (6, 13, (b"A", b"", b"")),
        (6, 4, (b"A", b"", b"")),
        (6, 6, (b"", b"", b"")),
        (6, 6, (b"A" * 17, b"", b"")),
        (6, 6, (b"A", b"B\x1c", b"")),
    ],
)
def test_impossible_prompts(shortest: int, longest: int, prompts: tuple[bytes, bytes, bytes]) -> None:
    with pytest.raises(ValueError, match=r"\d to 1\d"):
        protocol.enter_pin_prompted("12345678", shortest=shortest, longest=longest, prompts=prompts, half_minutes=1)
