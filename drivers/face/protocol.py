"""What the session and the comparing process tell each other, over pipes: bytes in, messages out, no I/O.

A frame is a length (four bytes, big-endian; it counts what follows), a kind (one byte) and the content. To the process
goes one `O`, the order: the task's name, a zero byte, the photo on record as the server sent it. Back come `R` (ready
for the order), `H` a hint by its name, `N` why the photo is of no use, by its name, and last `S`, the score: distance
and sharpness (binary64, big-endian) and the liveness hint's name. No picture and no vector is ever among them.
"""

import math
import struct
from dataclasses import dataclass, field
from enum import Enum

from drivers.face.course import FaceScore
from drivers.face.guidance import Hint
from drivers.face.liveness import Challenge, LivenessHint

PHOTO_BYTES = 2 * 1024 * 1024
"""The longest photo on record; one for a card has some 20 kB."""
ANSWER_BYTES = 64
"""The longest frame that comes back."""

_LENGTH = 4
_SCORE = struct.Struct(">dd")


class PhotoTrouble(Enum):
    """Why the photo on record can't be compared with."""

    NO_PICTURE = "no picture"
    NO_FACE = "no face"
    SEVERAL_FACES = "several faces"


@dataclass(frozen=True, slots=True)
class Order:
    """Compare with this photo. It shows in no `repr`."""

    challenge: Challenge | None
    photo: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Ready:
    """The models are loaded."""


@dataclass(frozen=True, slots=True)
class HintGiven:
    """Another hint."""

    hint: Hint


@dataclass(frozen=True, slots=True)
class PhotoUnusable:
    """The process can't work with the photo on record, and ends."""

    trouble: PhotoTrouble


@dataclass(frozen=True, slots=True)
class Scored:
    """The check is done, and the process ends."""

    score: FaceScore


Answer = Ready | HintGiven | PhotoUnusable | Scored


class FaceProtocolError(Exception):
    """What came over the pipe is no frame; the process is of no use any more."""


def encode_order(order: Order) -> bytes:
    """One frame.

    Raises:
        ValueError: The photo is longer than any photo on record.
    """
    if len(order.photo) > PHOTO_BYTES:
        raise ValueError(f"the photo on record has more than {PHOTO_BYTES} bytes")
    name = "" if order.challenge is None else order.challenge.value
    return _frame(b"O", name.encode() + b"\0" + order.photo)


def decode_order(content: bytes) -> Order:
    """The order in a whole frame, without its length.

    Raises:
        FaceProtocolError: It is none.
    """
    name, zero, photo = content[1:].partition(b"\0")
    if content[:1] != b"O" or not zero:
        raise FaceProtocolError("a frame that is no order")
    try:
        return Order(Challenge(name.decode()) if name else None, photo)
    except ValueError:
        raise FaceProtocolError("an order that can't be read") from None


def encode(answer: Answer) -> bytes:
    """One frame."""
    match answer:
        case Ready():
            return _frame(b"R", b"")
        case HintGiven(hint):
            return _frame(b"H", hint.value.encode())
        case PhotoUnusable(trouble):
            return _frame(b"N", trouble.value.encode())
        case _:
            score = answer.score
            numbers = _SCORE.pack(score.distance, score.sharpness)
            return _frame(b"S", numbers + score.liveness_hint.value.encode())


def _frame(kind: bytes, content: bytes) -> bytes:
    return (1 + len(content)).to_bytes(_LENGTH) + kind + content


def decode(pending: bytes) -> tuple[list[Answer], bytes]:
    """Take whole frames out of `pending`; return their messages, and the rest for next time.

    Raises:
        FaceProtocolError: Not a frame. The message never says what came.
    """
    answers: list[Answer] = []
    while len(pending) >= _LENGTH:
        length = int.from_bytes(pending[:_LENGTH])
        if not 1 <= length <= ANSWER_BYTES:
            raise FaceProtocolError("a frame of an impossible length")
        end = _LENGTH + length
        if len(pending) < end:
            break
        answers.append(_answer(pending[_LENGTH:end]))
        pending = pending[end:]
    return answers, pending


def _answer(content: bytes) -> Answer:
    try:
        match content[:1]:
            case b"R" if len(content) == 1:
                return Ready()
            case b"H":
                return HintGiven(Hint(content[1:].decode()))
            case b"N":
                return PhotoUnusable(PhotoTrouble(content[1:].decode()))
            case b"S":
                return Scored(_score(content[1:]))
    except (ValueError, struct.error):
        raise FaceProtocolError("a frame that can't be read") from None
    raise FaceProtocolError("a frame of no known kind")


def _score(content: bytes) -> FaceScore:
    distance, sharpness = _SCORE.unpack(content[: _SCORE.size])
    if not (math.isfinite(distance) and math.isfinite(sharpness) and distance >= 0 and sharpness >= 0):
        raise ValueError("not a distance")
    return FaceScore(distance, sharpness, LivenessHint(content[_SCORE.size :].decode()))
