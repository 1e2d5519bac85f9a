"""A kiosk's rogue has citizens' phones, too, and asks the issuer for more than it may say, for longer, and elsewhere.

At the end of a run: it takes time, and citizens would meet its operations and its spent limits.
"""

import json
from typing import TYPE_CHECKING

import trio
from issuer_watch import AUTHORITY_SECONDS
from network import Letter

if TYPE_CHECKING:
    from station import Station
    from world import World

KIND = "unblock"
ATTEMPTS = range(1, 10)
OPERATIONS = 3
"""On one card: the limit of a card is that of two operations."""


async def overreach(world: "World", *, cards: int) -> None:
    """An operation is held open and the issuer asked again, by another kiosk too; then as often as it says anything.

    Args:
        world: At rest.
        cards: How many may get something; all of them together may get more than one kiosk may.
    """
    station = world.rng.choice(world.stations)
    world.fault("rogue asks for more and more", station.name)
    asked: set[str] = set()
    for persona in world.rng.sample(world.with_record, len(world.with_record)):
        evidence = await _show(world, station, persona)
        for _ in range(OPERATIONS):
            operation = evidence and await world.rogue.begin(station, KIND, persona, [evidence])
            if not operation:
                break
            if not asked:
                await _ask_elsewhere(world, station, operation)
            await _ask(world, station, operation)
            if not asked:
                await trio.sleep(AUTHORITY_SECONDS + 1)
                await _ask(world, station, operation)
            asked.add(persona)
            await world.rogue.end(station, operation, KIND, persona)
        if len(asked) == cards or world.promises.violations:
            return


async def _show(world: "World", station: "Station", persona: str) -> str | None:
    """The holder's phone, held up by somebody."""
    message = {"kiosk": station.name, "e_card_code": station.boot_now.e_card_code(persona)}
    letter = Letter("POST", "/v1/evidence/e-card", json.dumps(message).encode())
    status, _, answer = await world.deliver(station, letter)
    return json.loads(answer)["evidence"] if status == 200 else None


async def _ask(world: "World", station: "Station", operation: str) -> bool:
    """Every attempt that there is, until the server refuses; whether the issuer said anything."""
    for attempt in ATTEMPTS:
        message = {"operation_id": operation, "kiosk": station.name, "attempt": attempt, "challenge": f"{attempt:016X}"}
        for what in ("authentications", "commands"):
            path = f"/v1/operations/{operation}/{what}/{attempt}"
            status, _, _ = await world.deliver(station, Letter("PUT", path, json.dumps(message).encode()))
            if status != 200:
                return (what, attempt) != ("authentications", 1)
    return True


async def _ask_elsewhere(world: "World", station: "Station", operation: str) -> None:
    """Another kiosk asks for the operation of this one."""
    others = [other for other in world.stations if other is not station]
    if others and await _ask(world, world.rng.choice(others), operation):
        world.promises.violated(7, "the issuer speaks to another kiosk than the operation's")
