"""A new social PIN: chosen twice on the separate pad, enciphered for the issuer, or typed on the reader.

What makes one too easy to guess is judged here where this program sees the PIN, by the server where only its HSM
does, and by nobody but the card where the reader takes it: there the page states the rules.
"""

import datetime
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace

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
from drivers.pin_pad.dukpt import EncryptedPin
from kiosk import refusals
from kiosk.operations.operation import Operation
from kiosk.pages import Actions, Answer, Button, Panel, PinEntry, PinRound, Progress, Sign, Work, Working, WorkItem
from kiosk.pin_rules import Weakness, weakness_of
from kiosk.refusals import RefusalKind, Refused
from kiosk.steps import pin
from kiosk.steps.card import refusal_for
from kiosk.text import T, Text
from kiosk.uplink.contract import CardRecord
from kiosk.visit import Visit

_WEAK: dict[Weakness, Text] = {
    Weakness.LENGTH: T("位数不对"),
    Weakness.SAME_AS_OLD: T("和现在的密码一样"),
    Weakness.INITIAL: T("这是发卡时的密码，人人都知道"),
    Weakness.REPEATED: T("数字重复太多，容易被猜到"),
    Weakness.RUN: T("数字是连着的，容易被猜到"),
    Weakness.BIRTH_DATE: T("这是您的生日，容易被猜到"),
    Weakness.PART_OF_NUMBER: T("这是您证件或卡上的数字，容易被猜到"),
}

ENTRIES_DIFFER = Panel(sign=Sign.CARE, heading=T("两次输的不一样"), body=T("请从第一次重新输。"))


async def choose_pin(
    visit: Visit, progress: Progress, *, old: Pin, record: CardRecord, birth_date: datetime.date | None
) -> Pin:
    """Have a new PIN entered twice, and refuse a weak one with the reason.

    Args:
        visit: Whose PIN.
        progress: The service's steps, at this one.
        old: The PIN that it takes the place of.
        record: Whose numbers make a weak PIN.
        birth_date: The holder's, as the card tells; None: the record's counts.

    Raises:
        Refused: Cancelled, timed out, or the pad failed.
    """
    card_rules = visit.machine.settings.policy.card
    problem: Panel | None = None
    while True:
        page = _first_entry(visit, progress, problem)
        first = await pin.enter(visit, page)
        if not isinstance(first, Pin):
            visit.go_home()
        weak = weakness_of(
            first,
            old=old,
            length=card_rules.pin_length,
            initial_pins=card_rules.initial_pins,
            birth_date=birth_date or record.birth_date,
            numbers=(record.social_security_number.get_secret_value(), record.card_number.get_secret_value()),
        )
        if weak is not None:
            first.wipe()
            problem = Panel(sign=Sign.CARE, heading=_WEAK[weak], body=T("请换一个新密码。"))
            continue
        second = await pin.enter(visit, _second_entry(page))
        if isinstance(second, Pin) and second == first:
            second.wipe()
            return first
        first.wipe()
        if isinstance(second, Pin):
            second.wipe()
        problem = _after_second(second)


async def choose_pin_enciphered(
    visit: Visit, progress: Progress, *, problem: Panel | None = None
) -> tuple[EncryptedPin, EncryptedPin]:
    """Have a new PIN entered twice on a pad that enciphers it for the issuer; nobody here can compare the two.

    Args:
        visit: Whose PIN.
        progress: The service's steps, at this one.
        problem: What the server found wrong with the last two entries.

    Raises:
        Refused: Cancelled, timed out, or the pad failed.
    """
    while True:
        page = _first_entry(visit, progress, problem)
        first = await _enter_enciphered(visit, page)
        if not isinstance(first, EncryptedPin):
            visit.go_home()
        second = await _enter_enciphered(visit, _second_entry(page))
        if isinstance(second, EncryptedPin):
            return first, second
        problem = _after_second(second)


async def _enter_enciphered(visit: Visit, page: PinEntry) -> EncryptedPin | Answer:
    pad = visit.machine.enciphering_pad
    assert pad is not None, "asked for before anything else"
    with pin.refused_by_pad():
        entered = await visit.meanwhile(page, pad.enter_enciphered, idle=False)
    assert isinstance(entered, EncryptedPin | Answer)
    return entered


def _first_entry(visit: Visit, progress: Progress, problem: Panel | None) -> PinEntry:
    length = visit.machine.settings.policy.card.pin_length
    return PinEntry(
        progress=progress,
        title=T("请设一个新密码"),
        subtitle=T("在屏幕下方的金属键盘上，按 {n} 位数字。", n=length),
        rounds=(
            PinRound(label=T("第一次"), state=T("正在输"), done=False),
            PinRound(label=T("第二次"), state=T("等一下再输"), done=False),
        ),
        rules_title=T("这样的密码才安全"),
        rules=_rules(length),
        problem=problem,
        privacy=T("请用手遮住键盘，别让旁人看到"),
        actions=Actions(secondary=pin.BACK),
    )


