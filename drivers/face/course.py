"""The course of one check: guide, ask for the task, compare. Pure: no picture, no clock, no I/O.

A face that is lost for a second, or is no longer alone, starts again: the one that did the task is the one compared.
"""

import statistics
from dataclasses import dataclass
from enum import Enum, auto

from drivers.face.guidance import Face, Guidance, Hint, Measurement, amiss
from drivers.face.liveness import CHALLENGE_SECONDS, Attempt, Challenge, LivenessHint

SAMPLES = 3
"""Pictures that are compared; the middle distance counts, so that one lucky picture decides nothing."""
LOST_SECONDS = 1.0
"""How long a face may be out of sight, as in a turn that goes far, and still be the same."""


@dataclass(frozen=True, slots=True)
class FaceScore:
    """Evidence for whoever decides.

    Attributes:
        distance: Between the face and the photo on record; 0 is the same picture. See docs/identity.md.
        sharpness: Of the least sharp picture that was compared.
        liveness_hint: Whether the task was done. A hint, no more.
    """

    distance: float
    sharpness: float
    liveness_hint: LivenessHint


class _Stage(Enum):
    LOOKING = auto()
    ASKING = auto()
    COMPARING = auto()


class Course:
    """One check. Times are seconds of whoever asks.

    Args:
        challenge: The task; None: none is asked for.
    """

    def __init__(self, challenge: Challenge | None) -> None:
        self._challenge = challenge
        self._guidance = Guidance()
        self._asked_seconds = 0.0
        self._seen_at: float | None = None
        self._alone_at = 0.0
        self._begin()

    def _begin(self) -> None:
        self._stage = _Stage.LOOKING
        self._attempt: Attempt | None = None
        self._liveness = LivenessHint.NOT_ASKED if self._challenge is None else LivenessHint.NOT_SEEN
        self._samples: list[tuple[float, float]] = []

    def see(self, seen: Measurement, at: float) -> tuple[Hint, Face | None]:
        """What to say now, and the face of this picture if it is to be compared; then call `compared`."""
        passed = 0.0 if self._seen_at is None else at - self._seen_at
        self._seen_at = at
        hint, good = self._guidance.see(seen, at)
        if len(seen.faces) == 1:
            self._alone_at = at
        elif len(seen.faces) > 1 or at - self._alone_at >= LOST_SECONDS:
            self._begin()
        if self._stage is _Stage.LOOKING and good:
            self._stage = _Stage.COMPARING if self._challenge is None else _Stage.ASKING
        if self._stage is _Stage.ASKING:
            assert self._challenge is not None
            return self._ask(self._challenge, seen, passed), None
        if self._stage is _Stage.COMPARING and good:
            return Hint.HOLD_STILL, seen.faces[0]
        return hint or Hint.HOLD_STILL, None

    def _ask(self, challenge: Challenge, seen: Measurement, passed: float) -> Hint:
        self._asked_seconds += passed  # Of all tries together: whoever can't isn't asked for ever.
        self._attempt = self._attempt or Attempt(challenge)
        fit = len(seen.faces) == 1 and amiss(seen) not in (Hint.CLOSER, Hint.MORE_LIGHT)
        if fit and self._attempt.see(seen.faces[0]):
            self._liveness = LivenessHint.SEEN
            self._stage = _Stage.COMPARING
        elif self._asked_seconds >= CHALLENGE_SECONDS:
            self._stage = _Stage.COMPARING
        return Hint.HOLD_STILL if self._stage is _Stage.COMPARING else challenge.hint

    def compared(self, face: Face, distance: float) -> FaceScore | None:
        """Take what the comparison of `face` gave; the score when there are enough."""
        self._samples.append((distance, face.sharpness))
        if len(self._samples) < SAMPLES:
            return None
        distances, sharpness = zip(*self._samples, strict=True)
        return FaceScore(statistics.median(distances), min(sharpness), self._liveness)
