"""The way from one station to the server: it loses, doubles, delays, reorders, lies, and keeps messages for months.

What the server once got it may get again, at any time and after anything else; the station hears of it only while it
still waits.
"""

import random
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

import trio

from kiosk.uplink.errors import Cause, CentralError

READ_SECONDS = 5.0
"""How long a station's connection waits for an answer (`[central] read_seconds`)."""
INTENT = re.compile(r"/v1/operations/[^/]+")
AWAY_SECONDS = (2.0, 20.0, 90.0)
"""How long a line is away: within an answer's time, or beyond it."""
LATE_SECONDS = (1.0, 8.0, 60.0, 600.0, 7200.0)
STORM_SECONDS, STORM_REQUESTS = 10.0, 60
"""More requests in this time are a storm: an outage must not end in one."""
NETWORK_FAULTS = (
    "cut", "slow", "failing", "nonsense", "lost requests", "lost answers", "doubles", "late", "mixed", "breaks",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Letter:
    """One request on its way."""

    method: str
    path: str
    body: bytes


class Listener(Protocol):
    """Who hears of a line."""

    def fault(self, kind: str) -> None:
        """Something goes wrong."""

    def storm(self, requests: int) -> None:
        """The station asks too often."""

    def asks(self, letter: Letter) -> None:
        """The station sends something, whether or not it gets anywhere."""


Deliver = Callable[[Letter], Awaitable[tuple[int, dict[str, str], bytes]]]


class Line:
    """One station's line.

    Args:
        deliver: Hands a letter to the server, as this station, and brings its answer.
        rng: Where the accidents come from.
        nursery: Outlives the station's boots: a letter that left doesn't come back when the power goes.
        listener: Told what the station asks and what goes wrong.

    Attributes:
        lost: How likely a request never arrives.
        unheard: How likely an answer is lost; the request arrived.
        doubled: How likely a request arrives once more, at once or later.
        late: How likely a request arrives when nobody waits any more.
        breaks_on: A part of the paths on which the server fails, while it answers everything else.
        dead: The station has no power.
        kept: Letters that lie somewhere for up to 90 days.
    """

    def __init__(self, deliver: Deliver, rng: random.Random, nursery: trio.Nursery, listener: "Listener") -> None:
        self._deliver = deliver
        self._rng = rng
        self._nursery = nursery
        self._listener = listener
        self._told = listener.fault
        self._asked: list[float] = []
        self.kept: list[Letter] = []
        self.dead = False
        self.mend()

    def mend(self) -> None:
        """As good as new; what is under way stays under way."""
        self.is_cut = False
        self.seconds: tuple[float, ...] = (0.01,)
        self.answer: tuple[int, dict[str, str], bytes] | None = None
        self.breaks_on: str | None = None
        self._goes_away_at: re.Pattern[str] | None = None
        self._back_at = 0.0
        self.lost = self.unheard = self.doubled = self.late = 0.0

    def go_away_at(self, path: re.Pattern[str]) -> None:
        """Have the line go away for a while with the next request of such a path: lost, or its answer is."""
        self._goes_away_at = path

    def break_(self, how: str) -> None:
        """Have a fault stand until it is mended."""
        rng = self._rng
        match how:
            case "cut":
                self.is_cut = True
            case "slow":
                self.seconds = (rng.choice((0.5, 3.0, 20.0, 600.0)),)
            case "failing":
                self.answer = (rng.choice((500, 503)), {}, b"")
            case "nonsense":
                self.answer = (200, {}, b"<html>Welcome</html>")
            case "lost requests":
                self.lost = rng.choice((0.3, 1.0))
            case "lost answers":
                self.unheard = rng.choice((0.3, 1.0))
            case "doubles":
                self.doubled = 0.5
            case "late":
                self.late = rng.choice((0.3, 0.7))
            case "breaks":
                self.breaks_on = rng.choice(("/outcome", "/outcome", "/v1/settlements", "/v1/observations"))
            case "mixed":
                self.lost, self.unheard, self.doubled, self.late = 0.1, 0.2, 0.3, 0.1
                self.seconds = (0.0, 0.01, 1.0, 4.0)

    async def request(self, method: str, path: str, body: bytes | bytearray) -> tuple[int, dict[str, str], bytes]:
        """What the kiosk's client calls."""
        letter, rng = Letter(method, path, bytes(body)), self._rng
        if self.dead:
            await trio.sleep_forever()
        self._count()
        self._listener.asks(letter)
        await trio.sleep(rng.choice(self.seconds))
        if self._goes_away_at is not None and self._goes_away_at.fullmatch(path):
            self._told("network goes away")
            self._goes_away_at, self._back_at = None, trio.current_time() + rng.choice(AWAY_SECONDS)
            if rng.random() < 0.5:
                await self._deliver(letter)
                raise CentralError(Cause.HUNG_UP, "away by the simulation")
        if self.is_cut or trio.current_time() < self._back_at:
            raise CentralError(Cause.UNREACHABLE, "cut by the simulation")
        if self.answer is not None:
            return self.answer
        if self.breaks_on is not None and self.breaks_on in path:
            return 500, {}, b""
        if rng.random() < self.lost:
            self._told("network lost request")
            raise CentralError(rng.choice((Cause.HUNG_UP, Cause.UNREACHABLE)), "lost by the simulation")
        if rng.random() < self.late:
            self._send_later(letter)
            await trio.sleep(READ_SECONDS)
            raise CentralError(Cause.SLOW, "late by the simulation")
        if rng.random() < self.doubled:
            self._send_later(letter)
        answer = await self._deliver(letter)
        await trio.sleep(rng.choice(self.seconds))
        if rng.random() < self.unheard:
            self._told("network lost answer")
            raise CentralError(rng.choice((Cause.HUNG_UP, Cause.SLOW)), "lost by the simulation")
        return answer

    def _count(self) -> None:
        now = trio.current_time()
        self._asked = [at for at in self._asked if at > now - STORM_SECONDS] + [now]
        if len(self._asked) > STORM_REQUESTS:
            self._listener.storm(len(self._asked))

    def _send_later(self, letter: Letter) -> None:
        if self._rng.random() < 0.3:
            self._told("network kept for months")
            self.kept.append(letter)
            return
        self._told("network late or twice")
        self._nursery.start_soon(self._after, self._rng.choice(LATE_SECONDS), letter)

    async def _after(self, seconds: float, letter: Letter) -> None:
        await trio.sleep(seconds)
        await self._deliver(letter)

    async def deliver_kept(self) -> None:
        """What lay somewhere arrives, in any order."""
        kept, self.kept = self.kept, []
        self._rng.shuffle(kept)
        for letter in kept:
            await self._deliver(letter)
