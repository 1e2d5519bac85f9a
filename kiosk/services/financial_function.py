"""The financial function (金融功能): activated at the bank in person, never here; no bank PIN is ever asked for.

Evidence: none. Whoever puts their card in is told its bank and the days left, which say nothing of the person; whoever
has none with them is told what is so for everybody.
"""

import datetime
from dataclasses import replace
from functools import partial

from kiosk.card_facts import bank_of
from kiosk.pages import Panel, Progress, Sign
from kiosk.questions.bank import BANK_ACTIVATION
from kiosk.services.questions import advice
from kiosk.steps.card import insert_card, read_card, reference
from kiosk.text import T, Text, Tn
from kiosk.uplink.contract import ApplicationStatus, CardRecord, LossReason
from kiosk.visit import Result, Visit

_ADVICE = replace(BANK_ACTIVATION, here=("card_status",))
"""The question leads here; from here it leads on."""
_STEPS = (T("插卡"), T("看结果"))


async def financial_function(visit: Visit) -> Result:
    """What to do at which bank, until when."""
    progress = partial(Progress, task=T("激活银行功能"), steps=_STEPS)
    if visit.machine.board.closes("card") or visit.machine.board.closes("central"):
        return advice(visit, _ADVICE)
    card = await insert_card(visit, progress(at=0), without_card=True, without=T("没带卡，先看怎么办"))
    if card is None:
        return advice(visit, _ADVICE)
    card_file, _ = await read_card(card)
    record = await visit.machine.uplink.card_status(reference(card_file))
    deadline = _deadline(record, visit.machine.settings.policy.financial.deadline_days)
    return advice(visit, _ADVICE, short=_answer(record, deadline), facts_of_theirs=_facts(record, deadline))


def _deadline(record: CardRecord, days: int) -> datetime.date | None:
    """Its last day: as on record, or reckoned from the day it was collected; None: that isn't on record either."""
    if record.financial_deadline is not None or record.collected_on is None:
        return record.financial_deadline
    return record.collected_on + datetime.timedelta(days=days)


def _answer(record: CardRecord, deadline: datetime.date | None) -> Panel:
    """What is so of this card."""
    if record.financial_activated:
        return Panel(
            sign=Sign.DONE, heading=T("这张卡已经激活了"), body=T("银行：{bank}。不用再办。", bank=bank_of(record))
        )
    stopped = record.application_status is ApplicationStatus.TEMPORARY_LOSS
    if stopped and record.loss_reason is LossReason.FINANCIAL_NOT_ACTIVATED:
        return Panel(
            sign=Sign.CARE,
            heading=T("卡因为没激活，已经停用"),
            body=T("先到{bank}激活，再来解除停用。", bank=bank_of(record)),
        )
    if deadline is None:
        return Panel(
            sign=Sign.INFORMATION, heading=T("这张卡还没有激活"), body=T("请到{bank}激活。", bank=bank_of(record))
        )
    left = (deadline - record.as_of).days
    if left < 0:
        return Panel(sign=Sign.CARE, heading=T("激活的期限过了"), body=T("请尽快到{bank}激活。", bank=bank_of(record)))
    return Panel(
        sign=Sign.CARE,
        heading=Tn("还有 {n} 天，请到{bank}激活", left, bank=bank_of(record)),
        body=T("到 {day} 为止。", day=deadline),
    )


def _facts(record: CardRecord, deadline: datetime.date | None) -> tuple[tuple[Text, Text], ...]:
    bank = (T("银行"), T("{bank}", bank=bank_of(record)))
    if record.financial_activated or deadline is None:
        return (bank,)
    return (bank, (T("最晚"), T("{day}", day=deadline)))
