"""A new card: replacement of a lost or broken one (补领), renewal of one that ends soon (换领). Applied for here.

Evidence: who stands here. The bureau decides; the old card stays what it is until the new one is handed out. Regions
that take this at outlets alone are named so at once. No money is taken here.
"""

from collections.abc import Iterable
from functools import partial

from kiosk import refusals
from kiosk.pages import (
    Actions,
    Answer,
    Button,
    Choose,
    Chosen,
    Decide,
    Menu,
    MenuGroup,
    MenuTile,
    OnPaper,
    Option,
    Panel,
    Picture,
    Point,
    Progress,
    Sign,
)
from kiosk.questions.facts import yuan
from kiosk.refusals import Refused
from kiosk.services.report_loss import whose
from kiosk.steps.application import draft, hand_in, handed_in
from kiosk.steps.identity import Identified, identify_holder, refuse_unless_offered
from kiosk.steps.pin import BACK
from kiosk.text import Local, T, Text, Tn
from kiosk.uplink.contract import (
    ApplicationKind,
    ApplicationReason,
    ApplicationStatus,
    CardRecord,
    Delivery,
    DraftHeld,
    Lifecycle,
    Outlet,
    OutletWork,
)
from kiosk.visit import Result, Visit

_STEPS = (T("验身份"), T("选原因"), T("怎么领"), T("确认"), T("完成"))
_STEPS_RENEWAL = (T("验身份"), T("怎么领"), T("确认"), T("完成"))


async def replace_card(visit: Visit) -> Result:
    """Apply for another card in place of one that is lost, broken, or no longer right."""
    progress = partial(Progress, task=T("补卡"), steps=_STEPS)
    policy = visit.machine.settings.policy
    if not policy.replacement.here:
        raise Refused(refusals.application.AT_OUTLET)
    refuse_unless_offered(visit, policy.evidence.replacement)
    shown = await identify_holder(visit, progress(at=0), policy.evidence.replacement)
    _refuse_needless(shown.record)

    reason = await _reason(visit, shown.record, progress(at=1))
    lost = reason is ApplicationReason.LOST
    if lost and policy.replacement.needs_formal_loss and not _formally_lost(shown.record):
        raise Refused(refusals.application.FORMAL_LOSS_FIRST)
    return await _apply(visit, shown, ApplicationKind.REPLACEMENT, reason, progress, first=2)


async def renew_card(visit: Visit) -> Result:
    """Apply for another card in place of one that ends soon."""
    progress = partial(Progress, task=T("换卡"), steps=_STEPS_RENEWAL)
    policy = visit.machine.settings.policy
    if not policy.replacement.here:
        raise Refused(refusals.application.AT_OUTLET)
    refuse_unless_offered(visit, policy.evidence.renewal)
    shown = await identify_holder(visit, progress(at=0), policy.evidence.renewal)
    _refuse_needless(shown.record)
    _refuse_unless_due(shown.record, policy.card.renewal_window_days)
    return await _apply(visit, shown, ApplicationKind.RENEWAL, ApplicationReason.EXPIRING, progress, first=1)


async def _apply(
    visit: Visit,
    shown: Identified,
    kind: ApplicationKind,
    reason: ApplicationReason,
    progress: partial[Progress],
    *,
    first: int,
) -> Result:
    """From how the card is to be had to the receipt; `first` is the step where that is asked."""
    delivery = await _delivery(visit, progress(at=first))
    outlet = await _outlet(visit, progress(at=first)) if delivery is Delivery.COLLECT else None
    held = await draft(
        visit,
        shown,
        kind,
        progress(at=first),
        delivery=delivery,
        outlet=None if outlet is None else outlet.id,
        reason=reason,
    )
    if await visit.ask(decision(shown.record, kind, held, outlet, progress(at=first + 1))) is not Answer.NEXT:
        visit.go_home()
    opened = await hand_in(visit, shown, held, progress(at=first + 1))
    machine = visit.machine.settings.machine
    still_usable = reason is ApplicationReason.LOST and shown.record.application_status is ApplicationStatus.NORMAL
    temporary = T("等卡的时候要看病，到{window}办临时卡。", window=Local(machine.window, machine.window_en))
    return handed_in(
        visit,
        opened,
        shown,
        progress(at=first + 3),
        receipt=T("补卡凭条") if kind is ApplicationKind.REPLACEMENT else T("换卡凭条"),
        in_effect=T("申请已经通过，开始制卡。"),
        review_days=held.review_days,
        facts=_facts(held, outlet),
        steps=(
            *((T("旧卡还没有挂失，请马上挂失，不然捡到的人能用。"),) if still_usable else ()),
            _how_it_comes(outlet),
            *((temporary,) if held.temporary_card else ()),
        ),
    )


