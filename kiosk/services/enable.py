"""Enabling of a collected card (启用社保卡): its initial PIN is changed on the card, then the server enables it.

Evidence: what the bureau asks for, the initial PIN as the card accepted it among it. The financial
application is another thing: it is activated at the bank, never here, and the citizen is told where and until when.
"""

from contextlib import AbstractAsyncContextManager
from functools import partial

from drivers.errors import DeviceError
from kiosk import refusals
from kiosk.card_facts import bank_of
from kiosk.operations.operation import Operation
from kiosk.pages import Answer, Button, Progress, Work, Working, WorkItem
from kiosk.refusals import Refused
from kiosk.steps.card import insert_card, read_card, reference, refuse_expired, refuse_unusable
from kiosk.steps.identity import prove_identity, refuse_unless_offered
from kiosk.steps.new_pin import change_on_reader, choose_pin, refused_by_card, writing
from kiosk.steps.pin import ISSUED, Accepted, prove_pin
from kiosk.steps.receipt import done_with_receipt
from kiosk.steps.settlement import done_before_with_slip, settle_open
from kiosk.text import T, Text, Tn
from kiosk.uplink.contract import ApplicationStatus, CardRecord, CardReference, Lifecycle, OperationKind
from kiosk.uplink.contract.policy import ServiceKind
from kiosk.uplink.errors import CentralError
from kiosk.visit import Result, Visit

_TASK = T("启用社保卡")
_STEPS = (T("插卡"), T("验身份"), T("新密码"), T("完成"))
_UNKNOWN = Button(label=T("不知道密码"), answer=Answer.FORGOTTEN)


async def enable(visit: Visit) -> Result:
    """Have a card's initial PIN changed, and the card enabled by the server."""
    progress = partial(Progress, task=_TASK, steps=_STEPS)
    ways = visit.machine.settings.policy.ways_of(ServiceKind.ENABLE)
    refuse_unless_offered(visit, ways)
    card = await insert_card(visit, progress(at=0))
    assert card is not None, "there is no way without a card here"
    card_file, holder = await read_card(card)
    record = await visit.machine.uplink.card_status(reference(card_file))
    settled = await settle_open(visit, card, record, progress(at=1))
    if settled.done is OperationKind.ENABLE:
        return _done_before(visit, settled.record, progress(at=1))
    record = settled.record
    _refuse_unless_collected(record)
    refuse_expired(record, card_file.valid_until)

    proven = settled.accepted or await prove_pin(visit, card, record, progress(at=1), other=_UNKNOWN, title=ISSUED)
    if not isinstance(proven, Accepted):
        raise Refused(refusals.pin.CANCELLED if proven is Answer.STOP else refusals.pin.ISSUED_UNKNOWN)
    evidence = await prove_identity(visit, progress(at=1), ways, record=record, holder=holder, pin_proven=True)

    async def attempt(tries: int | None) -> AbstractAsyncContextManager[Operation]:
        return visit.machine.operations.begin(OperationKind.ENABLE, record, evidence=evidence, tries_before=tries)

    if proven.pin is None:
        unknown = refusals.operation.ENABLE_UNKNOWN
        operation = await change_on_reader(visit, card, record, progress(at=2), attempt, unknown, proven=True)
    else:
        birth_date = holder.birth_date if holder else None
        new = await choose_pin(visit, progress(at=2), old=proven.pin, record=record, birth_date=birth_date)
        visit.show(writing(progress(at=3)))
        try:
            async with visit.machine.operations.begin(
                OperationKind.ENABLE, record, evidence=evidence, tries_before=await card.tries_left()
            ) as operation:
                await operation.transmit(card.change_pin_command(proven.pin, new))
        except DeviceError as error:
            raise refused_by_card(error, record, refusals.operation.ENABLE_UNKNOWN) from None
    return await _result(visit, operation, record, progress(at=len(_STEPS)))


def _done_before(visit: Visit, record: CardRecord, progress: Progress) -> Result:
    return done_before_with_slip(
        visit,
        OperationKind.ENABLE,
        record,
        progress,
        more=_bank_in_words(record),
        facts=_bank_facts(record),
        steps=_bank_steps(visit, record),
    )


