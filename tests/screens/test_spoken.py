"""The spoken form and the order of focus, for whoever can't see or can't touch."""

from collections.abc import Sequence
from dataclasses import replace

import pygame
import pytest

from kiosk.pages import FaceView, StaffPage
from kiosk.screen import Preferences, View
from kiosk.text import T
from screens import samples
from screens.compose import compose
from screens.display import Display
from screens.scene import Part, Run, Scene
from screens.voice import Voice


def scene_of(name: str, language: str = "zh") -> Scene:
    page, overlay = samples.OVERLAYS.get(name) or (samples.PAGES[name], None)
    view = View(serial=1, page=page, preferences=Preferences(language=language), overlay=overlay)
    return compose(view, (1080, 1920))


def test_title_subtitle_primary_action() -> None:
    """In this order, in the citizen's language."""
    assert scene_of("status").speech == ("您的卡可以看病买药", "有一项没开通，办不办由您定。", "看完了，取卡")
    assert scene_of("still-there", "en").speech[0] == "Still there?"


def test_what_is_read_beside_the_title() -> None:
    """What there is to choose from, the camera's hint, what was wrong; never the end of the phone's number."""
    assert scene_of("choose").speech[2:] == ("刷身份证", "刷脸", "扫电子社保卡")
    assert scene_of("face").speech[-1] == "再靠近一点"
    assert scene_of("code-wrong").speech == ("请输入短信验证码", "验证码不对，还可以输 2 次")
    assert not [line for name in samples.PAGES for line in scene_of(name).speech if "5678" in line]


def test_hints_are_read_alone() -> None:
    """The title isn't begun again with each of them; a page that is a new one is read from its title."""
    said: list[tuple[str, ...]] = []

    class Listener(Voice):
        def say(self, lines: Sequence[str], language: str) -> None:
            said.append(tuple(lines))

    display = Display((1080, 1920), reduce_motion=True, voice=Listener(()))
    display._draw_on(pygame.Surface((1080, 1920), 0, 32))
    face = samples.PAGES["face"]
    assert isinstance(face, FaceView)
    hints = (None, T("再靠近一点"), T("请眨一下眼睛"), T("再靠近一点"), None)
    for serial, page in enumerate((*(replace(face, hint=hint) for hint in hints), samples.card.WORKING)):
        display.show(View(serial=serial, page=page, preferences=Preferences(voice=True)))
        display._take_pending(0)

    assert said[0][0] == "请看屏幕上方的摄像头"
    assert said[1:4] == [("再靠近一点",), ("请眨一下眼睛",), ("再靠近一点",)]
    assert said[4][0] == "正在启用，请不要拔卡"


@pytest.mark.parametrize("name", [*samples.PAGES, *samples.OVERLAYS])
def test_names_and_numbers_are_never_spoken(name: str) -> None:
    """Masked or not: a voice is heard by everybody around."""
    scene = scene_of(name)
    personal = [item.text for item in scene.drawn() if isinstance(item, Run) and item.personal]

    assert (name == "status") <= bool(personal)
    for words in scene.speech:
        assert "*" not in words
        assert not [text for text in personal if text in words]


@pytest.mark.parametrize("name", [*samples.PAGES, *samples.OVERLAYS])
def test_focus_walks_from_content_to_footer(name: str) -> None:
    """Every button that can be pressed, once; the footer last."""
    scene = scene_of(name)
    order = scene.focus_order()

    assert {id(t) for t in order} == {id(t) for t in scene.touches if t.answer is not None}
    parts = [touch.part.value for touch in order]
    assert parts == sorted(parts)
    staff = isinstance(samples.PAGES.get(name), StaffPage)  # They have words for a footer.
    assert order[-1].part is (Part.ACTIONS if staff else Part.FOOTER)


def test_exit_waits_while_an_operation_runs() -> None:
    """Dashed, and it says why; it can't be pressed."""
    footer = [touch for touch in scene_of("working").touches if touch.part is Part.FOOTER]

    assert (footer[0].label, footer[0].answer) == ("办完可退", None)
