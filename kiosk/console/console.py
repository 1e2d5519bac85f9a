"""The maintenance console of a running kiosk: one set of actions, whoever asks and wherever they stand."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
from pydantic import ValidationError

from kiosk.console.action import (
    Action,
    AskAgain,
    Call,
    Denied,
    Dialogue,
    Message,
    NotJournalled,
    Record,
    Unusable,
)
from kiosk.console.roles import Caller, may
from kiosk.machine import Machine
from kiosk.operations.journal import Detail, Event
from kiosk.text import T

if TYPE_CHECKING:
    from kiosk.access.technician_card import TechnicianAccess
    from kiosk.console.about import Versions
    from kiosk.console.certificates import Certificate

log = structlog.get_logger()


@dataclass(kw_only=True)
class Console:
    """What the actions work on.

    Attributes:
        machine: The running machine.
        config: The file of its settings.
        stop: Ends the program in good order; the service manager starts it again.
        started: When the console came up, by the wall clock.
        certificates: Those that the machine trusts, as `upkeep` last found them.
        actions: By name.
    """

    machine: Machine
    config: Path
    stop: Callable[[], None]
    started: datetime.datetime = field(init=False)
    certificates: "tuple[Certificate, ...]" = ()
    actions: Mapping[str, Action[Any, Any]] = field(default_factory=lambda: _all_actions())

    def __post_init__(self) -> None:
        self.started = self.machine.now()

    @cached_property
    def versions(self) -> "Versions":
        """What runs here."""
        from kiosk.console.about import versions

        return versions()

    @cached_property
    def access(self) -> "TechnicianAccess | None":
        """What lets technicians in at the machine itself; None: nothing does, or its files can't be used."""
        from kiosk.access.setting_up import set_up  # Imported late: certificates cost 30 ms, and are seldom looked at.

        machine = self.machine
        return set_up(machine.settings, machine.operations.storage, machine.board, machine.uplink, machine.now)

    def allowed(self, caller: Caller) -> tuple[Action[Any, Any], ...]:
        """What `caller` may do."""
        return tuple(action for action in self.actions.values() if may(caller.roles, action.name))

    async def perform(
        self,
        caller: Caller,
        name: str,
        arguments: Mapping[str, object] | None = None,
        *,
        language: str = "zh",
        confirmed: bool = False,
        dialogue: Dialogue,
    ) -> Message:
        """Do one action for `caller`, and write down before that it is done.

        Args:
            caller: Who asks.
            name: Of the action.
            arguments: What it takes.
            language: In which the result is told.
            confirmed: The caller was asked again, and said yes.
            dialogue: How to talk to them meanwhile.

        Raises:
            Denied: They may not, or there is no such action; that is written down too.
            Unusable: The arguments can't be used.
            AskAgain: It can hurt, and nobody was asked again.
            NotJournalled: It can't be written down.
            Failed: It didn't succeed.
        """
        action = self.actions.get(name)
        if action is None:
            raise Denied(T("没有这一项"))
        if not may(caller.roles, name):
            self._note(caller, action, {"denied": 1})
            raise Denied(T("您的身份不能做这一项"))
        try:
            given = action.arguments.model_validate(dict(arguments or {}))
        except ValidationError as error:
            where = "；".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors(include_input=False))
            raise Unusable(T("填的内容不能用：{where}", where=where)) from None
        if action.asks is not None and not confirmed:
            raise AskAgain(action.asks)
        if action.record is not Record.NOT:
            told = {f"with_{each}": _detail(getattr(given, each)) for each in action.tells}
            if not self._note(caller, action, told) and action.record is Record.DURABLY:
                raise NotJournalled(T("现在写不了记录，这一项先不做。请先看存储。"))
        call = Call(console=self, caller=caller, language=language, dialogue=dialogue)
        result: Message = await action.run(call, given)
        return result

    def _note(self, caller: Caller, action: Action[Any, Any], told: Mapping[str, Detail]) -> bool:
        """Write down that something is about to be done; False: only once the disk takes it."""
        operations = self.machine.operations
        roles = " ".join(sorted(caller.roles))
        log.info("console.action", action=action.name, who=caller.who, roles=roles, face=caller.face, **told)
        details: dict[str, Detail] = {"action": action.name, "who": caller.who, "roles": roles, "face": caller.face}
        at = operations.at()
        return operations.storage.owe(lambda store: store.append(Event.TECHNICIAN, at, **details, **told))


def _detail(value: object) -> Detail:
    return value if value is None or isinstance(value, int) else str(value)


def _all_actions() -> Mapping[str, Action[Any, Any]]:
    from kiosk.console.actions import ACTIONS

    return ACTIONS