def _refuse_needless(record: CardRecord) -> None:
    if record.application_status is ApplicationStatus.CANCELLED:
        raise Refused(refusals.card.CANCELLED)
    match record.lifecycle:
        case Lifecycle.BEING_REPLACED | Lifecycle.BEING_RENEWED:
            raise Refused(refusals.application.UNDER_REVIEW)
        case Lifecycle.INITIAL | Lifecycle.IN_PRODUCTION | Lifecycle.AWAITING_COLLECTION:
            raise Refused(refusals.application.CARD_NOT_THERE)


def _refuse_unless_due(record: CardRecord, window_days: int) -> None:
    """Before anything is chosen; the server judges by the same rule."""
    if record.application_status in (ApplicationStatus.TEMPORARY_LOSS, ApplicationStatus.FORMAL_LOSS):
        raise Refused(refusals.application.CARD_ON_LOSS)
    if record.valid_until is None or (record.valid_until - record.as_of).days > window_days:
        raise Refused(refusals.application.NOT_DUE)


def _formally_lost(record: CardRecord) -> bool:
    return record.application_status is ApplicationStatus.FORMAL_LOSS


async def _reason(visit: Visit, record: CardRecord, progress: Progress) -> ApplicationReason:
    """Why; a card on formal loss is lost."""
    if _formally_lost(record):
        return ApplicationReason.LOST
    answer = await visit.ask(reasons(progress, visit.machine.settings.policy.replacement.needs_formal_loss))
    if not isinstance(answer, Chosen):
        visit.go_home()
    return ApplicationReason(answer.service)


def reasons(progress: Progress, needs_formal_loss: bool) -> Choose:
    """Why it is asked for; a region may want a formal loss before a lost one is replaced."""
    lost = T("要先正式挂失") if needs_formal_loss else T("没挂失的，也请马上挂失")
    return Choose(
        progress=progress,
        title=T("为什么要补卡？"),
        subtitle=T("快到期的，请点“换卡”。"),
        options=(
            _option(Picture.CARD_TAKE, T("卡丢了"), lost, ApplicationReason.LOST),
            _option(Picture.CARD_INSERT, T("卡坏了"), T("读不出来，或者折断了"), ApplicationReason.DAMAGED),
            _option(Picture.FACE_FRAME, T("信息不对"), T("名字、号码写错了"), ApplicationReason.DATA_WRONG),
        ),
        actions=Actions(secondary=BACK),
    )


async def _delivery(visit: Visit, progress: Progress) -> Delivery:
    """How the new card is to be had, where there is a choice."""
    offered = visit.machine.settings.policy.replacement.delivery
    if offered != "choice":
        return Delivery(offered)
    answer = await visit.ask(deliveries(progress))
    if not isinstance(answer, Chosen):
        visit.go_home()
    return Delivery(answer.service)


def deliveries(progress: Progress) -> Choose:
    """By post, or to be collected."""
    return Choose(
        progress=progress,
        title=T("新卡怎么给您？"),
        subtitle=T("两种都可以，任选一种。"),
        options=(
            _option(Picture.STAFF_WINDOW, T("自己去领"), T("选一个近的网点，带身份证"), Delivery.COLLECT),
            _option(Picture.CARD_TAKE, T("寄给我"), T("寄到登记的地址，要本人签收"), Delivery.POST),
        ),
        actions=Actions(secondary=BACK),
    )


def _option(picture: Picture, name: Text, note: Text, answer: str) -> Option:
    return Option(picture=picture, name=name, note=note, answer=Chosen(str(answer)))


