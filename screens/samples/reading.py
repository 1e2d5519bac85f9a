"""Samples of menus, articles and tables. Virtual people only."""

import datetime
from pathlib import Path

from pydantic import SecretStr

from kiosk.card_facts import CardFacts
from kiosk.home import menu
from kiosk.pages import (
    Actions,
    Answer,
    Article,
    Bar,
    Button,
    Chart,
    Chosen,
    Menu,
    Page,
    Panel,
    Progress,
    Section,
    Sign,
    Table,
    TableGroup,
    TableRow,
)
from kiosk.services.card_menu import menu_of
from kiosk.settings import load
from kiosk.text import Local, T, Tn
from kiosk.uplink.contract import ApplicationStatus, CardRecord, Lifecycle, LossReason
from screens.samples.shared import BACK, BANK, WINDOW

_HANGZHOU = Local("浙江省杭州市", "Hangzhou, Zhejiang")
_BUREAU = load(Path(__file__).parents[2] / "config" / "kiosk.toml")


def _card_menu(status: ApplicationStatus, *, tries: int = 6, **changes: object) -> Menu:
    """The kiosk's own menu for a card in this state."""
    said: dict[str, object] = {
        "as_of": datetime.date(2026, 3, 8),
        "card_number": SecretStr("ET0004471"),
        "application_status": status,
        "lifecycle": Lifecycle.ENABLED,
        "loss_reason": None,
        "valid_until": datetime.date(2031, 5, 1),
        "bank": "北京银行",
        "financial_activated": False,
        "initial_pin": False,
        "open_operation": None,
    }
    record = CardRecord.model_construct(**(said | changes))  # type: ignore[arg-type]
    facts = CardFacts(record=record, proven=False, with_card=True, tries_left=tries, valid_until=record.valid_until)
    return menu_of(facts, _BUREAU, lambda what: False)


CARD_MENU = _card_menu(ApplicationStatus.NORMAL)
CARD_MENU_ARCHIVED = _card_menu(ApplicationStatus.ARCHIVED, lifecycle=Lifecycle.COLLECTED, initial_pin=True)
CARD_MENU_BLOCKED = _card_menu(ApplicationStatus.NORMAL, tries=0)
CARD_MENU_LOST = _card_menu(
    ApplicationStatus.TEMPORARY_LOSS, lifecycle=Lifecycle.TEMPORARY_LOSS, loss_reason=LossReason.REPORTED
)
CARD_MENU_CANCELLED = _card_menu(ApplicationStatus.CANCELLED, lifecycle=Lifecycle.CANCELLED)
MORE = menu(_BUREAU, lambda what: False)

QUESTION = Article(
    title=T("卡丢了，怎么办？"),
    progress=Progress(task=T("常见问题")),
    short=Panel(
        sign=Sign.INFORMATION,
        heading=T("先挂失，再找卡"),
        body=T("临时挂失马上停用，找到了还能解除。"),
    ),
    sections=(
        Section(
            heading=T("按这个顺序办"),
            points=(
                T("在这台机器上点“挂失”，刷身份证就能办。"),
                T("打{bank}的电话，把银行里的钱也挂失。", bank=BANK),
                T("找不到卡，到{window}或者在这里申请补卡。", window=WINDOW),
            ),
            numbered=True,
        ),
        Section(
            heading=T("挂失以后，什么还能用"),
            paragraphs=(
                T("参保和缴费照常，养老金照常发，不受影响。"),
                T("急着看病，可以用手机上的电子社保卡，要您本人授权。"),
            ),
        ),
        Section(
            heading=T("当心骗子"),
            paragraphs=(T("没有人会发短信链接说社保卡“到期”，收到了不要点。有疑问打 12333。"),),
        ),
    ),
    further_title=T("在这里就能办"),
    further=(
        Button(label=T("挂失"), answer=Chosen("report_loss"), icon="loss"),
        Button(label=T("补卡换卡"), answer=Chosen("replacement"), icon="replacement"),
    ),
    actions=Actions(
        secondary=Button(label=T("打印"), answer=Answer.PRINT, icon="print"),
        primary=Button(label=T("看完了"), answer=Answer.FINISH, icon="next"),
    ),
)
SHORT_ARTICLE = Article(
    title=T("封存是什么意思？"),
    progress=Progress(task=T("常见问题")),
    sections=(
        Section(
            paragraphs=(T("封存，就是卡还没有启用。缴费照常记到您名下，一分不少。"),),
            points=(T("新卡领到手，先启用，再看病买药。"), T("可以在这里启用，也可以到服务网点。")),
        ),
    ),
    actions=Actions(secondary=BACK, primary=Button(label=T("看完了"), answer=Answer.FINISH, icon="next")),
)
_RULES = T(
    "社会保障卡由人力资源和社会保障部门发放，只限本人使用。持卡人应当妥善保管卡和密码。"
    "卡丢失的，应当及时挂失；挂失以前造成的损失，由持卡人自己承担。领卡、启用、换卡、注销，"
    "按照本市的办法办理。本办法由市人力资源和社会保障局解释。"
)
RULES = Article(
    title=T("社保卡有哪些规定？"),
    subtitle=T("这是本市人社局公布的办法。"),
    progress=Progress(task=T("办事依据")),
    sections=tuple(Section(heading=T("第 {n} 条", n=n), paragraphs=(_RULES,)) for n in range(1, 6)),
    actions=QUESTION.actions,
)


