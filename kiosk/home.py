"""The home page and the menu behind it: what this machine offers, as far as it works now.

Imports little, since the home page is shown first of all.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto

from kiosk.pages import (
    Actions,
    Answer,
    Button,
    Elsewhere,
    Home,
    Menu,
    MenuGroup,
    MenuTile,
    OutOfService,
    Panel,
    Sign,
    Tile,
    TileGroup,
)
from kiosk.settings import MachineSettings, Settings
from kiosk.text import Local, T, Text
from kiosk.uplink.contract.policy import ServiceKind
from kiosk.ways import open_ways, takes, what_to_bring


class Place(Enum):
    """Where a service stands: on the home page (six and three at most), or in a group of the menu behind it."""

    WITH_CARD = auto()
    WITHOUT_CARD = auto()
    CARDS = auto()
    RECORDS = auto()
    PHONE = auto()
    QUESTIONS = auto()


MORE = "more"
"""The service that shows the menu."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One service as it is offered.

    Attributes:
        tile: How it stands on its page.
        needs: What must not be closed by a condition: `card`, `pin`, `central`, `change`.
        place: Where that is.
        of_card: Whether a card that is put in is told of it: it may make sense for that card, or not.
        identity: Under which name the policy lists its ways to prove who somebody is; none is open: it isn't offered.
        told_elsewhere: It is offered where the region does it at outlets alone too: whoever asks is told where to go.
        pad: Whether it needs a separate pad, which hands over an enciphered PIN: a reader's keys can't.
    """

    tile: Tile
    needs: frozenset[str]
    place: Place
    of_card: bool = False
    identity: ServiceKind | None = None
    told_elsewhere: bool = False
    pad: bool = False


OFFERS = (
    Offer(
        tile=Tile(service="enable", icon="activate", name=T("启用社保卡"), situation=T("领到新卡后先办")),
        needs=frozenset({"card", "pin", "central", "change"}),
        place=Place.WITH_CARD,
        of_card=True,
        identity=ServiceKind.ENABLE,
    ),
    Offer(
        tile=Tile(service="change_pin", icon="change-pin", name=T("修改密码"), situation=T("记得现在的密码")),
        needs=frozenset({"card", "pin", "central", "change"}),
        place=Place.WITH_CARD,
        of_card=True,
    ),
    Offer(
        tile=Tile(service="unlock", icon="unlock", name=T("解锁密码"), situation=T("记得密码，锁住了")),
        needs=frozenset({"card", "central", "change"}),
        place=Place.WITH_CARD,
        of_card=True,
        identity=ServiceKind.UNLOCK,
    ),
    Offer(
        tile=Tile(service="reset_pin", icon="pin-pad", name=T("重设密码"), situation=T("忘了现在的密码")),
        needs=frozenset({"card", "central", "change"}),
        place=Place.WITH_CARD,
        of_card=True,
        identity=ServiceKind.RESET_PIN,
        pad=True,
    ),
    Offer(
        tile=Tile(service="card_status", icon="status", name=T("查卡状态"), situation=T("看看卡能不能用")),
        needs=frozenset({"card", "central"}),
        place=Place.WITH_CARD,
        of_card=True,
    ),
    Offer(
        tile=Tile(service="report_loss", icon="loss", name=T("挂失"), situation=T("卡丢了，马上停用")),
        needs=frozenset({"central", "change"}),
        place=Place.WITHOUT_CARD,
        identity=ServiceKind.TEMPORARY_LOSS,
    ),
    Offer(
        tile=Tile(service="release_loss", icon="unloss", name=T("解除挂失"), situation=T("卡又找到了")),
        needs=frozenset({"central", "change"}),
        place=Place.WITHOUT_CARD,
        of_card=True,
        identity=ServiceKind.LOSS_RELEASE,
    ),
    Offer(
        tile=Tile(service="card_status_without_card", icon="qr", name=T("不插卡查状态"), situation=T("用身份证或手机")),
        needs=frozenset({"central"}),
        place=Place.WITHOUT_CARD,
        identity=ServiceKind.STATUS,
    ),
    Offer(
        tile=Tile(service="replace_card", icon="replacement", name=T("补卡"), situation=T("丢了、坏了补一张")),
        needs=frozenset({"central", "change"}),
        place=Place.CARDS,
        of_card=True,
        identity=ServiceKind.REPLACEMENT,
        told_elsewhere=True,
    ),
    Offer(
        tile=Tile(service="renew_card", icon="clock", name=T("换卡"), situation=T("卡快到期了")),
        needs=frozenset({"central", "change"}),
        place=Place.CARDS,
        of_card=True,
        identity=ServiceKind.RENEWAL,
        told_elsewhere=True,
    ),
    Offer(
        tile=Tile(
            service="financial_function", icon="activate", name=T("激活银行功能"), situation=T("哪家银行，剩几天")
        ),
        needs=frozenset(),
        place=Place.CARDS,
        of_card=True,
    ),
    Offer(
        tile=Tile(service="my_applications", icon="record", name=T("我的申请"), situation=T("看看办到哪一步")),
        needs=frozenset({"central"}),
        place=Place.RECORDS,
        identity=ServiceKind.APPLICATIONS,
    ),
    Offer(
        tile=Tile(service="sms_reminders", icon="sms", name=T("短信提醒"), situation=T("开通、换号、停掉")),
        needs=frozenset({"central", "change"}),
        place=Place.PHONE,
        identity=ServiceKind.SMS,
        told_elsewhere=True,
    ),
    Offer(
        tile=Tile(service="phone_number", icon="phone", name=T("改手机号"), situation=T("换登记的手机号")),
        needs=frozenset({"central", "change"}),
        place=Place.PHONE,
        identity=ServiceKind.PHONE_NUMBER,
    ),
    Offer(
        tile=Tile(service="questions", icon="help", name=T("常见问题"), situation=T("怎么办，带什么")),
        needs=frozenset(),
        place=Place.QUESTIONS,
    ),
    Offer(
        tile=Tile(service="outlets", icon="door", name=T("服务网点"), situation=T("在哪里，几点开门")),
        needs=frozenset({"central"}),
        place=Place.QUESTIONS,
    ),
    Offer(
        tile=Tile(service="e_card_help", icon="qr", name=T("电子社保卡"), situation=T("怎么开、怎么用")),
        needs=frozenset(),
        place=Place.QUESTIONS,
    ),
    Offer(
        tile=Tile(service="fraud", icon="warning", name=T("防诈骗"), situation=T("收到链接怎么办")),
        needs=frozenset(),
        place=Place.QUESTIONS,
    ),
    Offer(
        tile=Tile(service="production_progress", icon="clock", name=T("查制卡进度"), situation=T("新卡做到哪一步了")),
        needs=frozenset({"central"}),
        place=Place.CARDS,
        identity=ServiceKind.PRODUCTION_PROGRESS,
    ),
    Offer(
        tile=Tile(service="formal_loss", icon="loss", name=T("正式挂失"), situation=T("卡找不到了，停用")),
        needs=frozenset({"central", "change"}),
        place=Place.CARDS,
        identity=ServiceKind.FORMAL_LOSS,
    ),
    Offer(
        tile=Tile(service="cards", icon="card", name=T("查名下的卡"), situation=T("有几张，在用哪张")),
        needs=frozenset({"central"}),
        place=Place.CARDS,
        identity=ServiceKind.CARDS,
    ),
    Offer(
        tile=Tile(service="insurance_records", icon="record", name=T("查五险"), situation=T("交了多少，余额")),
        needs=frozenset({"central"}),
        place=Place.RECORDS,
        of_card=True,
        identity=ServiceKind.RECORDS,
    ),
    Offer(
        tile=Tile(service="insured_certificate", icon="print", name=T("打印参保证明"), situation=T("证明在哪里参保")),
        needs=frozenset({"central"}),
        place=Place.RECORDS,
        of_card=True,
        identity=ServiceKind.CERTIFICATE,
    ),
    Offer(
        tile=Tile(service="rights_record", icon="paper", name=T("打印权益记录"), situation=T("每年交了多少")),
        needs=frozenset({"central"}),
        place=Place.RECORDS,
        identity=ServiceKind.CERTIFICATE,
    ),
    Offer(
        tile=Tile(
            service="eligibility_check", icon="eligibility", name=T("待遇资格认证"), situation=T("领养老金每年办")
        ),
        needs=frozenset({"central", "change"}),
        place=Place.RECORDS,
        identity=ServiceKind.ELIGIBILITY,
    ),
)


_GROUPS = {
    Place.CARDS: T("办卡补卡"),
    Place.RECORDS: T("查询打印"),
    Place.PHONE: T("短信手机"),
    Place.QUESTIONS: T("问答网点"),
}
_MORE = Tile(service=MORE, icon="next", name=T("更多业务"), situation=T("查询、补卡、问答"))


def offers(settings: Settings, closes: Callable[[str], bool]) -> tuple[Offer, ...]:
    """The services that this machine can do now.

    Args:
        settings: What the bureau allows here.
        closes: Whether a condition takes something away.
    """
    return tuple(offer for offer in OFFERS if _works(offer, settings, closes))


def offered(settings: Settings, closes: Callable[[str], bool], service: str | None) -> Tile | None:
    """The tile of a service that this machine can do now; None: it can't, or there is no such service.

    What the region does at outlets alone isn't done here, though who asks for it is told where.
    """
    named = (offer for offer in OFFERS if offer.tile.service == service and _works(offer, settings, closes))
    policy = settings.policy
    return next((each.tile for each in named if each.identity is None or policy.ways_of(each.identity)), None)


def to_bring(settings: Settings, closes: Callable[[str], bool], service: str) -> Text | None:
    """What somebody has to have with them for a service of this machine, now; None: who they are isn't asked."""
    identity = next((offer.identity for offer in OFFERS if offer.tile.service == service), None)
    if identity is None:
        return None
    ways = open_ways(settings.policy.ways_of(identity), settings, closes)
    return what_to_bring(ways) if ways else None


