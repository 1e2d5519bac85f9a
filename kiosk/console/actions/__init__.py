"""The actions of the maintenance console, one file a group."""

from typing import Any

from kiosk.console.action import Action
from kiosk.console.actions import board, self_tests, service

ACTIONS: dict[str, Action[Any, Any]] = {
    action.name: action for action in (*board.ACTIONS, *service.ACTIONS, *self_tests.ACTIONS)
}
"""All of them, by name, in the order of a menu."""
