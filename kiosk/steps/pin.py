"""The social PIN: proven, chosen, and never where it could be read.

These steps serve the `pad` path, where a separate pad hands over an enciphered PIN. Where the card reader takes the
PIN itself, the card session does all of it in one command.
"""

import datetime
from collections.abc import Iterable
from dataclasses import replace

from drivers.card_reader.errors import EntryCancelled as ReaderEntryCancelled
from drivers.card_reader.errors import EntryLength, EntryUnsupported, PinBlocked, WrongPin
from drivers.card_reader.errors import EntryTimedOut as ReaderEntryTimedOut
from drivers.card_reader.session import SocialCard
from drivers.errors import DeviceError, Outcome
from drivers.pin import Pin
from drivers.pin_pad.errors import EntryCancelled, EntryTimedOut, PinPadError
from kiosk import conditions, refusals
from kiosk.pages import Actions, Answer, Button, Decide, Panel, PinEntry, PinRound, Progress, Sign
from kiosk.pin_rules import Weakness, weakness_of
from kiosk.refusals import Refused
from kiosk.text import T, Text, Tn
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

BACK = Button(label=T("返回"), answer=Answer.BACK, icon="back")


async def tries_left(visit: Visit, card: SocialCard, progress: Progress) -> Text | None:
    """How many tries the card still gives, in words, with a stop before the last; None where it can't be asked.

    Raises:
        Refused: The PIN is blocked, or the citizen stops before the last try.
    """
    tries = await card.tries_left()
    if tries == 0:
        raise Refused(refusals.pin.BLOCKED)
    if tries == 1 and await visit.ask(_last_try(progress)) is not Answer.AGAIN:
        raise Refused(refusals.pin.STOPPED_BEFORE_LAST_TRY)
    return None if tries is None else Tn("还可以输 {n} 次", tries)


async def prove_pin(visit: Visit, card: SocialCard, progress: Progress, *, other: Button) -> Pin | Answer:
    """Have the current PIN entered until the card accepts it.

    Args:
        visit: Whose PIN.
        card: The card that judges.
        progress: The service's steps, at this one.
        other: The way out for somebody who doesn't know the PIN; its answer is returned when it is taken.

    Returns:
        The PIN, which the visit wipes at its end; or the answer of `other`.

    Raises:
        Refused: Blocked, stopped, cancelled, timed out, or the try's outcome is unknown.
    """
    problem: Panel | None = None
    while True:
        tries = await tries_left(visit, card, progress)
        page = PinEntry(
            progress=progress,
            title=T("请输入现在的密码"),
            subtitle=T("在屏幕下方的金属键盘上，按 {n} 位数字。", n=visit.machine.settings.pin.length),
            tries=tries,
            tries_note=T("都输错，密码会被锁住"),
            problem=problem,
            privacy=T("请用手遮住键盘，别让旁人看到"),
            actions=Actions(secondary=BACK, other=other),
        )
        entered = await enter(visit, page)
        if not isinstance(entered, Pin):
            if entered is Answer.BACK:
                visit.go_home()
            return entered
        try:
            with visit.uninterrupted():
                await card.verify_pin(entered)
        except WrongPin as wrong:
            entered.wipe()
            problem = wrong_pin(wrong.tries_left)
        except PinBlocked:
            raise Refused(refusals.pin.BLOCKED) from None
        except DeviceError as error:
            if error.outcome is Outcome.UNKNOWN:
                raise Refused(refusals.pin.TRY_UNKNOWN) from None
            raise
        else:
            return entered


async def prove_pin_on_reader(visit: Visit, card: SocialCard, progress: Progress) -> bool:
    """As `prove_pin` where the card reader takes the PIN itself; False when the citizen presses cancel there.

    Raises:
        Refused: Blocked, stopped before the last try, timed out, or the try's outcome is unknown.
    """
    length = visit.machine.settings.pin.length
    problem: Panel | None = None
    while True:
        page = PinEntry(
            progress=progress,
            title=T("请输入现在的密码"),
            subtitle=T("在读卡器的键盘上，按 {n} 位数字。", n=length),
            tries=await tries_left(visit, card, progress),
            tries_note=T("都输错，密码会被锁住"),
            problem=problem,
            privacy=T("不想输了，请按键盘上红色的取消键"),
            can_exit=False,
        )

        async def verify() -> None:
            with visit.uninterrupted():
                await card.verify_pin_on_reader(min_digits=length, max_digits=length)

        try:
            await visit.meanwhile(page, verify, idle=False)
        except WrongPin as wrong:
            problem = wrong_pin(wrong.tries_left)
        except EntryLength:
            problem = wrong_length(length)
        except ReaderEntryCancelled:
            return False
        except ReaderEntryTimedOut:
            raise Refused(refusals.pin.TIMED_OUT) from None
        except EntryUnsupported:
            raise no_keys(visit) from None
        except PinBlocked:
            raise Refused(refusals.pin.BLOCKED) from None
        except DeviceError as error:
            if error.outcome is Outcome.UNKNOWN:
                raise Refused(refusals.pin.TRY_UNKNOWN) from None
            raise
        else:
            return True


