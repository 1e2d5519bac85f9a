"""What the console finds when the kiosk starts."""

from collections.abc import Mapping
from contextlib import suppress

import structlog
import trio

from kiosk import applied_settings, conditions
from kiosk.console.actions.service import OUT_NOTE
from kiosk.console.console import Console
from kiosk.console.roles import Role
from kiosk.operations.errors import StorageError
from kiosk.settings import ConsoleSettings

log = structlog.get_logger()


def take_up(console: Console) -> None:
    """What was begun before this start: out of service, and settings on trial."""
    machine = console.machine
    machine.uplink.counted = lambda: _counted(console)
    folder = machine.settings.storage.directory
    machine.board.set(conditions.SETTINGS_UNCONFIRMED, stands=applied_settings.on_trial(folder))
    machine.board.set(conditions.SETTINGS_NOT_USED, stands=applied_settings.any_not_used(console.config, folder))
    with suppress(StorageError):  # The board tells; nothing is changed at such a machine anyway.
        if machine.operations.storage.read(lambda store: store.memory.note(OUT_NOTE)) is not None:
            machine.board.set(conditions.OUT_OF_SERVICE, stands=True)


def _counted(console: Console) -> Mapping[str, int]:
    machine = console.machine
    try:
        return machine.counters.today(machine.operations.storage, machine.now().date())
    except StorageError:  # The conditions that go with it tell of the disk.
        return {}


async def end_trial(console: Console) -> None:
    """Start anew with the old settings unless the ones on trial are confirmed in time."""
    board = console.machine.board
    if not board.stands(conditions.SETTINGS_UNCONFIRMED):
        return
    with trio.move_on_after(applied_settings.CONFIRM_SECONDS):
        while board.stands(conditions.SETTINGS_UNCONFIRMED):
            await board.change()
        return
    log.warning("settings.not_confirmed")
    console.stop()


def groups(settings: ConsoleSettings) -> Mapping[Role, str]:
    """The group of each role."""
    return {
        Role.OPERATOR: settings.operators,
        Role.TECHNICIAN: settings.technicians,
        Role.ENGINEER: settings.engineers,
        Role.AUDITOR: settings.auditors,
    }