async def _outlet(visit: Visit, progress: Progress) -> Outlet:
    """Where it is collected, the nearest first."""
    found = (await visit.machine.uplink.outlets()).outlets
    outlets = {outlet.id: outlet for outlet in found if OutletWork.COLLECT in outlet.does}
    if not outlets:
        raise Refused(refusals.application.DELIVERY_CHANGED)
    if len(outlets) == 1:
        return next(iter(outlets.values()))
    answer = await visit.ask(where(outlets.values(), progress))
    if not isinstance(answer, Chosen):
        visit.go_home()
    return outlets[answer.service]


def where(outlets: Iterable[Outlet], progress: Progress) -> Menu:
    """One tile an outlet."""
    return Menu(
        progress=progress,
        title=T("到哪里领卡？"),
        subtitle=T("近的在前面。领卡要带身份证。"),
        groups=(MenuGroup(name=T("能领卡的网点"), tiles=tuple(map(_tile, outlets))),),
        actions=Actions(secondary=BACK),
    )


def _tile(outlet: Outlet) -> MenuTile:
    near = Local(outlet.distance or outlet.address, outlet.distance_en or outlet.address_en)
    return MenuTile(service=outlet.id, icon="door", name=name_of(outlet), situation=T("{words}", words=near))


def name_of(outlet: Outlet) -> Text:
    """In both languages."""
    return T("{words}", words=Local(outlet.name, outlet.name_en))


def decision(
    record: CardRecord, kind: ApplicationKind, held: DraftHeld, outlet: Outlet | None, progress: Progress
) -> Decide:
    """The last question: what it costs, how it comes, what becomes of the old card."""
    replaces = kind is ApplicationKind.REPLACEMENT
    return Decide(
        progress=progress,
        title=T("确认要补这张卡吗？") if replaces else T("确认要换这张卡吗？"),
        whose=whose(record),
        panel=Panel(
            sign=Sign.CARE,
            heading=T("新卡发出后，旧卡不能再用"),
            body=T("新卡要重新启用。旧卡里银行的钱，请问银行怎么转。"),
        ),
        points=(
            Point(sign=Sign.INFORMATION, text=_cost(held.fee_fen or 0), note=T("这台机器不收钱")),
            Point(sign=Sign.DONE, text=_how_it_comes(outlet), note=_when(held)),
            Point(sign=Sign.CARE, text=T("用登记的照片制卡"), note=T("样子变了很多的，请到窗口换近照")),
        ),
        on_paper=OnPaper(
            heading=T("凭条上会印好这些："),
            body=T("申请编号、工本费、哪天制好") if outlet is None else T("申请编号、工本费、在哪里领"),
        ),
        actions=Actions(
            secondary=Button(label=T("先不办"), answer=Answer.STOP, icon="back"),
            primary=Button(label=T("确认补卡") if replaces else T("确认换卡"), answer=Answer.NEXT, icon="next"),
            equal=True,
        ),
    )


def _cost(fee_fen: int) -> Text:
    return T("工本费 {fee} 元，领取新卡时交", fee=yuan(fee_fen)) if fee_fen else T("这次不收工本费")


def _how_it_comes(outlet: Outlet | None) -> Text:
    if outlet is None:
        return T("新卡寄到登记的地址，本人签收。")
    return T("制好以后，带身份证到{outlet}领。", outlet=Local(outlet.name, outlet.name_en))


def _when(held: DraftHeld) -> Text | None:
    if held.expected_on is not None:
        return T("大约 {day} 制好", day=held.expected_on)
    return None if not held.review_days else Tn("先审核，大约 {n} 个工作日", held.review_days)


def _facts(held: DraftHeld, outlet: Outlet | None) -> tuple[tuple[Text, Text], ...]:
    facts: list[tuple[Text, Text]] = [(T("工本费"), _cost(held.fee_fen or 0))]
    if outlet is not None:
        facts.append((T("领卡地点"), name_of(outlet)))
        facts.append((T("地址"), T("{words}", words=Local(outlet.address, outlet.address_en))))
    if held.expected_on is not None:
        facts.append((T("大约制好"), T("{day}", day=held.expected_on)))
    return tuple(facts)