def _works(offer: Offer, settings: Settings, closes: Callable[[str], bool]) -> bool:
    needs = offer.needs
    if offer.pad:
        if settings.pin_pad.port is None:
            return False
        needs |= {"pin" if settings.pin_pad.path == "pad" else "enciphered_pin"}
    if any(map(closes, needs)):
        return False
    if offer.identity is None:
        return True
    policy = settings.policy
    ways = (policy.evidence.of if offer.told_elsewhere else policy.ways_of)(offer.identity)
    return bool(open_ways(ways, settings, closes))


def menu(settings: Settings, closes: Callable[[str], bool]) -> Menu:
    """Everything that the home page has no room for, by group, as far as it works now."""
    working = offers(settings, closes)
    groups = (
        MenuGroup(name=name, tiles=tuple(menu_tile(offer.tile) for offer in working if offer.place is place))
        for place, name in _GROUPS.items()
    )
    return Menu(
        title=T("您想办哪一项？"),
        subtitle=T("点一项，屏幕会告诉您要带什么。"),
        groups=tuple(group for group in groups if group.tiles),
        actions=Actions(secondary=Button(label=T("返回"), answer=Answer.BACK, icon="back")),
    )


def menu_tile(tile: Tile, why_not: Text | None = None) -> MenuTile:
    """A service's tile on a menu; `why_not`: it can't be chosen."""
    return MenuTile(service=tile.service, icon=tile.icon, name=tile.name, situation=tile.situation, why_not=why_not)


