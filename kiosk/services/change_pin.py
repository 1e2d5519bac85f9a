"""Change of the social PIN (修改密码): prove the old one, choose a new one, write it, a receipt.

Evidence: the card and its PIN. The bank's PIN is another one and is never asked for here.
"""

from contextlib import AbstractAsyncContextManager
from functools import partial

from drivers.card_reader.session import SocialCard
from drivers.errors import DeviceError
from kiosk import refusals
from kiosk.operations.operation import Operation
from kiosk.pages import Answer, Button, Progress
from kiosk.steps.card import insert_card, read_card, reference, refuse_unusable
from kiosk.steps.new_pin import change_on_reader, choose_pin, refused_by_card, writing
from kiosk.steps.pin import Accepted, not_proven, prove_pin
from kiosk.steps.receipt import done_with_receipt
from kiosk.steps.settlement import done_before, settle_open
from kiosk.text import T
from kiosk.uplink.contract import CardRecord, OperationKind
from kiosk.visit import Result, Visit

_TASK = T("修改密码")
_STEPS = (T("插卡"), T("输密码"), T("新密码"), T("完成"))
_PIN_IS_NEW = (OperationKind.PIN_CHANGE, OperationKind.ENABLE)
_FORGOTTEN = Button(label=T("忘记密码了"), answer=Answer.FORGOTTEN)


async def change_pin(visit: Visit) -> Result:
    """Have the citizen's PIN changed on the card, and the change reported."""
    progress = partial(Progress, task=_TASK, steps=_STEPS)
    card = await insert_card(visit, progress(at=0))
    assert card is not None, "there is no way without a card here"
    card_file, holder = await read_card(card)
    record = await visit.machine.uplink.card_status(reference(card_file))
    settled = await settle_open(visit, card, record, progress(at=1))
    if settled.done in _PIN_IS_NEW:
        return done_before(visit, settled.done, progress(at=1))
    record = settled.record
    refuse_unusable(record, card_file.valid_until)

    if visit.machine.pad is None:
        operation = await _change_on_reader(visit, card, record, progress(at=1))
    else:
        proven = settled.accepted or await prove_pin(visit, card, record, progress(at=1), other=_FORGOTTEN)
        if not isinstance(proven, Accepted):
            raise not_proven(proven)
        assert proven.pin is not None, "a separate pad hands the PIN over"
        birth_date = holder.birth_date if holder else None
        new = await choose_pin(visit, progress(at=2), old=proven.pin, record=record, birth_date=birth_date)
        visit.show(writing(progress(at=3)))
        tries = await card.tries_left()
        try:
            async with visit.machine.operations.begin(
                OperationKind.PIN_CHANGE, record, tries_before=tries
            ) as operation:
                await operation.transmit(card.change_pin_command(proven.pin, new))
        except DeviceError as error:
            raise refused_by_card(error, record, refusals.pin.CHANGE_UNKNOWN) from None
    return done_with_receipt(
        visit,
        operation.id,
        record,
        progress(at=len(_STEPS)),
        subtitle=T("密码已经改好，看病买药请用新密码。银行密码没有变。"),
        receipt=T("修改密码凭条"),
        result=T("社保密码已经修改"),
        steps=(T("看病、买药用新密码。"), T("银行密码是另一个，没有变。")),
    )


async def _change_on_reader(visit: Visit, card: SocialCard, record: CardRecord, progress: Progress) -> Operation:
    async def attempt(tries: int | None) -> AbstractAsyncContextManager[Operation]:
        return visit.machine.operations.begin(OperationKind.PIN_CHANGE, record, tries_before=tries)

    return await change_on_reader(visit, card, record, progress, attempt, refusals.pin.CHANGE_UNKNOWN)
