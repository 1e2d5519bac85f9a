"""What came of a visit: its last page, its slip on paper or as a code, and whether the citizen goes on from there."""

import math
from dataclasses import replace
from functools import partial

import structlog
import trio

from drivers.card_reader.slot import IN_SLOT, Media
from drivers.errors import DeviceError, Outcome
from kiosk.card_facts import formal_ends
from kiosk.catalogue import SERVICES, Service
from kiosk.conditions.faults import note_fault, note_program_fault
from kiosk.counters import RECEIPTS, RECEIPTS_FAILED
from kiosk.home import offered, to_bring
from kiosk.operations.errors import ChangesClosed
from kiosk.pages import (
    Actions,
    Answer,
    Button,
    Chosen,
    Entered,
    Page,
    Picture,
    ReceiptCode,
    Refusal,
    Tile,
    WayOut,
    Working,
)
from kiosk.refusals import Refused
from kiosk.slips import Slip, document, plain
from kiosk.text import Argument, Local, T, Text
from kiosk.visit import Ending, Printed, Printing, Result, Visit

log = structlog.get_logger()


def refused_result(visit: Visit, refused: Refused) -> Result:
    """The page and the slip of a refusal."""
    kind, machine = refused.kind, visit.machine.settings.machine
    log.info("visit.refused", code=kind.code)
    visit.machine.count("refused")
    number = visit.machine.receipt_number()
    names: dict[str, Argument] = {
        "window": Local(machine.window, machine.window_en),
        "hotline": machine.hotline,
        "formal_ends": formal_ends(lifted=visit.machine.settings.policy.loss.formal_can_be_lifted),
        **refused.arguments,
    }

    def fill(text: Text, **more: Argument) -> Text:
        return Text(text.message, (*text.arguments, *names.items(), *more.items()), text.count)

    def filled(way: WayOut, **more: Argument) -> WayOut:
        return WayOut(title=fill(way.title, **more), note=way.note and fill(way.note, **more))

    def now() -> tuple[Tile | None, tuple[WayOut, ...]]:
        """The service that helps, and all the ways, at this moment."""
        helper = None if kind.helps in visit.refused else kind.helps
        way_out = offered(visit.machine.settings, visit.machine.board.closes, helper)
        ways = tuple(map(filled, kind.ways))
        if way_out is None or kind.here is None:
            return way_out, ways
        bring = to_bring(visit.machine.settings, visit.machine.board.closes, way_out.service)
        return way_out, (filled(kind.here, **({} if bring is None else {"bring": bring})), *ways)

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
        steps=tuple(map(_on_paper, now()[1])),
    )
    seconds = visit.machine.settings.visit.success_seconds
    return Result(page=page, slip=slip, card_gone_seconds=seconds, again=True)


def _on_paper(way: WayOut) -> Text:
    """A way out as a slip has it, with what to bring."""
    return way.title if way.note is None else T("{way}：{note}", way=way.title, note=way.note)


async def conclude(visit: Visit, service: Service, result: Result) -> Service | None:
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
                if gone:  # Whoever goes on without their card may be somebody else.
                    visit.proof = None
                return SERVICES[answer.service]
            case Media():
                visit.proof = None
                await visit.close_card()
                return service if result.again and await visit.same_card() else None
            case Answer.AGAIN:
                visit.proof = None
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
    while media.state not in IN_SLOT or media.insertion == visit.card_seen:
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
    except DeviceError as error:
        log.warning("receipt.failed", number=slip.number, error=type(error).__name__, outcome=error.outcome.value)
        note_fault(machine.board, error)
        printed = Printed.FAILED if error.outcome is Outcome.NOT_DONE else Printed.UNKNOWN
    except Exception as error:  # noqa: BLE001 -- What was done stays done, and has to be said.
        note_program_fault(machine.board, error)
        printed = Printed.UNKNOWN
    if result.printing is Printing.RECEIPT:
        machine.operations.printed(slip.number, printed.value)
    machine.count(RECEIPTS if printed is Printed.DONE else RECEIPTS_FAILED)
    log.info("receipt.printed", number=slip.number, what=printed.value)
    return printed
