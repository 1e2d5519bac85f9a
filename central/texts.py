"""Texts that confirm what was done or applied for: queued with the change itself, sent after it is committed.

A text is queued in the transaction of what it tells of, so that there is neither one without the other. It is tried
until the gateway takes it or a day has passed; a server that dies between the gateway's yes and its own commit sends it
once more. No text has a link in it, and each says so: whoever gets one that has knows that it isn't ours.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any

import structlog
from sqlalchemy import Row, bindparam, delete, func, insert, select, update

from central.cards import CardRow
from central.service_tables import QueuedText
from central.sms import SmsAway, SmsGateway
from central.transaction import Transaction
from kiosk.uplink.contract import ApplicationKind, ApplicationStage, OperationKind

_log = structlog.get_logger()

AT_A_TIME = 20
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
"""Between two tries; twice as long each time."""
GIVE_UP_AFTER = timedelta(days=1)
"""A confirmation that comes later frightens more than it tells."""
KEPT = timedelta(days=30)
"""How long it is known that a text was sent; what it said is erased at once."""

NO_LINK = "我们不会发链接，有链接的都是诈骗，请勿点开。"
_NOT_YOU = "不是您本人办的，请马上打12333。"

DONE: Mapping[OperationKind, str] = MappingProxyType(
    {
        OperationKind.PIN_CHANGE: "已修改社保密码",
        OperationKind.ENABLE: "已启用社保功能",
        OperationKind.UNBLOCK: "已解锁社保密码",
        OperationKind.PIN_RESET: "已重置社保密码",
        OperationKind.TEMPORARY_LOSS: "已临时挂失",
        OperationKind.LOSS_RELEASE: "已解除挂失",
        OperationKind.FORMAL_LOSS: "已正式挂失",
        OperationKind.ELIGIBILITY_CHECK: "已完成待遇资格认证",
    }
)
"""What was done, of each kind but an application, which has words of its own."""

APPLIED: Mapping[ApplicationKind, str] = MappingProxyType(
    {
        ApplicationKind.SMS_SUBSCRIBE: "开通短信提醒",
        ApplicationKind.SMS_CHANGE: "更换短信提醒号码",
        ApplicationKind.SMS_STOP: "停止短信提醒",
        ApplicationKind.REPLACEMENT: "补领社保卡",
        ApplicationKind.RENEWAL: "换领社保卡",
        ApplicationKind.PHONE_CHANGE: "更换预留手机号",
    }
)

BECAME: Mapping[ApplicationStage, str] = MappingProxyType(
    {
        ApplicationStage.UNDER_REVIEW: "已受理，正在审核",
        ApplicationStage.APPROVED: "已生效",
        ApplicationStage.REFUSED: "没有通过，原因可以在自助机上查，也可以打12333问",
        ApplicationStage.IN_PRODUCTION: "已通过，正在制卡",
        ApplicationStage.READY_TO_COLLECT: "办好了，新卡已到网点，请带身份证去领",
        ApplicationStage.POSTED: "办好了，新卡已寄出",
        ApplicationStage.CLOSED: "办好了，新卡已交给您，旧卡已注销",
    }
)


def of_operation(
    transaction: Transaction, kiosk: str, card: CardRow, kind: OperationKind, *, until: date | None = None
) -> None:
    """Confirm what was done with a card, to the phone on record.

    Args:
        transaction: That of what was done.
        kiosk: Where; its region may want no confirmations.
        card: Whose, as it was read: a number that changes with it isn't told.
        kind: What.
        until: When a loss lapses, or the next eligibility check is due.
    """
    ends = {OperationKind.TEMPORARY_LOSS: "，{}自动解除", OperationKind.ELIGIBILITY_CHECK: "，下次请在{}以前办"}
    told = ends[kind].format(_day(until)) if until is not None and kind in ends else ""
    text = f"您尾号{card.card_number[-4:]}的社保卡，{_day(transaction.today)}{DONE[kind]}{told}。{_NOT_YOU}"
    _queue(transaction, kiosk, card.phone, text)


def of_application(transaction: Transaction, application: Row[Any], phone: str | None, number: str) -> None:
    """Tell an applicant how far their application is."""
    kind, stage = ApplicationKind(application.kind), ApplicationStage(application.stage)
    expected = ""
    if stage is ApplicationStage.IN_PRODUCTION and application.expected_on is not None:
        expected = f"，预计{_day(application.expected_on)}办好"
    text = f"您申请的“{APPLIED[kind]}”{BECAME[stage]}{expected}。编号{number}。{_NOT_YOU}"
    _queue(transaction, application.kiosk, phone, text)


def of_old_number(transaction: Transaction, application: Row[Any], old: str | None) -> None:
    """Tell the new number of somebody that it is on record now; the old one hears what became of the application."""
    if application.phone != old:
        text = f"这个手机号已登记为您的社保卡预留手机号。{_NOT_YOU}"
        _queue(transaction, application.kiosk, application.phone, text)


def _queue(transaction: Transaction, kiosk: str, phone: str | None, text: str) -> None:
    if transaction.sms is None or not phone or not transaction.policy_of(kiosk).sms.confirmation:
        return
    row = {
        "phone": phone,
        "text": f"{transaction.settings.text_sender}{text}{NO_LINK}",
        "queued_at": transaction.now,
        "due_at": transaction.now,
    }
    transaction.connection.execute(_QUEUE, row)
    transaction.text_queued()


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"


# Sending them: outside the transactions above.


def claim(transaction: Transaction) -> list[Row[Any]]:
    """The texts that are due, oldest first. Each is due again after a pause, should nobody say what became of it."""
    due = [*transaction.connection.execute(_DUE, {"now": transaction.now})]
    for text in due:
        pause = min(FIRST_PAUSE * 2 ** min(text.tries, 16), LONGEST_PAUSE)
        transaction.connection.execute(_TRIED, {"text_id": text.id, "due": transaction.now + pause})
    return due


def settle(transaction: Transaction, text: Row[Any], *, taken: bool) -> None:
    """The gateway took a text, or didn't: what is done with says nothing any more of what it said and to whom."""
    given_up = transaction.now - text.queued_at >= GIVE_UP_AFTER
    if taken or given_up:
        values = {"text_id": text.id, "at": transaction.now if taken else None, "none": None, "nothing": ""}
        transaction.connection.execute(_DONE_WITH, values)
    if given_up and not taken:
        _log.warning("central.text_given_up", tries=text.tries + 1)


