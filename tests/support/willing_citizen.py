"""Somebody who does what the pages say, with what they have with them, until the page that ends it."""

from dataclasses import dataclass

import trio
from kiosk_under_test import KioskUnderTest

from kiosk.pages import (
    Answer,
    Article,
    Choose,
    Chosen,
    Decide,
    Done,
    Entered,
    Home,
    Instruct,
    Menu,
    NumberEntry,
    Page,
    Picture,
    PinEntry,
    Refusal,
    Status,
    Table,
    Working,
)
from kiosk.text import Text

MOST_PAGES = 40
"""More than any service has: who has seen as many goes round in circles."""
BACK_AT = "您想办哪一项？"
"""The menu that most services are chosen from."""
NEW_PIN = "748163"
NEW_PHONE = "12000009876"


@dataclass(frozen=True, slots=True)
class AtHand:
    """What somebody has with them. Nobody here wants their face looked at."""

    card: bool
    id_card: bool
    phone: bool

    def shows(self, answer: Answer | Chosen) -> bool:
        """Whether a way to prove who one is can be gone."""
        return (answer is Answer.ID_CARD and self.id_card) or (
            answer in (Answer.ONE_TIME_CODE, Answer.E_CARD) and self.phone
        )


async def to_the_end(kiosk: KioskUnderTest, persona: str, has: AtHand) -> Page:
    """From the page after a service was chosen to the last one; the home page, or that a card is to be taken, where
    nothing can be shown.

    Args:
        kiosk: Where.
        persona: Who.
        has: With what.
    """
    laid = False
    without: set[Text] = set()
    for _ in range(MOST_PAGES):
        page = await kiosk.until(Page, lambda page: not isinstance(page, Working))
        if isinstance(page, Done | Refusal | Status | Article | Table | Home):
            return page
        if isinstance(page, Menu) and (page.actions.primary is not None or page.title.message == BACK_AT):
            return page  # What somebody came to read, or where they came from.
        if isinstance(page, Instruct) and page.picture is Picture.CARD_TAKE:
            return page
        match page:
            case Instruct(picture=Picture.CARD_INSERT) if has.card:
                kiosk.insert(persona)
            case Instruct(picture=Picture.CARD_INSERT):
                kiosk.press(_one_of(page, Answer.WITHOUT_CARD, Answer.BACK))
            case Instruct(picture=Picture.ID_ON_PLATE) if has.id_card and not laid:
                laid = True
                await kiosk.lay(persona)
            case Instruct(picture=Picture.QR_SCAN) if has.phone:
                kiosk.phone.hold_up(kiosk.e_card_code(persona))
            case Instruct() if page.title in without:  # Round in a circle: nothing of it is at hand.
                kiosk.press(Answer.BACK)
            case Instruct():
                without.add(page.title)
                kiosk.press(_one_of(page, Answer.ANOTHER, Answer.STOP, Answer.BACK))
            case NumberEntry(hidden=True) if has.phone:
                kiosk.press(Entered(_newest_code(kiosk, persona)))
            case NumberEntry(hidden=True):
                kiosk.press(Answer.AGAIN)
            case NumberEntry():
                kiosk.press(Entered(NEW_PHONE))
            case PinEntry():
                await _type_pin(kiosk, page, persona)
            case Choose():
                answers = [option.answer for option in page.options]
                shown = [answer for answer in answers if has.shows(answer)]
                others = [answer for answer in answers if isinstance(answer, Chosen)]
                kiosk.press((shown or others or [_one_of(page, Answer.STOP, Answer.BACK)])[0])
            case Menu():
                open_tiles = [tile for group in page.groups for tile in group.tiles if tile.why_not is None]
                kiosk.choose(open_tiles[0].service)
            case Decide():
                kiosk.press(_one_of(page, Answer.NEXT, Answer.ANOTHER, Answer.AGAIN, Answer.STOP))
        await kiosk.until(Page, lambda shown, page=page: shown is not page)  # type: ignore[misc]
    raise AssertionError(
        f"no end in {MOST_PAGES} pages: {[view.page.title.message for view in kiosk.screen.views[-8:]]}"
    )


def _one_of(page: Page, *wanted: Answer) -> Answer:
    """The first of `wanted` that the page offers: the citizen presses nothing that isn't there."""
    actions = page.actions
    offered = {button.answer for button in (actions.secondary, actions.primary, actions.other) if button is not None}
    found = next((answer for answer in wanted if answer in offered), None)
    assert found is not None, f"{page.title.message} offers {offered}"
    return found


def _newest_code(kiosk: KioskUnderTest, persona: str) -> str:
    """Of their own phone, or of the one whose number they have just entered."""
    tail = dict(kiosk.page.subtitle.arguments).get("tail") if kiosk.page.subtitle else None
    return kiosk.code_on(NEW_PHONE) if tail == NEW_PHONE[-4:] else kiosk.sent_to(persona)


async def _type_pin(kiosk: KioskUnderTest, page: PinEntry, persona: str) -> None:
    while kiosk.page is page and not kiosk.pad_model.entering:  # noqa: ASYNC110 -- The pad tells nobody.
        await trio.sleep(0.01)
    if kiosk.page is page:
        await kiosk.type_pin(NEW_PIN if page.rounds else kiosk.people[persona].pin)
