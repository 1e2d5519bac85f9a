"""The actions of the maintenance console, one file a group."""

from typing import Any

from kiosk.console.action import Action
from kiosk.console.actions import board, export, kept, network, paper, self_tests, service, settings

_GROUPS = (board, service, paper, network, self_tests, kept, settings, export)
ACTIONS: dict[str, Action[Any, Any]] = {action.name: action for group in _GROUPS for action in group.ACTIONS}
"""All of them, by name, in the order of a menu."""
