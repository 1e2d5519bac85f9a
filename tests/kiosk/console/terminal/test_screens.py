"""Every screen and dialogue of the terminal, against pictures in characters in `screens`; the board has its own.

A picture that isn't there is drawn, and the test fails, so that somebody looks at it. To draw one anew, delete it.
"""

import re
from pathlib import Path
from uuid import UUID

import pytest
from console_thread import ConsoleThread
from terminal_story import LARGE, SMALL, choose, focused, play, shown, until
from textual.pilot import Pilot

from kiosk import conditions
from kiosk.console.roles import Role
from kiosk.console.terminal.app import ConsoleApp
from kiosk.operations.journal import Event

PICTURES = Path(__file__).parent / "screens"
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d")
SERVES = {"zh": "正在服务", "en": "In service"}
DONE = {"zh": "● 做完了", "en": "● Done"}


class Album:
    """Takes pictures, and compares them with those that were taken before."""

    def __init__(self, language: str, size: tuple[int, int]) -> None:
        self._suffix = f"{language}-{size[0]}x{size[1]}"
        self.drawn: list[str] = []
        self.different: dict[str, str] = {}

    def take(self, name: str, pilot: Pilot[str]) -> None:
        """What stands there now, under this name."""
        assert isinstance(pilot.app, ConsoleApp)
        picture = _MOMENT.sub("2026-03-08 09:30:00", shown(pilot.app)) + "\n"
        assert len(picture.splitlines()) <= pilot.app.size.height
        file = PICTURES / f"{name}-{self._suffix}.txt"
        if not file.exists():
            file.write_text(picture, encoding="utf-8")
            self.drawn.append(file.name)
        elif picture != file.read_text(encoding="utf-8"):
            self.different[file.name] = picture


@pytest.mark.deep
@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "120x40"])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kiosk_thread", [Role.ENGINEER], indirect=True)
def test_every_screen_looks_as_it_did(kiosk_thread: ConsoleThread, language: str, size: tuple[int, int]) -> None:
    """The menu, what an action takes, what is asked before and meanwhile, what came of it, and why it isn't done."""
    kiosk_thread.within(kiosk_thread.kiosk.operations.storage.write, _operations)
    album = Album(language, size)

    async def story(pilot: Pilot[str]) -> None:
        await until(pilot, SERVES[language])
        await pilot.press("a")
        await until(pilot, {"zh": "暂停服务", "en": "Take out of service"}[language])
        album.take("menu", pilot)
        for action, name in (("log", "form"), ("settings_check", "settings")):
            await choose(pilot, action)
            await pilot.pause(0.3)
            album.take(name, pilot)
            await pilot.press("escape")
        await choose(pilot, "restart")
        await focused(pilot, "answer-cancel")
        album.take("asked-again", pilot)
        await pilot.press("escape")
        await choose(pilot, "paper_replaced")
        await focused(pilot, "answer-yes")
        album.take("question", pilot)
        await pilot.press("tab", "enter")
        await until(pilot, "✖")
        album.take("not-done", pilot)
        await pilot.press("escape")
        await choose(pilot, "operations")
        await focused(pilot, "field-unsettled")
        await pilot.press("enter", "enter", "enter")
        await until(pilot, DONE[language])
        album.take("result", pilot)

    play(kiosk_thread, story, language=language, size=size)
    assert album.different == {}
    assert album.drawn == [], "look at them"


@pytest.mark.deep
@pytest.mark.parametrize("language", ["zh", "en"])
def test_without_its_kiosk_the_board_says_so(kiosk_thread: ConsoleThread, language: str) -> None:
    """What stood there stays, and it looks for the kiosk again."""

    async def story(pilot: Pilot[str]) -> None:
        await until(pilot, {"zh": "摄像头没有画面", "en": "Camera"}[language])
        kiosk_thread.stop()
        screen = await until(
            pilot, {"zh": "✖ 连不上机器，正在重连", "en": "✖ The kiosk can't be reached, trying again"}[language]
        )
        assert {"zh": "摄像头没有画面", "en": "Camera"}[language] in screen

    kiosk_thread.set(conditions.CAMERA_GONE, stands=True)
    play(kiosk_thread, story, language=language)


def _operations(store) -> None:
    """One that the server has heard of, one that it hasn't."""
    for number, state in ((1, "done"), (2, "in_doubt")):
        identity = UUID(int=number)
        position = store.append(Event.INTENT, "2026-03-01T09:00:00+08:00")
        store.add_operation(identity, kind="pin_change", card=UUID(int=9), position=position)
        store.set_state(identity, state)
    store.acknowledge(UUID(int=1))
