"""The board: how the machine is, at a glance."""

import datetime
from importlib.metadata import version

from kiosk import conditions
from kiosk.console.about import Versions
from kiosk.console.action import Action, Call, Message, Nothing, Record
from kiosk.console.certificates import Certificate
from kiosk.console.supplies import Disk, Paper, disk, paper
from kiosk.counters import RECEIPTS
from kiosk.operations.errors import StorageError
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


class Clock(Message):
    """The clock, against the server's."""

    time: datetime.datetime
    offset_seconds: float | None
    """How far the server's is ahead; None: it hasn't answered in this boot."""


class PinPath(Message):
    """How a PIN reaches the card."""

    path: str
    """`reader` or `pad`, as in the settings."""
    conforms: bool
    """To ISO 9564: the PIN never enters this computer."""


class Board(Message):
    """How the machine is."""

    machine: str
    number: int
    version: str
    boot: int
    in_service: bool
    conditions: tuple[StandingCondition, ...]
    """Those to be dealt with now first, then the oldest."""
    paper: Paper | None
    """None: it can't be read now, as with `disk`, `today` and `in_doubt`."""
    disk: Disk | None
    today: dict[str, int] | None
    """Visits, services done, refusals, slips."""
    in_doubt: int | None
    """Operations whose outcome the server doesn't hold yet."""
    outbox_length: int
    network: bool
    """The server answers."""
    clock: Clock
    certificates: tuple[Certificate, ...]
    pin_path: PinPath
    versions: Versions
    started: datetime.datetime


async def board(call: Call, _: Nothing) -> Board:
    """How the machine is now, in the caller's language."""
    console, machine = call.console, call.console.machine
    now, storage = machine.now(), machine.operations.storage
    printer, settings = machine.printer, machine.settings
    supplies: tuple[Paper, Disk, dict[str, int], int] | tuple[None, None, None, None]
    try:
        today = machine.counters.today(storage, now.date())
        paper_left = paper(
            storage,
            printer.status.paper.value,
            a_roll=settings.receipt_printer.slips_a_roll,
            printed_today=today.get(RECEIPTS, 0),
            counter=RECEIPTS,
            now=now,
        )
        unsettled = storage.read(lambda store: sum(not row.acknowledged for row in store.operations()))
        supplies = paper_left, disk(storage, settings.storage.directory), today, unsettled
    except (StorageError, OSError):  # The conditions tell of the disk.
        supplies = None, None, None, None
    standing = sorted(machine.board.standing(), key=lambda item: item[0].urgency.value)
    return Board(
        paper=supplies[0],
        disk=supplies[1],
        today=supplies[2],
        in_doubt=supplies[3],
        network=not machine.board.stands(conditions.CENTRAL_AWAY),
        clock=Clock(time=now, offset_seconds=machine.uplink.clock_offset_seconds),
        certificates=console.certificates,
        pin_path=PinPath(path=settings.pin_pad.path, conforms=settings.pin_pad.path == "reader"),
        versions=console.versions,
        started=console.started,
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
    Action(name="board", title=T("机器状况"), arguments=Nothing, result=Board, run=board, record=Record.NOT),
    Action(
        name="actions", title=T("能做的事"), arguments=Nothing, result=AllowedActions, run=_actions, record=Record.NOT
    ),
)
