"""An operation on this card that hasn't ended: what became of it is found out before anything else is changed.

The card's counter of tries shows it for an unlocking. A change of the PIN leaves no mark, so the citizen is asked: the
new PIN accepted means done; refused, the old one accepted means not done. Each entry costs at most one try, and none
is asked for below three tries left. Where neither is accepted nobody can tell any more, and a person looks at it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from drivers.card_reader.errors import EntryLength, WrongPin
from drivers.card_reader.session import SocialCard
from kiosk import refusals
from kiosk.operations.witness import judge
from kiosk.pages import Actions, Answer, Button, Chosen, Page, Panel, PinEntry, Progress, Sign, Working
from kiosk.refusals import Refused
from kiosk.slips import Slip
from kiosk.steps.pin import BACK, ISSUED, Accepted, enter_and_verify, look_at_tries, wrong_length
from kiosk.steps.receipt import DONE_SECONDS, done_page, whose_card
from kiosk.text import T, Text, Tn
from kiosk.uplink.contract import (
    ApplicationStatus,
    CardRecord,
    CardReference,
    Means,
    OpenOperation,
    OperationKind,
    OperationState,
)
from kiosk.visit import Printed, Result, Visit

_FEWEST_TRIES = 3
"""A PIN is asked for only while the card still takes so many wrong ones."""

_WHAT = {
    OperationKind.PIN_CHANGE: T("上一次改密码没有办完"),
    OperationKind.ENABLE: T("上一次启用没有办完"),
    OperationKind.UNBLOCK: T("上一次解锁没有办完"),
    OperationKind.PIN_RESET: T("上一次重设密码没有办完"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """How things stand after an operation that hadn't ended was looked at, or where there was none.

    Attributes:
        record: The card's, as the server holds it now.
        done: What turned out to have been done before.
        accepted: The PIN that the card took meanwhile: nobody need enter it again.
    """

    record: CardRecord
    done: OperationKind | None = None
    accepted: Accepted | None = None


@dataclass(frozen=True, slots=True)
class _Finding:
    outcome: Literal[OperationState.DONE, OperationState.NOT_DONE, OperationState.ESCALATED]
    means: Means
    accepted: Accepted | None = None


async def settle_open(visit: Visit, card: SocialCard, record: CardRecord, progress: Progress) -> Settled:
    """Find out what became of an operation on this card that hasn't ended, and tell the server.

    Args:
        visit: Whose card.
        card: The card, which knows.
        record: Of that card.
        progress: The service's steps, at this one.

    Raises:
        Refused: It can't be found out here, or nobody can tell any more; or no PIN was entered.
        CentralError: The server gave no answer; the settlement waits for it.
    """
    record = await _caught_up(visit, record)
    return await settle_by_counter(visit, card, record, progress) or await _settle_by_pin(visit, card, record, progress)


async def settle_by_counter(visit: Visit, card: SocialCard, record: CardRecord, progress: Progress) -> Settled | None:
    """As `settle_open`, as far as nobody need be asked; None where only a PIN can tell."""
    record = await _caught_up(visit, record)
    if record.open_operation is None:
        return Settled(record=record)
    tries = await look_at_tries(visit, card, record)
    outcome = judge(record.open_operation.kind, record.open_operation.tries_before, tries, None)
    if outcome is None:
        return None
    finding = _Finding(outcome, Means.TRIES_COUNTER)
    return await _settle(visit, card, record, record.open_operation, finding, progress)


async def _caught_up(visit: Visit, record: CardRecord) -> CardRecord:
    """The record after all that this machine knows of the card: nobody is asked what the server is about to hear."""
    if record.open_operation is None or not await visit.machine.operations.catch_up(record):
        return record
    return await _anew(visit, record)


async def _anew(visit: Visit, record: CardRecord) -> CardRecord:
    card = CardReference(card_number=record.card_number, region=record.region)
    return await visit.machine.uplink.card_status(card)


async def _settle_by_pin(visit: Visit, card: SocialCard, record: CardRecord, progress: Progress) -> Settled:
    open_operation = record.open_operation
    assert open_operation is not None
    if open_operation.kind is OperationKind.UNBLOCK:
        raise Refused(refusals.operation.UNSETTLED)
    finding = await _ask(visit, card, record, open_operation, progress)
    return await _settle(visit, card, record, open_operation, finding, progress)


async def _ask(
    visit: Visit, card: SocialCard, record: CardRecord, open_operation: OpenOperation, progress: Progress
) -> _Finding:
    page = PinEntry(
        progress=progress,
        title=T("请输上次设的新密码"),
        problem=Panel(sign=Sign.INFORMATION, heading=_WHAT[open_operation.kind], body=T("先核对一下，再接着办。")),
        actions=Actions(secondary=BACK, other=Button(label=T("记不清了"), answer=Answer.FORGOTTEN)),
    )
    new = await _entry(visit, card, record, page)
    if new is not None:
        return _Finding(OperationState.DONE, Means.NEW_PIN_ACCEPTED, new)
    if open_operation.kind is OperationKind.PIN_RESET:
        raise Refused(refusals.operation.UNSETTLED)  # The old one is what was forgotten.
    before = ISSUED if open_operation.kind is OperationKind.ENABLE else T("请输原来的密码")
    page = replace(
        page,
        title=before,
        problem=Panel(sign=Sign.CARE, heading=T("新密码卡没有认"), body=T("可能没有改成，再用原来的密码核对。")),
    )
    old = await _entry(visit, card, record, page)
    if old is not None:
        return _Finding(OperationState.NOT_DONE, Means.OLD_PIN_ACCEPTED, old)
    return _Finding(OperationState.ESCALATED, Means.NEITHER_PIN_ACCEPTED)


async def _entry(visit: Visit, card: SocialCard, record: CardRecord, page: PinEntry) -> Accepted | None:
    """One entry; None where the card refused it.

    Raises:
        Refused: Too few tries are left, or the citizen doesn't enter one.
    """
    while True:
        tries = await look_at_tries(visit, card, record)
        if tries is None or tries < _FEWEST_TRIES:
            raise Refused(refusals.operation.UNSETTLED)
        try:
            answer = await enter_and_verify(visit, card, record, replace(page, tries=Tn("还可以输 {n} 次", tries)))
        except WrongPin:
            return None
        except EntryLength:
            page = replace(page, problem=wrong_length(visit))
            continue
        if isinstance(answer, Accepted):
            return answer
        if answer is Answer.BACK:
            visit.go_home()
        if answer is Answer.STOP:
            raise Refused(refusals.pin.CANCELLED)
        raise Refused(refusals.operation.UNSETTLED)


async def _settle(
    visit: Visit,
    card: SocialCard,
    record: CardRecord,
    open_operation: OpenOperation,
    finding: _Finding,
    progress: Progress,
) -> Settled:
    """Have the server hold what was found, and take the record anew."""
    machine = visit.machine
    visit.show(Working(progress=progress, title=T("正在核对，请不要拔卡"), subtitle=T("大约要几秒钟。")))
    await machine.operations.settle(
        open_operation,
        record,
        outcome=finding.outcome,
        means=finding.means,
        tries_left=await card.tries_left(),
    )
    if finding.outcome is OperationState.ESCALATED:
        raise Refused(refusals.operation.ESCALATED)
    record = await _anew(visit, record)
    if record.open_operation is not None:
        raise Refused(refusals.operation.CARD_BUSY)
    done = open_operation.kind if finding.outcome is OperationState.DONE else None
    if done is OperationKind.ENABLE and record.application_status is not ApplicationStatus.NORMAL:
        raise Refused(refusals.operation.ENABLE_STOPPED)
    return Settled(record=record, done=done, accepted=finding.accepted)


_DONE_BEFORE: dict[OperationKind, tuple[Text, Text, Button]] = {
    OperationKind.PIN_CHANGE: (
        T("上次的密码已经改好"),
        T("刚才输的就是现在的密码。银行密码没有变。"),
        Button(label=T("再改一次"), answer=Chosen("change_pin"), icon="change-pin"),
    ),
    OperationKind.ENABLE: (
        T("上次的启用已经办好"),
        T("卡现在就能用，密码是上次设的新密码。"),
        Button(label=T("修改密码"), answer=Chosen("change_pin"), icon="change-pin"),
    ),
    OperationKind.UNBLOCK: (
        T("上次的解锁已经办好"),
        T("密码没有变，还是原来的。"),
        Button(label=T("修改密码"), answer=Chosen("change_pin"), icon="change-pin"),
    ),
    OperationKind.PIN_RESET: (
        T("上次的密码已经重设好"),
        T("请用上次设的新密码。银行密码没有变。"),
        Button(label=T("再重设一次"), answer=Chosen("reset_pin"), icon="change-pin"),
    ),
}


def done_before(visit: Visit, done: OperationKind, progress: Progress) -> Result:
    """What is asked for now was done before: nothing is done twice without being asked.

    Args:
        visit: Whose it is.
        done: What it was.
        progress: The service's steps.
    """
    title, subtitle, again = _DONE_BEFORE[done]

    def page(printed: Printed) -> Page:
        return done_page(visit, printed, progress, title=title, subtitle=subtitle, number=None, further=again)

    return Result(page=page, card_gone_seconds=DONE_SECONDS)


def done_before_with_slip(
    visit: Visit,
    done: OperationKind,
    record: CardRecord,
    progress: Progress,
    *,
    more: Text | None = None,
    facts: Iterable[tuple[Text, Text]] = (),
    steps: tuple[Text, ...] = (),
) -> Result:
    """As `done_before`, where nothing is left to do again: in that button's place is one that prints what was found.

    The slip tells what the server holds now. It isn't the operation's receipt: another machine may have begun it.

    Args:
        visit: Whose it is.
        done: What it was.
        record: The card's, taken anew.
        progress: The service's steps.
        more: What else there is to know, in place of the usual sentence.
        facts: What the slip says besides whose card it is.
        steps: What to do next, on the slip.
    """
    title, subtitle, _ = _DONE_BEFORE[done]
    number = visit.machine.receipt_number()

    def page(printed: Printed) -> Page:
        return done_page(visit, printed, progress, title=title, subtitle=more or subtitle, number=number)

    slip = Slip(
        title=T("办理说明"),
        result=title,
        number=number,
        at=visit.machine.now(),
        facts=(*whose_card(record), *facts),
        steps=steps or (subtitle,),
    )
    return Result(page=page, slip=slip, card_gone_seconds=DONE_SECONDS)
