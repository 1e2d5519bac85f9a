"""The whole of a check, picture by picture, without a picture."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.face.course import LOST_SECONDS, SAMPLES, Course, FaceScore
from drivers.face.guidance import Face, Hint, Measurement
from drivers.face.liveness import CHALLENGE_SECONDS, Challenge, LivenessHint

GOOD = Face(x=0.5, y=0.5, width=0.3, brightness=130, sharpness=120, yaw=0.0, mouth_paler=0)
STEP = 0.05


class Run:
    """A check that is fed faces; whatever it wants compared is `distance` away."""

    def __init__(self, challenge: Challenge | None) -> None:
        self.course = Course(challenge)
        self.now = 50.0
        self.distance = 0.3
        self.compared = 0
        self.hint: Hint | None = None
        self.score: FaceScore | None = None

    def see(self, *faces: Face, times: int = 1) -> None:
        for _ in range(times):
            self.now += STEP
            self.hint, face = self.course.see(Measurement(120, faces), self.now)
            if face is not None:
                self.compared += 1
                self.score = self.course.compared(face, self.distance)

    def turn(self, side: int = 1) -> None:
        for yaw in (0.0, 0.2, 0.45, 0.45, 0.2, 0.0):
            self.see(replace(GOOD, yaw=side * yaw))


def test_without_a_task_good_pictures_are_compared_at_once() -> None:
    run = Run(None)
    run.see(GOOD, times=SAMPLES)
    assert run.score == FaceScore(0.3, 120, LivenessHint.NOT_ASKED)
    assert run.compared == SAMPLES


def test_the_task_comes_before_the_comparison() -> None:
    run = Run(Challenge.TURN_LEFT)
    run.see(GOOD, times=5)
    assert (run.hint, run.compared) == (Hint.TURN_LEFT, 0)
    run.turn()
    run.see(GOOD, times=SAMPLES)
    assert run.hint is Hint.HOLD_STILL
    assert run.score == FaceScore(0.3, 120, LivenessHint.SEEN)


def test_who_does_not_follow_is_compared_and_it_says_so() -> None:
    """An old neck doesn't turn; and a photograph doesn't either."""
    run = Run(Challenge.TURN_RIGHT)
    run.see(GOOD, times=round(CHALLENGE_SECONDS / STEP))
    assert run.compared == 0
    run.see(GOOD, times=SAMPLES + 2)
    assert run.score == FaceScore(0.3, 120, LivenessHint.NOT_SEEN)


@pytest.mark.parametrize("swap", [(), (GOOD, GOOD)], ids=["gone", "two"])
def test_a_face_that_was_lost_or_not_alone_starts_again(swap: tuple[Face, ...]) -> None:
    """One who does the task, then holds up another's photograph."""
    run = Run(Challenge.TURN_LEFT)
    run.see(GOOD)
    run.turn()
    run.see(GOOD, times=SAMPLES - 1)
    before = run.compared
    run.see(*swap, times=round(LOST_SECONDS / STEP) + 1)
    run.see(GOOD, times=5)
    assert (run.hint, run.compared, run.score) == (Hint.TURN_LEFT, before, None)
    run.see(GOOD, times=round(CHALLENGE_SECONDS / STEP) + SAMPLES)
    assert run.score is not None
    assert run.score.liveness_hint is LivenessHint.NOT_SEEN


def test_a_turn_that_goes_too_far_to_see_is_still_a_turn() -> None:
    run = Run(Challenge.TURN_LEFT)
    run.see(GOOD, times=2)
    run.see(replace(GOOD, yaw=0.45))
    run.see(times=round(LOST_SECONDS / STEP) - 2)
    run.see(GOOD, times=SAMPLES + 1)
    assert run.score is not None
    assert run.score.liveness_hint is LivenessHint.SEEN


def test_the_middle_distance_and_the_least_sharpness_count() -> None:
    run = Run(None)
    for run.distance, sharpness in ((0.1, 120), (0.9, 40), (0.5, 90)):
        run.see(replace(GOOD, sharpness=sharpness))
    assert run.score == FaceScore(0.5, 40, LivenessHint.NOT_ASKED)


def test_the_time_for_the_task_is_that_of_all_tries_together() -> None:
    run = Run(Challenge.BLINK)
    for _ in range(12):
        run.see(GOOD, times=round(1 / STEP))
        run.see(times=round(LOST_SECONDS / STEP) + 1)
    assert run.compared > 0


FACES = st.builds(replace, st.just(GOOD), width=st.sampled_from([0.05, 0.3]), yaw=st.sampled_from([-0.5, 0.0, 0.5]))


@given(
    challenge=st.none() | st.sampled_from(Challenge),
    pictures=st.lists(st.lists(FACES, max_size=2).map(tuple), max_size=60),
)
def test_whatever_is_seen_only_one_good_face_is_ever_compared(
    challenge: Challenge | None, pictures: list[tuple[Face, ...]]
) -> None:
    run = Run(challenge)
    for faces in pictures:
        before = run.compared
        run.see(*faces)
        assert run.hint is not None
        if run.compared > before:
            assert faces == (GOOD,)
        if run.score is not None:
            assert run.compared >= SAMPLES
            return
