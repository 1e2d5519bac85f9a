"""One hint at a time, the weightiest, and steady enough to read."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.face.guidance import (
    COVERED_SECONDS,
    LEAST_WIDTH,
    SETTLE_SECONDS,
    SHOWN_SECONDS,
    Face,
    Guidance,
    Hint,
    Measurement,
    amiss,
)

GOOD = Face(x=0.5, y=0.5, width=0.3, brightness=130, sharpness=120, yaw=0.05, mouth_paler=3)
STEP = 0.1
"""Seconds between two pictures here."""


def alone(**changes: float) -> Measurement:
    return Measurement(120, (replace(GOOD, **changes),))


NOBODY = Measurement(120, ())
CASES = [
    (NOBODY, Hint.CENTRE),
    (Measurement(10, ()), Hint.MORE_LIGHT),
    (Measurement(120, (GOOD, GOOD)), Hint.ONE_PERSON),
    (alone(width=0.1), Hint.CLOSER),
    (alone(width=0.7), Hint.FURTHER),
    (alone(x=0.1), Hint.CENTRE),
    (alone(y=0.9), Hint.CENTRE),
    (alone(brightness=40), Hint.MORE_LIGHT),
    (alone(mouth_paler=25), Hint.TAKE_OFF_MASK),
    (alone(sharpness=10), Hint.HOLD_STILL),
    (alone(yaw=-0.4), Hint.HOLD_STILL),
    (alone(), None),
]


@pytest.mark.parametrize(("seen", "hint"), CASES)
def test_each_fault_has_its_hint(seen: Measurement, hint: Hint | None) -> None:
    assert amiss(seen) is hint


def test_the_weightiest_comes_first() -> None:
    """Two people in the dark: the light of a face that isn't the only one is nobody's business."""
    dark = replace(GOOD, brightness=10, width=0.05, sharpness=1)
    assert amiss(Measurement(10, (dark, dark))) is Hint.ONE_PERSON
    assert amiss(Measurement(10, (dark,))) is Hint.CLOSER


def shown(measurements: list[Measurement], guidance: Guidance | None = None, start: float = 100.0) -> list[Hint | None]:
    guidance = guidance or Guidance()
    return [guidance.see(seen, start + n * STEP)[0] for n, seen in enumerate(measurements)]


def test_a_hint_comes_when_it_has_settled_and_stays_long_enough_to_read() -> None:
    hints = shown([alone(width=0.1)] * 5 + [alone(width=0.7)] * 15)
    settle, read = round(SETTLE_SECONDS / STEP), round(SHOWN_SECONDS / STEP)
    first = hints.index(Hint.CLOSER)
    assert hints[:first] == [Hint.CENTRE] * first
    assert settle <= first <= settle + 1
    second = hints.index(Hint.FURTHER)
    assert second - first >= read
    assert hints[second:] == [Hint.FURTHER] * (len(hints) - second)


def test_one_odd_picture_says_nothing() -> None:
    guidance = Guidance()
    assert shown([alone()] * 5, guidance)[-1] is None
    assert shown([alone(), alone(), NOBODY, alone(), alone(), NOBODY, alone()], guidance, 110) == [None] * 7


def test_before_anything_was_seen_people_are_asked_to_come() -> None:
    assert shown([NOBODY] * 5) == [Hint.CENTRE] * 5


def test_a_face_at_the_limit_does_not_make_the_hint_flicker() -> None:
    """Just within the limit the hint stays, well within it goes; the picture is good all the same."""
    guidance = Guidance()
    assert shown([alone(width=LEAST_WIDTH - 0.01)] * 20, guidance)[-1] is Hint.CLOSER
    at_limit = [guidance.see(alone(width=LEAST_WIDTH + 0.005), 110 + n * STEP) for n in range(30)]
    assert set(at_limit) == {(Hint.CLOSER, True)}
    assert shown([alone(width=LEAST_WIDTH * 1.2)] * 20, guidance, 120)[-1] is None


def test_a_mask_is_asked_off_for_a_while_then_it_is_a_beard() -> None:
    guidance = Guidance()
    pictures = [guidance.see(alone(mouth_paler=25), n * STEP) for n in range(round(2 * COVERED_SECONDS / STEP))]
    good_from = [good for _, good in pictures].index(True)
    assert good_from * STEP == pytest.approx(COVERED_SECONDS, abs=2 * STEP)
    assert pictures[good_from - 1][0] is Hint.TAKE_OFF_MASK
    assert pictures[-1] == (None, True)
    assert guidance.see(Measurement(120, (GOOD, GOOD)), 999)[1] is False


FACES = st.builds(
    Face,
    x=st.floats(0, 1),
    y=st.floats(0, 1),
    width=st.floats(0, 1),
    brightness=st.floats(0, 255),
    sharpness=st.floats(0, 1000),
    yaw=st.floats(-1, 1),
    mouth_paler=st.floats(-50, 50),
)
MEASUREMENTS = st.builds(Measurement, st.floats(0, 255), st.lists(FACES, max_size=3).map(tuple))


@given(seen=MEASUREMENTS)
def test_a_picture_is_good_only_with_one_face_that_is_large_sharp_and_lit(seen: Measurement) -> None:
    _, good = Guidance().see(seen, 0.0)
    if good:
        (face,) = seen.faces
        assert face.width >= LEAST_WIDTH
        assert face.sharpness >= 25
        assert face.brightness >= 60
    assert good is (amiss(seen) is None)


@given(pictures=st.lists(st.tuples(MEASUREMENTS, st.floats(0.01, 2)), max_size=40))
def test_whatever_is_seen_hints_never_change_faster_than_they_can_be_read(
    pictures: list[tuple[Measurement, float]],
) -> None:
    guidance, now, changes, last = Guidance(), 100.0, [], Hint.CENTRE
    for seen, wait in pictures:
        now += wait
        hint, _ = guidance.see(seen, now)
        if hint is not last:
            changes.append((now, last))
            last = hint
    for (one, _), (other, before) in pairwise(changes):
        assert before is None or other - one >= SHOWN_SECONDS
