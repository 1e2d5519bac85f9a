"""What the counter of tries proves, case by case."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.operations.witness import judge
from kiosk.uplink.contract import OperationKind, OperationState

DONE, NOT_DONE = OperationState.DONE, OperationState.NOT_DONE
TRIES = st.none() | st.integers(0, 15)


@pytest.mark.parametrize(
    ("before", "now", "limit", "judgement"),
    [
        (0, 0, 6, NOT_DONE),
        (0, 1, 6, DONE),
        (0, 6, 6, DONE),
        (0, 6, None, DONE),
        (None, 0, 6, NOT_DONE),
        (None, 3, 6, DONE),
        (3, 3, 6, NOT_DONE),
        (3, 2, 6, NOT_DONE),
        (3, 4, 6, DONE),
        (3, 6, 6, DONE),
        (6, 6, 6, DONE),
        (6, 6, None, NOT_DONE),
        (0, None, 6, None),
    ],
)
def test_an_unblocking_shows_in_the_counter(
    before: int | None, now: int | None, limit: int | None, judgement: OperationState | None
) -> None:
    assert judge(OperationKind.UNBLOCK, before, now, limit) is judgement


@pytest.mark.parametrize(
    ("before", "now", "judgement"),
    [(0, 0, NOT_DONE), (0, 6, DONE), (0, 1, DONE), (3, 6, None), (None, 6, None), (3, 0, NOT_DONE), (0, None, None)],
)
def test_a_reset_shows_where_the_pin_was_blocked(
    before: int | None, now: int | None, judgement: OperationState | None
) -> None:
    """Otherwise the citizen may just have entered the old one rightly."""
    assert judge(OperationKind.PIN_RESET, before, now, 6) is judgement


@given(before=TRIES, now=TRIES, limit=TRIES)
def test_a_changed_pin_leaves_no_mark(before: int | None, now: int | None, limit: int | None) -> None:
    for kind in (OperationKind.PIN_CHANGE, OperationKind.ENABLE):
        assert judge(kind, before, now, limit) is None


@given(before=TRIES, now=st.integers(0, 15), limit=TRIES)
def test_the_judgement_is_what_the_record_will_say(before: int | None, now: int, limit: int | None) -> None:
    """Done: the PIN is open. Nothing that is judged so can be blocked."""
    for kind in (OperationKind.UNBLOCK, OperationKind.PIN_RESET):
        if judge(kind, before, now, limit) is DONE:
            assert now > 0
