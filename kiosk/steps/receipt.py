"""The end of what is durably done: the page that says so, and the receipt."""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from drivers.card_reader.slot import MediaState
from kiosk.masking import masked_name, masked_number, tail
from kiosk.operations.errors import ChangesClosed
from kiosk.pages import Actions, Answer, Button, Done, Picture, Progress, TakeItem
from kiosk.slips import Slip
from kiosk.text import Masked, T, Text
from kiosk.uplink.contract import CardRecord
from kiosk.visit import Printed, Printing, Result, Visit

TAKE_CARD = TakeItem(label=T("取走社保卡"), picture=Picture.CARD_TAKE, note=T("把卡从卡槽里拔出来，收好。"))
_TAKE_RECEIPT = TakeItem(label=T("取走凭条"), picture=Picture.RECEIPT_OUT, note=T("在屏幕下方出纸，上面有办理编号。"))
_DONE = T("办好了")
DONE_SECONDS = 10.0
"""How long "done" can still be read once the card is taken."""


def done_with_receipt(
    visit: Visit,
    operation_id: UUID,
    record: CardRecord,
    progress: Progress,
    *,
    subtitle: Text,
    receipt: Text,
    result: Text,
    steps: tuple[Text, ...],
    facts: Iterable[tuple[Text, Text]] = (),
    take: TakeItem | None = None,
    title: Text = _DONE,
    further: Button | None = None,
) -> Result:
    """ "办好了", with a receipt where one can be issued.

    Args:
        visit: Whose it is.
        operation_id: What is durably done.
        record: The card's.
        progress: The service's steps, all done.
        subtitle: What it means, on the page.
        receipt: The receipt's title.
        result: What was done, on the receipt.
        steps: What to do next, on the receipt.
        facts: What else the receipt says.
        take: What to do after taking the receipt; None: to take the card, as long as it is in.
        title: What is said in place of "办好了" of something that only begins here.
        further: What may be done next.
    """
    try:
        number = visit.machine.operations.issue_receipt(operation_id)
    except ChangesClosed:
        number = None  # It is done all the same, and the page says so.

    def page(printed: Printed) -> Done:
        shown = done_page(
            visit, printed, progress, title=title, subtitle=subtitle, number=number, take=take, further=further
        )
        return shown if number is not None else replace(shown, note=T("这次没有凭条，事情已经办好。"))

    if number is None:
        return Result(page=page, card_gone_seconds=DONE_SECONDS)
    slip = Slip(
        title=receipt,
        result=result,
        number=number,
        at=visit.machine.now(),
        facts=(*whose_card(record), *facts),
        steps=steps,
    )
    return Result(page=page, slip=slip, printing=Printing.RECEIPT, card_gone_seconds=DONE_SECONDS)


def done_page(
    visit: Visit,
    printed: Printed,
    progress: Progress,
    *,
    title: Text,
    subtitle: Text,
    number: str | None,
    take: TakeItem | None = None,
    further: Button | None = None,
) -> Done:
    """A page of something done, as the card slot stands now: a card that is out isn't asked to be taken.

    Args:
        visit: Whose it is.
        printed: What became of its slip.
        progress: The service's steps.
        title: What is done.
        subtitle: What it means.
        number: The slip's; None: there is none.
        take: What to do after taking the slip; None: to take the card, as long as it is in.
        further: What may be done next.
    """
    card_in = visit.machine.slot.media.state is not MediaState.NOT_PRESENT  # Also where no reader says.
    note = None if number is None else _note(printed, number)
    if take is None and card_in:
        take = TAKE_CARD
    elif take is None and visit.had_card:
        note = note or T("社保卡已经取出来了，请收好。")
    receipt = (_TAKE_RECEIPT,) if printed is Printed.DONE else ()
    finish = T("完成，取卡") if card_in else T("完成")
    return Done(
        progress=replace(progress, at=len(progress.steps)),
        title=title,
        subtitle=subtitle,
        take=receipt if take is None else (*receipt, take),
        note=note,
        actions=Actions(secondary=further, primary=Button(label=finish, answer=Answer.FINISH, icon="next")),
    )


def whose_card(record: CardRecord) -> tuple[tuple[Text, Text | Masked], ...]:
    """Whose card, and which, on a slip."""
    return (
        (T("姓名"), masked_name(record.name.get_secret_value())),
        (T("社会保障号码"), masked_number(record.social_security_number.get_secret_value())),
        (T("卡号"), T("尾号 {tail}", tail=Masked(tail(record.card_number.get_secret_value())))),
    )


def _note(printed: Printed, number: str) -> Text | None:
    match printed:
        case Printed.FAILED:
            return T("凭条没有打出来，事情已经办好。编号 {number}", number=number)
        case Printed.UNKNOWN:
            return T("凭条可能没有打完，事情已经办好。编号 {number}", number=number)
        case _:
            return None
