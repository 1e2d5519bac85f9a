"""The console on the machine's own screen: let in by a technician's card, from the board to what can be done."""

import datetime
import time
from importlib.metadata import version

import structlog

from drivers.card_reader.errors import CardReaderError, NotATechnicianCard
from drivers.errors import DeviceError
from drivers.pin import Pin
from kiosk.access.errors import AccessRefused
from kiosk.access.technician_card import ClockDoubtful, TechnicianAccess
from kiosk.conditions import Clears
from kiosk.conditions.faults import note_fault
from kiosk.console import glass_board
from kiosk.console.action import AskAgain, Message, Refusal
from kiosk.console.actions.board import Board as BoardFacts
from kiosk.console.actions.network import NetworkResult
from kiosk.console.actions.self_tests import Readiness, SelfTestResult
from kiosk.console.console import Console
from kiosk.console.dialogue import GlassDialogue, LeftAlone
from kiosk.console.glass_pages import Look, look, task
from kiosk.console.pages import Line
from kiosk.console.roles import Caller, Face, may
from kiosk.console.words import ROLES
from kiosk.pages import Button, Chosen, Panel, Picture, PinEntry, Sign
from kiosk.text import T, Text
from kiosk.visit import Visit

log = structlog.get_logger()

_BACK = Button(label=T("返回"), answer=Chosen("back"), icon="back")
SIGNS = {"passed": Sign.DONE, "failed": Sign.REFUSED, "not_done": Sign.INFORMATION}


class _Left(Exception):
    """Whoever was asked for their PIN doesn't want to give it."""


async def attend(visit: Visit, console: Console) -> bool:
    """Let in whoever holds the technician's card in the slot, until they leave.

    Returns:
        Whether it is a technician's card; another is none of ours.
    """
    access = console.access
    if access is None:
        return False
    try:
        caller = await _admit(visit, console, access)
    except (NotATechnicianCard, CardReaderError):
        return False
    except (_Left, LeftAlone):
        return True
    if caller is not None:
        try:
            await _Staff(visit, console, caller).run()
        except LeftAlone:
            log.info("console.left_alone", who=caller.who)
    return True


async def _admit(visit: Visit, console: Console, access: TechnicianAccess) -> Caller | None:
    """Who it is; None: they aren't let in, and were told why.

    Raises:
        NotATechnicianCard: It is another kind of card.
    """
    nobody = GlassDialogue(visit, _look(console, Caller(who="", roles=frozenset(), face=Face.GLASS)))
    transport = await visit.machine.slot.connect()
    try:
        return await access.admit(transport, lambda: _pin(visit))
    except ClockDoubtful as doubtful:
        return await _by_grant(nobody, access, doubtful)
    except AccessRefused as refused:
        await _say(nobody, refused.why)
    except NotATechnicianCard:
        raise
    except DeviceError as error:
        log.warning("access.device_error", error=type(error).__name__)
        note_fault(visit.machine.board, error)
        await _say(nobody, T("卡或键盘出了问题：{error}", error=type(error).__name__))
    finally:
        await transport.close()
    return None


async def _pin(visit: Visit) -> Pin:
    """Have the card's PIN entered on the metal pad.

    Raises:
        AccessRefused: This machine has no pad whose digits it may read.
    """
    pad = visit.machine.pad
    if pad is None:
        raise AccessRefused("access.no_pad", T("这台机器没有单独的键盘，请从终端维护"))
    page = PinEntry(title=T("请输维护卡密码"), subtitle=T("在金属键盘上输，输完按“确认”。"), can_exit=False)
    given = await visit.meanwhile(page, pad.enter, idle=False)
    if not isinstance(given, Pin):
        raise _Left
    return visit.keep(given)


async def _by_grant(dialogue: GlassDialogue, access: TechnicianAccess, doubtful: ClockDoubtful) -> Caller | None:
    """The clock may be wrong: the operations centre says whether they may, by a code held before the camera."""
    assert access.grants is not None, "only where there is such a way is it offered"
    visit = dialogue.visit
    page = task(
        dialogue.look,
        T("机器时钟不准"),
        subtitle=T("请把下面的码报给运维中心，再把回码举到摄像头前。"),
        panel=Panel(
            sign=Sign.INFORMATION,
            heading=T("{nonce}", nonce=access.grants.nonce()),
            body=T(
                "机器：{machine}，身份：{role}。15 分钟内有效，只能用一次。",
                machine=visit.machine.settings.machine.name,
                role=ROLES[doubtful.role],
            ),
        ),
        picture=Picture.QR_SCAN,
        below=(_BACK,),
    )
    async with visit.machine.code_reader.open() as codes:
        code = await visit.meanwhile(page, codes.next_code, idle=False)
    if not isinstance(code, str):
        return None
    try:
        return access.admit_by_grant(doubtful, code)
    except AccessRefused as refused:
        await _say(dialogue, refused.why)
        return None


def _look(console: Console, caller: Caller) -> Look:
    up = datetime.timedelta(seconds=time.clock_gettime(time.CLOCK_BOOTTIME))
    return look(console.machine.settings.machine, caller, version=version("kiosk"), up=up)


async def _say(dialogue: GlassDialogue, words: Text) -> None:
    await dialogue.choose(task(dialogue.look, words, below=(Button(label=T("知道了"), answer=Chosen("back")),)))