def next_due(transaction: Transaction) -> datetime | None:
    """When the next text is to be tried; None: none waits."""
    return transaction.connection.execute(_NEXT).scalar_one()


def forget_old(transaction: Transaction) -> None:
    """What was sent, or given up, long ago."""
    transaction.connection.execute(_FORGET, {"before": transaction.now - KEPT})


def offer(gateway: SmsGateway, text: Row[Any]) -> bool:
    """Whether the gateway takes a text now."""
    try:
        gateway.send(text.phone, text.text)
    except Exception as error:  # noqa: BLE001 (a gateway's own may quote number and text: nobody gets to see them)
        if not isinstance(error, SmsAway):
            _log.error("central.sms_gateway_failed", error=type(error).__name__)
        return False
    return True


_QUEUE = insert(QueuedText)
_DUE = (
    select(*QueuedText.__table__.columns)
    .where(QueuedText.due_at <= bindparam("now"))
    .order_by(QueuedText.id)
    .limit(AT_A_TIME)
)
_TRIED = (
    update(QueuedText)
    .where(QueuedText.id == bindparam("text_id"))
    .values(due_at=bindparam("due"), tries=QueuedText.tries + 1)
)
_DONE_WITH = (
    update(QueuedText)
    .where(QueuedText.id == bindparam("text_id"))
    .values(due_at=bindparam("none"), taken_at=bindparam("at"), phone=bindparam("nothing"), text=bindparam("nothing"))
)
_NEXT = select(func.min(QueuedText.due_at))
_FORGET = delete(QueuedText).where(QueuedText.queued_at < bindparam("before"))
