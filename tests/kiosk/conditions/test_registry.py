import datetime
import importlib
import pkgutil
import re

import pytest

import drivers
from drivers.card_reader.errors import CardInUse, WrongPin
from drivers.errors import DeviceError, Outcome
from drivers.receipt_printer.errors import PaperOut
from kiosk import conditions
from kiosk.conditions import REGISTRY, ConditionBoard
from kiosk.conditions.condition import EFFECTS, Condition
from kiosk.conditions.faults import ORDINARY, SIGNS, condition_of, note_fault
from kiosk.language import say


def test_conditions_are_named_after_their_device() -> None:
    """No name twice, none left out of what the package offers."""
    ids = [condition.id for condition in REGISTRY]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z_]+\.[a-z_]+", name) for name in ids)
    offered = {value for name in conditions.__all__ if isinstance(value := getattr(conditions, name), Condition)}
    assert offered == set(REGISTRY)


@pytest.mark.parametrize("condition", REGISTRY, ids=lambda condition: condition.id)
def test_each_says_what_happened_and_what_to_do(condition: Condition) -> None:
    """In whole sentences in both languages; a short title; an effect for each thing that it closes."""
    assert len(condition.title.message) <= 14
    assert condition.cause.message.endswith("。")
    assert condition.remedy.message.endswith("。")
    for language, full_stop in (("zh", "。"), ("en", ".")):
        assert say(condition.cause, language).endswith(full_stop)
        assert say(condition.remedy, language).endswith(full_stop)
    assert set(condition.closes.split()) <= EFFECTS.keys()
    assert say(condition.effect, "en").count(";") == max(0, len(condition.closes.split()) - 1)


def test_every_error_of_every_driver_is_known() -> None:
    """Either a citizen's or a card's doing, or the sign of one condition; never both."""
    for module in pkgutil.walk_packages(drivers.__path__, "drivers."):
        if not module.name.endswith((".worker", ".measure", ".lens")):  # Processes of their own, with heavy libraries.
            importlib.import_module(module.name)
    known = ORDINARY | SIGNS.keys()
    leaves = {error for error in _below(DeviceError) if error.__module__.startswith("drivers.") and not _below(error)}
    assert {error.__qualname__ for error in leaves - known} == set()
    assert not ORDINARY & SIGNS.keys()


def test_an_unknown_error_is_a_condition_too() -> None:
    """Nothing that a device says is lost because nobody thought of it."""

    class Strange(DeviceError):
        pass

    assert condition_of(Strange("?", outcome=Outcome.UNKNOWN)) is conditions.UNKNOWN_FAULT
    assert condition_of(WrongPin(3)) is None


def test_what_no_device_takes_back_is_put_on_the_board() -> None:
    """Of the others the device itself says when they begin and end."""
    board = ConditionBoard(lambda: datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC))
    for error in (PaperOut("", outcome=Outcome.NOT_DONE), CardInUse("", outcome=Outcome.NOT_DONE), WrongPin(3)):
        note_fault(board, error)
    assert [condition for condition, _ in board.standing()] == [conditions.CARD_IN_USE]


def _below(kind: type[DeviceError]) -> set[type[DeviceError]]:
    return {found for child in kind.__subclasses__() for found in ({child} | _below(child))}
