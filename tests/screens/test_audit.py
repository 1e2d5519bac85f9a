"""The layout audit over every page in every variant; and that the audit finds what it should."""

import datetime
from dataclasses import replace
from itertools import product

import pytest

from kiosk import pages, refusals
from kiosk.pages import Page, Progress, Refusal, WayOut
from kiosk.screen import Preferences, View
from kiosk.text import Argument, Local, T, Text, Tn
from kiosk.ways import what_to_bring
from screens import samples
from screens.audit import audit
from screens.compose import compose
from screens.scene import Rect, Run, Scene, Tab

SIZES = ((1080, 1920), (1920, 1080), (1280, 1024))
SWITCHES = [(large, False, low) for large, low in product((False, True), repeat=2)] + [(False, True, False)]
"""Large type, high contrast, low reach. Contrast moves nothing (`test_contrast_moves_nothing`): once is enough."""
NAMES: dict[str, Argument] = {
    "window": Local("大厅 5 号窗口", "window 5 in this hall"),
    "hotline": "12333",
    "valid_until": datetime.date(2026, 12, 31),
    "tries": Tn("还可以输 {n} 次", 6),
    "wait": Tn("{n} 分钟", 45),
    "bank": Local("北京银行", "Bank of Beijing"),
    "until": datetime.date(2026, 12, 31),
    "body": Local("社会保险基金管理中心", "the social insurance fund centre"),
    # Where nobody's face is compared.
    "bring": what_to_bring([("id_card", "one_time_code"), ("e_card", "one_time_code")]),
    "formal_ends": T("找到了可以解除，找不到就补一张新卡。"),
    "instead": T("再来一次，换一种方式"),
}
SHOW_CODE = pages.Button(label=T("显示二维码"), answer=pages.Answer.SHOW_CODE, icon="qr")


def variants() -> list[Preferences]:
    return [
        Preferences(language=language, large=large, contrast=contrast, low_reach=low)
        for language in ("zh", "en")
        for large, contrast, low in SWITCHES
    ]


def faults(
    page: Page, size: tuple[int, int], preferences: Preferences, overlay: pages.Overlay | None = None
) -> list[str]:
    found, tab, view = [], 0, View(serial=1, page=page, preferences=preferences, overlay=overlay)
    staff = isinstance(page, pages.StaffPage)
    while True:
        scene = compose(view, size, tab=tab, tick=7)
        faulty = audit(
            scene,
            language=preferences.language,
            large=preferences.large,
            low_reach=preferences.low_reach,
            staff=staff,
        )
        found += [f"{preferences}, part {tab}: {fault}" for fault in faulty]
        tab += 1
        if Tab(tab) not in [touch.answer for touch in scene.touches]:
            return found


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", [*samples.PAGES, *samples.OVERLAYS])
def test_every_page_in_every_variant(name: str, size: tuple[int, int]) -> None:
    """Both languages, both themes, both type sizes, low reach: nothing clipped, crowded, pale or untranslated."""
    page, overlay = samples.OVERLAYS.get(name) or (samples.PAGES[name], None)

    assert [fault for p in variants() for fault in faults(page, size, p, overlay)] == []


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("kind", refusals.ALL, ids=lambda kind: kind.code)
def test_every_refusal_fits(kind: refusals.RefusalKind, size: tuple[int, int]) -> None:
    """Each way in which a visit can end, with the buttons that it gets."""

    def fill(text: Text) -> Text:
        return Text(text.message, (*text.arguments, *NAMES.items()), text.count)

    page = Refusal(
        title=fill(kind.title),
        subtitle=fill(kind.reassurance),
        progress=Progress(task=T("修改密码"), steps=samples.shared.CHANGE_STEPS, at=1),
        sign=kind.sign,
        heading=kind.heading,
        why=fill(kind.why),
        ways_title=T("您可以这样办"),
        ways=tuple(
            WayOut(title=fill(way.title), note=way.note and fill(way.note)) for way in (kind.here, *kind.ways) if way
        ),
        contact=T("也可以打 {hotline} 问", hotline="12333"),
        reference="03-260308-0012",
        actions=kind.actions(),
    )
    if page.actions.secondary is None:
        page = replace(page, actions=replace(page.actions, secondary=SHOW_CODE))

    assert [fault for p in variants() for fault in faults(page, size, p)] == []


