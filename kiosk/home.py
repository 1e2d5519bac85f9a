"""The home page: what this machine offers, as far as it works now. Imports little, since it is shown first of all."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from kiosk.pages import Home, Panel, Sign, Tile, TileGroup
from kiosk.settings import MachineSettings, Settings
from kiosk.text import Local, T
from kiosk.uplink.contract.policy import ServiceKind
from kiosk.ways import open_ways


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One service as it is offered.

    Attributes:
        tile: How it stands on the home page.
        needs: What must not be closed by a condition: `card`, `pin`, `central`, `change`.
        with_card: Which group it stands in.
        identity: Under which name the policy lists its ways to prove who somebody is; none is open: it isn't offered.
        pad: Whether it needs a separate pad, which hands over an enciphered PIN: a reader's keys can't.
    """

    tile: Tile
    needs: frozenset[str]
    with_card: bool
    identity: ServiceKind | None = None
    pad: bool = False


OFFERS = (
    Offer(
        tile=Tile(service="enable", icon="activate", name=T("启用社保卡"), situation=T("领到新卡后先办")),
        needs=frozenset({"card", "pin", "central", "change"}),
        with_card=True,
        identity=ServiceKind.ENABLE,
    ),
    Offer(
        tile=Tile(service="change_pin", icon="change-pin", name=T("修改密码"), situation=T("记得现在的密码")),
        needs=frozenset({"card", "pin", "central", "change"}),
        with_card=True,
    ),
    Offer(
        tile=Tile(service="unlock", icon="unlock", name=T("解锁密码"), situation=T("记得密码，锁住了")),
        needs=frozenset({"card", "central", "change"}),
        with_card=True,
        identity=ServiceKind.UNLOCK,
    ),
    Offer(
        tile=Tile(service="reset_pin", icon="pin-pad", name=T("重设密码"), situation=T("忘了现在的密码")),
        needs=frozenset({"card", "central", "change"}),
        with_card=True,
        identity=ServiceKind.RESET_PIN,
        pad=True,
    ),
    Offer(
        tile=Tile(service="card_status", icon="status", name=T("查卡状态"), situation=T("看看卡能不能用")),
        needs=frozenset({"card", "central"}),
        with_card=True,
    ),
    Offer(
        tile=Tile(service="report_loss", icon="loss", name=T("挂失"), situation=T("卡丢了，马上停用")),
        needs=frozenset({"central", "change"}),
        with_card=False,
        identity=ServiceKind.TEMPORARY_LOSS,
    ),
    Offer(
        tile=Tile(service="release_loss", icon="unloss", name=T("解除挂失"), situation=T("卡又找到了")),
        needs=frozenset({"central", "change"}),
        with_card=False,
        identity=ServiceKind.LOSS_RELEASE,
    ),
    Offer(
        tile=Tile(service="card_status_without_card", icon="qr", name=T("不插卡查状态"), situation=T("用身份证或手机")),
        needs=frozenset({"central"}),
        with_card=False,
        identity=ServiceKind.STATUS,
    ),
)


def offers(settings: Settings, closes: Callable[[str], bool]) -> tuple[Offer, ...]:
    """The services that this machine can do now.

    Args:
        settings: What the bureau allows here.
        closes: Whether a condition takes something away.
    """
    return tuple(offer for offer in OFFERS if _works(offer, settings, closes))


def offered(settings: Settings, closes: Callable[[str], bool], service: str | None) -> Tile | None:
    """The tile of a service that this machine can do now; None: it can't, or there is no such service."""
    return next((offer.tile for offer in offers(settings, closes) if offer.tile.service == service), None)


def _works(offer: Offer, settings: Settings, closes: Callable[[str], bool]) -> bool:
    needs = offer.needs
    if offer.identity is not None and not open_ways(settings.policy.ways_of(offer.identity), settings, closes):
        return False
    if offer.pad:
        if settings.pin_pad.port is None:
            return False
        needs |= {"pin" if settings.pin_pad.path == "pad" else "enciphered_pin"}
    return not any(closes(need) for need in needs)


def home_page(settings: Settings, *, closes: Callable[[str], bool], now: datetime.datetime) -> Home:
    """The home page as the machine stands now: services that work, and what is wrong where some don't.

    Args:
        settings: Which machine it is, and what the bureau allows here.
        closes: Whether a condition takes something away.
        now: The wall clock.
    """

    def tiles(*, with_card: bool) -> tuple[Tile, ...]:
        return tuple(offer.tile for offer in offers(settings, closes) if offer.with_card is with_card)

    groups = (
        TileGroup(name=T("带着社保卡"), note=T("先点业务，再插卡也可以"), tiles=tiles(with_card=True)),
        TileGroup(name=T("没带卡"), note=T("用身份证，或者电子社保卡"), tiles=tiles(with_card=False)),
    )
    card_works = not (closes("card") or closes("central"))
    return Home(
        title=T("请插入社保卡") if card_works else T("现在不能插卡办理"),
        subtitle=T("不知道办哪一项？插卡后，机器会告诉您能办什么。") if card_works else None,
        machine=T("{n} 号机", n=settings.machine.number),
        clock=f"{now.hour}:{now.minute:02}",
        where=T("卡槽在屏幕下方，亮灯处") if card_works else None,
        groups=tuple(group for group in groups if group.tiles),
        notice=_notice(settings.machine, closes),
    )


def _notice(machine: MachineSettings, closes: Callable[[str], bool]) -> Panel | None:
    """What doesn't work now, in the citizen's words: the gravest first, and only that."""
    window = Local(machine.window, machine.window_en)
    closed = {
        "central": (T("网络断了，现在办不了"), T("机器在自己重连。着急请到{window}。", window=window)),
        "change": (
            T("现在只能查，不能办"),
            T("机器正在核对上一笔业务。着急请到{window}。", window=window),
        ),
        "card": (T("读卡器坏了"), T("要用社保卡办的，请到{window}或者换一台机器。", window=window)),
        "pin": (T("密码键盘坏了"), T("改密码请换一台机器，或者到{window}。", window=window)),
        "id_card": (
            T("身份证读卡器坏了"),
            T("要刷身份证的，请到{window}或者换一台机器。", window=window),
        ),
        "e_card": (T("摄像头没有画面"), T("现在不能扫码，也不能刷脸。可以到{window}。", window=window)),
        "receipt": (T("现在打不了凭条"), T("业务照常办，结果看屏幕。要凭条请到{window}。", window=window)),
    }
    for what, (heading, body) in closed.items():
        if closes(what):
            return Panel(sign=Sign.CARE, heading=heading, body=body)
    return None
