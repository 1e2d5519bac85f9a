"""Outlets near here (服务网点): where they are, when they are open, and what they do. No proof is asked for."""

from collections.abc import Sequence
from dataclasses import replace

from kiosk import refusals
from kiosk.pages import Actions, Answer, Article, Button, Chosen, Panel, Progress, Section, Sign
from kiosk.questions.facts import listed
from kiosk.refusals import Refused
from kiosk.slips import Slip
from kiosk.text import Local, T, Text, Tn
from kiosk.uplink.contract import Outlet, OutletWork
from kiosk.visit import Printed, Result, Visit

_ON_PAPER = 3
"""The nearest, on the slip."""

WORK: dict[OutletWork, Text] = {
    OutletWork.APPLY: T("申领"),
    OutletWork.COLLECT: T("领卡"),
    OutletWork.INSTANT_CARD: T("当场制卡"),
    OutletWork.ENABLE: T("启用"),
    OutletWork.PIN: T("密码"),
    OutletWork.LOSS: T("挂失解挂"),
    OutletWork.CANCEL: T("注销"),
    OutletWork.RECORDS: T("查询和打印"),
    OutletWork.ELIGIBILITY: T("资格认证"),
    OutletWork.BANK: T("银行激活"),
}


async def outlets(visit: Visit) -> Result:
    """The nearest first, each with its address, hours, phone, and what it does."""
    found = (await visit.machine.uplink.outlets()).outlets
    if not found:
        raise Refused(refusals.outlets.NONE_FOUND)
    page = article(found)
    slip = Slip(
        title=T("服务网点"),
        result=_nearest(found),
        number=visit.machine.receipt_number(),
        at=visit.machine.now(),
        facts=tuple(fact for outlet in found[:_ON_PAPER] for fact in _facts(outlet)),
        steps=(T("去以前，先打电话问一问。"),),
    )
    seconds = visit.machine.settings.visit.success_seconds
    return Result(
        page=lambda printed: replace(page, subtitle=_PRINTED.get(printed)),
        slip=slip,
        card_gone_seconds=seconds,
        long=True,
    )


def article(found: Sequence[Outlet]) -> Article:
    """One section an outlet."""
    return Article(
        progress=Progress(task=T("服务网点")),
        title=T("附近有哪些网点？"),
        short=Panel(sign=Sign.INFORMATION, heading=_nearest(found)),
        sections=tuple(map(_section, found)),
        further_title=T("您还可以"),
        further=(Button(label=T("看别的问题"), answer=Chosen("questions"), icon="help"),),
        actions=Actions(primary=Button(label=T("看完了"), answer=Answer.FINISH, icon="next")),
    )


def _nearest(found: Sequence[Outlet]) -> Text:
    """The answer in short; where nobody has measured how far they are, none is the nearest."""
    if not found[0].distance:
        return Tn("有 {n} 个网点", len(found))
    return T("最近的：{outlet}", outlet=_words(found[0].name, found[0].name_en))


def _section(outlet: Outlet) -> Section:
    name = T("{words}", words=_words(outlet.name, outlet.name_en))
    if outlet.distance:
        name = T("{outlet}，{far}", outlet=name, far=_words(outlet.distance, outlet.distance_en))
    return Section(
        heading=name,
        points=(
            T("地址：{words}", words=_words(outlet.address, outlet.address_en)),
            T("时间：{words}", words=_words(outlet.hours, outlet.hours_en)),
            T("电话：{words}", words=outlet.phone),
            *((T("能办：{words}", words=_does(outlet)),) if outlet.does else ()),
        ),
    )


def _facts(outlet: Outlet) -> tuple[tuple[Text, Text], ...]:
    return (
        (T("网点"), T("{words}", words=_words(outlet.name, outlet.name_en))),
        (T("地址"), T("{words}", words=_words(outlet.address, outlet.address_en))),
        (T("时间"), T("{words}", words=_words(outlet.hours, outlet.hours_en))),
        (T("电话"), T("{words}", words=outlet.phone)),
    )


def _does(outlet: Outlet) -> Text:
    return listed([WORK[what] for what in outlet.does])


def _words(zh: str, en: str) -> Local:
    return Local(zh, en)


_PRINTED = {
    Printed.DONE: T("打好了，请从出纸口取走。"),
    Printed.FAILED: T("没有打出来，可以用手机扫码存下来。"),
    Printed.UNKNOWN: T("可能没有打完，请看一下出纸口。"),
}
