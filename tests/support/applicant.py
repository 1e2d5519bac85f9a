"""Somebody who applies for something, or looks it up: what they do until they have shown who they are."""

from kiosk_under_test import KioskUnderTest

from kiosk.pages import Answer, Choose, Entered, Instruct, Menu, NumberEntry, Page, Picture, Working

NEW = "12000009876"
"""Nobody's number."""


async def begin(kiosk: KioskUnderTest, service: str, persona: str = "normal") -> None:
    """From the home page's menu on, and prove who one is with ID card and code, as far as it is asked for."""
    await kiosk.at_home()
    kiosk.choose("more")
    page: Page = await kiosk.until(Menu)
    kiosk.choose(service)
    while True:
        before = page
        page = await kiosk.until(Page, lambda shown, before=before: shown != before)  # type: ignore[misc]
        match page:
            case Working():
                pass
            case Instruct(picture=Picture.CARD_INSERT):
                kiosk.press(Answer.WITHOUT_CARD)
            case Instruct(picture=Picture.ID_ON_PLATE):
                await kiosk.lay(persona)
            case Choose() if page.title.message == "请核对本人身份":
                offered = {option.answer for option in page.options}
                kiosk.press(Answer.ID_CARD if Answer.ID_CARD in offered else Answer.ONE_TIME_CODE)
            case NumberEntry(hidden=True):
                await kiosk.type_code(persona)
            case _:
                return


async def type_new_number(kiosk: KioskUnderTest, number: str = NEW) -> None:
    """Enter a number, and the code that comes to it."""
    await kiosk.until(NumberEntry, lambda page: not page.hidden)
    kiosk.press(Entered(number))
    await kiosk.until(NumberEntry, lambda page: page.hidden)
    kiosk.press(Entered(kiosk.code_on(number)))
