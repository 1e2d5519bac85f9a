"""Card status (卡状态查询): what the card and the central record say, in plain words. Nothing is changed.

Evidence: the card and its PIN, or an e-card code. A holder who can't or won't enter the PIN is told about the card,
and nothing about the person.
"""

import datetime
from dataclasses import dataclass
from functools import partial

from pydantic import SecretStr

from drivers.card_reader.files import CardFile
from drivers.pin import Pin
from kiosk import refusals
from kiosk.code_reader import CameraGone
from kiosk.masking import masked_name, masked_number, tail
from kiosk.pages import (
    Actions,
    Answer,
    Button,
    Chosen,
    Instruct,
    Panel,
    Picture,
    Progress,
    Sign,
    Status,
    StatusRow,
    Working,
)
from kiosk.refusals import Refused
from kiosk.slips import Slip
from kiosk.steps.card import insert_card, read_card, reference
from kiosk.steps.pin import prove_pin, prove_pin_on_reader
from kiosk.text import Masked, T, Text, Tn
from kiosk.uplink.contract import ApplicationStatus, CardRecord, ECardQuery
from kiosk.uplink.errors import CodeExpired, CodeForeign, MedicalCode
from kiosk.visit import Printed, Result, Visit

_TASK = T("查卡状态")
_STEPS = (T("插卡"), T("验身份"), T("看结果"))
_STEPS_BY_CODE = (T("扫码"), T("看结果"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known of one card.

    Attributes:
        proven: Whether the holder was proven: only then anything about the person is shown.
        tries_left: From the chip; None without a card.
    """

    record: CardRecord
    proven: bool
    tries_left: int | None = None
    valid_until: datetime.date | None = None


async def card_status(visit: Visit) -> Result:
    """Look at the card in the slot, or at the one behind an e-card code."""
    progress = partial(Progress, task=_TASK, steps=_STEPS)
    e_card = not visit.machine.board.closes("e_card")
    card = await insert_card(visit, progress(at=0), without_card=e_card)
    if card is None:
        return await card_status_by_code(visit)
    visit.show(_looking(progress(at=1)))
    card_file, _ = await read_card(card)
    tries = await card.tries_left()
    record = await visit.machine.uplink.card_status(reference(card_file))
    proven = not visit.machine.settings.pin.ask_for_status
    if tries and not proven and not visit.machine.board.closes("pin"):
        without = Button(label=T("不输密码，只看卡"), answer=Answer.NEXT)
        if visit.machine.pad is None:
            proven = await prove_pin_on_reader(visit, card, progress(at=1))
        else:
            proven = isinstance(await prove_pin(visit, card, progress(at=1), other=without), Pin)
        tries = await card.tries_left()
    facts = Facts(
        record=record,
        proven=proven,
        tries_left=tries,
        valid_until=_valid_until(card_file, record),
    )
    return _result(visit, facts, progress(at=2))


async def card_status_by_code(visit: Visit) -> Result:
    """Look at the card of whoever holds up an e-card code (电子社保卡). The code is proof by itself."""
    progress = partial(Progress, task=_TASK, steps=_STEPS_BY_CODE)
    page = Instruct(
        progress=progress(at=0),
        title=T("请出示电子社保卡"),
        subtitle=T("打开手机上的电子社保卡，点“展码”，对准摄像头。"),
        picture=Picture.QR_SCAN,
        panel=Panel(
            sign=Sign.INFORMATION,
            heading=T("扫到码，屏幕会自己往下走"),
            body=T("手机离摄像头一个手掌远，屏幕调亮一点。"),
        ),
        actions=Actions(secondary=Button(label=T("返回"), answer=Answer.BACK, icon="back")),
    )
    async with visit.machine.code_reader.open() as camera:
        try:
            code = await visit.meanwhile(page, camera.next_code)
        except CameraGone:
            raise Refused(refusals.CAMERA_GONE) from None
        if not isinstance(code, str):
            visit.go_home()
        visit.show(_looking(progress(at=1)))
        try:
            record = await visit.machine.uplink.card_status(ECardQuery(e_card_code=SecretStr(code)))
        except CodeExpired:
            raise Refused(refusals.CODE_EXPIRED) from None
        except MedicalCode:
            raise Refused(refusals.CODE_MEDICAL) from None
        except CodeForeign:
            raise Refused(refusals.CODE_FOREIGN) from None
    return _result(visit, Facts(record=record, proven=True, valid_until=record.valid_until), progress(at=1))


def _result(visit: Visit, facts: Facts, progress: Progress) -> Result:
    record = facts.record
    window = visit.machine.settings.pin.renewal_window_days
    rows = tuple(row for row in _rows(facts, window))
    name = masked_name(record.name.get_secret_value()) if facts.proven else Masked("")
    number = masked_number(record.social_security_number.get_secret_value()) if facts.proven else Masked("")
    card_tail = T("卡尾号 {tail}", tail=tail(record.card_number.get_secret_value()))
    title, subtitle = _answer(facts)
    with_card = facts.tries_left is not None
    change_pin = Button(label=T("修改密码"), answer=Chosen("change_pin"), icon="change-pin")
    can_change = with_card and facts.tries_left and _usable(facts) and not visit.machine.board.closes("pin")

    def page(printed: Printed) -> Status:
        printing_works = not visit.machine.board.closes("receipt")
        again = {
            Printed.NOT_ASKED: Button(label=T("打印"), answer=Answer.PRINT, icon="print"),
        }.get(printed)
        return Status(
            progress=progress,
            title=title,
            subtitle=_PRINTED.get(printed, subtitle),
            name=name,
            number=number,
            card=card_tail,
            rows=rows,
            further_title=T("您还可以办"),
            further=(change_pin,) if can_change else (),
            actions=Actions(
                secondary=again if printing_works else None,
                primary=Button(
                    label=T("看完了，取卡") if with_card else T("看完了"), answer=Answer.FINISH, icon="next"
                ),
            ),
        )

    person: tuple[tuple[Text, Text | Masked], ...] = (
        ((T("姓名"), name), (T("社会保障号码"), number)) if facts.proven else ()
    )
    slip = Slip(
        title=_TASK,
        result=title,
        number=visit.machine.receipt_number(),
        at=visit.machine.now(),
        facts=(
            *person,
            (T("卡号"), card_tail),
            *((row.label, row.value) for row in rows),
        ),
    )
    return Result(page=page, slip=slip)


_PRINTED = {
    Printed.DONE: T("凭条打好了，请从出纸口取走。"),
    Printed.FAILED: T("凭条没有打出来，屏幕上的内容不变。"),
    Printed.UNKNOWN: T("凭条可能没有打完，请看一下出纸口。"),
}


def _looking(progress: Progress) -> Working:
    return Working(progress=progress, title=T("正在查，请稍等"), subtitle=T("大约要几秒钟。"))


def _valid_until(card_file: CardFile, record: CardRecord) -> datetime.date | None:
    return card_file.valid_until or record.valid_until


def _usable(facts: Facts) -> bool:
    return facts.record.application_status is ApplicationStatus.NORMAL and not _expired(facts)


def _expired(facts: Facts) -> bool:
    return facts.valid_until is not None and facts.valid_until < facts.record.as_of


def _answer(facts: Facts) -> tuple[Text, Text]:
    """The answer to "can I use my card", and one sentence more."""
    record = facts.record
    match record.application_status:
        case ApplicationStatus.ARCHIVED:
            return T("您的卡还没有启用"), T("缴费不受影响。启用以后就能看病买药。")
        case ApplicationStatus.TEMPORARY_LOSS:
            return T("您的卡在临时挂失"), T("挂失的时候，这张卡不能用。")
        case ApplicationStatus.FORMAL_LOSS:
            return T("您的卡已经正式挂失"), T("这张卡不能再用，请补一张新卡。")
        case ApplicationStatus.APPLICATION_LOCKED:
            return T("您的卡社保功能锁住了"), T("请到服务窗口问一问。")
        case ApplicationStatus.CANCELLED:
            return T("这张卡已经注销"), T("注销的卡不能再用。")
    if _expired(facts):
        return T("您的卡过期了"), T("换一张新卡，就能接着用。")
    if facts.tries_left == 0 or (record.pin_blocked and facts.tries_left is None):
        return T("您的卡密码被锁住了"), T("解锁以后，就能看病买药。")
    if not record.financial_activated:
        return T("您的卡可以看病买药"), T("银行功能没开通，办不办由您定。")
    return T("您的卡可以看病买药"), T("各项功能都正常。")


def _rows(facts: Facts, renewal_window_days: int) -> tuple[StatusRow, ...]:
    return (
        _application(facts.record),
        _pin(facts),
        _loss(facts.record),
        _validity(facts, renewal_window_days),
        _bank(facts.record),
    )


def _application(record: CardRecord) -> StatusRow:
    label = T("社保功能")
    match record.application_status:
        case ApplicationStatus.NORMAL:
            return StatusRow(label=label, sign=Sign.DONE, value=T("可以用"), note=T("看病、买药、领待遇"))
        case ApplicationStatus.ARCHIVED:
            return StatusRow(label=label, sign=Sign.INFORMATION, value=T("还没启用"), note=T("缴费不受影响"))
        case ApplicationStatus.APPLICATION_LOCKED:
            return StatusRow(label=label, sign=Sign.REFUSED, value=T("锁住了"), note=T("到服务窗口问"))
        case ApplicationStatus.CANCELLED:
            return StatusRow(label=label, sign=Sign.REFUSED, value=T("已经注销"))
        case ApplicationStatus.FORMAL_LOSS | ApplicationStatus.TEMPORARY_LOSS:
            return StatusRow(label=label, sign=Sign.REFUSED, value=T("停用"), note=T("挂失的时候不能用"))


def _pin(facts: Facts) -> StatusRow:
    label = T("卡密码")
    blocked = facts.tries_left == 0 if facts.tries_left is not None else facts.record.pin_blocked
    if blocked:
        return StatusRow(label=label, sign=Sign.REFUSED, value=T("被锁住了"), note=T("带身份证去解锁"))
    tries = None if facts.tries_left is None else Tn("还可以输 {n} 次", facts.tries_left)
    if facts.record.initial_pin:
        return StatusRow(label=label, sign=Sign.CARE, value=T("还是发卡时的密码"), note=T("请尽早修改"))
    return StatusRow(label=label, sign=Sign.DONE, value=T("已设好"), note=tries)


def _loss(record: CardRecord) -> StatusRow:
    label = T("挂失")
    if record.application_status is ApplicationStatus.FORMAL_LOSS:
        return StatusRow(label=label, sign=Sign.CARE, value=T("正式挂失"))
    if record.application_status is ApplicationStatus.TEMPORARY_LOSS:
        until = None if record.loss_until is None else T("{day} 自动解除", day=record.loss_until)
        return StatusRow(label=label, sign=Sign.CARE, value=T("临时挂失"), note=until)
    return StatusRow(label=label, sign=Sign.DONE, value=T("没有挂失"))


def _validity(facts: Facts, renewal_window_days: int) -> StatusRow:
    label = T("有效期")
    until = facts.valid_until
    if until is None:
        return StatusRow(label=label, sign=Sign.INFORMATION, value=T("卡上没有写明"))
    if _expired(facts):
        return StatusRow(label=label, sign=Sign.REFUSED, value=T("已经过期"), note=T("到 {day} 为止", day=until))
    days = (until - facts.record.as_of).days
    if days <= renewal_window_days:
        note = Tn("还有 {n} 天到期，可以换卡了", days)
        return StatusRow(label=label, sign=Sign.CARE, value=T("到 {day}", day=until), note=note)
    return StatusRow(label=label, sign=Sign.DONE, value=T("到 {day}", day=until))


def _bank(record: CardRecord) -> StatusRow:
    label = T("银行功能")
    if record.financial_activated:
        return StatusRow(label=label, sign=Sign.DONE, value=T("已开通"))
    return StatusRow(label=label, sign=Sign.INFORMATION, value=T("没开通"), note=T("要去{bank}办", bank=record.bank))
