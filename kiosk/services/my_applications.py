"""What somebody has applied for (我的申请), how far it is, and what to do now. Nothing is changed.

Evidence: the card and its PIN, or who stands here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from kiosk import refusals
from kiosk.pages import Actions, Answer, Button, Progress, Sign, Table, TableGroup, TableRow
from kiosk.refusals import Refused
from kiosk.services.report_loss import whose
from kiosk.slips import Slip
from kiosk.steps.application import NO_LINK, told_by_text
from kiosk.steps.identity import identify_holder, refuse_unless_offered
from kiosk.steps.receipt import whose_card
from kiosk.text import Local, Masked, T, Text
from kiosk.uplink.contract import (
    ApplicationKind,
    ApplicationStage,
    ApplicationState,
    CardRecord,
    Outlet,
    PersonalQuestion,
)
from kiosk.visit import Printed, Result, Visit

_STEPS = (T("验身份"), T("看结果"))

KINDS: dict[ApplicationKind, Text] = {
    ApplicationKind.SMS_SUBSCRIBE: T("开通短信提醒"),
    ApplicationKind.SMS_CHANGE: T("短信提醒换号码"),
    ApplicationKind.SMS_STOP: T("停掉短信提醒"),
    ApplicationKind.REPLACEMENT: T("补卡"),
    ApplicationKind.RENEWAL: T("换卡"),
    ApplicationKind.PHONE_CHANGE: T("改手机号"),
}

_STAGES: dict[ApplicationStage, tuple[Text, Sign]] = {
    ApplicationStage.UNDER_REVIEW: (T("正在审核"), Sign.INFORMATION),
    ApplicationStage.APPROVED: (T("通过了，已经生效"), Sign.DONE),
    ApplicationStage.REFUSED: (T("没有通过"), Sign.REFUSED),
    ApplicationStage.IN_PRODUCTION: (T("正在制卡"), Sign.INFORMATION),
    ApplicationStage.READY_TO_COLLECT: (T("可以领卡了"), Sign.CARE),
    ApplicationStage.POSTED: (T("已经寄出"), Sign.INFORMATION),
    ApplicationStage.CLOSED: (T("办完了"), Sign.DONE),
}

_NOT_MADE = (ApplicationStage.UNDER_REVIEW, ApplicationStage.IN_PRODUCTION)
"""A card is still to come of it."""

_NOW: dict[ApplicationStage, Text] = {
    ApplicationStage.UNDER_REVIEW: T("不用做什么，等短信通知。"),
    ApplicationStage.APPROVED: T("不用再做什么。"),
    ApplicationStage.REFUSED: T("看看原因，改好再申请。"),
    ApplicationStage.IN_PRODUCTION: T("制好了，会发短信告诉您。"),
    ApplicationStage.READY_TO_COLLECT: T("带上身份证去领卡。"),
    ApplicationStage.POSTED: T("请本人签收，先启用再用。"),
    ApplicationStage.CLOSED: T("不用再做什么。"),
}
_UNTOLD: dict[ApplicationStage, Text] = {
    ApplicationStage.UNDER_REVIEW: T("不用做什么，过几天再来查。"),
    ApplicationStage.IN_PRODUCTION: T("过几天再来查。"),
}
"""Where no text will tell."""
_HANDED_OVER = T("请用新卡，旧卡已经注销。")


async def my_applications(visit: Visit) -> Result:
    """Look up the applications of whoever proves who they are."""
    progress = partial(Progress, task=T("我的申请"), steps=_STEPS)
    ways = visit.machine.settings.policy.evidence.applications
    refuse_unless_offered(visit, ways)
    shown = await identify_holder(visit, progress(at=0), ways)
    question = PersonalQuestion(kiosk=visit.machine.settings.machine.name, evidence=shown.evidence)
    found = (await visit.machine.uplink.my_applications(question)).applications
    if not found:
        raise Refused(refusals.application.NONE_FOUND)
    outlets = await _outlets(visit, found)
    by_text = told_by_text(visit, shown.record)
    page = table(shown.record, found, outlets, progress(at=1), by_text=by_text)
    slip = Slip(
        title=T("我的申请"),
        result=page.title,
        number=visit.machine.receipt_number(),
        at=visit.machine.now(),
        facts=(*whose_card(shown.record), *(fact for each in found for fact in _facts(each, outlets, by_text=by_text))),
        steps=(_what_now(found[0], by_text=by_text), *((NO_LINK,) if by_text else ())),
    )
    return Result(page=lambda printed: replace(page, subtitle=_PRINTED.get(printed)), slip=slip, long=True)


def table(
    record: CardRecord,
    found: Sequence[ApplicationState],
    outlets: Mapping[str, Outlet],
    progress: Progress,
    *,
    by_text: bool,
) -> Table:
    """The newest is the answer; all of them stand below.

    Args:
        record: Whose.
        found: At least one, the newest first.
        outlets: By id, as far as they are named.
        progress: The service's steps, at the last.
        by_text: Whether a text will tell how it goes on.
    """
    newest = found[0]
    return Table(
        progress=progress,
        title=T("{kind}：{stage}", kind=KINDS[newest.kind], stage=_STAGES[newest.state][0]),
        whose=whose(record),
        groups=tuple(
            TableGroup(heading=KINDS[each.kind], rows=_rows(each, outlets, by_text=by_text)) for each in found
        ),
        actions=Actions(primary=Button(label=T("看完了"), answer=Answer.FINISH, icon="next")),
    )


async def _outlets(visit: Visit, found: tuple[ApplicationState, ...]) -> dict[str, Outlet]:
    """By id, where somebody has to go to one."""
    if all(each.outlet is None for each in found):
        return {}
    return {outlet.id: outlet for outlet in (await visit.machine.uplink.outlets()).outlets}


def _what_now(each: ApplicationState, *, by_text: bool) -> Text:
    """What the applicant has to do; an application for a card ends with the old one."""
    if not by_text and each.state in _UNTOLD:
        return _UNTOLD[each.state]
    handed_over = each.state is ApplicationStage.CLOSED and each.delivery is not None
    return _HANDED_OVER if handed_over else _NOW[each.state]


def _rows(each: ApplicationState, outlets: Mapping[str, Outlet], *, by_text: bool) -> tuple[TableRow, ...]:
    words, sign = _STAGES[each.state]
    rows = [TableRow(label=T("办到哪里"), value=words, sign=sign, note=_what_now(each, by_text=by_text))]
    if each.note:
        rows.append(TableRow(label=T("原因"), value=T("{words}", words=each.note)))
    rows += [
        TableRow(label=T("申请编号"), value=T("{number}", number=each.number)),
        TableRow(label=T("申请日期"), value=T("{day}", day=each.applied_on)),
    ]
    if each.decided_on is not None:
        rows.append(TableRow(label=T("审核日期"), value=T("{day}", day=each.decided_on)))
    if each.phone_tail is not None:
        rows.append(TableRow(label=T("手机号"), value=T("尾号 {tail}", tail=Masked(each.phone_tail))))
    if each.expected_on is not None and each.state in _NOT_MADE:
        rows.append(TableRow(label=T("大约制好"), value=T("{day}", day=each.expected_on)))
    outlet = outlets.get(each.outlet or "")
    if outlet is not None:
        rows.append(
            TableRow(
                label=T("领卡地点"),
                value=T("{words}", words=Local(outlet.name, outlet.name_en)),
                note=T("{words}", words=Local(outlet.address, outlet.address_en)),
            )
        )
    return tuple(rows)


def _facts(
    each: ApplicationState, outlets: Mapping[str, Outlet], *, by_text: bool
) -> Iterator[tuple[Text, Text | Masked]]:
    """The rows as a slip has them: where to go with the address, which stands smaller on the page."""
    for row in _rows(each, outlets, by_text=by_text):
        yield row.label, row.value
    if (outlet := outlets.get(each.outlet or "")) is not None:
        yield T("地址"), T("{words}", words=Local(outlet.address, outlet.address_en))


_PRINTED = {
    Printed.DONE: T("打好了，请从出纸口取走。"),
    Printed.FAILED: T("没有打出来，可以用手机扫码存下来。"),
    Printed.UNKNOWN: T("可能没有打完，请看一下出纸口。"),
}
