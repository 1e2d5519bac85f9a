"""The end of a run: somebody sensible puts in every card once more and does what the pages say."""

from typing import TYPE_CHECKING

import trio
import trio.testing
from citizen import Citizen, busy, offered
from documents import RENAMED

from drivers.card_reader.slot import MediaState
from kiosk.pages import Answer, Chosen, Home, Instruct, Picture, PinEntry
from kiosk.uplink.contract.policy import ServiceKind

if TYPE_CHECKING:
    from station import Station
    from truth import TruthfulCard
    from world import World

MOST_STEPS = 400


async def see_every_card(world: "World") -> None:
    """One visit for each card that was put in anywhere, at any station that takes it; nobody has forgotten a PIN."""
    world.memory.forgetful = 0
    world.promises.note("every card is seen once more")
    proofs = {persona: world.server.proofs_left(persona) for persona in world.with_record}
    with_pad = [station for station in world.stations if station.keypad is None]
    for persona in world.with_record:
        card = world.cards[persona]
        if persona not in world.touched or card.profile.behaviour != "answers":
            continue
        station = world.rng.choice(with_pad or world.stations)
        if not world.server.unended(persona):
            await _visit(station, card, None)
            continue
        await _visit_for(station, card, _services(world, card))
        if world.server.unended(persona):  # A new PIN that the card doesn't know: a reset goes over it.
            await _visit_for(station, card, ("reset_pin",))
    resets = bool(with_pad and world.ways(ServiceKind.RESET_PIN))
    world.unanswerable = frozenset(
        persona
        for persona, card in world.cards.items()
        if not _answers(world, card, resets and persona != RENAMED and proofs.get(persona, 0) >= 2)
    )


def _answers(world: "World", card: "TruthfulCard", can_reset: bool) -> bool:
    """Whether a card can be asked here how an operation on it ended: it isn't blocked, expired, or on loss.

    A new PIN that never reached the card is nothing it can be asked for: a reset has to go over that.
    """
    if card.profile.behaviour != "answers" or card.persona not in world.with_record:
        return False
    record = world.server.record(card.persona)
    resets = can_reset and record.application_status == 1  # No reset for a card that isn't enabled.
    too_few = card.tries_left == 0 or (card.tries_left < 3 and not resets)
    open_one = world.server.unended(card.persona)
    to_go_over = open_one is not None and open_one.kind == "pin_reset" and not can_reset
    return not too_few and not to_go_over and not record.expired and record.application_status in (0, 1)


async def _visit_for(station: "Station", card: "TruthfulCard", services: tuple[str, ...]) -> None:
    """A visit for the first of these services that is offered."""
    for service in services:
        if Chosen(service) in offered(station.screen.view):
            await _visit(station, card, service)
            return


def _services(world: "World", card: "TruthfulCard") -> tuple[str, ...]:
    status = world.server.record(card.persona).application_status
    if status not in (0, 1):
        return ("card_status",)  # A card on loss is looked at, and nothing is changed on it.
    if card.tries_left == 0:
        return ("reset_pin", "unlock", "card_status")
    return ("enable", "change_pin") if status == 0 else ("change_pin",)


async def _visit(station: "Station", card: "TruthfulCard", service: str | None) -> None:
    """One visit; None: the card is put in, and seen, and nothing is wanted."""
    citizen = Citizen(station, nervous=0)
    citizen.proving.owner = card.persona
    station.note(f"closing visit of {card.persona}: {service or 'a look'}")
    if service is None:
        station.slot.insert(card)
    else:
        station.screen.press(Chosen(service))
    began = False
    for _ in range(MOST_STEPS):
        await trio.testing.wait_all_tasks_blocked()
        page = station.boot_now.page
        if isinstance(page, Home) and began:
            station.world.closing_visits += 1
            return
        began = began or not isinstance(page, Home)
        empty = station.slot.media.state is MediaState.NOT_PRESENT
        if isinstance(page, Instruct) and page.picture is Picture.CARD_INSERT and empty:
            station.slot.insert(card)
        elif isinstance(page, Instruct) and page.picture is Picture.CARD_TAKE and not empty:
            station.slot.pull()
        elif isinstance(page, PinEntry):
            if station.entering:
                await citizen.enter_pin()
        elif station.eye.looking:
            citizen.hold_up()
        elif proofs := [act for weight, act in citizen.proving.choices(page) if weight]:
            proofs[0]()
        elif busy(page):
            pass
        elif Answer.FINISH in offered(station.screen.view):
            station.screen.press(Answer.FINISH)
        elif offered(station.screen.view):
            citizen.press_offered()
        await trio.sleep(0.5)
    station.watch.violated(0, f"a visit ({service}) doesn't come to an end; {type(page).__name__} is shown")
