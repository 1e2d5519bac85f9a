"""Attends one citizen after another: home page, service, what came of it, the card taken, everything wiped."""

import math
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from enum import Enum, auto
from functools import partial
from typing import TYPE_CHECKING, Literal

import structlog
import trio

from drivers.card_reader.errors import NotASocialCard
from drivers.card_reader.slot import Media, MediaState
from drivers.errors import DeviceError, Outcome
from drivers.id_reader.errors import IdReaderError
from drivers.receipt_printer.errors import PrinterError
from kiosk import conditions, phrases, refusals
from kiosk.catalogue import SERVICES, Service
from kiosk.conditions.faults import note_fault
from kiosk.counters import RECEIPTS, RECEIPTS_FAILED, VISITS
from kiosk.home import home_page, offered, out_of_service
from kiosk.machine import Machine
from kiosk.operations.errors import ChangesClosed, OutcomeUnknown
from kiosk.pages import (
    Actions,
    Answer,
    Button,
    Chosen,
    Entered,
    Home,
    Page,
    Picture,
    ReceiptCode,
    Refusal,
    Tile,
    WayOut,
    Working,
)
from kiosk.refusals import Refused
from kiosk.services.card_menu import card_menu
from kiosk.slips import Slip, document, plain
from kiosk.steps.card import refusal_for
from kiosk.steps.server import refused_by_server
from kiosk.text import Argument, Local, T, Text
from kiosk.uplink.errors import CentralError
from kiosk.visit import Ending, GoneBack, Printed, Printing, Result, Visit

if TYPE_CHECKING:
    from kiosk.console.console import Console

log = structlog.get_logger()

_IN_SLOT = (MediaState.PRESENT, MediaState.MUTE)
_PLATE_SECONDS = 2.0
"""How long a reader may take to say that nothing lies on it; it looks twice."""


async def attend(machine: Machine, console: "Console | None" = None) -> None:
    """Serve citizens, one after another, until cancelled.

    Args:
        machine: Where.
        console: The maintenance console, for who comes with a technician's card; None: nobody does.
    """
    serial, card_seen = 0, machine.slot.media.insertion
    while True:
        async with trio.open_nursery() as nursery:
            visit = Visit(machine, nursery, serial=serial, card_seen=card_seen)
            nursery.start_soon(visit.front_desk)
            try:
                await _attend_one(visit, console)
            finally:
                visit.wipe()
            nursery.cancel_scope.cancel()
        serial, card_seen = visit.serial, visit.card_seen


async def _attend_one(visit: Visit, console: "Console | None") -> None:
    await _card_out(visit)
    if visit.machine.board.closes("service"):
        await _closed(visit)
        if visit.machine.slot.media.state is MediaState.PRESENT:
            with visit.stage():
                await _staff(visit, console)
        await visit.machine.desk.hand_over(visit)
        return
    service: Service | None = None
    with visit.stage():
        service = await _home(visit)
        visit.look_at_printer()
    if visit.ending is not None:  # Exit, in the same moment.
        service = None
    if service is not None:
        visit.machine.count(VISITS)
    else:
        await visit.machine.desk.hand_over(visit)
    came_by: list[Service] = []
    while service is not None:
        result = await _serve(visit, service, console)
        visit.wipe()
        match result:
            case Chosen():
                came_by.append(service)
                service = SERVICES[result.service]
            case Answer.BACK:
                service = came_by.pop() if came_by else None
            case Result():
                service = await _conclude(visit, service, result)
            case None:
                service = None
    if visit.machine.enciphering_pad is not None:
        visit.machine.enciphering_pad.rest()
    await visit.close_card()
    await _card_out(visit)
    if visit.plate_used:
        await _plate_empty(visit)


async def _home(visit: Visit) -> Service | None:
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
            while media.state not in _IN_SLOT:
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