def _second_entry(first: PinEntry) -> PinEntry:
    again = Button(label=T("从第一次重新输"), answer=Answer.AGAIN)
    return replace(
        first,
        title=T("请再输一次新密码"),
        subtitle=T("两次一样，才能设好。"),
        rounds=(
            PinRound(label=T("第一次"), state=T("已输好"), done=True),
            PinRound(label=T("第二次"), state=T("正在输"), done=False),
        ),
        rules_title=None,  # The first entry was judged by them.
        rules=(),
        problem=None,
        actions=Actions(secondary=first.actions.secondary, other=again),
    )


def _after_second(second: object) -> Panel | None:
    """Back to the first entry: the two differ, or the citizen wants to begin anew."""
    return None if isinstance(second, Answer) else ENTRIES_DIFFER


def _rules(length: int) -> tuple[Text, ...]:
    """What makes a good PIN, in words."""
    return (
        T("正好 {n} 位数字", n=length),
        T("不是生日，也不是证件、卡号里的数"),
        T("不是 123456、111111 这类数"),
    )


Prepare = Callable[[int | None], Awaitable[AbstractAsyncContextManager[Operation]]]
"""Makes the operation of one attempt, given the tries left before it."""


async def change_on_reader(
    visit: Visit,
    card: SocialCard,
    record: CardRecord,
    progress: Progress,
    prepare: Prepare,
    unknown: RefusalKind,
    *,
    proven: bool = False,
) -> Operation:
    """Have the reader ask for the old PIN and twice for the new, until the card has changed it.

    The reader asks for all three itself and sends the command; this program sees no PIN. Each attempt is an operation
    of its own, since each is a command of its own.

    Args:
        visit: Whose PIN.
        card: The card whose PIN it is.
        record: Of that card.
        progress: The service's steps, at this one.
        prepare: Makes an attempt's operation.
        unknown: What the citizen is told where the card gave no answer.
        proven: The PIN was typed just now; the page says why it is asked for once more.

    Returns:
        The operation that is done.

    Raises:
        Refused: Blocked, stopped before the last try, cancelled, timed out, or the outcome is unknown.
    """
    problem: Panel | None = None
    length = visit.machine.settings.policy.card.pin_length
    while True:
        tries, tries_text = await pin.tries_before_entry(visit, card, record, progress)
        context = await prepare(tries)
        page = _three_entries(visit, progress, tries_text, problem, proven=proven)

        async def change(context: AbstractAsyncContextManager[Operation] = context) -> Operation:
            async with context as operation:
                await operation.transmit(card.change_pin_on_reader_command(min_digits=length, max_digits=length))
            return operation

        try:
            operation = await visit.meanwhile(page, change, idle=False)
            assert isinstance(operation, Operation), "there is nothing to press on this page"
            return operation
        except WrongPin as wrong:
            problem = pin.wrong_pin(wrong.tries_left)
        except EntryMismatch:
            problem = Panel(sign=Sign.CARE, heading=T("两次输的不一样"), body=T("密码没有改，请再来一次。"))
        except EntryLength:
            problem = pin.wrong_length(visit)
        except EntryUnsupported:
            raise pin.no_keys(visit) from None
        except DeviceError as error:
            raise refused_by_card(error, record, unknown) from None


def _three_entries(
    visit: Visit, progress: Progress, tries: Text | None, problem: Panel | None, *, proven: bool
) -> PinEntry:
    page = PinEntry(
        progress=progress,
        title=T("请照键盘的提示输密码"),
        subtitle=T("刚才是核对。改的时候，键盘要再问一次旧密码，再问两次新密码。")
        if proven
        else T("先输现在的密码，再输两次新密码。"),
        tries=tries,
        tries_note=T("都输错，密码会被锁住"),
        rounds=(
            PinRound(label=T("第一次"), state=T("刚才那个密码") if proven else T("现在的密码"), done=False),
            PinRound(label=T("第二次"), state=T("新密码"), done=False),
            PinRound(label=T("第三次"), state=T("再输一次新密码"), done=False),
        ),
        rules_title=T("这样的密码才安全"),
        rules=_rules(visit.machine.settings.policy.card.pin_length),
        problem=problem,
    )
    return pin.at_reader(visit, page)


def refused_by_card(error: DeviceError, record: CardRecord, unknown: RefusalKind) -> Refused:
    """What a citizen is told of a change of the PIN that failed.

    Args:
        error: Of the command.
        record: Of the card.
        unknown: The entry for an answer that was lost.
    """
    if error.outcome is Outcome.UNKNOWN:
        return Refused(unknown)
    if isinstance(error, PinBlocked):
        return pin.blocked(record)
    if isinstance(error, EntryCancelled):
        return Refused(refusals.pin.CANCELLED)
    if isinstance(error, EntryTimedOut):
        return Refused(refusals.pin.TIMED_OUT)
    if isinstance(error, PinNotAccepted):
        return Refused(refusals.pin.NOT_ACCEPTED)
    return Refused(refusal_for(error))


def writing(progress: Progress) -> Working:
    """The new PIN is on its way to the card."""
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
