"""What one of the staff does at the glass: from the board to the menu, and through what can be done there."""

from kiosk.console import glass_board, glass_kept, glass_settings
from kiosk.console.actions.board import Board as BoardFacts
from kiosk.console.actions.export import Export
from kiosk.console.actions.network import NetworkResult
from kiosk.console.actions.self_tests import Readiness, SelfTestResult
from kiosk.console.console import Console
from kiosk.console.dialogue import GlassDialogue
from kiosk.console.glass_pages import BACK, MENU_PAGE, Look, task
from kiosk.console.glass_steps import Steps
from kiosk.console.pages import Line
from kiosk.console.roles import Caller
from kiosk.pages import Button, Chosen, Panel, Picture, Sign
from kiosk.text import T
from kiosk.visit import Visit

_SECOND = f"menu:{MENU_PAGE}"
"""The menu's second page."""


class Staff:
    """One of the staff at the glass, from the board on.

    Args:
        visit: Has the screen.
        console: Does what they ask for.
        caller: Who they are.
        look: What every page says.
    """

    def __init__(self, visit: Visit, console: Console, caller: Caller, look: Look) -> None:
        self._visit = visit
        self._console = console
        self._look = look
        self._dialogue = GlassDialogue(visit, look)
        self._at = Steps(console, caller, look, self._dialogue)

    async def run(self) -> None:
        """Until they leave.

        Raises:
            LeftAlone: Nobody touches anything for long.
        """
        where = "board"
        while where != "leave":
            where = await self._go(where)

    async def _go(self, where: str) -> str:
        """Show one place, or do one thing; where to go then."""
        kind, _, what = where.partition(":")
        match kind:
            case "menu":
                page = glass_board.menu(self._look, self._at.may, first=int(what or 0))
                return self._back(await self._dialogue.choose(page), "board")
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
                await self._paper()
                return "board"
            case "network":
                await self._network()
                return "board"
            case "tests":
                await glass_kept.tests(self._at)
                return "menu"
            case "operations":
                await glass_kept.operations(self._at)
                return _SECOND
            case "records":
                await glass_kept.records(self._at)
                return _SECOND
            case "log":
                await glass_kept.log(self._at)
                return _SECOND
            case "settings":
                await glass_settings.settings(self._at)
                return _SECOND
            case "export":
                await self._export()
                return _SECOND
            case "clear":
                await self._at.do("clear", condition=what)
                return "board"
            case "do":
                if await self._at.do(what) is not None and what not in ("out_of_service", "back_in_service"):
                    await self._dialogue.say(T("办好了"))
                return "board"
        return await self._board(int(what or 0))

    @staticmethod
    def _back(chosen: str, to: str) -> str:
        return to if chosen == "back" else chosen

    async def _board(self, first: int) -> str:
        """The board, drawn anew whenever a condition comes or goes."""
        machine = self._console.machine

        async def page() -> glass_board.Board:
            facts = await self._at.do("board")
            assert isinstance(facts, BoardFacts), "everybody may see it"
            return glass_board.board(machine, self._look, facts, self._at.may, first=first)

        async def keep_true() -> None:
            while True:
                await machine.board.change()
                self._visit.show(await page())

        return await self._dialogue.choose(await page(), keep_true)

    async def _condition(self, id_: str) -> str:
        """One condition in full."""
        found = next((c for c, _ in self._console.machine.board.standing() if c.id == id_), None)
        if found is None:
            return "board"
        page = glass_board.condition(self._look, found, self._at.may)
        return self._back(await self._dialogue.choose(page), "board")

    async def _paper(self) -> None:
        """New paper, then a test print that somebody looks at."""
        self._dialogue.picture = Picture.RECEIPT_OUT
        try:
            if await self._at.do("paper_replaced") is not None:
                done = Button(label=T("办好了"), answer=Chosen("back"))
                await self._dialogue.choose(task(self._look, T("纸换好了"), below=(done,)))
        finally:
            self._dialogue.picture = None

    async def _network(self) -> None:
        """From the cable to the server, layer by layer."""
        result = await self._at.do("network")
        if isinstance(result, NetworkResult):
            title = T("网络是通的") if result.passed else T("网络断了")
            lines = tuple(_line(layer.title, layer.result, layer.detail) for layer in result.layers)
            await self._dialogue.choose(task(self._look, title, lines=lines, below=(BACK,)))

    async def _test(self, device: str) -> None:
        result = await self._at.do("self_test", device=device)
        if isinstance(result, SelfTestResult):
            lines = (_line(result.title, result.result, result.words),)
            await self._dialogue.choose(task(self._look, T("自检结果"), lines=lines, below=(BACK,)))

    async def _readiness(self) -> None:
        """Every device, then the report, which can be printed."""
        result = await self._at.do("readiness")
        if not isinstance(result, Readiness):
            return
        printing = Button(label=T("打印报告"), answer=Chosen("print"), icon="print")
        page = task(
            self._look,
            T("能对外服务") if result.ready else T("还不能对外服务"),
            subtitle=T("自检用了 {seconds} 秒。", seconds=round(result.seconds)),
            lines=tuple(_line(each.title, each.result, each.words) for each in result.results),
            below=(BACK, printing) if self._at.may("print_readiness") else (BACK,),
        )
        if await self._dialogue.choose(page) == "print":
            await self._at.do("print_readiness")

    async def _export(self) -> None:
        """Kept in the machine, for whoever comes over SSH."""
        result = await self._at.do("export", keep=True)
        if isinstance(result, Export):
            page = task(
                self._look,
                T("存在机器里了"),
                subtitle=T("加了密，从终端用下面的命令取走。"),
                panel=Panel(
                    sign=Sign.DONE,
                    heading=T("{words}", words="kiosk kept-export"),
                    body=T("{words}", words=result.name),
                ),
                below=(BACK,),
            )
            await self._dialogue.choose(page)


def _line(title: str, result: str, words: str) -> Line:
    return Line(label=T("{title}", title=title), sign=glass_kept.SIGNS[result], value=T("{words}", words=words))
