"""Unlocking of the social PIN (解锁密码): the PIN stays, and the card takes all tries again.

For somebody who knows the PIN and mistyped it until the card locked itself. Evidence: the card, and what the bureau
asks for. The command is the issuer's.
"""

from functools import partial

from drivers.errors import DeviceError
from kiosk import refusals
from kiosk.pages import Progress
from kiosk.refusals import Refused
from kiosk.steps.card import insert_card, read_card, reference, refuse_unusable
from kiosk.steps.identity import prove_identity, refuse_unless_offered
from kiosk.steps.issuer import authorised, refused_by_card, tries_afterwards, working
from kiosk.steps.pin import in_words, look_at_tries
from kiosk.steps.receipt import done_with_receipt
from kiosk.steps.settlement import done_before_with_slip, settle_open
from kiosk.text import T
from kiosk.uplink.contract import OperationKind
from kiosk.uplink.contract.policy import ServiceKind
from kiosk.visit import Result, Visit

_TASK = T("解锁密码")
_STEPS = (T("插卡"), T("验身份"), T("解锁"), T("完成"))


async def unlock(visit: Visit) -> Result:
    """Have a locked PIN unlocked on the card, by the issuer's command."""
    progress = partial(Progress, task=_TASK, steps=_STEPS)
    ways = visit.machine.settings.policy.ways_of(ServiceKind.UNLOCK)
    refuse_unless_offered(visit, ways)
    card = await insert_card(visit, progress(at=0))
    assert card is not None, "there is no way without a card here"
    card_file, holder = await read_card(card)
    record = await visit.machine.uplink.card_status(reference(card_file))
    refuse_unusable(record, card_file.valid_until)
    tries = await look_at_tries(visit, card, record)
    earlier = record.open_operation
    if tries != 0 and (earlier is None or earlier.kind is not OperationKind.UNBLOCK):
        raise Refused(refusals.pin.NOT_BLOCKED, tries=in_words(tries))
    settled = await settle_open(visit, card, record, progress(at=1))
    if settled.done is OperationKind.UNBLOCK:
        return done_before_with_slip(visit, settled.done, settled.record, progress(at=1))

    record = settled.record
    evidence = await prove_identity(visit, progress(at=1), ways, record=record, holder=holder)
    visit.show(working(progress(at=2), T("正在解锁，请不要拔卡"), T("解锁社保卡")))
    try:
        async with visit.machine.operations.begin(
            OperationKind.UNBLOCK, record, evidence=evidence, tries_before=tries
        ) as operation:
            await operation.transmit(card.unblock_command(await authorised(card, operation)))
            tries = await tries_afterwards(card)
    except DeviceError as error:
        raise refused_by_card(error, operation, refusals.operation.UNLOCK_UNKNOWN) from None
    return done_with_receipt(
        visit,
        operation.id,
        record,
        progress(at=len(_STEPS)),
        subtitle=T("密码解锁了，还是原来的密码。{tries}。", tries=in_words(tries)),
        receipt=T("解锁密码凭条"),
        result=T("社保密码已经解锁"),
        steps=(T("密码没有变，还是原来的。"), T("怕再记错，可以办“修改密码”。")),
    )