async def _closed(visit: Visit) -> None:
    """Say where to go instead, until the machine is back in service, a card is put in, or somebody wants to test it."""
    machine = visit.machine

    async def until_open() -> None:
        while machine.board.closes("service"):
            visit.show(out_of_service(machine.settings.machine, now=machine.now()))
            await _next_change(visit)

    async with trio.open_nursery() as nursery:

        async def watch_slot() -> None:
            media = machine.slot.media
            while media.state not in _IN_SLOT:
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


async def _staff(visit: Visit, console: "Console | None") -> bool:
    """Whether a technician's card is in the slot; whoever holds it has left by then."""
    if console is None:
        return False
    from kiosk.console import glass  # Imported late: no citizen needs it.

    await visit.close_card()
    try:
        return await glass.attend(visit, console)
    except Exception as error:  # noqa: BLE001 -- Nor must a technician's.
        log.error("visit.fault", error=type(error).__name__, where=_where(error))
        visit.machine.board.set(conditions.PROGRAM_FAULT, stands=True)
        return True


async def _serve(
    visit: Visit, service: Service, console: "Console | None"
) -> Result | Chosen | Literal[Answer.BACK] | None:
    """Run `service`; None when the visit was ended with nothing to show; BACK when the citizen wants something else."""
    log.info("visit.service", service=service.__name__)
    refusal: Refused | None = None
    visit.go_on()
    with visit.stage():
        try:
            result = await service(visit)
            log.info("visit.result", service=service.__name__)
            visit.machine.count(f"service.{service.__name__}")
            return result
        except GoneBack:
            return Answer.BACK
        except Refused as refused:
            refusal = refused
            if isinstance(refused.__context__, DeviceError):  # A service has put a device's failure into words.
                note_fault(visit.machine.board, refused.__context__)
        except NotASocialCard as error:
            refusal = None if await _staff(visit, console) else Refused(refusal_for(error))
        except DeviceError as error:
            refusal = Refused(refusal_for(error))
            log.warning("visit.device_error", error=type(error).__name__, outcome=error.outcome.value)
            note_fault(visit.machine.board, error)
        except CentralError as error:
            refusal = refused_by_server(error)
            log.warning("visit.central_error", cause=error.cause.value, status=error.status)
        except ChangesClosed:
            refusal = Refused(refusals.operation.CHANGES_CLOSED)
        except OutcomeUnknown:
            refusal = Refused(refusals.operation.OUTCOME_UNKNOWN)
        except Exception as error:  # noqa: BLE001 -- One citizen's mishap must not take the machine down.
            refusal = Refused(refusals.machine.KIOSK_FAULT)
            log.error("visit.fault", error=type(error).__name__, where=_where(error))
            visit.machine.board.set(conditions.PROGRAM_FAULT, stands=True)
    if refusal is None and visit.ending is Ending.CARD_REMOVED:
        refusal = Refused(refusals.card.REMOVED)
    if refusal is None and visit.ending is Ending.READER_GONE:
        refusal = Refused(refusals.machine.CARD_READER_GONE)
    return None if refusal is None else _refused(visit, refusal)


