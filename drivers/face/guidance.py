"""From what was measured in a picture to one hint at a time: no picture, no clock, no I/O.

Lengths are shares of the picture: a camera of another size changes no limit. The limits come from the photographs of
docs/identity.md; they are gates for a fair comparison, not a judgement of anybody.
"""

from dataclasses import dataclass
from enum import Enum

LEAST_WIDTH, MOST_WIDTH = 0.18, 0.55
"""A face's width, of the picture's height. Below, the picture has fewer points than the model was taught with (150)."""
OFF_CENTRE = 0.22
"""How far a face's middle may be from the picture's, of its width and height."""
LEAST_BRIGHTNESS = 60.0
"""Mean of a face's grey, 0 to 255."""
LEAST_SHARPNESS = 25.0
"""Variance of the Laplacian; photographs have 38 to 640, the same blurred by two pixels 2 to 14."""
MOST_YAW = 0.25
"""For a comparison. Looking straight ahead gives up to 0.2 either way: noses differ."""
COVERED = 16.0
"""How much less red the mouth is than the nose's bridge: faces give -8 to 12, masks 21 to 58. Many a masked face isn't
found at all; then it is CENTRE that is said, and the page should mention masks there."""

SLACK = 0.10
"""A hint is given up only when its limit is kept by that share: without, it would flicker at the limit."""
SETTLE_SECONDS = 0.3
"""How long something must be amiss before it is said."""
SHOWN_SECONDS = 1.0
"""How long a hint stays at least: it must be read."""
COVERED_SECONDS = 6.0
"""How long a covered mouth is objected to. After that it is a beard, and the face is compared as it is."""


class Hint(Enum):
    """What the person before the camera can do now."""

    CENTRE = "centre"
    """Come before the camera, into the middle; also where there is nobody."""
    CLOSER = "closer"
    FURTHER = "further"
    ONE_PERSON = "one person only"
    MORE_LIGHT = "more light"
    TAKE_OFF_MASK = "take off mask"
    HOLD_STILL = "hold still"
    """Look straight ahead and keep still; also while the comparison runs."""
    TURN_LEFT = "turn left"
    """The head, to the person's own left, and back."""
    TURN_RIGHT = "turn right"
    BLINK = "blink"


@dataclass(frozen=True, slots=True)
class Face:
    """One face in a picture.

    Attributes:
        x: Of its middle, 0 to 1 of the picture's width.
        y: Of its middle, 0 to 1 of the picture's height.
        width: Of the picture's height.
        brightness: Mean of its grey, 0 to 255.
        sharpness: Variance of the Laplacian over its grey at 150 x 150, at a mean of 128.
        yaw: How far the nose is beside the middle of the eyes, of their distance; to the person's left is positive.
        mouth_paler: How much less red (Cr of YCbCr) the mouth is than the nose's bridge.
        eye_aspect: Height of the eyes by their width; None: not measured.
    """

    x: float
    y: float
    width: float
    brightness: float
    sharpness: float
    yaw: float
    mouth_paler: float
    eye_aspect: float | None = None


@dataclass(frozen=True, slots=True)
class Measurement:
    """What one picture shows: how bright it is on the whole (0 to 255), and each face."""

    brightness: float
    faces: tuple[Face, ...]


def amiss(seen: Measurement, *, slack: float = 0.0) -> Hint | None:
    """What keeps this picture from a comparison, the weightiest first; None: nothing.

    Args:
        seen: What was measured.
        slack: By which share each limit must be kept beyond itself.
    """
    more, less = 1 + slack, 1 - slack
    if not seen.faces:
        return Hint.MORE_LIGHT if seen.brightness < LEAST_BRIGHTNESS / 2 * more else Hint.CENTRE
    if len(seen.faces) > 1:
        return Hint.ONE_PERSON
    (face,) = seen.faces
    if face.width < LEAST_WIDTH * more:
        return Hint.CLOSER
    if face.width > MOST_WIDTH * less:
        return Hint.FURTHER
    if max(abs(face.x - 0.5), abs(face.y - 0.5)) > OFF_CENTRE * less:
        return Hint.CENTRE
    if face.brightness < LEAST_BRIGHTNESS * more:
        return Hint.MORE_LIGHT
    if face.mouth_paler > COVERED * less:
        return Hint.TAKE_OFF_MASK
    if face.sharpness < LEAST_SHARPNESS * more or abs(face.yaw) > MOST_YAW * less:
        return Hint.HOLD_STILL
    return None


class Guidance:
    """One hint at a time, steady enough to read. No clock of its own: times are seconds of whoever asks."""

    def __init__(self) -> None:
        self._shown: Hint | None = Hint.CENTRE  # Before anything was seen: come.
        self._shown_at = -SHOWN_SECONDS
        self._other: Hint | None = None
        self._other_at = 0.0
        self._covered_seconds = 0.0
        self._seen_at: float | None = None

    def see(self, seen: Measurement, at: float) -> tuple[Hint | None, bool]:
        """What to say now (None: nothing is amiss), and whether this very picture is good for a comparison."""
        wanted = amiss(seen)
        passed = 0.0 if self._seen_at is None else at - self._seen_at
        self._seen_at = at
        if wanted is Hint.TAKE_OFF_MASK:
            self._covered_seconds += passed
        bare = self._uncovered(seen)
        wanted = amiss(bare)
        if wanted is not self._shown and self._shown is not None and amiss(bare, slack=SLACK) is self._shown:
            self._say(self._shown, at)
        else:
            self._say(wanted, at)
        return self._shown, wanted is None

    def _uncovered(self, seen: Measurement) -> Measurement:
        """The same without a covered mouth, once that was objected to for long enough."""
        if self._covered_seconds < COVERED_SECONDS or len(seen.faces) != 1:
            return seen
        face = seen.faces[0]
        bare = Face(face.x, face.y, face.width, face.brightness, face.sharpness, face.yaw, 0.0, face.eye_aspect)
        return Measurement(seen.brightness, (bare,))

    def _say(self, hint: Hint | None, at: float) -> None:
        if hint is self._shown:
            self._other = hint
            return
        if hint is not self._other:
            self._other, self._other_at = hint, at
        settled = at - self._other_at >= SETTLE_SECONDS
        read = self._shown is None or at - self._shown_at >= SHOWN_SECONDS
        if settled and read:
            self._shown, self._shown_at = hint, at
