"""Change of the social PIN (修改密码): prove the old one, choose a new one, write it, a receipt.

Evidence: the card and its PIN. The bank's PIN is another one and is never asked for here.
"""

import datetime
from functools import partial

from drivers.card_reader.errors import (
    EntryCancelled,
    EntryLength,
    EntryMismatch,
    EntryTimedOut,
    EntryUnsupported,
    PinBlocked,
    PinNotAccepted,
    WrongPin,
)
from drivers.card_reader.session import SocialCard
from drivers.errors import DeviceError, Outcome
from drivers.pin import Pin
from kiosk import refusals
from kiosk.masking import masked_name, masked_number, tail
from kiosk.operations.operation import PIN_CHANGE, operation
from kiosk.pages import (
    Actions,
    Answer,
    Button,
    Done,
    Panel,
    Picture,
    PinEntry,
    PinRound,
    Progress,
    Sign,
    TakeItem,
    Work,
    Working,
    WorkItem,
)
from kiosk.refusals import Refused
from kiosk.slips import Slip
from kiosk.steps.card import insert_card, read_card, reference
from kiosk.steps.pin import choose_pin, no_keys, prove_pin, rules, tries_left, wrong_length, wrong_pin
from kiosk.text import Masked, T
from kiosk.uplink.contract import ApplicationStatus, CardRecord
from kiosk.visit import Printed, Result, Visit

_TASK = T("修改密码")
_DONE_SECONDS = 10.0
"""How long "done" can still be read once the card is taken."""
_STEPS = (T("插卡"), T("输密码"), T("新密码"), T("完成"))

_REFUSED_STATES = {
    ApplicationStatus.ARCHIVED: refusals.card.ARCHIVED,
    ApplicationStatus.TEMPORARY_LOSS: refusals.card.ON_LOSS,
    ApplicationStatus.FORMAL_LOSS: refusals.card.ON_LOSS,
    ApplicationStatus.APPLICATION_LOCKED: refusals.card.APPLICATION_LOCKED,
    ApplicationStatus.CANCELLED: refusals.card.CANCELLED,
}


async def change_pin(visit: Visit) -> Result:
    """Have the citizen's PIN changed on the card, and the change reported."""
    progress = partial(Progress, task=_TASK, steps=_STEPS)
    card = await insert_card(visit, progress(at=0))
    assert card is not None, "there is no way without a card here"
    card_file, holder = await read_card(card)
    record = await visit.machine.uplink.card_status(reference(card_file))
    refuse_unusable(record, card_file.valid_until or record.valid_until)

    if visit.machine.pad is None:
        await _change_on_reader(visit, card, record, progress(at=1))
    else:
        forgotten = Button(label=T("忘记密码了"), answer=Answer.FORGOTTEN)
        old = await prove_pin(visit, card, progress(at=1), other=forgotten)
        if not isinstance(old, Pin):
            raise Refused(refusals.pin.FORGOTTEN)
        birth_date = (holder.birth_date if holder else None) or record.birth_date
        numbers = (record.social_security_number.get_secret_value(), record.card_number.get_secret_value())
        new = await choose_pin(visit, progress(at=2), old=old, birth_date=birth_date, numbers=numbers)
        visit.show(_writing(progress(at=3)))
        await _write(visit, card, record, old, new)
    return _result(visit, record, progress(at=len(_STEPS)))


def refuse_unusable(record: CardRecord, valid_until: datetime.date | None) -> None:
    """Stop where the card's state forbids a new PIN.

    Raises:
        Refused: Archived, on loss, locked, cancelled or expired.
    """
    refusal = _REFUSED_STATES.get(record.application_status)
    if refusal is not None:
        raise Refused(refusal)
    if valid_until is not None and valid_until < record.as_of:
        raise Refused(refusals.card.EXPIRED, valid_until=valid_until)


async def _write(visit: Visit, card: SocialCard, record: CardRecord, old: Pin, new: Pin) -> None:
    try:
        async with operation(visit.machine.store, PIN_CHANGE, record.handle, at=visit.machine.now().isoformat()):
            await card.change_pin_command(old, new).send()
    except DeviceError as error:
        raise _refusal(error) from None
    finally:
        visit.machine.uplink.report_soon()