def _refused(visit: Visit, refused: Refused) -> Result:
    """The page and the slip of a refusal."""
    kind, machine = refused.kind, visit.machine.settings.machine
    log.info("visit.refused", code=kind.code)
    visit.machine.count("refused")
    number = visit.machine.receipt_number()
    names: dict[str, Argument] = {
        "window": Local(machine.window, machine.window_en),
        "hotline": machine.hotline,
        **refused.arguments,
    }

    def fill(text: Text) -> Text:
        return Text(text.message, (*text.arguments, *names.items()), text.count)

    def ways(kinds: Iterable[WayOut]) -> tuple[WayOut, ...]:
        return tuple(WayOut(title=fill(way.title), note=way.note and fill(way.note)) for way in kinds)

    def now() -> tuple[Tile | None, tuple[WayOut, ...]]:
        """The service that helps, and all the ways, at this moment."""
        way_out = offered(visit.machine.settings, visit.machine.board.closes, kind.helps)
        here = () if way_out is None or kind.here is None else (kind.here,)
        return way_out, ways((*here, *kind.ways))

    def page(printed: Printed) -> Refusal:
        way_out, all_ways = now()
        return Refusal(
            title=fill(kind.title),
            subtitle=fill(kind.reassurance),
            sign=kind.sign,
            heading=kind.heading,
            why=fill(kind.why),
            ways_title=T("您可以这样办"),
            ways=all_ways,
            contact=T("也可以打 {hotline} 问", hotline=machine.hotline),
            reference=number,
            actions=kind.actions(way_out),
        )

    slip = Slip(
        title=T("办理说明"),
        result=fill(kind.title),
        number=number,
        at=visit.machine.now(),
        facts=((kind.heading, fill(kind.why)), (T("原因代码"), T("{words}", words=kind.code))),
        steps=tuple(
            way.title if way.note is None else T("{way}：{note}", way=way.title, note=way.note) for way in now()[1]
        ),
    )
    seconds = visit.machine.settings.visit.success_seconds
    return Result(page=page, slip=slip, card_gone_seconds=seconds, again=True)


async def _conclude(visit: Visit, service: Service, result: Result) -> Service | None:
    """Show what came of it, on paper or as a code too; the next service where the citizen wants one."""
    visit.card_seen = visit.machine.slot.media.insertion
    printed, gone, code = Printed.NOT_ASKED, False, False
    if result.printing is not Printing.WHEN_ASKED and result.slip is not None:
        printed = await print_slip(visit, result)
    while True:
        gone |= visit.card_gone
        seconds = visit.machine.settings.visit.success_seconds
        reading = result.long and not (gone or code)
        if gone and not code:  # Whoever looks at a code has their phone in hand, and their card too.
            seconds = result.card_gone_seconds
        if not seconds:
            return None
        answer: Answer | Chosen | Entered | Media = Answer.FINISH
        page = _code_page(visit, result) if code else _last_page(visit, result, printed)
        visit.go_on()
        with visit.stage(), trio.move_on_after(math.inf if reading else seconds):
            answer = await visit.meanwhile(page, partial(_new_card, visit), idle=reading)
        match answer:
            case Chosen():
                return SERVICES[answer.service]
            case Media():
                await visit.close_card()
                return service if result.again and await visit.same_card() else None
            case Answer.AGAIN:
                return service
            case Answer.PRINT:
                printed = await print_slip(visit, result, again=printed is not Printed.NOT_ASKED)
            case Answer.SHOW_CODE:
                code = True
            case Answer.BACK:
                code = False
            case _ if visit.ending in (Ending.CARD_REMOVED, Ending.READER_GONE):
                pass
            case _:
                return None


def _last_page(visit: Visit, result: Result, printed: Printed) -> Page:
    """The service's page, with a way to its slip where the page has room for one, or the paper didn't come out."""
    page = result.page(printed)
    if result.slip is None:
        return page
    paper = not visit.machine.board.closes("receipt")
    what: Button | None = None
    if printed in (Printed.FAILED, Printed.UNKNOWN) or not paper:
        what = Button(label=T("显示二维码"), answer=Answer.SHOW_CODE, icon="qr")
    elif page.actions.secondary is None and printed is Printed.NOT_ASKED:
        what = Button(label=T("打印"), answer=Answer.PRINT, icon="print")
    elif page.actions.secondary is None and result.printing is not Printing.WHEN_ASKED:
        what = Button(label=T("再打一张"), answer=Answer.PRINT, icon="print")
    return page if what is None else replace(page, actions=replace(page.actions, secondary=what))


