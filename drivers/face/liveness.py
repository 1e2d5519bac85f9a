"""A small task that a photograph can't do: turn the head, or blink. A hint, no more.

It tells a picture that is held up from a person who follows. It is no defence against a film, a mask or a screen
that answers: whoever decides must know that.
"""

from enum import Enum

from drivers.face.guidance import Face, Hint

TURN_YAW = 0.18
"""How far from where it began a head counts as turned, some 20 to 25 degrees. A flat picture that is held up and tilted
was measured within 0.04 of where it began: the nose and the eyes move together."""
STRAIGHT_YAW = 0.10
"""How near to where it began it counts as back."""
SHUT_SHARE = 0.65
"""Eyes count as shut below that share of what they were open."""
OPEN_SHARE = 0.85
"""And as open again above this one."""
CHALLENGE_SECONDS = 10.0
"""How long one may take. Who doesn't manage is compared all the same; the score says so."""


class Challenge(Enum):
    """The task."""

    TURN_LEFT = "turn left"
    """To the person's own left."""
    TURN_RIGHT = "turn right"
    BLINK = "blink"
    """Needs the 68-point landmarks, whose training pictures exclude commercial use (docs/identity.md)."""

    @property
    def hint(self) -> Hint:
        """What is asked of the person."""
        return Hint(self.value)


class LivenessHint(Enum):
    """What a score says of the task."""

    SEEN = "seen"
    NOT_SEEN = "not seen"
    NOT_ASKED = "not asked"


class Attempt:
    """One try at `challenge`, face by face.

    There and back again: one odd measurement proves nothing, and the comparison needs a face that looks ahead.
    """

    def __init__(self, challenge: Challenge) -> None:
        self._challenge = challenge
        self._start: float | None = None
        self._there = False

    def see(self, face: Face) -> bool:
        """Whether the task is done with this face."""
        if self._challenge is Challenge.BLINK:
            return face.eye_aspect is not None and self._blinked(face.eye_aspect)
        yaw = face.yaw if self._challenge is Challenge.TURN_LEFT else -face.yaw
        return self._turned(yaw)

    def _blinked(self, aspect: float) -> bool:
        self._start = max(aspect, self._start or 0.0)  # The widest so far: eyes differ.
        self._there = self._there or aspect < self._start * SHUT_SHARE
        return self._there and aspect > self._start * OPEN_SHARE

    def _turned(self, yaw: float) -> bool:
        if self._start is None:
            self._start = yaw
        self._there = self._there or yaw - self._start > TURN_YAW
        return self._there and abs(yaw - self._start) < STRAIGHT_YAW
