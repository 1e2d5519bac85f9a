"""Card status (卡状态查询): what the card and the central record say, in plain words. Nothing is changed.

Evidence: the card and its PIN; without the card what the bureau takes, such as an ID card or an e-card code. A holder
who can't or won't enter the PIN is told about the card, and nothing about the person.
"""

from functools import partial

from kiosk.card_facts import CardFacts
from kiosk.home import offers
from kiosk.masking import masked_name, masked_number, tail
from kiosk.pages import Actions, Answer, Button, Chosen, Progress, Status
from kiosk.slips import Slip
from kiosk.steps.card import insert_card, read_card, reference
from kiosk.steps.identity import identify, refuse_unless_offered
from kiosk.steps.pin import CURRENT, ISSUED, Accepted, prove_pin
from kiosk.text import Local, Masked, T, Text
from kiosk.uplink.contract import ApplicationStatus, CardRecord
from kiosk.uplink.contract.policy import ServiceKind
from kiosk.visit import Printed, Result, Visit

_TASK = T("查卡状态")
_STEPS = (T("插卡"), T("验身份"), T("看结果"))
_STEPS_UNPROVEN = (T("插卡"), T("看结果"))
_STEPS_WITHOUT_CARD = (T("验身份"), T("看结果"))


async def card_status(visit: Visit) -> Result | Chosen:
    """Look at the card in the slot; who has none with them may prove who they are in another way."""
    progress = partial(Progress, task=_TASK, steps=_STEPS)
    offered = {offer.tile.service for offer in offers(visit.machine.settings, visit.machine.board.closes)}
    card = await insert_card(visit, progress(at=0), without_card="card_status_without_card" in offered)
    if card is None:
        return Chosen("card_status_without_card")
    card_file, _ = await read_card(card)
    tries = await card.tries_left()
    record = await visit.machine.uplink.card_status(reference(card_file))
    visit.machine.operations.observe(record, tries)
    asked = visit.machine.settings.pin.ask_for_status
    proven = not asked
    if tries != 0 and not proven and not visit.machine.board.closes("pin"):
        without = Button(label=T("不输密码，只看卡"), answer=Answer.NEXT)
        proven = isinstance(
            await prove_pin(visit, card, record, progress(at=1), other=without, title=_which_pin(record)), Accepted
        )
        tries = await card.tries_left()
    facts = CardFacts(
        record=record,
        proven=proven,
        with_card=True,
        tries_left=tries,
        valid_until=card_file.valid_until or record.valid_until,
    )
    # No step is ticked off that nobody took: the PIN was skipped, is blocked, or isn't asked for here.
    shown = progress(at=2) if asked and proven else Progress(task=_TASK, steps=_STEPS_UNPROVEN, at=1)
    return _result(visit, facts, shown)


async def card_status_without_card(visit: Visit) -> Result:
    """Look at the card in use of whoever proves who they are without it."""
    progress = partial(Progress, task=_TASK, steps=_STEPS_WITHOUT_CARD)
    ways = visit.machine.settings.policy.ways_of(ServiceKind.STATUS)
    refuse_unless_offered(visit, ways)
    record = (await identify(visit, progress(at=0), ways)).record
    return _result(
        visit, CardFacts(record=record, proven=True, with_card=False, valid_until=record.valid_until), progress(at=1)
    )


def _which_pin(record: CardRecord) -> Text:
    """Nobody has changed the PIN of a card that isn't enabled yet."""
    return ISSUED if record.application_status is ApplicationStatus.ARCHIVED else CURRENT


def _result(visit: Visit, facts: CardFacts, progress: Progress) -> Result:
    record = facts.record
    policy = visit.machine.settings.policy
    rows = facts.rows(policy.card.renewal_window_days)
    name = masked_name(record.name.get_secret_value()) if facts.proven else Masked("")
    number = masked_number(record.social_security_number.get_secret_value()) if facts.proven else Masked("")
    card_tail = T("卡尾号 {tail}", tail=tail(record.card_number.get_secret_value()))
    further = _further(visit, facts)
    machine = visit.machine.settings.machine
    unlocks = any(button.answer == Chosen("unlock") for button in further)
    window = Local(machine.window, machine.window_en)
    title, subtitle = facts.answer(window, policy, unlocks=unlocks)

    def page(printed: Printed) -> Status:
        return Status(
            progress=progress,
            title=title,
            subtitle=_PRINTED.get(printed, subtitle),
            name=name,
            number=number,
            card=card_tail,
            rows=rows,
            further_title=T("您还可以办"),
            further=further,
            actions=Actions(
                primary=Button(
                    label=T("看完了，取卡") if facts.with_card else T("看完了"), answer=Answer.FINISH, icon="next"
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


def _further(visit: Visit, facts: CardFacts) -> tuple[Button, ...]:
    """What makes sense next, as far as this machine can do it now."""
    tiles = {offer.tile.service: offer.tile for offer in offers(visit.machine.settings, visit.machine.board.closes)}
    return tuple(
        Button(label=tiles[service].name, answer=Chosen(service), icon=tiles[service].icon)
        for service in facts.next_services()
        if service in tiles
    )


_PRINTED = {
    Printed.DONE: T("凭条打好了，请从出纸口取走。"),
    Printed.FAILED: T("凭条没有打出来，屏幕上的内容不变。"),
    Printed.UNKNOWN: T("凭条可能没有打完，请看一下出纸口。"),
}