async def choose_pin(
    visit: Visit,
    progress: Progress,
    *,
    old: Pin,
    birth_date: datetime.date | None,
    numbers: Iterable[str],
) -> Pin:
    """Have a new PIN entered twice, and refuse a weak one with the reason.

    Raises:
        Refused: Cancelled, timed out, or the pad failed.
    """
    settings = visit.machine.settings.pin
    numbers = tuple(numbers)
    problem: Panel | None = None
    again = Button(label=T("从第一次重新输"), answer=Answer.AGAIN)
    while True:
        page = PinEntry(
            progress=progress,
            title=T("请设一个新密码"),
            subtitle=T("在屏幕下方的金属键盘上，按 {n} 位数字。", n=settings.length),
            rounds=(
                PinRound(label=T("第一次"), state=T("正在输"), done=False),
                PinRound(label=T("第二次"), state=T("等一下再输"), done=False),
            ),
            rules_title=T("这样的密码才安全"),
            rules=rules(settings.length),
            problem=problem,
            privacy=T("请用手遮住键盘，别让旁人看到"),
            actions=Actions(secondary=BACK),
        )
        first = await enter(visit, page)
        if not isinstance(first, Pin):
            visit.go_home()
        weak = weakness_of(
            first,
            old=old,
            length=settings.length,
            initial_pins=settings.initial_pins,
            birth_date=birth_date,
            numbers=numbers,
        )
        if weak is not None:
            first.wipe()
            problem = Panel(sign=Sign.CARE, heading=_WEAK[weak], body=T("请换一个新密码。"))
            continue
        repeat = replace(
            page,
            title=T("请再输一次新密码"),
            subtitle=T("两次一样，才能设好。"),
            rounds=(
                PinRound(label=T("第一次"), state=T("已输好"), done=True),
                PinRound(label=T("第二次"), state=T("正在输"), done=False),
            ),
            problem=None,
            actions=Actions(secondary=BACK, other=again),
        )
        second = await enter(visit, repeat)
        if isinstance(second, Pin) and second == first:
            second.wipe()
            return first
        problem = None
        if isinstance(second, Pin):
            second.wipe()
            problem = Panel(sign=Sign.CARE, heading=T("两次输的不一样"), body=T("请从第一次重新输。"))
        first.wipe()


async def enter(visit: Visit, page: PinEntry) -> Pin | Answer:
    """One entry on the separate pad: the PIN, kept by the visit for wiping, or an answer on the page.

    Raises:
        Refused: Cancelled on the pad, timed out, or the pad failed.
    """
    pad = visit.machine.pad
    assert pad is not None, "the reader path never asks for a PIN here"
    try:
        entered = await visit.meanwhile(page, pad.enter, idle=False)
    except EntryCancelled:
        raise Refused(refusals.pin.CANCELLED) from None
    except EntryTimedOut:
        raise Refused(refusals.pin.TIMED_OUT) from None
    except PinPadError:
        raise Refused(refusals.machine.PIN_PAD_SILENT) from None
    if isinstance(entered, Pin):
        return visit.keep(entered)
    assert isinstance(entered, Answer)
    return entered


def wrong_pin(tries: int) -> Panel:
    """The last PIN was wrong."""
    return Panel(sign=Sign.CARE, heading=Tn("密码不对，还可以输 {n} 次", tries), body=T("不急，想好再输。"))


def wrong_length(length: int) -> Panel:
    """The last PIN had too few digits, or too many."""
    return Panel(sign=Sign.CARE, heading=_WEAK[Weakness.LENGTH], body=T("请按 {n} 位数字。", n=length))


def no_keys(visit: Visit) -> Refused:
    """The reader takes no PINs; from now on no service that needs one is offered."""
    visit.machine.board.set(conditions.READER_WITHOUT_KEYS, stands=True)
    return Refused(refusals.machine.PIN_PAD_SILENT)


def rules(length: int) -> tuple[Text, ...]:
    """What makes a good PIN, in words."""
    return (
        T("正好 {n} 位数字", n=length),
        T("不是生日，也不是证件、卡号里的数"),
        T("不是 123456、111111 这类数"),
    )


def _last_try(progress: Progress) -> Decide:
    return Decide(
        progress=progress,
        title=T("只剩最后 1 次了"),
        subtitle=T("先停一下，想好再输。"),
        panel=Panel(
            sign=Sign.CARE,
            heading=T("再输错，密码就会被锁住"),
            body=T("锁住以后，要带身份证去解锁。卡不会扣留。"),
        ),
        points=(
            T("想起来了：可以再输 1 次"),
            T("不确定：先不输，密码不会锁"),
        ),
        actions=Actions(
            secondary=Button(label=T("先不输了"), answer=Answer.STOP),
            other=Button(label=T("再输 1 次"), answer=Answer.AGAIN),
            equal=True,
        ),
    )
