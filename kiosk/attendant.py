"""Attends one citizen after another: home page, service, what came of it, the card taken, everything wiped."""

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Literal

import structlog
import trio

from drivers.card_reader.errors import NotASocialCard
from drivers.card_reader.slot import IN_SLOT, MediaState
from drivers.errors import DeviceError
from drivers.id_reader.errors import IdReaderError
from kiosk import idle, phrases, refusals
from kiosk.catalogue import SERVICES, Service
from kiosk.conclusion import conclude, refused_result
from kiosk.conditions.faults import note_fault, note_program_fault
from kiosk.counters import VISITS
from kiosk.machine import Machine
from kiosk.operations.errors import ChangesClosed, OutcomeUnknown
from kiosk.pages import Answer, Chosen
from kiosk.refusals import Refused
from kiosk.steps.card import refusal_for
from kiosk.steps.server import refused_by_server
from kiosk.uplink.errors import CentralError
from kiosk.visit import Ending, GoneBack, Result, Visit

if TYPE_CHECKING:
    from kiosk.console.console import Console

log = structlog.get_logger()

_PLATE_SECONDS = 2.0
"""How long a reader may take to say that nothing lies on it; it looks twice."""


async def attend(machine: Machine, console: "Console | None" = None) -> None:
    """Serve citizens, one after another, until cancelled.

    Args:
        machine: Where.
        console: The maintenance console, for who comes with a technician's card; None: nobody does.
    """
    serial, card_seen = 0, machine.slot.media.insertion
    while True:
        async with trio.open_nursery() as nursery:
            visit = Visit(machine, nursery, serial=serial, card_seen=card_seen)
            nursery.start_soon(visit.front_desk)
            try:
                await _attend_one(visit, console)
            finally:
                visit.wipe()
            nursery.cancel_scope.cancel()
        serial, card_seen = visit.serial, visit.card_seen


async def _attend_one(visit: Visit, console: "Console | None") -> None:
    await _card_out(visit)
    if visit.machine.board.closes("service"):
        await idle.closed(visit)
        if visit.machine.slot.media.state is MediaState.PRESENT:
            with visit.stage():
                await _staff(visit, console)
        await visit.machine.desk.hand_over(visit)
        return
    service: Service | None = None
    with visit.stage():
        service = await idle.home(visit)
        visit.look_at_printer()
    if visit.ending is not None:  # Exit, in the same moment.
        service = None
    if service is not None:
        visit.machine.count(VISITS)
    else:
        await visit.machine.desk.hand_over(visit)
    came_by: list[Service] = []
    while service is not None:
        if service in came_by:  # Whoever came round again goes back from here as the first time, not round and round.
            del came_by[came_by.index(service) :]
        result = await _serve(visit, service, console)
        visit.wipe()
        match result:
            case Chosen():
                came_by.append(service)
                service = SERVICES[result.service]
            case Answer.BACK:
                service = came_by.pop() if came_by else None
            case Result():
                service = await conclude(visit, service, result)
            case None:
                service = None
    if visit.machine.enciphering_pad is not None:
        visit.machine.enciphering_pad.rest()
    await visit.close_card()
    await _card_out(visit)
    if visit.plate_used:
        await _plate_empty(visit)


async def _staff(visit: Visit, console: "Console | None") -> bool:
    """Whether a technician's card is in the slot; whoever holds it has left by then."""
    if console is None:
        return False
    from kiosk.console import glass  # Imported late: no citizen needs it.

    await visit.close_card()
    try:
        return await glass.attend(visit, console)
    except Exception as error:  # noqa: BLE001 -- Nor must a technician's.
        note_program_fault(visit.machine.board, error)
        return True


async def _serve(
    visit: Visit, service: Service, console: "Console | None"
) -> Result | Chosen | Literal[Answer.BACK] | None:
    """Run `service`; None when the visit was ended with nothing to show; BACK when the citizen wants something else."""
    log.info("visit.service", service=service.__name__)
    refusal: Refused | None = None
    visit.go_on()
    with visit.stage():
        try:
            result = await service(visit)
            visit.proof = None  # Used, or shown for that alone.
            log.info("visit.result", service=service.__name__)
            visit.machine.count(f"service.{service.__name__}")
            return result
        except GoneBack:
            visit.proof = None
            return Answer.BACK
        except Refused as refused:
            refusal = refused
            if isinstance(refused.__context__, DeviceError):  # A service has put a device's failure into words.
                note_fault(visit.machine.board, refused.__context__)
        except NotASocialCard as error:
            refusal = None if await _staff(visit, console) else Refused(refusal_for(error))
        except DeviceError as error:
            refusal = Refused(refusal_for(error))
            log.warning("visit.device_error", error=type(error).__name__, outcome=error.outcome.value)
            note_fault(visit.machine.board, error)
        except CentralError as error:
            refusal = refused_by_server(error)
            log.warning("visit.central_error", cause=error.cause.value, status=error.status)
        except ChangesClosed:
            refusal = Refused(refusals.operation.CHANGES_CLOSED)
        except OutcomeUnknown:
            refusal = Refused(refusals.operation.OUTCOME_UNKNOWN)
        except Exception as error:  # noqa: BLE001 -- One citizen's mishap must not take the machine down.
            refusal = Refused(refusals.machine.KIOSK_FAULT)
            note_program_fault(visit.machine.board, error)
    if refusal is None and visit.ending is Ending.CARD_REMOVED:
        refusal = Refused(refusals.card.REMOVED)
    if refusal is None and visit.ending is Ending.READER_GONE:
        refusal = Refused(refusals.machine.CARD_READER_GONE)
    if refusal is None:
        return None
    visit.refused.add(service.__name__)
    return refused_result(visit, refusal)


async def _card_out(visit: Visit) -> None:
    """Ask for the card that was dealt with until it is out of the slot."""
    slot, seconds = visit.machine.slot, visit.machine.settings.visit.take_card_seconds
    page = phrases.take_card()
    while (media := slot.media).state in IN_SLOT and media.insertion == visit.card_seen:
        visit.machine.loudspeaker.attention()
        with trio.move_on_after(seconds):
            await visit.meanwhile(page, partial(slot.changed_from, media), idle=False)
        page = phrases.card_left()


async def _plate_empty(visit: Visit) -> None:
    """Ask for an ID card that still lies on its reader until it is gone: the next one to be read must be the next's."""
    reader, seconds = visit.machine.id_reader, visit.machine.settings.visit.take_card_seconds
    assert reader is not None, "only a reader's plate was used"
    with suppress(IdReaderError):  # Nothing can be read from it either.
        with trio.move_on_after(_PLATE_SECONDS):
            await reader.lifted()
            return
        while True:
            visit.machine.loudspeaker.attention()
            with trio.move_on_after(seconds):
                await visit.meanwhile(phrases.take_id_card(), reader.lifted, idle=False)
                return