def _code_page(visit: Visit, result: Result) -> ReceiptCode:
    """The slip for the citizen's phone, as long as the page stands there."""
    assert result.slip is not None, "only a slip can be shown"
    return ReceiptCode(
        title=T("用手机扫一扫，存下来"),
        subtitle=T("码里只有凭条上的字，没有链接。"),
        content=plain(result.slip, visit.preferences.language, visit.machine.settings.machine),
        note=T("不点按钮，过一会儿自动关掉，机器里不留。"),
        actions=Actions(
            secondary=Button(label=T("返回"), answer=Answer.BACK, icon="back"),
            primary=Button(label=T("存好了"), answer=Answer.FINISH, icon="next"),
        ),
    )


async def _new_card(visit: Visit) -> Media:
    """Wait for a card that this visit hasn't had yet."""
    slot = visit.machine.slot
    media = slot.media
    while media.state not in _IN_SLOT or media.insertion == visit.card_seen:
        media = await slot.changed_from(media)
    return media


async def print_slip(visit: Visit, result: Result, *, again: bool = False) -> Printed:
    """Print the slip of `result` in the citizen's language; never twice by itself.

    Args:
        visit: Whose.
        result: What they came for, or what was done.
        again: It was, or may have been, printed in this visit: it says that it is a copy.
    """
    machine, slip = visit.machine, result.slip
    assert slip is not None, "only a slip can be printed"
    slip = replace(slip, copy=again)
    subtitle = T("纸从下面的出纸口出来。")
    visit.show(Working(title=T("正在打印"), subtitle=subtitle, picture=Picture.RECEIPT_OUT, can_exit=False))
    try:
        if result.printing is Printing.RECEIPT:
            slip = replace(slip, copy=machine.operations.printing(slip.number) > 0)
        with visit.uninterrupted():
            await machine.printer.print_once(document(slip, visit.preferences.language, machine.settings.machine))
        printed = Printed.DONE
    except ChangesClosed:  # It can't be written down that it is printed: the next one wouldn't know that it's a copy.
        return Printed.FAILED
    except PrinterError as error:
        log.warning("receipt.failed", number=slip.number, error=type(error).__name__, outcome=error.outcome.value)
        note_fault(machine.board, error)
        printed = Printed.FAILED if error.outcome is Outcome.NOT_DONE else Printed.UNKNOWN
    except Exception as error:  # noqa: BLE001 -- What was done stays done, and has to be said.
        log.error("visit.fault", error=type(error).__name__, where=_where(error))
        machine.board.set(conditions.PROGRAM_FAULT, stands=True)
        printed = Printed.UNKNOWN
    if result.printing is Printing.RECEIPT:
        machine.operations.printed(slip.number, printed.value)
    machine.count(RECEIPTS if printed is Printed.DONE else RECEIPTS_FAILED)
    log.info("receipt.printed", number=slip.number, what=printed.value)
    return printed


async def _card_out(visit: Visit) -> None:
    """Ask for the card that was dealt with until it is out of the slot."""
    slot, seconds = visit.machine.slot, visit.machine.settings.visit.take_card_seconds
    page = phrases.take_card()
    while (media := slot.media).state in _IN_SLOT and media.insertion == visit.card_seen:
        visit.machine.screen.attention()
        with trio.move_on_after(seconds):
            await visit.meanwhile(page, partial(slot.changed_from, media), idle=False)
        page = phrases.card_left()


async def _plate_empty(visit: Visit) -> None:
    """Ask for an ID card that still lies on its reader until it is gone: the next one to be read must be the next's."""
    reader, seconds = visit.machine.id_reader, visit.machine.settings.visit.take_card_seconds
    assert reader is not None, "only a reader's plate was used"
    with suppress(IdReaderError):  # Nothing can be read from it either.
        with trio.move_on_after(_PLATE_SECONDS):
            await reader.lifted()
            return
        while True:
            visit.machine.screen.attention()
            with trio.move_on_after(seconds):
                await visit.meanwhile(phrases.take_id_card(), reader.lifted, idle=False)
                return


def _where(error: BaseException) -> str:
    """File and line of a fault, without anything that the error says: it may quote what nobody may read."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace is not None else "unknown"
