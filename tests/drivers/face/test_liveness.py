"""A task done, half done, not done; each is told from the others."""

from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.face.guidance import Face, Hint
from drivers.face.liveness import TURN_YAW, Attempt, Challenge

FACE = Face(x=0.5, y=0.5, width=0.3, brightness=130, sharpness=120, yaw=0.0, mouth_paler=0)


def done(challenge: Challenge, *, yaws: Iterable[float] = (), aspects: Iterable[float | None] = ()) -> bool:
    attempt = Attempt(challenge)
    faces = [replace(FACE, yaw=yaw) for yaw in yaws] + [replace(FACE, eye_aspect=aspect) for aspect in aspects]
    return any(map(attempt.see, faces))


@pytest.mark.parametrize(("challenge", "side"), [(Challenge.TURN_LEFT, 1), (Challenge.TURN_RIGHT, -1)])
def test_a_turn_goes_to_that_side_and_back(challenge: Challenge, side: int) -> None:
    there = [side * yaw for yaw in (0.05, 0.2, 0.5, 0.55)]
    assert done(challenge, yaws=[*there, *there[::-1]])
    assert not done(challenge, yaws=there), "not back yet"
    assert not done(challenge, yaws=[-yaw for yaw in [*there, *there[::-1]]]), "the other side"
    assert not done(challenge, yaws=[side * 0.2, side * 0.35, side * 0.2]), "not far enough from where it began"


@pytest.mark.parametrize("wide", [0.35, 0.2])
def test_a_blink_counts_by_the_eyes_own_width(wide: float) -> None:
    assert done(Challenge.BLINK, aspects=[wide, wide * 0.95, wide * 0.4, wide * 0.9])
    assert not done(Challenge.BLINK, aspects=[wide, wide * 0.4]), "shut and not open again"
    assert not done(Challenge.BLINK, aspects=[wide, wide * 0.8, wide]), "a wink of the light"
    assert not done(Challenge.BLINK, aspects=[None, None])


@given(yaws=st.lists(st.floats(-TURN_YAW / 2, TURN_YAW / 2)), aspects=st.lists(st.floats(0.28, 0.33)))
def test_a_picture_that_is_held_up_does_nothing(yaws: list[float], aspects: list[float]) -> None:
    """It shakes and is measured with noise; it neither turns nor blinks."""
    assert not done(Challenge.TURN_LEFT, yaws=yaws)
    assert not done(Challenge.TURN_RIGHT, yaws=yaws)
    assert not done(Challenge.BLINK, aspects=aspects)


def test_each_task_has_words() -> None:
    assert {challenge.hint for challenge in Challenge} == {Hint.TURN_LEFT, Hint.TURN_RIGHT, Hint.BLINK}
