"""What the camera's process tells, over a pipe: bytes in, messages out, no I/O.

A frame is a length (four bytes, big-endian; it counts what follows), a kind (one byte) and the content:
`S` a state, by its name; `C` the text of a code, in UTF-8.
"""

from dataclasses import dataclass, field
from enum import Enum

FRAME_BYTES = 8192
"""The longest frame. A QR code holds at most 2,953 bytes (ISO/IEC 18004, version 40-L)."""

_LENGTH = 4


class CameraState(Enum):
    """How the camera is; the words are XFS4IoT's."""

    STARTING = "starting"
    """The process or the camera isn't ready yet."""
    ONLINE = "online"
    """Pictures come."""
    NO_DEVICE = "noDevice"
    """No picture for 2 s, or no camera at all; it is tried again and again."""


@dataclass(frozen=True, slots=True)
class StateChanged:
    """The camera's state is another."""

    state: CameraState


@dataclass(frozen=True, slots=True)
class CodeSeen:
    """A code was held up. Its text shows in no `repr`."""

    text: str = field(repr=False)


Message = StateChanged | CodeSeen


class CameraProtocolError(Exception):
    """What came over the pipe is no frame; the process is of no use any more."""


def encode(message: Message) -> bytes:
    """One frame.

    Raises:
        ValueError: The code's text doesn't fit.
    """
    if isinstance(message, StateChanged):
        return _frame(b"S", message.state.value)
    if len(message.text.encode()) >= FRAME_BYTES:
        raise ValueError("the text is longer than a QR code can hold")
    return _frame(b"C", message.text)


def _frame(kind: bytes, text: str) -> bytes:
    content = kind + text.encode()
    return len(content).to_bytes(_LENGTH) + content


def decode(pending: bytes) -> tuple[list[Message], bytes]:
    """Take whole frames out of `pending`; return their messages, and the rest for next time.

    Raises:
        CameraProtocolError: Not a frame. The message never says what came.
    """
    messages: list[Message] = []
    while len(pending) >= _LENGTH:
        length = int.from_bytes(pending[:_LENGTH])
        if not 1 <= length <= FRAME_BYTES:
            raise CameraProtocolError("a frame of an impossible length")
        end = _LENGTH + length
        if len(pending) < end:
            break
        messages.append(_message(pending[_LENGTH:end]))
        pending = pending[end:]
    return messages, pending


def _message(content: bytes) -> Message:
    try:
        match content[:1]:
            case b"S":
                return StateChanged(CameraState(content[1:].decode()))
            case b"C":
                return CodeSeen(content[1:].decode())
    except ValueError:  # Also what `decode` raises.
        raise CameraProtocolError("a frame that can't be read") from None
    raise CameraProtocolError("a frame of no known kind")
