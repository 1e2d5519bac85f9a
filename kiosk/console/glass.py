"""The console on the machine's own screen: let in by a technician's card, from the board to what can be done."""

import datetime
import time
from importlib.metadata import version

import structlog

from drivers.card_reader.errors import CardReaderError, NotATechnicianCard
from drivers.errors import DeviceError
from drivers.pin import Pin
from kiosk.access.errors import AccessRefused
from kiosk.access.technician_card import ClockDoubtful, TechnicianAccess
from kiosk.conditions.faults import note_fault
from kiosk.console.console import Console
from kiosk.console.dialogue import GlassDialogue, LeftAlone
from kiosk.console.glass_pages import BACK, Look, look, task
from kiosk.console.glass_staff import Staff
from kiosk.console.roles import Caller, Face
from kiosk.console.words import ROLES
from kiosk.pages import Panel, Picture, PinEntry, Sign
from kiosk.text import T
from kiosk.visit import Visit

log = structlog.get_logger()


class _Left(Exception):
    """Whoever was asked for their PIN doesn't want to give it."""


async def attend(visit: Visit, console: Console) -> bool:
    """Let in whoever holds the technician's card in the slot, until they leave.

    Returns:
        Whether it is a technician's card; another is none of ours.
    """
    access = console.access
    if access is None:
        return False
    try:
        caller = await _admit(visit, console, access)
    except (NotATechnicianCard, CardReaderError):
        return False
    except (_Left, LeftAlone):
        return True
    if caller is not None:
        try:
            await Staff(visit, console, caller, _look(console, caller)).run()
        except LeftAlone:
            log.info("console.left_alone", who=caller.who)
    return True


async def _admit(visit: Visit, console: Console, access: TechnicianAccess) -> Caller | None:
    """Who it is; None: they aren't let in, and were told why.

    Raises:
        NotATechnicianCard: It is another kind of card.
    """
    nobody = GlassDialogue(visit, _look(console, Caller(who="", roles=frozenset(), face=Face.GLASS)))
    transport = await visit.machine.slot.connect()
    try:
        return await access.admit(transport, lambda: _pin(visit))
    except ClockDoubtful as doubtful:
        return await _by_grant(nobody, access, doubtful)
    except AccessRefused as refused:
        await nobody.say(refused.why)
    except NotATechnicianCard:
        raise
    except DeviceError as error:
        log.warning("access.device_error", error=type(error).__name__)
        note_fault(visit.machine.board, error)
        await nobody.say(T("卡或键盘出了问题：{error}", error=type(error).__name__))
    finally:
        await transport.close()
    return None


async def _pin(visit: Visit) -> Pin:
    """Have the card's PIN entered on the metal pad.

    Raises:
        AccessRefused: This machine has no pad whose digits it may read.
    """
    pad = visit.machine.pad
    if pad is None:
        raise AccessRefused("access.no_pad", T("这台机器没有单独的键盘，请从终端维护"))
    page = PinEntry(title=T("请输维护卡密码"), subtitle=T("在金属键盘上输，输完按“确认”。"), can_exit=False)
    given = await visit.meanwhile(page, pad.enter, idle=False)
    if not isinstance(given, Pin):
        raise _Left
    return visit.keep(given)


async def _by_grant(dialogue: GlassDialogue, access: TechnicianAccess, doubtful: ClockDoubtful) -> Caller | None:
    """The clock may be wrong: the operations centre says whether they may, by a code held before the camera."""
    assert access.grants is not None, "only where there is such a way is it offered"
    visit = dialogue.visit
    page = task(
        dialogue.look,
        T("机器时钟不准"),
        subtitle=T("请把下面的码报给运维中心，再把回码举到摄像头前。"),
        panel=Panel(
            sign=Sign.INFORMATION,
            heading=T("{nonce}", nonce=access.grants.nonce()),
            body=T(
                "机器：{machine}，身份：{role}。15 分钟内有效，只能用一次。",
                machine=visit.machine.settings.machine.name,
                role=ROLES[doubtful.role],
            ),
        ),
        picture=Picture.QR_SCAN,
        below=(BACK,),
    )
    async with visit.machine.code_reader.open() as codes:
        code = await visit.meanwhile(page, codes.next_code, idle=False)
    if not isinstance(code, str):
        return None
    try:
        return access.admit_by_grant(doubtful, code)
    except AccessRefused as refused:
        await dialogue.say(refused.why)
        return None


def _look(console: Console, caller: Caller) -> Look:
    up = datetime.timedelta(seconds=time.clock_gettime(time.CLOCK_BOOTTIME))
    return look(console.machine.settings.machine, caller, version=version("kiosk"), up=up)
