"""The terminal over the real socket of a whole kiosk, driven by keys as somebody at SSH would."""

import asyncio
import re
from pathlib import Path

import pytest
from console_thread import ConsoleThread
from terminal_story import LARGE, SMALL, choose, focused, play, until
from textual.pilot import Pilot
from textual.widgets import Button, Input, TextArea

from kiosk import conditions
from kiosk.console.pages import Task
from kiosk.console.roles import Role
from kiosk.console.terminal import results
from kiosk.console.terminal.app import ConsoleApp
from kiosk.console.terminal.link import connector
from kiosk.pages import Home


def test_a_condition_stands_there_within_two_seconds_and_goes_again(kiosk_thread: ConsoleThread) -> None:
    """With its cause, its effect on a citizen and its remedy; no key is pressed for it."""

    async def story(pilot: Pilot[str]) -> None:
        await until(pilot, "现在处理 0")
        kiosk_thread.set(conditions.CAMERA_GONE, stands=True)
        screen = await until(pilot, "现在处理 1", seconds=2)
        assert "✖ 摄像头没有画面" in screen
        await pilot.press("down")
        screen = await until(pilot, "检查摄像头的线")
        assert "不能扫电子社保卡" in screen
        kiosk_thread.set(conditions.CAMERA_GONE, stands=False)
        screen = await until(pilot, "现在处理 0", seconds=2)
        assert "摄像头没有画面" not in screen

    play(kiosk_thread, story)


def test_out_of_service_and_back(kiosk_thread: ConsoleThread) -> None:
    """By keys alone, and the citizens' page follows."""

    async def story(pilot: Pilot[str]) -> None:
        await until(pilot, "正在服务")
        await pilot.press("a")
        await until(pilot, "暂停服务")
        await pilot.press("enter")
        await until(pilot, "做完了")
        await pilot.press("escape", "escape")
        await until(pilot, "已暂停服务")

    play(kiosk_thread, story)
    assert kiosk_thread.within(lambda: kiosk_thread.kiosk.board.stands(conditions.OUT_OF_SERVICE))


def test_what_can_hurt_is_asked_again(kiosk_thread: ConsoleThread) -> None:
    """No: nothing is done. Yes: it is."""

    async def story(pilot: Pilot[str]) -> None:
        await until(pilot, "正在服务")
        await pilot.press("a")
        await until(pilot, "重新启动")
        await choose(pilot, "restart")
        await focused(pilot, "answer-cancel")
        await pilot.press("enter")  # That is what stands there first.
        await until(pilot, "能做的事")
        assert kiosk_thread.kiosk.stops == 0
        await pilot.press("enter")
        await focused(pilot, "answer-cancel")
        await pilot.press("tab", "enter")
        await until(pilot, "做完了")

    play(kiosk_thread, story)
    assert kiosk_thread.kiosk.stops == 1


def test_the_other_language(kiosk_thread: ConsoleThread) -> None:
    """By one key, and back; the kiosk's own words too."""

    async def story(pilot: Pilot[str]) -> None:
        kiosk_thread.set(conditions.CAMERA_GONE, stands=True)
        await until(pilot, "摄像头没有画面")
        await pilot.press("l")
        screen = await until(pilot, "Check the camera")
        assert not re.search("[\u4e00-\u9fff]", screen.replace("中文", ""))
        await pilot.press("l")
        await until(pilot, "摄像头没有画面")

    play(kiosk_thread, story)


def test_without_a_kiosk_it_says_so(tmp_path: Path) -> None:
    """And ends."""
    app = ConsoleApp(connector(tmp_path / "nothing.socket"))

    async def run() -> None:
        async with app.run_test():
            pass

    asyncio.run(run())
    assert app.return_value is not None
    assert "No such file" in app.return_value


def test_the_board_looks_as_it_did(kiosk_thread: ConsoleThread) -> None:
    """Against pictures in characters beside this file, without the first line and times: those are this computer's."""
    kiosk_thread.set(conditions.FACE_FAILED, stands=True)
    kiosk_thread.set(conditions.CAMERA_GONE, stands=True)
    pictures: dict[str, str] = {}

    async def story(pilot: Pilot[str]) -> None:
        assert isinstance(pilot.app, ConsoleApp)
        language, (width, height) = pilot.app.language, pilot.app.size
        await until(pilot, {"zh": "摄像头", "en": "Camera"}[language])
        await pilot.press("end")
        picture = await until(pilot, "camera.gone")
        picture = re.sub(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", "2026-03-08 09:30:00", picture)
        pictures[f"board-{language}-{width}x{height}.txt"] = "\n".join(picture.splitlines()[1:]) + "\n"

    for language in ("zh", "en"):
        for size in (SMALL, LARGE):
            play(kiosk_thread, story, language=language, size=size)
    folder = Path(__file__).parent
    assert pictures == {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt"))}


def test_a_test_from_afar_borrows_the_machine(kiosk_thread: ConsoleThread) -> None:
    """The screen says what goes on, whoever began it answers in the terminal, and citizens are served again after."""

    async def story(pilot: Pilot[str]) -> None:
        await until(pilot, "正在服务")
        await pilot.press("a")
        await until(pilot, "查一个设备")
        await choose(pilot, "self_test")
        await pilot.pause(0.2)
        pilot.app.screen.query_one(Input).value = "receipt_printer"
        await pilot.press("enter", "enter")
        await until(pilot, "测试凭条出来了吗", seconds=10)
        page = kiosk_thread.kiosk.page
        assert isinstance(page, Task)
        assert page.title.message == "测试凭条出来了吗？字清楚吗？"
        await focused(pilot, "answer-yes")
        await pilot.press("enter")
        assert "打出来了，字清楚" in await until(pilot, "做完了")

    play(kiosk_thread, story)
    assert len(kiosk_thread.kiosk.printer.receipts) == 1
    assert kiosk_thread.within(lambda: isinstance(kiosk_thread.kiosk.page, Home))


@pytest.mark.parametrize("kiosk_thread", [Role.ENGINEER], indirect=True)
def test_settings_are_edited_from_those_in_force(kiosk_thread: ConsoleThread) -> None:
    """And what can't be used is said by its key, before anything is changed."""

    async def story(pilot: Pilot[str]) -> None:
        await until(pilot, "正在服务")
        await pilot.press("a")
        await until(pilot, "检查新设置")
        await choose(pilot, "settings_check")
        await until(pilot, "[machine]")
        area = pilot.app.screen.query_one(TextArea)
        area.text = area.text.replace("idle_seconds = 60", "idle_seconds = 5")
        pilot.app.screen.query_one(Button).focus()
        await pilot.press("enter")
        assert "visit.idle_seconds" in await until(pilot, "做完了")

    play(kiosk_thread, story, size=LARGE)


def test_a_file_is_put_beside_and_not_over_another(tmp_path: Path) -> None:
    """Whatever name it comes with, it stays in the folder."""
    result = {"name": "../../report.pdf", "pdf": "JVBERg=="}
    assert results.save(result, tmp_path) == tmp_path / "report.pdf"
    assert (tmp_path / "report.pdf").read_bytes() == b"%PDF"
    with pytest.raises(FileExistsError):
        results.save(result, tmp_path)
    assert results.save({"ready": True}, tmp_path) is None
