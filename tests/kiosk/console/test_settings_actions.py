"""Settings at the console: checked, compared, applied on trial, confirmed or taken back."""

from pathlib import Path
from typing import Any

import pytest
import trio
from kiosk_under_test import KioskUnderTest
from settings_file import settings_file
from silent_dialogue import Silent
from trio.testing import MockClock

from kiosk import applied_settings, conditions
from kiosk.applied_settings import CONFIRM_SECONDS, RUNNING, TRIAL
from kiosk.console.action import Failed, Unusable
from kiosk.console.console import Console
from kiosk.console.roles import Caller, Face, Role
from kiosk.console.start import end_trial, take_up
from kiosk.settings import load

ENGINEER = Caller(who="wang", roles=frozenset({Role.ENGINEER}), face=Face.SOCKET)


class Engineer:
    """At a console whose settings come from a file."""

    def __init__(self, kiosk: KioskUnderTest, folder: Path) -> None:
        self.config, self.folder = settings_file(folder)
        self.text = self.config.read_text(encoding="utf-8")
        self.stopped = 0
        object.__setattr__(kiosk.machine, "settings", load(self.config))
        self.console = Console(machine=kiosk.machine, config=self.config, stop=self._stop)
        self.board = kiosk.board

    def _stop(self) -> None:
        self.stopped += 1

    async def do(self, action: str, **arguments: object) -> dict[str, Any]:
        result = await self.console.perform(
            ENGINEER, action, arguments, language="en", confirmed=True, dialogue=Silent()
        )
        return result.model_dump(mode="json")


@pytest.fixture
async def engineer(kiosk: KioskUnderTest, tmp_path: Path) -> Engineer:
    await kiosk.ready.wait()
    return Engineer(kiosk, tmp_path)


async def test_seen_and_compared(autojump_clock: MockClock, engineer: Engineer) -> None:
    """Every key that differs, old and new; the rules that the file names are none of its keys."""
    assert await engineer.do("settings") == {"source": "file", "text": engineer.text, "changes": []}
    new = engineer.text.replace("idle_seconds = 60", "idle_seconds = 90").replace(
        "ask_for_status = true", "ask_for_status = false"
    )
    checked = await engineer.do("settings_check", text=new)
    assert checked["faults"] == []
    assert sorted(checked["changes"], key=str) == [
        {"key": "pin.ask_for_status", "old": "True", "new": "False"},
        {"key": "visit.idle_seconds", "old": "60.0", "new": "90.0"},
    ]


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("idle_seconds = 60", "idle_seconds = 5", "visit.idle_seconds"),
        ("[visit]", "[visit", "TOML"),
        ('engineers = "kiosk-engineer"', 'engineers = "games"', "console.engineers"),
        ('region = "default"', 'region = "440100"', "policy.region"),
        ('region = "default"', 'region = "999999"', "policy.region"),
        ('file = "policy.toml"', 'file = "rules.toml"', "rules.toml"),
        ('"/etc/kiosk/', '"/nowhere/', ""),
    ],
)
async def test_what_cannot_be_applied(
    autojump_clock: MockClock, engineer: Engineer, before: str, after: str, fault: str
) -> None:
    """Out of range, no TOML, or who may come in: that only the bureau's file says. Nothing is changed."""
    new = engineer.text.replace(before, after)
    checked = await engineer.do("settings_check", text=new)
    if fault:
        assert any(fault in line for line in checked["faults"])
        with pytest.raises(Unusable):
            await engineer.do("settings_apply", text=new)
    with pytest.raises((Unusable, Failed)):
        await engineer.do("settings_apply", text=new if fault else engineer.text)
    assert engineer.stopped == 0
    assert not (engineer.folder / TRIAL).exists()


async def test_applied_and_confirmed(autojump_clock: MockClock, engineer: Engineer) -> None:
    """The next start runs with them; whoever sees that all is well says so."""
    await engineer.do("settings_apply", text=engineer.text.replace("idle_seconds = 60", "idle_seconds = 90"))
    assert engineer.stopped == 1
    assert applied_settings.settings_at_start(engineer.config, load(engineer.config)).visit.idle_seconds == 90
    take_up(engineer.console)
    assert engineer.board.stands(conditions.SETTINGS_UNCONFIRMED)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(end_trial, engineer.console)
        await trio.sleep(CONFIRM_SECONDS - 1)
        await engineer.do("settings_confirm")
    await trio.sleep(10)
    assert engineer.stopped == 1
    assert not engineer.board.stands(conditions.SETTINGS_UNCONFIRMED)
    with pytest.raises(Failed):
        await engineer.do("settings_confirm")


async def test_what_was_changed_here_is_told(autojump_clock: MockClock, engineer: Engineer) -> None:
    """Against the bureau's own file, which can still be seen; one that can't be used any more hides nothing else."""
    new = engineer.text.replace("idle_seconds = 60", "idle_seconds = 90")
    await engineer.do("settings_apply", text=new)
    running = applied_settings.settings_at_start(engineer.config, load(engineer.config))
    object.__setattr__(engineer.console.machine, "settings", running)
    changes = [{"key": "visit.idle_seconds", "old": "60.0", "new": "90.0"}]
    assert await engineer.do("settings") == {"source": "trial", "text": new, "changes": changes}
    assert await engineer.do("settings", installed=True) == {
        "source": "file",
        "text": engineer.text,
        "changes": changes,
    }
    (engineer.config.parent / "policy.toml").write_text("[nonsense", encoding="utf-8")
    assert (await engineer.do("settings"))["changes"] is None


async def test_nobody_confirms(autojump_clock: MockClock, engineer: Engineer) -> None:
    """After two minutes the program starts anew, with the old ones."""
    await engineer.do("settings_apply", text=engineer.text.replace("idle_seconds = 60", "idle_seconds = 90"))
    applied_settings.settings_at_start(engineer.config, load(engineer.config))
    take_up(engineer.console)
    began = trio.current_time()
    await end_trial(engineer.console)
    assert trio.current_time() - began == pytest.approx(CONFIRM_SECONDS)
    assert engineer.stopped == 2
    assert (engineer.folder / RUNNING).exists()
    assert applied_settings.settings_at_start(engineer.config, load(engineer.config)).visit.idle_seconds == 60
    take_up(engineer.console)
    assert engineer.board.stands(conditions.SETTINGS_NOT_USED)
    await engineer.do("clear", condition=conditions.SETTINGS_NOT_USED.id)
    assert not engineer.board.stands(conditions.SETTINGS_NOT_USED)
    take_up(engineer.console)
    assert not engineer.board.stands(conditions.SETTINGS_NOT_USED)


async def test_whoever_restarts_ends_the_trial(autojump_clock: MockClock, engineer: Engineer) -> None:
    """The next start has the old settings, and nobody needs to be told."""
    await engineer.do("settings_apply", text=engineer.text.replace("idle_seconds = 60", "idle_seconds = 90"))
    applied_settings.settings_at_start(engineer.config, load(engineer.config))
    take_up(engineer.console)
    await engineer.do("restart")
    assert engineer.stopped == 2
    assert applied_settings.settings_at_start(engineer.config, load(engineer.config)).visit.idle_seconds == 60
    take_up(engineer.console)
    assert not engineer.board.stands(conditions.SETTINGS_NOT_USED)
