"""Reset of the social PIN (重设密码): a new one in place of one that is forgotten, and all tries again.

Evidence: the card, and what the bureau asks for. The new PIN is enciphered on the pad and opened by the issuer alone,
who builds the command for the card from it; so the reader's own keys can't serve.
"""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from functools import partial

from drivers.card_reader.session import SocialCard
from drivers.errors import DeviceError
from drivers.pin_pad.dukpt import EncryptedPin
from kiosk import refusals
from kiosk.operations.operation import Operation
from kiosk.pages import Panel, Progress, Sign
from kiosk.refusals import Refused
from kiosk.steps.card import insert_card, read_card, reference, refuse_unusable
from kiosk.steps.identity import prove_identity, refuse_unless_offered
from kiosk.steps.issuer import authorised, refused_by_card, tries_afterwards, working
from kiosk.steps.new_pin import ENTRIES_DIFFER, choose_pin_enciphered
from kiosk.steps.pin import in_words, look_at_tries
from kiosk.steps.receipt import done_with_receipt
from kiosk.steps.settlement import Settled, done_before, settle_by_counter
from kiosk.text import T
from kiosk.uplink.contract import OperationKind, ProblemType
from kiosk.uplink.contract.policy import ServiceKind
from kiosk.uplink.errors import CentralError
from kiosk.visit import Result, Visit

_TASK = T("重设密码")
_STEPS = (T("插卡"), T("验身份"), T("新密码"), T("完成"))

_ENTER_AGAIN = {
    ProblemType.PINS_DIFFER: ENTRIES_DIFFER,
    ProblemType.PIN_WEAK: Panel(sign=Sign.CARE, heading=T("这个密码容易被猜到"), body=T("请换一个新密码。")),
    ProblemType.PIN_BLOCK_REFUSED: Panel(sign=Sign.CARE, heading=T("没有收好，请再输一次"), body=T("密码还没有改。")),
}
"""What the issuer found wrong with a new PIN; the citizen then enters another."""


async def reset_pin(visit: Visit) -> Result:
    """Have a new PIN put on the card, by the issuer's command."""
    progress = partial(Progress, task=_TASK, steps=_STEPS)
    ways = visit.machine.settings.policy.ways_of(ServiceKind.RESET_PIN)
    refuse_unless_offered(visit, ways)
    if visit.machine.enciphering_pad is None:
        raise Refused(refusals.operation.NEEDS_PAD)
    card = await insert_card(visit, progress(at=0))
    assert card is not None, "there is no way without a card here"
    card_file, holder = await read_card(card)
    record = await visit.machine.uplink.card_status(reference(card_file))
    refuse_unusable(record, card_file.valid_until)
    settled = await settle_by_counter(visit, card, record, progress(at=1)) or Settled(record=record)
    if settled.done is OperationKind.PIN_RESET:
        return done_before(visit, settled.done, progress(at=1))

    record = settled.record
    unsettled = record.open_operation  # Only a PIN could tell; the new one makes that pointless.
    tries = await look_at_tries(visit, card, record)
    evidence = await prove_identity(visit, progress(at=1), ways, record=record, holder=holder)
    problem: Panel | None = None
    while True:
        pins = await choose_pin_enciphered(visit, progress(at=2), problem=problem)
        begin = partial(
            visit.machine.operations.begin,
            OperationKind.PIN_RESET,
            record,
            evidence=evidence,
            tries_before=tries,
            supersedes=None if unsettled is None else unsettled.operation_id,
        )
        try:
            operation, tries_left = await _put_on_card(visit, card, begin, pins, progress(at=2))
            break
        except CentralError as error:
            if error.problem not in _ENTER_AGAIN:
                raise
            problem = _ENTER_AGAIN[error.problem]
    return done_with_receipt(
        visit,
        operation.id,
        record,
        progress(at=len(_STEPS)),
        subtitle=T("新密码设好了，银行密码没有变。{tries}。", tries=in_words(tries_left)),
        receipt=T("重设密码凭条"),
        result=T("社保密码已经重设"),
        steps=(T("看病、买药用新密码。"), T("银行密码是另一个，没有变。")),
    )


async def _put_on_card(
    visit: Visit,
    card: SocialCard,
    begin: Callable[[], AbstractAsyncContextManager[Operation]],
    pins: tuple[EncryptedPin, EncryptedPin],
    progress: Progress,
) -> tuple[Operation, int | None]:
    """One operation with these two entries: it, and the tries that the card gives afterwards.

    The issuer compares the two before it says anything to the card, so an entry that it doesn't take ends an
    operation that did nothing, and the citizen is free to go.
    """
    try:
        async with begin() as operation:
            visit.show(working(progress, T("正在重设，请不要拔卡"), T("写入社保卡")))
            data = await authorised(card, operation, *pins)
            await operation.transmit(card.reset_command(data))
            return operation, await tries_afterwards(card)
    except DeviceError as error:
        raise refused_by_card(error, operation, refusals.operation.RESET_UNKNOWN) from None