def home_page(settings: Settings, *, closes: Callable[[str], bool], now: datetime.datetime) -> Home:
    """The home page as the machine stands now: services that work, and what is wrong where some don't.

    Args:
        settings: Which machine it is, and what the bureau allows here.
        closes: Whether a condition takes something away.
        now: The wall clock.
    """

    working = offers(settings, closes)
    more = (_MORE,) if any(offer.place in _GROUPS for offer in working) else ()

    def tiles(place: Place) -> tuple[Tile, ...]:
        return tuple(offer.tile for offer in working if offer.place is place)

    groups = (
        TileGroup(name=T("带着社保卡"), note=T("先点业务，再插卡也可以"), tiles=tiles(Place.WITH_CARD)),
        TileGroup(name=T("没带卡"), note=_without_card(settings, closes), tiles=(*tiles(Place.WITHOUT_CARD), *more)),
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


def _without_card(settings: Settings, closes: Callable[[str], bool]) -> Text:
    """What somebody without the card shows at this machine, now."""
    by_id, by_phone = takes("id_card", settings, closes), takes("e_card", settings, closes)
    if by_id and not by_phone:
        return T("用身份证")
    if by_phone and not by_id:
        return T("用电子社保卡")
    return T("用身份证，或者电子社保卡")


def out_of_service(machine: MachineSettings, *, now: datetime.datetime) -> OutOfService:
    """The page of a machine that somebody took out of service: where to go instead.

    Args:
        machine: Which one it is, and who helps beside it.
        now: The wall clock.
    """
    window = Local(machine.window, machine.window_en)
    return OutOfService(
        title=T("本机暂停服务"),
        subtitle=T("正在检修，给您添麻烦了。"),
        machine=T("{n} 号机", n=machine.number),
        clock=f"{now.hour}:{now.minute:02}",
        elsewhere_title=T("现在可以去这里办"),
        elsewhere=(
            Elsewhere(icon="staff", place=T("到{window}", window=window), note=T("带上身份证")),
            Elsewhere(icon="phone", place=T("打 {hotline} 问", hotline=machine.hotline), note=T("问哪里能办")),
        ),
        actions=Actions(primary=Button(label=T("卡还在机器里？叫工作人员"), answer=Answer.CALL_STAFF)),
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