async def _change_on_reader(visit: Visit, card: SocialCard, record: CardRecord, progress: Progress) -> None:
    """The reader asks for all three entries itself and sends the command; this program sees no PIN."""
    problem: Panel | None = None
    length = visit.machine.settings.pin.length
    while True:
        tries = await tries_left(visit, card, progress)
        page = PinEntry(
            progress=progress,
            title=T("请照键盘的提示输密码"),
            subtitle=T("先输现在的密码，再输两次新密码。"),
            tries=tries,
            tries_note=T("都输错，密码会被锁住"),
            rounds=(
                PinRound(label=T("第一次"), state=T("现在的密码"), done=False),
                PinRound(label=T("第二次"), state=T("新密码"), done=False),
                PinRound(label=T("第三次"), state=T("再输一次新密码"), done=False),
            ),
            rules_title=T("这样的密码才安全"),
            rules=rules(length),
            problem=problem,
            privacy=T("不想办了，请按键盘上红色的取消键"),
            can_exit=False,
        )

        async def change() -> None:
            async with operation(visit.machine.store, PIN_CHANGE, record.handle, at=visit.machine.now().isoformat()):
                await card.change_pin_on_reader_command(min_digits=length, max_digits=length).send()

        try:
            await visit.meanwhile(page, change, idle=False)
            return
        except WrongPin as wrong:
            problem = wrong_pin(wrong.tries_left)
        except EntryMismatch:
            problem = Panel(sign=Sign.CARE, heading=T("两次输的不一样"), body=T("密码没有改，请再来一次。"))
        except EntryLength:
            problem = wrong_length(length)
        except EntryUnsupported:
            raise no_keys(visit) from None
        except DeviceError as error:
            raise _refusal(error) from None
        finally:
            visit.machine.uplink.report_soon()


def _refusal(error: DeviceError) -> Refused:
    """What a citizen is told of a change that failed."""
    if error.outcome is Outcome.UNKNOWN:
        return Refused(refusals.pin.CHANGE_UNKNOWN)
    if isinstance(error, PinBlocked):
        return Refused(refusals.pin.BLOCKED)
    if isinstance(error, EntryCancelled):
        return Refused(refusals.pin.CANCELLED)
    if isinstance(error, EntryTimedOut):
        return Refused(refusals.pin.TIMED_OUT)
    if isinstance(error, PinNotAccepted):
        return Refused(refusals.pin.NOT_ACCEPTED)
    return Refused(refusals.card.NONSENSE)


def _writing(progress: Progress) -> Working:
    return Working(
        progress=progress,
        title=T("正在改密码，请不要拔卡"),
        subtitle=T("大约要几秒钟。"),
        items=(
            WorkItem(label=T("核对密码"), state=Work.DONE),
            WorkItem(label=T("写入社保卡"), state=Work.RUNNING),
            WorkItem(label=T("打印凭条"), state=Work.WAITING),
        ),
        can_exit=False,
    )


def _result(visit: Visit, record: CardRecord, progress: Progress) -> Result:
    number = visit.machine.receipt_number()
    card_tail = Masked(tail(record.card_number.get_secret_value()))

    def page(printed: Printed) -> Done:
        receipt = TakeItem(label=T("取走凭条"), picture=Picture.RECEIPT_OUT, note=T("在屏幕下方出纸，上面有办理编号。"))
        card = TakeItem(label=T("取走社保卡"), picture=Picture.CARD_TAKE, note=T("把卡从卡槽里拔出来，收好。"))
        no_receipt = {
            Printed.FAILED: T("凭条没有打出来，密码已经改好。编号 {number}", number=number),
            Printed.UNKNOWN: T("凭条可能没有打完，密码已经改好。编号 {number}", number=number),
        }
        return Done(
            progress=progress,
            title=T("办好了"),
            subtitle=T("密码已经改好，看病买药请用新密码。银行密码没有变。"),
            take=(receipt, card) if printed is Printed.DONE else (card,),
            note=no_receipt.get(printed),
            actions=Actions(primary=Button(label=T("完成，取卡"), answer=Answer.FINISH, icon="next")),
        )

    slip = Slip(
        title=T("修改密码凭条"),
        result=T("社保密码已经修改"),
        number=number,
        at=visit.machine.now(),
        facts=(
            (T("姓名"), masked_name(record.name.get_secret_value())),
            (T("社会保障号码"), masked_number(record.social_security_number.get_secret_value())),
            (T("卡号"), T("尾号 {tail}", tail=card_tail)),
        ),
        steps=(T("看病、买药用新密码。"), T("银行密码是另一个，没有变。")),
    )
    return Result(page=page, slip=slip, print_at_once=True, card_gone_seconds=_DONE_SECONDS)