def _month(year: int, month: int, *, paid: bool = True) -> TableRow:
    return TableRow(
        label=T("{year} 年 {month} 月", year=year, month=month),
        value=T("{amount} 元", amount="640.00") if paid else T("没有缴"),
        note=T("单位缴 {amount} 元", amount="1,280.00") if paid else T("问一问单位"),
        sign=None if paid else Sign.CARE,
    )


def _bar(year: int, months: int) -> Bar:
    return Bar(label=T("{n}", n=year), value=T("{n}", n=months), height=months / 12, hollow=months < 12)


RECORDS = Table(
    title=T("养老保险，缴了 15 年"),
    whose=T("{name}，卡尾号 {tail}", name="张*", tail="4471"),
    progress=Progress(task=T("查五险记录"), steps=(T("插卡"), T("验身份"), T("看结果")), at=2),
    chart=Chart(
        title=T("最近几年，缴了几个月"),
        bars=tuple(
            _bar(year, months) for year, months in zip(range(2019, 2027), (12, 12, 9, 12, 12, 4, 12, 2), strict=True)
        ),
        note=T("空心的，那一年没有缴满"),
    ),
    groups=(
        TableGroup(
            rows=(
                TableRow(label=T("账上的钱"), value=T("{amount} 元", amount="186,432.10"), note=T("个人账户")),
                TableRow(label=T("缴了多久"), value=Tn("{n} 个月", 183)),
                TableRow(label=T("现在"), value=T("正常参保"), sign=Sign.DONE),
            ),
        ),
        TableGroup(
            heading=T("每个月的缴费"),
            rows=tuple(_month(2026 - index // 12, 12 - index % 12, paid=index != 4) for index in range(14)),
        ),
    ),
    actions=Actions(
        secondary=Button(label=T("打印"), answer=Answer.PRINT, icon="print"),
        primary=Button(label=T("看完了，取卡"), answer=Answer.FINISH, icon="next"),
    ),
)
CARDS = Table(
    title=T("您名下有 2 张卡"),
    subtitle=T("在用的是北京发的那一张。"),
    progress=Progress(task=T("名下有几张卡"), steps=(T("验身份"), T("看结果")), at=1),
    groups=(
        TableGroup(
            rows=(
                TableRow(label=T("北京市"), value=T("尾号 {tail}", tail="4471"), note=T("在用"), sign=Sign.DONE),
                TableRow(
                    label=T("{words}", words=_HANGZHOU),
                    value=T("尾号 {tail}", tail="8820"),
                    note=T("没有启用"),
                    sign=Sign.INFORMATION,
                ),
            ),
        ),
    ),
    actions=Actions(primary=Button(label=T("看完了"), answer=Answer.FINISH, icon="next")),
)

PAGES: dict[str, Page] = {
    "card-menu": CARD_MENU,
    "card-menu-archived": CARD_MENU_ARCHIVED,
    "card-menu-blocked": CARD_MENU_BLOCKED,
    "card-menu-lost": CARD_MENU_LOST,
    "card-menu-cancelled": CARD_MENU_CANCELLED,
    "more": MORE,
    "question": QUESTION,
    "short-article": SHORT_ARTICLE,
    "rules": RULES,
    "records": RECORDS,
    "cards": CARDS,
}
