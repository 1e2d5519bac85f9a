"""What the console finds when the kiosk starts."""

from collections.abc import Mapping
from contextlib import suppress

from kiosk import conditions
from kiosk.console.actions.service import OUT_NOTE
from kiosk.console.console import Console
from kiosk.console.roles import Role
from kiosk.operations.errors import StorageError
from kiosk.settings import ConsoleSettings


def take_up(console: Console) -> None:
    """A machine that was taken out of service stays so, whatever made it start again."""
    machine = console.machine
    with suppress(StorageError):  # The board tells; nothing is changed at such a machine anyway.
        if machine.operations.storage.read(lambda store: store.memory.note(OUT_NOTE)) is not None:
            machine.board.set(conditions.OUT_OF_SERVICE, stands=True)


def groups(settings: ConsoleSettings) -> Mapping[Role, str]:
    """The group of each role."""
    return {
        Role.OPERATOR: settings.operators,
        Role.TECHNICIAN: settings.technicians,
        Role.ENGINEER: settings.engineers,
        Role.AUDITOR: settings.auditors,
    }
