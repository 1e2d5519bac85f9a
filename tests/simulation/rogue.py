"""Somebody on the network who holds a kiosk's secret, has overheard everything, and tries what must be refused."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from impostor import Impostor
from network import Letter

if TYPE_CHECKING:
    from station import Station
    from world import World

TRIED_AUTHORISATIONS = 9
KINDS = (
    "temporary_loss", "loss_release", "formal_loss", "unblock", "pin_reset", "enable", "pin_change",
    "eligibility_check", "application",
)  # fmt: skip


class Rogue:
    """Sends what no kiosk would, and says where the server did it.

    Args:
        world: Whose server.

    Attributes:
        begun: The operations that it opened itself, with a card that somebody else never had in hand meanwhile.
    """

    def __init__(self, world: "World") -> None:
        self._world = world
        self._rng = world.rng
        self.begun: set[str] = set()
        self.impostor = Impostor(world, self)

    async def act(self) -> None:
        """One of the attempts."""
        station = self._rng.choice(self._world.stations)
        acts = (
            self._forge, self._again_as_another, self._intent, self._intent, self._second, self._authority,
            self._late, self._old_view, *self.impostor.acts,
        )  # fmt: skip
        act = self._rng.choice(acts)
        self._world.fault(f"rogue {act.__name__.strip('_').replace('_', ' ')}", station.name)
        await act(station)

    async def _forge(self, station: "Station") -> None:
        """A message that was taken, with something else in it."""
        taken = self._taken_by(station)
        if taken is None:
            return
        path, body = taken
        if b'"boot":' not in body:
            return  # There is nothing to forge in it.
        before = self._world.server.fingerprint()
        forged = body.replace(b'"boot":', b'"boot":1', 1)
        status, _, _ = await self._world.deliver(station, Letter("PUT", path, forged))
        if status != 422:
            self._world.promises.violated(6, f"the same id with another payload gets {status}")
        self._unchanged(6, before, "a forged message")

    async def _again_as_another(self, station: "Station") -> None:
        """A message of one station, sent by another."""
        taken = self._taken_by(station)
        others = [other for other in self._world.stations if other is not station]
        if taken is None or not others:
            return
        before = self._world.server.fingerprint()
        status, _, _ = await self._world.ask(self._rng.choice(others), Letter("PUT", *taken))
        if status < 400:
            self._world.promises.violated(6, "a station may speak for another")
        self._unchanged(6, before, "a message in another station's name")

    async def _intent(self, station: "Station") -> None:
        """An intent that needs more than the rogue has: evidence of others, used before, or none at all."""
        server, rng = self._world.server, self._rng
        kind = rng.choice(KINDS)
        persona = rng.choice(self._world.with_record)
        busy = server.unended(persona)
        if kind == "pin_change" and not busy:
            return  # Anybody with the card may begin that; with an open operation nobody may.
        shown = rng.sample(server.evidence(), min(len(server.evidence()), rng.randrange(3)))
        identity = str(self._world.new_id())
        message = self._about(identity, kind, station, persona) | {"evidence": [evidence.id for evidence in shown]}
        drafts = self._world.promises.identity.drafts
        if kind == "application":
            message["draft"] = rng.choice([*drafts, str(self._world.new_id())])
        good = [each for each in shown if server.good(each, station.name, persona)]
        kinds = {each.kind for each in good}
        ways = self._world.promises.identity.ways(message)
        if kind != "pin_change" and len(good) == len(shown) and any(way <= kinds for way in ways):
            return  # It would be right to take it.
        before = server.fingerprint(without="operations")
        status, _, _ = await self._world.ask(station, _letter(f"/v1/operations/{identity}", message))
        number, what = (5, "a second open operation") if kind == "pin_change" else (7, f"{kind} without its evidence")
        if status == 200:
            self._world.promises.violated(number, f"the server takes {what}")
        elif before != server.fingerprint(without="operations"):
            self._world.promises.violated(number, f"a refused intent ({kind}) changed the server's tables")

    async def _second(self, station: "Station") -> None:
        """A second operation on a card that has one; where no card has, one of the rogue's own is the first."""
        world, rng = self._world, self._rng
        busy = [persona for persona in world.with_record if world.server.unended(persona)]
        persona = rng.choice(busy or world.with_record)
        first = None if busy else await self.begin(station, "pin_change", persona)
        if (busy or first) and await self.begin(rng.choice(world.stations), "pin_change", persona):
            world.promises.violated(5, "the server takes a second open operation")
        elif first:
            await self.end(station, first, "pin_change", persona)

    async def _late(self, station: "Station") -> None:
        """A word about an operation that the card has settled in the meantime."""
        await self.say_too_late(station, settled="not_done", said="in_doubt")

    async def say_too_late(self, station: "Station", *, settled: str, said: str) -> None:
        """An operation of its own ends at some station by what the card says; then the one that began it speaks.

        Whoever looks at the tables sees whether the result stays.
        """
        world, rng = self._world, self._rng
        persona = rng.choice([persona for persona in world.with_record if not world.server.unended(persona)])
        operation = await self.begin(station, "pin_change", persona)
        if operation is None:
            return
        await self._settle(rng.choice(world.stations), operation, persona, settled)
        message = self._about(operation, "pin_change", station, persona) | {"outcome": said}
        await world.deliver(station, _letter(f"/v1/operations/{operation}/outcome", message))

    async def _settle(self, station: "Station", operation: str, persona: str, outcome: str) -> None:
        """Say at this station what the card told of an operation: not done, or that it can't tell either."""
        identity = str(self._world.new_id())
        message = self._from(station, persona) | {
            "settlement_id": identity,
            "operation_id": operation,
            "outcome": outcome,
            "means": "old_pin_accepted" if outcome == "not_done" else "neither_pin_accepted",
        }
        await self._world.deliver(station, _letter(f"/v1/settlements/{identity}", message))

    async def _old_view(self, station: "Station") -> None:
        """What was seen of a card whose record has changed since: the opposite of what stands there now."""
        world = self._world
        versions = {persona: world.server.version(world.server.record(persona).handle) for persona in world.with_record}
        changed = [persona for persona, (version, _) in versions.items() if version]
        if not changed:
            return
        persona = self._rng.choice(changed)
        version, blocked = versions[persona]
        identity = str(world.new_id())
        message = self._from(station, persona) | {
            "observation_id": identity,
            "record_version": self._rng.randrange(version),
            "tries_left": 3 if blocked else 0,
        }
        await world.deliver(station, _letter(f"/v1/observations/{identity}", message))

    async def begin(
        self, station: "Station", kind: str, persona: str, evidence: Sequence[str] = (), **more: str
    ) -> str | None:
        """Open an operation; None: the server refuses."""
        identity = str(self._world.new_id())
        message = self._about(identity, kind, station, persona) | {"evidence": list(evidence)} | more
        status, _, _ = await self._world.deliver(station, _letter(f"/v1/operations/{identity}", message))
        if status != 200:
            return None
        self.begun.add(identity)
        return identity

    async def end(self, station: "Station", identity: str, kind: str, persona: str) -> None:
        """Say that an operation changed nothing, which is so."""
        message = self._about(identity, kind, station, persona) | {"outcome": "not_done"}
        await self._world.deliver(station, _letter(f"/v1/operations/{identity}/outcome", message))

    def _about(self, identity: str, kind: str, station: "Station", persona: str) -> dict[str, Any]:
        """What an intent and a report have in common."""
        return {"operation_id": identity, "kind": kind} | self._from(station, persona)

    def _from(self, station: "Station", persona: str) -> dict[str, Any]:
        """What all messages about a card have in common."""
        return {
            "kiosk": station.name,
            "boot": 1,
            "sequence": 1,
            "card": self._world.server.handle_of(persona),
            "at": "2026-03-05T10:00:00+08:00",
        }

    async def _authority(self, station: "Station") -> None:
        """The issuer's proof for operations of others and of the past, and more of them than anybody may have."""
        operations = [row for row in self._world.server.operations() if row.kind in ("unblock", "pin_reset")]
        if not operations:
            return
        row = self._rng.choice(operations)
        for attempt in range(1, TRIED_AUTHORISATIONS + 1):
            challenge = self._world.random_bytes(8).hex().upper()
            message = {"operation_id": row.id, "kiosk": station.name, "attempt": attempt, "challenge": challenge}
            path = f"/v1/operations/{row.id}/authentications/{attempt}"
            status, _, _ = await self._world.deliver(station, _letter(path, message))
            if status == 200 and row.kiosk != station.name:
                self._world.promises.violated(7, "the issuer speaks to another kiosk than the operation's")

    def _taken_by(self, station: "Station") -> tuple[str, bytes] | None:
        answers = self._world.promises.answered_letters()
        mine = [(path, body) for (name, path), (body, status, _) in answers.items() if name == station.name]
        return self._rng.choice(mine) if mine else None

    def _unchanged(self, number: int, before: object, what: str) -> None:
        if before != self._world.server.fingerprint():
            self._world.promises.violated(number, f"{what} changed the server's tables")


def _letter(path: str, message: dict[str, Any]) -> Letter:
    return Letter("PUT", path, json.dumps(message, separators=(",", ":")).encode())
