"""A kiosk's rogue has citizens' documents and phones, and asks the issuer for more than it may say, for longer, and
elsewhere.

At the end of a run: it takes time, and citizens would meet its operations and its spent limits.
"""

import json
from typing import TYPE_CHECKING

import trio
from documents import CHILD
from identity_watch import BETWEEN_CODES, CHECK_SECONDS, CODE_SECONDS, EVIDENCE_SECONDS
from issuer_watch import AUTHORITY_SECONDS
from network import Letter

if TYPE_CHECKING:
    from station import Station
    from world import World

KIND = "unblock"
ATTEMPTS = range(1, 10)
TEXTS, PHOTOS, DOCUMENTS = 6, 6, 61
"""For one person, and false ones at one kiosk; one more than there may be."""
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
        evidence = await world.rogue.impostor.show_all(station, persona)
        for _ in range(OPERATIONS):
            operation = evidence and await world.rogue.begin(station, KIND, persona, evidence)
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


async def ask_for_proofs(world: "World") -> None:
    """More texts and more photos than there may be: for one person, and from one kiosk."""
    station, impostor = world.rng.choice(world.stations), world.rogue.impostor
    world.fault("rogue asks for texts and photos", station.name)
    for _ in range(TEXTS):
        for persona in world.with_record:
            await impostor.ask_for_text(station, persona)
            await impostor.ask_for_text(station, persona)
            if world.promises.violations:
                return
        await trio.sleep(BETWEEN_CODES + 1)
    for persona in world.with_record:
        document = await impostor.show_document(station, persona)
        for _ in range(PHOTOS if document else 0):
            await impostor.ask_for_photo(station, document, guardian=persona != CHILD)
    for _ in range(DOCUMENTS):  # Last: no document is taken there for an hour.
        await impostor.show_document(station, "normal", name="林国栋")


async def out_of_time(world: "World") -> None:
    """What somebody has shown, a code and a check, each when its time is over."""
    station, impostor = world.rng.choice(world.stations), world.rogue.impostor
    world.fault("rogue comes too late", station.name)
    persona = world.rng.choice(world.with_record)
    document = await impostor.show_document(station, persona)
    if document is None:
        return
    check = await impostor.ask_for_photo(station, document)
    shown = await impostor.show_text(station, persona)
    await trio.sleep(BETWEEN_CODES + 1)
    code_id = await impostor.ask_for_text(station, persona)
    await trio.sleep(CHECK_SECONDS + 1)
    if check is not None:
        await impostor.judge(station, check)
    await trio.sleep(CODE_SECONDS - CHECK_SECONDS)
    if code_id is not None:
        await impostor.show_code(station, code_id)
    await trio.sleep(EVIDENCE_SECONDS - CODE_SECONDS)
    await impostor.ask_for_photo(station, document)
    if shown is not None:
        await impostor.begin(station, persona, [document, shown])


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
