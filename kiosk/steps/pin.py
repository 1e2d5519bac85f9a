"""The social PIN, proven: typed on whichever keys this machine has, compared by the card.

Where the card reader takes PINs itself (the `reader` path) this program never sees one. With a separate pad (the
`pad` path) it holds one just long enough to send it. One entry costs at most one try, whatever happens.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from drivers.card_reader.errors import EntryCancelled as ReaderEntryCancelled
from drivers.card_reader.errors import EntryLength, EntryUnsupported, PinBlocked, WrongPin
from drivers.card_reader.errors import EntryTimedOut as ReaderEntryTimedOut
from drivers.card_reader.session import SocialCard
from drivers.errors import DeviceError, Outcome
from drivers.pin import Pin
from drivers.pin_pad.errors import EntryCancelled, EntryTimedOut, PinPadError
from kiosk import conditions, refusals
from kiosk.home import offered
from kiosk.pages import Actions, Answer, Button, Decide, Panel, PinEntry, Point, Progress, Sign
from kiosk.refusals import Refused
from kiosk.text import Local, T, Text, Tn
from kiosk.uplink.contract import ApplicationStatus, CardRecord
from kiosk.visit import Visit

CURRENT = T("请输入现在的密码")
ISSUED = T("请输入发卡时的密码")
BACK = Button(label=T("返回"), answer=Answer.BACK, icon="back")


@dataclass(frozen=True, slots=True)
class Accepted:
    """The card took the PIN. `pin` is None where it was typed on the reader; else the visit wipes it at its end."""

    pin: Pin | None


def blocked(record: CardRecord) -> Refused:
    """The card takes no PIN any more; only one that is enabled is unlocked here."""
    not_enabled = record.application_status is ApplicationStatus.ARCHIVED
    return Refused(refusals.pin.BLOCKED_NOT_ENABLED if not_enabled else refusals.pin.BLOCKED)


async def look_at_tries(visit: Visit, card: SocialCard, record: CardRecord) -> int | None:
    """How many wrong PINs the card still takes; what its record says otherwise is reported."""
    tries = await card.tries_left()
    visit.machine.operations.observe(record, tries)
    return tries


async def tries_before_entry(
    visit: Visit, card: SocialCard, record: CardRecord, progress: Progress
) -> tuple[int | None, Text | None]:
    """How many tries the card still gives, also in words, with a stop before the last; None: it can't be asked.

    Raises:
        Refused: The PIN is blocked, or the citizen stops before the last try.
    """
    tries = await look_at_tries(visit, card, record)
    if tries == 0:
        raise blocked(record)
    if tries == 1 and await visit.ask(_last_try(visit, progress)) is not Answer.AGAIN:
        raise Refused(refusals.pin.STOPPED_BEFORE_LAST_TRY)
    return tries, None if tries is None else Tn("还可以输 {n} 次", tries)


def in_words(tries: int | None) -> Text:
    """How many tries are left; words without a number where that isn't known."""
    return T("可以照常输密码") if tries is None else Tn("还可以输 {n} 次", tries)


async def prove_pin(
    visit: Visit,
    card: SocialCard,
    record: CardRecord,
    progress: Progress,
    *,
    other: Button,
    title: Text = CURRENT,
) -> Accepted | Answer:
    """Have the current PIN entered until the card accepts it.

    Args:
        visit: Whose PIN.
        card: The card that judges.
        record: Of that card.
        progress: The service's steps, at this one.
        other: The way out for somebody who doesn't know the PIN; its answer is returned when it is taken. A reader
            can't be interrupted: there the cancel key is the way out, and the answer is `Answer.STOP`.
        title: Which PIN.

    Raises:
        Refused: Blocked, stopped, cancelled, timed out, or the try's outcome is unknown.
    """
    problem: Panel | None = None
    while True:
        _, tries = await tries_before_entry(visit, card, record, progress)
        page = PinEntry(
            progress=progress,
            title=title,
            tries=tries,
            tries_note=T("都输错，密码会被锁住"),
            problem=problem,
            actions=Actions(secondary=BACK, other=other),
        )
        try:
            proven = await enter_and_verify(visit, card, record, page)
        except WrongPin as wrong:
            problem = wrong_pin(wrong.tries_left)
        except EntryLength:
            problem = wrong_length(visit)
        else:
            if proven is Answer.BACK:
                visit.go_home()
            return proven


async def enter_and_verify(visit: Visit, card: SocialCard, record: CardRecord, page: PinEntry) -> Accepted | Answer:
    """One entry, and one VERIFY of it.

    Args:
        visit: Whose PIN.
        card: The card that judges.
        record: Of that card.
        page: What to show meanwhile; where the keys are is added here.

    Returns:
        That the card took it; or an answer on the page; or `Answer.STOP` for cancel on the reader.

    Raises:
        WrongPin: A try was spent.
        EntryLength: Too few digits on the reader, or too many; no try was spent.
        Refused: Blocked, cancelled on the pad, timed out, or the try's outcome is unknown.
    """
    try:
        if visit.machine.pad is None:
            return await _verify_on_reader(visit, card, page)
        entered = await enter(visit, _at_pad(visit, page))
        if not isinstance(entered, Pin):
            return entered
        return await _verify(visit, card, entered)
    except PinBlocked:
        visit.machine.operations.observe(record, 0)
        raise blocked(record) from None
    except WrongPin:
        raise
    except DeviceError as error:
        if error.outcome is Outcome.UNKNOWN:
            raise Refused(refusals.pin.TRY_UNKNOWN) from None
        raise


