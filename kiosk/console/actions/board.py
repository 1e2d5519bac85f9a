"""The board: how the machine is, at a glance."""

import datetime
from importlib.metadata import version

from kiosk.console.action import Action, Call, Message, Nothing, Record
from kiosk.text import T


class StandingCondition(Message):
    """One condition that stands."""

    id: str
    since: datetime.datetime
    title: str
    cause: str
    effect: str
    remedy: str
    urgency: str
    """`now`, or `soon`."""
    cleared_by: str
    """`itself`, or `technician`."""


class Board(Message):
    """How the machine is."""

    machine: str
    number: int
    version: str
    boot: int
    in_service: bool
    conditions: tuple[StandingCondition, ...]
    """Those to be dealt with now first, then the oldest."""
    outbox_length: int


async def _board(call: Call, _: Nothing) -> Board:
    machine = call.console.machine
    standing = sorted(machine.board.standing(), key=lambda item: item[0].urgency.value)
    return Board(
        machine=machine.settings.machine.name,
        number=machine.settings.machine.number,
        version=version("kiosk"),
        boot=machine.operations.boot,
        in_service=not machine.board.closes("service"),
        conditions=tuple(
            StandingCondition(
                id=condition.id,
                since=since,
                title=call.say(condition.title),
                cause=call.say(condition.cause),
                effect=call.say(condition.effect),
                remedy=call.say(condition.remedy),
                urgency=condition.urgency.value,
                cleared_by=condition.cleared_by.value,
            )
            for condition, since in standing
        ),
        outbox_length=machine.operations.outbox_length,
    )


class AllowedAction(Message):
    """One action that the caller may do."""

    name: str
    title: str
    asks: str | None
    """What is asked again before it is done."""


class AllowedActions(Message):
    """What the caller may do, and as whom."""

    who: str
    roles: tuple[str, ...]
    actions: tuple[AllowedAction, ...]


async def _actions(call: Call, _: Nothing) -> AllowedActions:
    return AllowedActions(
        who=call.caller.who,
        roles=tuple(sorted(call.caller.roles)),
        actions=tuple(
            AllowedAction(
                name=action.name,
                title=call.say(action.title),
                asks=None if action.asks is None else call.say(action.asks),
            )
            for action in call.console.allowed(call.caller)
        ),
    )


ACTIONS = (
    Action(name="board", title=T("机器状况"), arguments=Nothing, result=Board, run=_board, record=Record.NOT),
    Action(
        name="actions", title=T("能做的事"), arguments=Nothing, result=AllowedActions, run=_actions, record=Record.NOT
    ),
)
