"""Out of service and back, and starting again."""

from contextlib import suppress

from pydantic import Field

from kiosk import applied_settings, conditions
from kiosk.conditions import Clears
from kiosk.console.action import Action, Call, Failed, Message, Nothing, Record, Unusable
from kiosk.text import T

OUT_NOTE = "out_of_service"
"""The note that keeps a machine out of service across restarts."""


async def _out(call: Call, _: Nothing) -> Nothing:
    """Serve nobody from the end of the visit under way on."""
    machine = call.console.machine
    since = machine.operations.at()
    machine.operations.storage.owe(lambda store: store.memory.set_note(OUT_NOTE, since))
    machine.board.set(conditions.OUT_OF_SERVICE, stands=True)
    return Nothing()


async def _back(call: Call, _: Nothing) -> Nothing:
    """Serve again."""
    machine = call.console.machine
    machine.operations.storage.owe(lambda store: store.memory.set_note(OUT_NOTE, None))
    machine.board.set(conditions.OUT_OF_SERVICE, stands=False)
    return Nothing()


class WhichCondition(Message):
    """Which condition was seen to."""

    condition: str = Field(max_length=100)
    """Its id."""


async def _clear(call: Call, which: WhichCondition) -> Nothing:
    """Somebody has seen to a condition that no device takes back by itself."""
    condition = conditions.BY_ID.get(which.condition)
    if condition is None or condition.cleared_by is not Clears.CONSOLE or condition is conditions.OUT_OF_SERVICE:
        raise Unusable(T("这一条不能在这里清除"))
    console, machine = call.console, call.console.machine
    if condition is conditions.SETTINGS_NOT_USED:
        try:
            applied_settings.drop_not_used(console.config, machine.settings.storage.directory)
        except OSError:
            raise Failed(T("现在存不下来，请看存储")) from None
    machine.board.set(condition, stands=False)
    return Nothing()


async def _restart(call: Call, _: Nothing) -> Nothing:
    """End in good order; the service manager starts the kiosk again. An operation under way is finished first.

    Settings on trial are over with it, and whoever restarts knows.
    """
    console = call.console
    with suppress(OSError):  # Then the next start drops them, and tells.
        applied_settings.go_back(console.machine.settings.storage.directory)
    console.stop()
    return Nothing()


ACTIONS = (
    Action(
        name="out_of_service",
        title=T("暂停服务"),
        arguments=Nothing,
        result=Nothing,
        run=_out,
        record=Record.AS_IT_CAN,
    ),
    Action(
        name="back_in_service",
        title=T("恢复服务"),
        arguments=Nothing,
        result=Nothing,
        run=_back,
        record=Record.AS_IT_CAN,
    ),
    Action(
        name="clear",
        title=T("清除已处理的状况"),
        arguments=WhichCondition,
        result=Nothing,
        run=_clear,
        record=Record.AS_IT_CAN,
        tells=("condition",),
    ),
    Action(
        name="restart",
        title=T("重新启动程序"),
        arguments=Nothing,
        result=Nothing,
        run=_restart,
        record=Record.AS_IT_CAN,
        asks=T("正在办的业务会先办完，然后停几秒再开。确定吗？"),
    ),
)
