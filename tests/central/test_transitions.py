"""The table of transitions, against one written by hand."""

from datetime import date
from types import SimpleNamespace

import pytest

from central.transitions import (
    AT_FIRST,
    TRANSITIONS,
    UNENDED,
    Beginning,
    Happening,
    cancellation,
    contradicts,
    effects_of,
    end_of_loss,
    forbids,
    formal_loss_of,
    loss_of,
)
from kiosk.uplink.contract import OperationKind, OperationState

#            happening              open         authorised    in_doubt      done  not_done  escalated
BY_HAND = """
             command_issued         authorised   authorised    -             -     -         -
             reported_done          done         done          -             -     !         -
             reported_not_done      not_done     not_done      -             !     -         -
             reported_in_doubt      in_doubt     in_doubt      -             -     -         -
             settled_done           done         done          done          -     !         -
             settled_not_done       not_done     not_done      not_done      !     -         -
             settled_by_nobody      escalated    escalated     escalated     -     -         -
             loss_reported          escalated    escalated     escalated     -     -         -
             superseded             escalated    escalated     escalated     -     -         -
"""
"""A dash: nothing changes. A mark: nothing changes, and a person hears of the contradiction."""

CELLS = [
    (OperationState(state), Happening(row.split()[0]), cell)
    for row in BY_HAND.strip().splitlines()
    for state, cell in zip(OperationState, row.split()[1:], strict=True)
]


def test_the_hand_written_table_is_whole() -> None:
    assert len(CELLS) == len(OperationState) * len(Happening)


@pytest.mark.parametrize(("state", "happening", "cell"), CELLS)
def test_each_pair_of_state_and_happening(state: OperationState, happening: Happening, cell: str) -> None:
    after = TRANSITIONS.get((state, happening))
    assert after == (None if cell in "-!" else OperationState(cell))
    assert contradicts(state, happening) == (cell == "!")


def test_nothing_leads_out_of_a_result() -> None:
    assert {state for state, _ in TRANSITIONS} == set(UNENDED) == {s for s in OperationState if not s.terminal}


def test_what_a_new_id_becomes() -> None:
    assert {beginning.value: state.value for beginning, state in AT_FIRST.items()} == {
        "opened": "open",
        "applied": "done",
        "refused": "not_done",
        "not_done_unopened": "not_done",
        "else_unopened": "escalated",
    }
    assert set(AT_FIRST) == set(Beginning)


def test_what_a_result_does_to_the_record() -> None:
    new_pin = {"initial_pin": False, "pin_blocked": False}
    assert effects_of(OperationKind.PIN_CHANGE) == new_pin
    assert effects_of(OperationKind.PIN_RESET) == new_pin
    assert effects_of(OperationKind.UNBLOCK) == {"pin_blocked": False}
    assert effects_of(OperationKind.ENABLE) == {**new_pin, "application_status": 1, "lifecycle": "04"}


def test_a_loss_remembers_what_was_before_it() -> None:
    until = date(2026, 3, 8)
    lost = loss_of(0, "03", until)
    assert lost == {
        "application_status": 4,
        "lifecycle": "06",
        "loss_reason": "reported",
        "loss_until": until,
        "status_before_loss": 0,
        "lifecycle_before_loss": "03",
    }
    found = end_of_loss(0, "03")
    assert set(found) == set(lost)
    assert (found["application_status"], found["lifecycle"]) == (0, "03")
    assert {found[name] for name in set(found) - {"application_status", "lifecycle"}} == {None}
    by_bank = end_of_loss(4, "06")
    assert (by_bank["application_status"], by_bank["loss_reason"]) == (4, "financial_not_activated")
    unknown = end_of_loss(None, None)
    assert (unknown["application_status"], unknown["lifecycle"]) == (1, "04")


def test_a_card_that_ends_is_on_no_loss_any_more() -> None:
    ended = cancellation()
    assert set(ended) == set(loss_of(1, "04", date(2026, 3, 11)))
    assert (ended["application_status"], ended["lifecycle"]) == (9, "09")
    assert {ended[name] for name in set(ended) - {"application_status", "lifecycle"}} == {None}


TODAY = date(2026, 3, 1)
CARDS = {
    #                     status lifecycle reason valid_until
    "normal": (1, "04", None, date(2026, 3, 1)),
    "normal, no end": (1, "04", None, None),
    "expired": (1, "04", None, date(2026, 2, 28)),
    "collected": (0, "03", None, date(2026, 3, 1)),
    "collected, expired": (0, "03", None, date(2026, 2, 28)),
    "not collected": (0, "02", None, None),
    "formal loss": (2, "05", "reported", None),
    "locked": (3, "04", None, None),
    "temporary loss": (4, "06", "reported", None),
    "temporary loss, expired": (4, "06", "reported", date(2020, 1, 1)),
    "deadline passed": (4, "06", "financial_not_activated", None),
    "cancelled": (9, "09", None, None),
}
ON_NORMAL = {"normal", "normal, no end"}
ALLOWED = {
    OperationKind.PIN_CHANGE: ON_NORMAL,
    OperationKind.UNBLOCK: ON_NORMAL,
    OperationKind.PIN_RESET: ON_NORMAL,
    OperationKind.ENABLE: {"collected"},
    OperationKind.TEMPORARY_LOSS: {*ON_NORMAL, "expired", "collected", "collected, expired"},
    OperationKind.LOSS_RELEASE: {"temporary loss", "temporary loss, expired"},
    OperationKind.FORMAL_LOSS: {
        *ON_NORMAL,
        *("expired", "collected", "collected, expired"),
        *("temporary loss", "temporary loss, expired", "deadline passed"),
    },
    OperationKind.ELIGIBILITY_CHECK: set(CARDS),
    OperationKind.APPLICATION: set(CARDS),
}


@pytest.mark.parametrize("kind", OperationKind)
@pytest.mark.parametrize("name", CARDS)
def test_which_cards_allow_what(kind: OperationKind, name: str) -> None:
    columns = ("application_status", "lifecycle", "loss_reason", "valid_until")
    card = SimpleNamespace(**dict(zip(columns, CARDS[name], strict=True)))
    assert forbids(kind, card, TODAY) == (name not in ALLOWED[kind])
    lifted = {"formal loss"} if kind is OperationKind.LOSS_RELEASE else set()
    assert forbids(kind, card, TODAY, formal_can_be_lifted=True) == (name not in ALLOWED[kind] | lifted)


@pytest.mark.parametrize(
    ("now", "before", "kept"),
    [
        ((1, "04", None), (None, None), (1, "04")),
        ((0, "03", None), (None, None), (0, "03")),
        ((4, "06", "reported"), (0, "03"), (0, "03")),
        ((4, "06", "reported"), (None, None), (None, None)),
        ((4, "06", "financial_not_activated"), (None, None), (4, "06")),
    ],
    ids=["normal", "archived", "on temporary loss", "before it nobody knows", "its bank's side isn't active"],
)
def test_a_formal_loss_remembers_what_was_before_any_loss(
    now: tuple[int, str, str | None], before: tuple[int | None, str | None], kept: tuple[int | None, str | None]
) -> None:
    columns = ("application_status", "lifecycle", "loss_reason", "status_before_loss", "lifecycle_before_loss")
    assert formal_loss_of(SimpleNamespace(**dict(zip(columns, (*now, *before), strict=True)))) == {
        "application_status": 2,
        "lifecycle": "05",
        "loss_reason": "reported",
        "loss_until": None,
        "status_before_loss": kept[0],
        "lifecycle_before_loss": kept[1],
    }