def _refuse_unless_collected(record: CardRecord) -> None:
    """Stop where there is nothing to enable.

    Raises:
        Refused: Enabled already, on loss, locked or cancelled; or nobody has collected the card yet.
    """
    if record.application_status is ApplicationStatus.NORMAL:
        raise Refused(refusals.card.ENABLED_ALREADY)
    if record.application_status is not ApplicationStatus.ARCHIVED:
        refuse_unusable(record, None)
    if record.lifecycle is not Lifecycle.COLLECTED:
        raise Refused(refusals.card.NOT_COLLECTED)


async def _result(visit: Visit, operation: Operation, record: CardRecord, progress: Progress) -> Result:
    """ "Done" where the server's record says that the card is enabled; else what is true in every case."""
    visit.show(_waiting(progress))
    with visit.uninterrupted():  # Bounded by the server's deadline; what was done to the card must be said.
        enabled = await _as_enabled(visit, operation, record)
    if enabled is None:
        raise Refused(refusals.operation.ENABLE_WAITS)
    return done_with_receipt(
        visit,
        operation.id,
        enabled,
        progress,
        subtitle=_bank_in_words(enabled),
        receipt=T("启用社保卡凭条"),
        result=T("社保功能已经启用，密码已经修改"),
        facts=_bank_facts(enabled),
        steps=_bank_steps(visit, enabled),
    )


async def _as_enabled(visit: Visit, operation: Operation, record: CardRecord) -> CardRecord | None:
    """The record once the server has enabled the card; None where it hasn't said so in time.

    Raises:
        Refused: It has the outcome, and its record is another than that of an enabled card.
    """
    if not await operation.acknowledged(visit.machine.settings.central.deadline_seconds):
        return None
    card = CardReference(card_number=record.card_number, region=record.region)
    try:
        record = await visit.machine.uplink.card_status(card)
    except CentralError:
        return None
    if record.application_status is not ApplicationStatus.NORMAL:
        raise Refused(refusals.operation.ENABLE_STOPPED)
    return record


def _waiting(progress: Progress) -> Working:
    return Working(
        progress=progress,
        title=T("正在启用，请稍等"),
        subtitle=T("大约要几秒钟。"),
        items=(
            WorkItem(label=T("写入社保卡"), state=Work.DONE),
            WorkItem(label=T("社保中心启用"), state=Work.RUNNING),
            WorkItem(label=T("打印凭条"), state=Work.WAITING),
        ),
        can_exit=False,
    )


def _bank_in_words(record: CardRecord) -> Text:
    """What is left to do at the bank, in a sentence."""
    if record.financial_activated:
        return T("卡现在就能用，请用新密码。")
    if record.financial_deadline is None:
        return T("卡现在就能用，请用新密码。银行功能要到{bank}激活。", bank=bank_of(record))
    return T(
        "卡现在就能用，请用新密码。银行功能要到{bank}激活，期限 {day}。",
        bank=bank_of(record),
        day=record.financial_deadline,
    )


def _bank_facts(record: CardRecord) -> tuple[tuple[Text, Text], ...]:
    if record.financial_activated:
        return ()
    bank = (T("服务银行"), T("{bank}", bank=bank_of(record)))
    if record.financial_deadline is None:
        return (bank,)
    days = (record.financial_deadline - record.as_of).days
    left = Tn("还有 {n} 天", days) if days >= 0 else T("已经过了")
    deadline = (T("激活期限"), T("{day}，{left}", day=record.financial_deadline, left=left))
    return (bank, deadline)


_LEFT_UNDONE = {
    "loss": (T("过了期限没有激活，社保功能会被挂失。"),),
    "medical": (T("过了期限没有激活，用卡看病可能受限制。"),),
    "none": (),
}
"""What the region makes of a deadline that passed."""


def _bank_steps(visit: Visit, record: CardRecord) -> tuple[Text, ...]:
    rules = visit.machine.settings.policy.financial
    pin = T("看病、买药用新密码。银行密码是另一个，没有变。")
    if record.financial_activated:
        return (pin,)
    return (
        pin,
        T("银行功能要本人带身份证和社保卡，到{bank}激活，机器上办不了。", bank=bank_of(record)),
        *((T("请人代办的，要带两个人的身份证和委托书。"),) if rules.agent_allowed else ()),
        *_LEFT_UNDONE[rules.consequence],
    )
