"""What has to be on display: the bureau's own rules of the card, and the legal basis of each service."""

from collections.abc import Iterable

from kiosk.pages import Section
from kiosk.questions import laws
from kiosk.questions.question import Law, Part, Question, Subject
from kiosk.text import Local, T, Text
from kiosk.uplink.contract.policy import PublishedRule

PUBLISHED_RULES = Question(
    name="published_rules",
    subject=Subject.RULES,
    icon="record",
    label=T("发卡用卡规定"),
    title=T("社保卡有哪些规定？"),
    answer=T("发卡、使用、挂失、补换，本地公布的规定都在这里。"),
    parts=(
        Part(
            heading=T("法律要求公布的五样"),
            points=(
                T("卡的功能和用途。"),
                T("发给谁、怎么申领、要什么手续。"),
                T("在哪里用、怎么用、用多久。"),
                T("坏了、丢了，怎么挂失、怎么补。"),
                T("发卡机构、持卡人和别的人，各有什么权利和义务。"),
            ),
        ),
    ),
    steps=(T("要全文，到{window}看，或者打 {hotline} 问。"),),
    laws=(laws.CARD_MEASURES,),
)
LEGAL_BASIS = Question(
    name="legal_basis",
    subject=Subject.RULES,
    icon="info",
    label=T("法律依据"),
    title=T("办业务依据什么规定？"),
    answer=T("每一项都有依据，下面一项一项列出来。"),
    parts=(),
    steps=(T("要看原文，到{window}，或者打 {hotline} 问。"),),
    laws=laws.ALL,
)

_SERVICES: tuple[tuple[Text, tuple[Law, ...]], ...] = (
    (T("查参保缴费、打参保证明、短信提醒"), (laws.OWN_RECORDS, laws.SUPERVISION)),
    (T("参保登记、社会保障号码"), (laws.REGISTRATION,)),
    (T("启用、改密码、解锁、挂失、补换、注销"), (laws.CARD_MEASURES, laws.ISSUING)),
    (T("银行功能"), (laws.FINANCIAL,)),
    (T("待遇资格认证"), (laws.NO_GATHERING,)),
    (T("刷脸核对本人"), (laws.FACE,)),
)


def basis() -> tuple[Section, ...]:
    """Service by service, on what it rests."""
    return tuple(
        Section(heading=service, points=tuple(T("{name}", name=law.name) for law in written))
        for service, written in _SERVICES
    )


def published(rules: Iterable[PublishedRule]) -> tuple[Section, ...]:
    """The bureau's own words, article by article."""
    return tuple(
        Section(
            heading=_words(rule.title, rule.title_en),
            paragraphs=tuple(map(_words, rule.paragraphs, rule.paragraphs_en)),
        )
        for rule in rules
    )


def _words(zh: str, en: str) -> Text:
    return T("{words}", words=Local(zh, en))
