"""Every action by every role on every face, denials too."""

import itertools

import pytest
import trio
from silent_dialogue import Silent
from trio.testing import MockClock

from kiosk.console.action import Action, AskAgain, Denied, Nothing, NotJournalled, Record, Unusable
from kiosk.console.actions import ACTIONS
from kiosk.console.console import Console
from kiosk.console.roles import MAY, Caller, Face, Role
from kiosk.operations.errors import StorageError
from kiosk.operations.journal import Event
from kiosk.text import T

READING = {
    "board",
    "actions",
    "operations",
    "records",
    "log",
    "settings",
    "settings_check",
    "self_test_results",
    "readiness_report",
}
"""What changes nothing."""


def caller(*roles: Role, face: Face = Face.SOCKET) -> Caller:
    return Caller(who="li", roles=frozenset(roles), face=face)


def test_every_action_has_its_row() -> None:
    """One that isn't in the table could be done by nobody; a row without an action is a mistake."""
    assert ACTIONS.keys() == MAY.keys()
    assert all(MAY.values())


def test_an_auditor_changes_nothing() -> None:
    """They see what is kept, and who did what."""
    assert {name for name, roles in MAY.items() if Role.AUDITOR in roles} <= READING


@pytest.mark.parametrize(("role", "face"), list(itertools.product(Role, Face)))
async def test_the_table_holds_on_every_face(
    autojump_clock: MockClock, console: Console, role: Role, face: Face
) -> None:
    """An action that was let through stands in the journal as done, one that wasn't as denied."""
    done: list[str] = []
    console.actions = {name: _counted(action, done) for name, action in ACTIONS.items()}
    for name in ACTIONS:
        done.clear()
        if role in MAY[name]:
            await console.perform(caller(role, face=face), name, confirmed=True, dialogue=Silent())
            assert done == [name]
        else:
            with pytest.raises(Denied):
                await console.perform(caller(role, face=face), name, confirmed=True, dialogue=Silent())
            assert done == []
            assert _newest(console)["denied"] == 1
            assert (_newest(console)["action"], _newest(console)["face"]) == (name, face)


async def test_nobody_without_a_role_does_anything(autojump_clock: MockClock, console: Console) -> None:
    """Nor is there an action by another name."""
    for name in ACTIONS:
        with pytest.raises(Denied):
            await console.perform(caller(), name, confirmed=True, dialogue=Silent())
    with pytest.raises(Denied):
        await console.perform(caller(*Role), "format_disk", dialogue=Silent())


async def test_it_is_written_down_before_it_is_done(autojump_clock: MockClock, console: Console) -> None:
    """With who, as what, and where they stood."""
    seen: list[object] = []

    async def run(call: object, arguments: Nothing) -> Nothing:
        await trio.lowlevel.checkpoint()
        seen.append(_newest(console))
        return Nothing()

    console.actions = {"restart": _action("restart", run)}
    await console.perform(caller(Role.ENGINEER, Role.AUDITOR), "restart", dialogue=Silent())
    [record] = seen
    assert isinstance(record, dict)
    told = {name: record[name] for name in ("event", "action", "who", "roles", "face")}
    assert told == {
        "event": Event.TECHNICIAN,
        "action": "restart",
        "who": "li",
        "roles": "auditor engineer",
        "face": "socket",
    }


async def test_what_can_hurt_is_asked_again(autojump_clock: MockClock, console: Console) -> None:
    """Nothing of it is done or written before the answer."""
    head = console.machine.operations.storage.read(lambda store: store.next_position)
    with pytest.raises(AskAgain):
        await console.perform(caller(Role.ENGINEER), "restart", dialogue=Silent())
    assert console.machine.operations.storage.read(lambda store: store.next_position) == head


async def test_arguments_are_checked(autojump_clock: MockClock, console: Console) -> None:
    """And never repeated."""
    with pytest.raises(Unusable) as refused:
        await console.perform(caller(Role.ENGINEER), "restart", {"why": "4711"}, dialogue=Silent())
    assert "why" in str(refused.value.why)
    assert "4711" not in str(refused.value.why)


async def test_a_broken_disk_keeps_out_only_what_needs_it(
    autojump_clock: MockClock, console: Console, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine that can't write must be looked into, and taken out of service; nothing lasting is changed at it."""
    done: list[str] = []

    async def run(call: object, arguments: Nothing) -> Nothing:
        await trio.lowlevel.checkpoint()
        done.append("x")
        return Nothing()

    def full(*_: object) -> None:
        raise StorageError("full")

    monkeypatch.setattr(console.machine.operations.storage, "write", full)
    console.actions = {"restart": _action("restart", run, record=Record.DURABLY)}
    with pytest.raises(NotJournalled):
        await console.perform(caller(Role.ENGINEER), "restart", dialogue=Silent())
    assert done == []
    console.actions = {"restart": _action("restart", run, record=Record.AS_IT_CAN)}
    await console.perform(caller(Role.ENGINEER), "restart", dialogue=Silent())
    assert done == ["x"]


def _action(name: str, run, *, record: Record = Record.AS_IT_CAN) -> Action[Nothing, Nothing]:
    return Action(name=name, title=T("恢复服务"), arguments=Nothing, result=Nothing, run=run, record=record)


def _counted(action, done: list[str]) -> Action[Nothing, Nothing]:
    async def run(call: object, arguments: Nothing) -> Nothing:
        await trio.lowlevel.checkpoint()
        done.append(action.name)
        return Nothing()

    return _action(action.name, run)


def _newest(console: Console) -> dict[str, object]:
    import json

    head = console.machine.operations.storage.read(lambda store: store.head)
    assert head is not None
    return json.loads(head.record)
