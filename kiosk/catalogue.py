"""The services that this machine has, and the home page that offers those which work now."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from kiosk.machine import Machine
from kiosk.pages import Home, Panel, Sign, Tile, TileGroup
from kiosk.services.card_status import card_status, card_status_by_code
from kiosk.services.change_pin import change_pin
from kiosk.text import Local, T
from kiosk.visit import Result, Visit

Service = Callable[[Visit], Awaitable[Result]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One service as it is offered.

    Attributes:
        run: The service.
        tile: How it stands on the home page.
        needs: What must not be closed by a condition: `card`, `pin`, `e_card`, `central`.
        with_card: Which group it stands in.
    """

    run: Service
    tile: Tile
    needs: frozenset[str]
    with_card: bool


SERVICES: dict[str, Entry] = {
    entry.tile.service: entry
    for entry in (
        Entry(
            run=change_pin,
            tile=Tile(service="change_pin", icon="change-pin", name=T("修改密码"), situation=T("记得现在的密码")),
            needs=frozenset({"card", "pin", "central"}),
            with_card=True,
        ),
        Entry(
            run=card_status,
            tile=Tile(service="card_status", icon="status", name=T("查卡状态"), situation=T("看看卡能不能用")),
            needs=frozenset({"card", "central"}),
            with_card=True,
        ),
        Entry(
            run=card_status_by_code,
            tile=Tile(service="card_status_by_code", icon="qr", name=T("扫码查状态"), situation=T("用电子社保卡")),
            needs=frozenset({"e_card", "central"}),
            with_card=False,
        ),
    )
}


def home_page(machine: Machine) -> Home:
    """The home page as the machine stands now: services that work, and what is wrong where some don't."""
    board, settings = machine.board, machine.settings.machine

    def tiles(*, with_card: bool) -> tuple[Tile, ...]:
        return tuple(
            entry.tile
            for entry in SERVICES.values()
            if entry.with_card is with_card and not any(board.closes(need) for need in entry.needs)
        )

    groups = (
        TileGroup(name=T("带着社保卡"), note=T("先点业务，再插卡也可以"), tiles=tiles(with_card=True)),
        TileGroup(name=T("没带卡"), note=T("用手机上的电子社保卡"), tiles=tiles(with_card=False)),
    )
    card_works = not (board.closes("card") or board.closes("central"))
    now = machine.now()
    return Home(
        title=T("请插入社保卡") if card_works else T("现在不能插卡办理"),
        subtitle=T("不知道办哪一项？插卡后，机器会告诉您卡能不能用。") if card_works else None,
        machine=T("{n} 号机", n=settings.number),
        clock=f"{now.hour}:{now.minute:02}",
        where=T("卡槽在屏幕下方，亮灯处") if card_works else None,
        groups=tuple(group for group in groups if group.tiles),
        notice=_notice(machine),
    )


def _notice(machine: Machine) -> Panel | None:
    """What doesn't work now, in the citizen's words: the gravest first, and only that."""
    settings = machine.settings.machine
    window = Local(settings.window, settings.window_en)
    closed = {
        "central": (T("网络断了，现在办不了"), T("机器在自己重连。着急请到{window}。", window=window)),
        "card": (T("读卡器坏了"), T("要用社保卡办的，请到{window}或者换一台机器。", window=window)),
        "pin": (T("密码键盘坏了"), T("改密码请换一台机器，或者到{window}。", window=window)),
        "receipt": (T("现在打不了凭条"), T("业务照常办，结果看屏幕。要凭条请到{window}。", window=window)),
    }
    for what, (heading, body) in closed.items():
        if machine.board.closes(what):
            return Panel(sign=Sign.CARE, heading=heading, body=body)
    return None
