"""Pictures, by the text that is drawn: no line of any page holds a PIN, or a person's name or number in full."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from canaries import Canaries
from kiosk_under_test import KioskUnderTest
from trio.testing import MockClock

import kiosk.steps.pin as steps
from drivers.pin import Pin
from kiosk.pages import Answer, Done, PinEntry, Status
from kiosk.screen import Preferences, View
from kiosk.text import Text
from screens.compose import compose
from screens.scene import Drawing, Run

OLD, NEW, WRONG, OTHER, WEAK = "358269", "961742", "503917", "846205", "748748"
SIZES = ((1080, 1920), (1920, 1080), (1280, 1024))


def drawn(view: View) -> Iterator[str]:
    """All that can be read on a view, in both languages and on every screen, pressed buttons too, and what is said."""
    for size in SIZES:
        for language in ("zh", "en"):
            preferences = Preferences(language=language, voice=True)
            scene = compose(replace(view, preferences=preferences), size)
            items = [*scene.items, *(item for touch in scene.touches for item in (*touch.items, *touch.pressed))]
            yield "\n".join(item.text for item in items if isinstance(item, Run))
            yield "".join(item.text for item in items if isinstance(item, Run))
            yield "\n".join(item.svg for item in items if isinstance(item, Drawing))
            yield "\n".join((*scene.speech, *(touch.label for touch in scene.touches)))


def read(kiosk: KioskUnderTest, canaries: Canaries) -> set[str]:
    """What is found on any page that was shown."""
    pages = {repr(view): view for view in kiosk.screen.views}.values()
    assert len(pages) > 5
    return {name for view in pages for text in drawn(view) for name in canaries.found_in(text.encode())}


async def visit(kiosk: KioskUnderTest) -> None:
    """Every way in which a PIN is typed: wrong, right, weak, twice differently, well."""
    await kiosk.ask_for_change("normal", WRONG)
    await kiosk.until(PinEntry, lambda page: page.problem is not None)
    await kiosk.type_pin(OLD)
    await kiosk.until(PinEntry, lambda page: bool(page.rounds))
    await kiosk.type_pin(WEAK)
    await kiosk.until(PinEntry, lambda page: page.problem is not None)
    await kiosk.new_pin(NEW, OTHER)
    await kiosk.until(PinEntry, lambda page: page.problem is not None)
    await kiosk.new_pin(NEW)
    await kiosk.until(Done)
    await kiosk.go_home()
    await kiosk.show_card("normal")
    await kiosk.type_pin(NEW)
    await kiosk.until(Status)
    kiosk.press(Answer.FINISH)


@pytest.fixture
def canaries() -> Canaries:
    canaries = Canaries()
    canaries.add_pins((OLD, NEW, WRONG, OTHER, WEAK))
    return canaries


async def test_no_pin_is_drawn(autojump_clock: MockClock, kiosk: KioskUnderTest, canaries: Canaries) -> None:
    await visit(kiosk)

    assert read(kiosk, canaries) == set()


async def test_no_name_or_number_is_drawn_in_full(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    await visit(kiosk)
    record = kiosk.people["normal"].server_record
    assert record is not None
    person = Canaries()
    for key in ("name", "social_security_number", "card_number", "card_identification_code", "phone"):
        person.add_text(key, record[key])

    assert read(kiosk, person) == set()


async def test_a_page_that_draws_a_pin_is_found(
    autojump_clock: MockClock, kiosk: KioskUnderTest, canaries: Canaries, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The search bites: one page too many, shown for a moment, with the digits in its small print."""
    enter = steps.enter

    async def enter_and_show(visit, page):  # type: ignore[no-untyped-def]
        entered = await enter(visit, page)
        if isinstance(entered, Pin):
            visit.show(replace(page, privacy=Text(f"您输的是 {bytes(entered.digits).decode()}")))
        return entered

    monkeypatch.setattr(steps, "enter", enter_and_show)
    await visit(kiosk)

    assert read(kiosk, canaries) == {f"PIN {number} in ASCII" for number in range(5)}
