"""The pipe's frames: whole, cut anywhere, or refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.camera.protocol import (
    FRAME_BYTES,
    CameraProtocolError,
    CameraState,
    CodeSeen,
    Message,
    StateChanged,
    decode,
    encode,
)

VECTORS: list[tuple[Message, bytes]] = [
    (StateChanged(CameraState.ONLINE), b"\0\0\0\x07Sonline"),
    (StateChanged(CameraState.NO_DEVICE), b"\0\0\0\x09SnoDevice"),
    (CodeSeen("ecard:1"), b"\0\0\0\x08Cecard:1"),
    (CodeSeen("码"), b"\0\0\0\x04C\xe7\xa0\x81"),
]

MESSAGES = st.builds(StateChanged, st.sampled_from(CameraState)) | st.builds(
    CodeSeen, st.text(st.characters(exclude_categories=["Cs"]), max_size=2000)
)


@pytest.mark.parametrize(("message", "wire"), VECTORS)
def test_frames_in_both_directions(message: Message, wire: bytes) -> None:
    assert encode(message) == wire
    assert decode(wire) == ([message], b"")


@given(messages=st.lists(MESSAGES), cut=st.integers(0, 10_000))
def test_a_cut_stream_gives_the_same_messages(messages: list[Message], cut: int) -> None:
    """A pipe hands over pieces: where they break must not matter."""
    wire = b"".join(map(encode, messages))
    first, rest = decode(wire[:cut])
    second, rest = decode(rest + wire[cut:])
    assert first + second == messages
    assert rest == b""


@pytest.mark.parametrize(
    "wire",
    [
        b"\0\0\0\0",
        (FRAME_BYTES + 1).to_bytes(4) + b"C",
        b"\0\0\0\x01X",
        b"\0\0\0\x06Sdream",
        b"\0\0\0\x02C\xff",
        b"\0\0\0\x02S\xff",
        b"\xff\xff\xff\xff",
    ],
    ids=["empty", "long", "kind", "state", "utf8", "state-utf8", "impossible"],
)
def test_what_is_no_frame_is_refused_in_silence(wire: bytes) -> None:
    with pytest.raises(CameraProtocolError) as refused:
        decode(wire)
    assert "dream" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_a_text_that_no_qr_code_holds_is_not_sent() -> None:
    with pytest.raises(ValueError, match="longer"):
        encode(CodeSeen("x" * FRAME_BYTES))


def test_a_code_shows_in_no_repr() -> None:
    assert "ecard" not in repr(CodeSeen("ecard:1"))


@given(data=st.binary(max_size=200) | st.binary(max_size=30).map(lambda b: len(b).to_bytes(4) + b))
def test_fuzz_bytes_are_messages_or_the_typed_error(data: bytes) -> None:
    try:
        messages, rest = decode(data)
    except CameraProtocolError:
        return
    assert b"".join(map(encode, messages)) + rest == data


def test_a_frame_that_is_not_whole_waits() -> None:
    """A pipe hands over pieces."""
    wire = encode(CodeSeen("ecard:1"))
    assert decode(wire[:-1]) == ([], wire[:-1])
    assert decode(wire[:3]) == ([], wire[:3])