@pytest.mark.parametrize("name", [*samples.PAGES, *samples.OVERLAYS])
def test_contrast_moves_nothing(name: str) -> None:
    """It changes colours and edges: every text and every touch stays where it is."""
    page, overlay = samples.OVERLAYS.get(name) or (samples.PAGES[name], None)

    def places(contrast: bool) -> list[object]:
        view = View(serial=1, page=page, preferences=Preferences(contrast=contrast), overlay=overlay)
        scene = compose(view, (1080, 1920), tick=7)
        runs = [(item.text, item.rect, item.size, item.limit) for item in scene.items if isinstance(item, Run)]
        return [*runs, *((touch.rect, touch.answer) for touch in scene.touches)]

    assert places(contrast=True) == places(contrast=False)


def test_every_class_of_page_has_a_sample() -> None:
    """A page that is never shown here is never audited."""
    shown = {type(page).__name__ for page in samples.PAGES.values()}
    shown |= {type(overlay).__name__ for _, overlay in samples.OVERLAYS.values()}

    kinds = {*Page.__subclasses__(), *pages.StaffPage.__subclasses__(), *pages.Overlay.__subclasses__()}

    assert shown == {kind.__name__ for kind in kinds} - {"StaffPage"}


def _scene() -> Scene:
    return compose(View(serial=1, page=samples.card.STATUS, preferences=Preferences()), (1080, 1920))


def _with_run(scene: Scene, **changes: object) -> Scene:
    """The scene with its title changed."""
    title = next(i for i in scene.items if isinstance(i, Run) and i.text == "您的卡可以看病买药")
    changed = replace(title, **changes)  # type: ignore[arg-type]
    return replace(scene, items=tuple(changed if item is title else item for item in scene.items))


def _with_touch(scene: Scene, rect: Rect) -> Scene:
    """The scene with its first button elsewhere."""
    return replace(scene, touches=(replace(scene.touches[0], rect=rect), *scene.touches[1:]))


def _broken() -> dict[str, tuple[Scene, dict[str, object]]]:
    scene = _scene()
    first = scene.touches[0].rect
    plain = {"language": "zh", "large": False, "low_reach": False}
    return {
        "clipped": (_with_run(scene, limit=300.0), plain),
        "off the screen": (_with_run(scene, rect=Rect(-40, 240, 600, 100)), plain),
        "text over text": (_with_run(scene, rect=Rect(72, 330, 600, 100)), plain),
        "u, under": (_with_run(scene, size=30.0), plain),
        "contrast": (_with_run(scene, colour="stage_soft"), plain),
        "not on": (_with_run(scene, on="surface", colour="ink"), plain),
        "untranslated": (scene, plain | {"language": "en"}),
        "too small to touch": (_with_touch(scene, replace(first, h=100)), plain),
        "on the stage": (_with_touch(scene, replace(first, y=100)), plain),
        "apart": (_with_touch(scene, replace(first, w=first.w + 12)), plain),
        "above 40%": (_with_touch(scene, replace(first, y=600)), plain | {"low_reach": True}),
    }


@pytest.mark.parametrize("fault", _broken())
def test_audit_bites(fault: str) -> None:
    """One thing broken on purpose: the audit names it. Unbroken, it is silent."""
    scene, how = _broken()[fault]

    assert any(fault in found for found in audit(scene, **how))  # type: ignore[arg-type]
    assert audit(_scene(), language="zh", large=False, low_reach=False) == []