async def _verify(visit: Visit, card: SocialCard, pin: Pin) -> Accepted:
    try:
        with visit.uninterrupted():
            await card.verify_pin(pin)
    except BaseException:
        pin.wipe()
        raise
    return Accepted(pin)


async def _verify_on_reader(visit: Visit, card: SocialCard, page: PinEntry) -> Accepted | Answer:
    length = _length(visit)

    async def verify() -> None:
        with visit.uninterrupted():
            await card.verify_pin_on_reader(min_digits=length, max_digits=length)

    try:
        await visit.meanwhile(at_reader(visit, page), verify, idle=False)
    except ReaderEntryCancelled:
        return Answer.STOP
    except ReaderEntryTimedOut:
        raise Refused(refusals.pin.TIMED_OUT) from None
    except EntryUnsupported:
        raise no_keys(visit) from None
    return Accepted(None)


async def enter(visit: Visit, page: PinEntry) -> Pin | Answer:
    """One entry on the separate pad: the PIN, kept by the visit for wiping, or an answer on the page.

    Raises:
        Refused: Cancelled on the pad, timed out, or the pad failed.
    """
    pad = visit.machine.pad
    assert pad is not None, "the reader path never asks for a PIN here"
    with refused_by_pad():
        entered = await visit.meanwhile(page, pad.enter, idle=False)
    if isinstance(entered, Pin):
        return visit.keep(entered)
    assert isinstance(entered, Answer)
    return entered


@contextmanager
def refused_by_pad() -> Iterator[None]:
    """What goes wrong at a separate pad, as a citizen is told of it.

    Raises:
        Refused: Cancelled on the pad, timed out, or the pad failed.
    """
    try:
        yield
    except EntryCancelled:
        raise Refused(refusals.pin.CANCELLED) from None
    except EntryTimedOut:
        raise Refused(refusals.pin.TIMED_OUT) from None
    except PinPadError:
        raise Refused(refusals.machine.PIN_PAD_SILENT) from None


def not_proven(answer: Answer) -> Refused:
    """Why `prove_pin` came back without the card having taken a PIN."""
    return Refused(refusals.pin.CANCELLED if answer is Answer.STOP else refusals.pin.FORGOTTEN)


def wrong_pin(tries: int) -> Panel:
    """The last PIN was wrong."""
    return Panel(sign=Sign.CARE, heading=Tn("密码不对，还可以输 {n} 次", tries), body=T("不急，想好再输。"))


def wrong_length(visit: Visit) -> Panel:
    """The last PIN had too few digits, or too many."""
    length = _length(visit)
    return Panel(sign=Sign.CARE, heading=T("位数不对"), body=T("请按 {n} 位数字。", n=length))


def no_keys(visit: Visit) -> Refused:
    """The reader takes no PINs; from now on no service that needs one is offered."""
    visit.machine.board.set(conditions.READER_WITHOUT_KEYS, stands=True)
    return Refused(refusals.machine.PIN_PAD_SILENT)


def at_reader(visit: Visit, page: PinEntry) -> PinEntry:
    """`page` where the reader takes the PIN: it can't be interrupted from the screen, so nothing there is pressed."""
    return replace(
        page,
        subtitle=page.subtitle or T("在读卡器的键盘上，按 {n} 位数字。", n=_length(visit)),
        stop=T("不想输了，请按键盘上红色的取消键"),
        actions=Actions(),
        can_exit=False,
        exit_waits=T("按取消键"),
    )


def _at_pad(visit: Visit, page: PinEntry) -> PinEntry:
    return replace(
        page,
        subtitle=page.subtitle or T("在屏幕下方的金属键盘上，按 {n} 位数字。", n=_length(visit)),
        privacy=T("请用手遮住键盘，别让旁人看到"),
    )


def _last_try(visit: Visit, progress: Progress) -> Decide:
    machine = visit.machine
    here = offered(machine.settings, machine.board.closes, "unlock") is not None
    window = Local(machine.settings.machine.window, machine.settings.machine.window_en)
    unlock = T("用“解锁密码”，或者到{window}", window=window) if here else T("到{window}解锁", window=window)
    return Decide(
        progress=progress,
        title=T("只剩最后 1 次了"),
        subtitle=T("先停一下，想好再输。"),
        panel=Panel(
            sign=Sign.CARE,
            heading=T("再输错，密码就会被锁住"),
            body=T("锁住以后：{unlock}。卡不会扣留。", unlock=unlock),
        ),
        points=(
            Point(sign=Sign.INFORMATION, text=T("想起来了：可以再输 1 次")),
            Point(sign=Sign.DONE, text=T("不确定：先不输，密码不会锁")),
        ),
        actions=Actions(
            secondary=Button(label=T("先不输了"), answer=Answer.STOP),
            other=Button(label=T("再输 1 次"), answer=Answer.AGAIN),
            equal=True,
        ),
    )


def _length(visit: Visit) -> int:
    return visit.machine.settings.policy.card.pin_length
