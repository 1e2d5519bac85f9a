"""Each page stands where the look's mock-up of it stands: buttons, words and pictures, measured in u.

`geometry/` holds what was measured in the mock-ups. They say 激活 where the product says 启用, which is as long.
"""

import json
from pathlib import Path

import pytest

from kiosk.pages import Overlay, Page
from kiosk.screen import Preferences, View
from screens import samples
from screens.compose import compose
from screens.scene import Picture, Run, Scene

GEOMETRY = Path(__file__).parent / "geometry"
PORTRAIT = (1080, 1920)
TOLERANCE = 4.0
"""Less than a hair on a screen of 1080 u; fonts are hinted to whole pixels here."""

LIGHT = Preferences()
CASES: dict[str, tuple[Page, Overlay | None, Preferences, tuple[int, int], int]] = {
    "01-home": (samples.home.HOME_FULL, None, LIGHT, PORTRAIT, 1),
    "03-insert-card": (samples.card.INSERT, None, LIGHT, PORTRAIT, 0),
    "04-identity-choose-method": (samples.identity.CHOOSE, None, LIGHT, PORTRAIT, 0),
    "05-face-check": (samples.identity.FACE, None, LIGHT, PORTRAIT, 0),
    "06-pin-entry": (samples.pins.TRIES, None, LIGHT, PORTRAIT, 0),
    "07-new-pin": (samples.pins.SECOND_PIN, None, LIGHT, PORTRAIT, 0),
    "09-working": (samples.card.WORKING, None, LIGHT, PORTRAIT, 0),
    "10-success-receipt": (samples.outcome.DONE, None, LIGHT, PORTRAIT, 5),
    "11-refusal-with-next-step": (samples.outcome.REFUSAL, None, LIGHT, PORTRAIT, 0),
    "12-status-result": (samples.card.STATUS, None, LIGHT, PORTRAIT, 0),
    "13-loss-report-warning": (samples.loss.DECIDE, None, LIGHT, PORTRAIT, 0),
    "14-still-there-overlay": (samples.card.STATUS, samples.overlays.STILL_THERE, LIGHT, PORTRAIT, 0),
    "15-out-of-service": (samples.home.OUT, None, LIGHT, PORTRAIT, 3),
    "16-technician-board": (samples.staff.BOARD, None, LIGHT, PORTRAIT, 2),
    "17-home-landscape-1920x1080": (samples.home.HOME_FULL, None, LIGHT, (1920, 1080), 0),
    "18-phone-number-entry": (samples.identity.PHONE, None, LIGHT, PORTRAIT, 0),
    "19-accessibility-sheet": (samples.card.INSERT, samples.overlays.ACCESS, Preferences(voice=True), PORTRAIT, 0),
    "20-home-low-reach": (samples.home.HOME_FULL, None, Preferences(low_reach=True), PORTRAIT, 1),
    "22-home-landscape-1280x1024": (samples.home.HOME_FULL, None, LIGHT, (1280, 1024), 0),
    "23-phone-landscape-1920x1080": (samples.identity.PHONE, None, LIGHT, (1920, 1080), 4),
    "25-refusal-en": (samples.outcome.REFUSAL, None, Preferences(language="en"), PORTRAIT, 5),
}
TYPED = {"18-phone-number-entry": "1380000", "23-phone-landscape-1920x1080": "13800005678"}


def differences(scene: Scene, measured: list[dict]) -> tuple[list[str], list[str]]:
    """What stands elsewhere than in the mock-up, and what the page says otherwise."""
    moved, absent = [], []
    runs = [item for item in scene.drawn() if isinstance(item, Run)]
    pictures = [item for item in scene.drawn() if isinstance(item, Picture)]
    for element in measured:
        box = tuple(element[side] for side in "xywh")
        if "text" in element:
            words = element["text"].replace("激活", "启用")
            found = [run.rect for run in runs if run.text.strip() == words and run.size == element["size"]]
            name = words
        elif "button" in element:
            found = [touch.rect for touch in scene.touches]
            name = element["button"]
        else:
            icon = element["picture"]
            found = [item.rect for item in pictures if item.name == icon]
            name = icon
        off = [max(abs(a - b) for a, b in zip(box, (r.x, r.y, r.w, r.h), strict=True)) for r in found]
        if not off:
            absent.append(name)
        elif min(off) > TOLERANCE:
            moved.append(f"{name}: {min(off):.1f} u off")
    return moved, absent


@pytest.mark.parametrize("name", CASES)
def test_elements_stand_where_the_look_has_them(name: str) -> None:
    """No element of the mock-up stands elsewhere; only words that changed since are missing."""
    page, overlay, preferences, size, reworded = CASES[name]
    view = View(serial=1, page=page, preferences=preferences, overlay=overlay)
    scene = compose(view, size, tick=7, typed=TYPED.get(name, ""))
    measured = json.loads((GEOMETRY / f"{name}.json").read_text(encoding="utf-8"))

    moved, absent = differences(scene, measured)

    assert moved == []
    assert len(absent) <= reworded, absent
