"""The pipe's frames: whole, cut anywhere, or refused."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.face.course import FaceScore
from drivers.face.guidance import Hint
from drivers.face.liveness import Challenge, LivenessHint
from drivers.face.protocol import (
    ANSWER_BYTES,
    PHOTO_BYTES,
    Answer,
    FaceProtocolError,
    HintGiven,
    Order,
    PhotoTrouble,
    PhotoUnusable,
    Ready,
    Scored,
    decode,
    decode_order,
    encode,
    encode_order,
)

SCORE = FaceScore(0.25, 120.0, LivenessHint.SEEN)
VECTORS: list[tuple[Answer, bytes]] = [
    (Ready(), b"\0\0\0\x01R"),
    (HintGiven(Hint.CLOSER), b"\0\0\0\x07Hcloser"),
    (PhotoUnusable(PhotoTrouble.NO_FACE), b"\0\0\0\x08Nno face"),
    (Scored(SCORE), b"\0\0\0\x15S\x3f\xd0\0\0\0\0\0\0\x40\x5e\0\0\0\0\0\0seen"),
]
NUMBERS = st.floats(0, 1e6)
ANSWERS = (
    st.just(Ready())
    | st.builds(HintGiven, st.sampled_from(Hint))
    | st.builds(PhotoUnusable, st.sampled_from(PhotoTrouble))
    | st.builds(Scored, st.builds(FaceScore, NUMBERS, NUMBERS, st.sampled_from(LivenessHint)))
)


@pytest.mark.parametrize(("answer", "wire"), VECTORS)
def test_frames_in_both_directions(answer: Answer, wire: bytes) -> None:
    assert encode(answer) == wire
    assert decode(wire) == ([answer], b"")


@given(answers=st.lists(ANSWERS), cut=st.integers(0, 500))
def test_a_cut_stream_gives_the_same_messages(answers: list[Answer], cut: int) -> None:
    wire = b"".join(map(encode, answers))
    first, rest = decode(wire[:cut])
    second, rest = decode(rest + wire[cut:])
    assert first + second == answers
    assert rest == b""


@pytest.mark.parametrize(
    "wire",
    [
        b"\0\0\0\0",
        (ANSWER_BYTES + 1).to_bytes(4),
        b"\0\0\0\x01X",
        b"\0\0\0\x02Rx",
        b"\0\0\0\x06Hdream",
        b"\0\0\0\x02H\xff",
        b"\0\0\0\x06Ndream",
        b"\0\0\0\x05Sshrt",
        b"\0\0\0\x15S" + struct.pack(">dd", float("nan"), 1) + b"seen",
        b"\0\0\0\x15S" + struct.pack(">dd", -1, 1) + b"seen",
        b"\0\0\0\x15S" + struct.pack(">dd", 1, 1) + b"sewn",
    ],
)
def test_what_is_no_frame_is_refused_in_silence(wire: bytes) -> None:
    with pytest.raises(FaceProtocolError) as refused:
        decode(wire)
    assert "dream" not in str(refused.value)
    assert refused.value.__context__ is None or refused.value.__suppress_context__


@given(data=st.binary(max_size=200) | st.binary(max_size=40).map(lambda b: len(b).to_bytes(4) + b))
def test_fuzz_bytes_are_messages_or_the_typed_error(data: bytes) -> None:
    try:
        answers, rest = decode(data)
    except FaceProtocolError:
        return
    assert b"".join(map(encode, answers)) + rest == data


@given(order=st.builds(Order, st.none() | st.sampled_from(Challenge), st.binary(max_size=300)))
def test_an_order_arrives_as_it_was_given(order: Order) -> None:
    wire = encode_order(order)
    assert int.from_bytes(wire[:4]) == len(wire) - 4
    assert decode_order(wire[4:]) == order


@pytest.mark.parametrize("content", [b"", b"O", b"Oblink", b"X\0photo", b"Odream\0photo", b"O\xff\0photo"])
def test_what_is_no_order_is_refused_in_silence(content: bytes) -> None:
    with pytest.raises(FaceProtocolError) as refused:
        decode_order(content)
    assert "photo" not in str(refused.value)


def test_a_photo_shows_in_no_repr_and_has_a_limit() -> None:
    assert "CANARY" not in repr(Order(None, b"CANARY"))
    with pytest.raises(ValueError, match="bytes"):
        encode_order(Order(None, bytes(PHOTO_BYTES + 1)))