class _Staff:
    """One of the staff at the glass, from the board on."""

    def __init__(self, visit: Visit, console: Console, caller: Caller) -> None:
        self._console = console
        self._caller = caller
        self._look = _look(console, caller)
        self._dialogue = GlassDialogue(visit, self._look)
        self._visit = visit

    async def run(self) -> None:
        """Until they leave."""
        where = "board"
        while where != "leave":
            where = await self._go(where)

    async def _go(self, where: str) -> str:
        """Show one place, or do one thing; where to go then."""
        kind, _, what = where.partition(":")
        match kind:
            case "menu":
                return self._back(await self._dialogue.choose(self._menu(int(what or 0))), "board")
            case "devices":
                page = glass_board.devices(self._look, int(what or 0))
                return self._back(await self._dialogue.choose(page), "menu")
            case "condition":
                return await self._condition(what)
            case "test":
                await self._test(what)
                return "board"
            case "readiness":
                await self._readiness()
                return "board"
            case "paper":
                return await self._paper()
            case "network":
                return await self._network()
            case "clear":
                await self._do("clear", condition=what)
                return "board"
            case "do":
                if await self._do(what) is not None and what not in ("out_of_service", "back_in_service"):
                    await _say(self._dialogue, T("办好了"))
                return "board"
        return await self._board(int(what or 0))

    @staticmethod
    def _back(chosen: str, to: str) -> str:
        return to if chosen == "back" else chosen

    async def _board(self, first: int) -> str:
        """The board, drawn anew whenever a condition comes or goes."""
        machine = self._console.machine

        async def page() -> glass_board.Board:
            facts = await self._do("board")
            assert isinstance(facts, BoardFacts), "everybody may see it"
            return glass_board.board(machine, self._look, facts, first=first)

        async def keep_true() -> None:
            while True:
                await machine.board.change()
                self._visit.show(await page())

        return await self._dialogue.choose(await page(), keep_true)

    def _menu(self, first: int) -> glass_board.Menu:
        may_do = {name for name in self._console.actions if may(self._caller.roles, name)}
        return glass_board.menu(self._look, self._console.actions, may_do, first=first)

    async def _condition(self, id_: str) -> str:
        """One condition in full."""
        found = next((c for c, _ in self._console.machine.board.standing() if c.id == id_), None)
        if found is None:
            return "board"
        clears = found.cleared_by is Clears.CONSOLE and may(self._caller.roles, "clear")
        page = glass_board.condition(self._look, found, clears=clears)
        return self._back(await self._dialogue.choose(page), "board")

    async def _paper(self) -> str:
        """New paper, then a test print that somebody looks at."""
        self._dialogue.picture = Picture.RECEIPT_OUT
        try:
            if await self._do("paper_replaced") is not None:
                done = Button(label=T("办好了"), answer=Chosen("back"))
                await self._dialogue.choose(task(self._look, T("纸换好了"), below=(done,)))
        finally:
            self._dialogue.picture = None
        return "board"

    async def _network(self) -> str:
        """From the cable to the server, layer by layer."""
        result = await self._do("network")
        if isinstance(result, NetworkResult):
            title = T("网络是通的") if result.passed else T("网络断了")
            lines = tuple(_line(layer.title, layer.result, layer.detail) for layer in result.layers)
            await self._dialogue.choose(task(self._look, title, lines=lines, below=(_BACK,)))
        return "board"

    async def _test(self, device: str) -> None:
        result = await self._do("self_test", device=device)
        if isinstance(result, SelfTestResult):
            lines = (_line(result.title, result.result, result.words),)
            await self._dialogue.choose(task(self._look, T("自检结果"), lines=lines, below=(_BACK,)))

    async def _readiness(self) -> None:
        """Every device, then the report, which can be printed."""
        result = await self._do("readiness")
        if not isinstance(result, Readiness):
            return
        title = T("能对外服务") if result.ready else T("还不能对外服务")
        printing = Button(label=T("打印报告"), answer=Chosen("print"), icon="print")
        page = task(
            self._look,
            title,
            subtitle=T("自检用了 {seconds} 秒。", seconds=round(result.seconds)),
            lines=tuple(_line(each.title, each.result, each.words) for each in result.results),
            below=(_BACK, printing) if "print_readiness" in self._console.actions else (_BACK,),
        )
        if await self._dialogue.choose(page) == "print":
            await self._do("print_readiness")

    async def _do(self, name: str, **arguments: object) -> Message | None:
        """Have the console do something; None: it isn't done, and they were told why."""

        self._dialogue.title = self._console.actions[name].title

        async def perform(*, confirmed: bool) -> Message:
            return await self._console.perform(
                self._caller,
                name,
                arguments,
                language=self._visit.preferences.language,
                confirmed=confirmed,
                dialogue=self._dialogue,
            )

        try:
            try:
                return await perform(confirmed=False)
            except AskAgain as again:
                if await self._dialogue.ask(again.why, ("sure", "cancel")) != "sure":
                    return None
                return await perform(confirmed=True)
        except Refusal as refusal:
            await _say(self._dialogue, refusal.why)
            return None


def _line(title: str, result: str, words: str) -> Line:
    return Line(label=T("{title}", title=title), sign=SIGNS[result], value=T("{words}", words=words))
