"""What the staff do at a kiosk under test: a technician's card and its PIN, and one button after another."""

from collections.abc import Callable
from pathlib import Path

from kiosk_under_test import KioskUnderTest

from kiosk.console.pages import Board, Menu
from kiosk.pages import Button, Chosen, Page, PinEntry
from kiosk.settings import AccessSettings, Settings
from simulator.card_reader.technician import authority_pem, centre_pem
from simulator.card_reader.technicians import technicians

PINS = {who.id: who.pin for who in technicians()}


def with_access(settings: Settings, folder: Path) -> Settings:
    """The settings of a machine that lets technicians in, whose authority's files are in `folder`."""
    authority, centre = folder / "technicians.pem", folder / "centre.pem"
    authority.write_bytes(authority_pem())
    centre.write_bytes(centre_pem())
    access = AccessSettings(technicians_ca=authority, centre_key=centre)
    return settings.model_copy(update={"access": access})


async def enter(kiosk: KioskUnderTest, who: str = "technician", pin: str | None = None) -> None:
    """Put the card in and give its PIN."""
    kiosk.insert(who)
    await kiosk.until(PinEntry)
    await kiosk.type_pin(pin or PINS[who])


async def on_board(kiosk: KioskUnderTest, having: Callable[[Board], bool] = lambda _: True) -> Board:
    """Wait for the board."""
    return await kiosk.until(Board, having)


async def go(kiosk: KioskUnderTest, *places: str) -> None:
    """Press a button of each page in turn; one that isn't there is the test's failure."""
    for place in places:
        await kiosk.until(Page, lambda page, place=place: place in answers(page))  # type: ignore[misc]
        kiosk.press(Chosen(place))


def answers(page: Page) -> list[str]:
    """What can be pressed on one of the staff's pages."""
    buttons: list[Button | None] = list(getattr(page, "below", ()))
    match page:
        case Board():
            buttons += [row.button for row in page.attention]
        case Menu():
            buttons += [item.button for item in page.items]
    return [b.answer.service for b in buttons if b is not None and isinstance(b.answer, Chosen)]
