"""The spoken form and the order of focus, for whoever can't see or can't touch."""

import pytest

from kiosk.screen import Preferences, View
from screens import samples
from screens.compose import compose
from screens.scene import Part, Run, Scene


def scene_of(name: str, language: str = "zh") -> Scene:
    page, overlay = samples.OVERLAYS.get(name) or (samples.PAGES[name], None)
    view = View(serial=1, page=page, preferences=Preferences(language=language), overlay=overlay)
    return compose(view, (1080, 1920))


def test_title_subtitle_primary_action() -> None:
    """In this order, in the citizen's language."""
    assert scene_of("status").speech == ("您的卡可以看病买药", "有一项没开通，办不办由您定。", "看完了，取卡")
    assert scene_of("still-there", "en").speech[0] == "Still there?"


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
    assert order[-1].part is Part.FOOTER


def test_exit_waits_while_an_operation_runs() -> None:
    """Dashed, and it says why; it can't be pressed."""
    footer = [touch for touch in scene_of("working").touches if touch.part is Part.FOOTER]

    assert (footer[0].label, footer[0].answer) == ("办完可退", None)
