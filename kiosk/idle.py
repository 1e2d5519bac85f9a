"""Between two citizens: the home page, kept true until a card or a press comes, and the page of a closed machine."""

from enum import Enum, auto
from functools import partial

import trio

from drivers.card_reader.slot import IN_SLOT, MediaState
from kiosk.catalogue import SERVICES, Service
from kiosk.home import home_page, out_of_service
from kiosk.pages import Chosen, Home
from kiosk.services.card_menu import card_menu
from kiosk.visit import Visit


async def home(visit: Visit) -> Service | None:
    """The idle page, until a service is chosen or a card is put in.

    None without either: a card is in that nobody put in, or whoever set the page to their liking has gone.
    """
    page = _home_now(visit)
    answer = await visit.meanwhile(page, partial(_news, visit, page), idle=False)
    match answer:
        case Chosen(service):
            return SERVICES[service]
        case _News.CARD:
            return card_menu
        case _:
            return None


def _home_now(visit: Visit) -> Home:
    machine = visit.machine
    return home_page(machine.settings, closes=machine.board.closes, now=machine.now())


class _News(Enum):
    """Why the home page is left without anything pressed on it."""

    CARD = auto()
    FOUND_CARD = auto()
    LEFT_ALONE = auto()
    CLOSED = auto()
    LENT = auto()


async def _news(visit: Visit, page: Home) -> _News:
    """Wait for a card to be put in, or the end of somebody's patience; keep `page` true meanwhile."""
    machine = visit.machine
    media, news = machine.slot.media, _News.CARD
    async with trio.open_nursery() as nursery:

        async def watch_slot() -> None:
            nonlocal media, news
            readable = True
            while media.state not in IN_SLOT:
                readable = media.state is MediaState.NOT_PRESENT
                media = await machine.slot.changed_from(media)
            if not readable:  # Whose it is nobody saw: it only has to come out.
                visit.card_seen, news = media.insertion, _News.FOUND_CARD
            nursery.cancel_scope.cancel()

        async def keep_true() -> None:
            nonlocal news
            shown, news_now = page, _News.LEFT_ALONE
            while not visit.altered or trio.current_time() < visit.left_alone_at:
                visit.machine = visit.machine.today()
                if machine.board.closes("service"):
                    news_now = _News.CLOSED
                    break
                if (now := _home_now(visit)) != shown:
                    shown = now
                    visit.show(now)
                await _next_change(visit)
            news = news_now
            nursery.cancel_scope.cancel()

        async def watch_desk() -> None:
            nonlocal news
            await machine.desk.wanted()
            news = _News.LENT
            nursery.cancel_scope.cancel()

        nursery.start_soon(watch_slot)
        nursery.start_soon(keep_true)
        nursery.start_soon(watch_desk)
    return news


async def closed(visit: Visit) -> None:
    """Say where to go instead, until the machine is back in service, a card is put in, or somebody wants to test it."""
    machine = visit.machine

    async def until_open() -> None:
        while machine.board.closes("service"):
            visit.show(out_of_service(machine.settings.machine, now=machine.now()))
            await _next_change(visit)

    async with trio.open_nursery() as nursery:

        async def watch_slot() -> None:
            media = machine.slot.media
            while media.state not in IN_SLOT:
                media = await machine.slot.changed_from(media)
            visit.card_seen = media.insertion
            nursery.cancel_scope.cancel()

        async def watch_desk() -> None:
            await machine.desk.wanted()
            nursery.cancel_scope.cancel()

        nursery.start_soon(watch_slot)
        nursery.start_soon(watch_desk)
        page = out_of_service(machine.settings.machine, now=machine.now())
        with visit.stage():
            await visit.meanwhile(page, until_open, idle=False)
        nursery.cancel_scope.cancel()


async def _next_change(visit: Visit) -> None:
    """Wait until a condition comes or goes, the minute is over, or somebody may have gone."""
    now = visit.machine.now()
    seconds = 60 - now.second - now.microsecond / 1e6
    if visit.altered:
        seconds = min(seconds, max(0, visit.left_alone_at - trio.current_time()))
    with trio.move_on_after(seconds):
        await visit.machine.board.change()
