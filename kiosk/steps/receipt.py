"""The end of what is durably done: the page that says so, and the receipt."""

from collections.abc import Iterable
from uuid import UUID

from kiosk.masking import masked_name, masked_number, tail
from kiosk.operations.errors import ChangesClosed
from kiosk.pages import Actions, Answer, Button, Done, Picture, Progress, TakeItem
from kiosk.slips import Slip
from kiosk.text import Masked, T, Text
from kiosk.uplink.contract import CardRecord
from kiosk.visit import Printed, Result, Visit

TAKE_CARD = TakeItem(label=T("取走社保卡"), picture=Picture.CARD_TAKE, note=T("把卡从卡槽里拔出来，收好。"))
_TAKE_RECEIPT = TakeItem(label=T("取走凭条"), picture=Picture.RECEIPT_OUT, note=T("在屏幕下方出纸，上面有办理编号。"))
FINISH = Button(label=T("完成，取卡"), answer=Answer.FINISH, icon="next")
_DONE_SECONDS = 10.0
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
    further: Button | None = None,
    take: TakeItem = TAKE_CARD,
    finish: Button = FINISH,
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
        further: What is often done next.
        take: What to take, or to do, after the receipt.
        finish: The last button.
    """
    try:
        number = visit.machine.operations.issue_receipt(operation_id)
    except ChangesClosed:
        number = None  # It is done all the same, and the page says so.

    def page(printed: Printed) -> Done:
        return Done(
            progress=progress,
            title=T("办好了"),
            subtitle=subtitle,
            take=(_TAKE_RECEIPT, take) if printed is Printed.DONE else (take,),
            note=_note(printed, number),
            actions=Actions(secondary=further, primary=finish),
        )

    if number is None:
        return Result(page=page, card_gone_seconds=_DONE_SECONDS)
    slip = Slip(
        title=receipt,
        result=result,
        number=number,
        at=visit.machine.now(),
        facts=(
            (T("姓名"), masked_name(record.name.get_secret_value())),
            (T("社会保障号码"), masked_number(record.social_security_number.get_secret_value())),
            (T("卡号"), T("尾号 {tail}", tail=Masked(tail(record.card_number.get_secret_value())))),
            *facts,
        ),
        steps=steps,
    )
    return Result(page=page, slip=slip, print_at_once=True, card_gone_seconds=_DONE_SECONDS)


def _note(printed: Printed, number: str | None) -> Text | None:
    if number is None:
        return T("这次没有凭条，事情已经办好。")
    match printed:
        case Printed.FAILED:
            return T("凭条没有打出来，事情已经办好。编号 {number}", number=number)
        case Printed.UNKNOWN:
            return T("凭条可能没有打完，事情已经办好。编号 {number}", number=number)
        case _:
            return None
