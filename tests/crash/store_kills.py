"""`kill -9` of a process that works the real store: at random moments, and at every step that it takes.

The process is forked from a warm one, recovers what the last left behind, says what doesn't hold, and serves citizens
until it is killed. The server, real too, lives on in the parent, as does whatever the world has learnt.
"""

import contextlib
import functools
import gc
import os
import pickle
import random
import selectors
import shutil
import signal
import socket
import struct
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any

import deterministic
import store_images
import structlog
import trio
from recorded_disk import Entry, Fact, Recording, Resize, Step, Sync, Write
from recording_vfs import RecordingVFS
from store_promises import Known, examine
from store_world import World
from tally import Tally, Violation

LIFE = 40
"""Kills of one machine, one after another; then comes another machine."""
VISITS = 8
STEPS = {
    "write": 150,
    "sync": 20,
    "directory": 3,
    "boot": 1,
    "begun": 3,
    "sent": 3,
    "answered": 2,
    "ended": 3,
    "receipt": 2,
    "printing": 2,
    "held": 5,
    "waiting": 5,
}
"""Where a process kills itself, and how often it comes there at most before that."""
SECONDS = 0.04
"""A process lives about so long when nobody kills it."""
Death = tuple[str, int] | None
"""At the how-manieth step of this name; None: whenever the parent likes."""

_LENGTH = struct.Struct("<I")


class Line:
    """Between a process and the parent: whole messages, those included that were sent just before a kill."""

    def __init__(self, end: socket.socket) -> None:
        self.end = end

    def send(self, message: object) -> None:
        """Hand a message over; it is the kernel's from then on."""
        data = pickle.dumps(message)
        self.end.sendall(_LENGTH.pack(len(data)) + data)

    def receive(self) -> Any:
        """The next message; None where the other end is gone. Waits."""
        size = self._exactly(_LENGTH.size)
        data = size and self._exactly(_LENGTH.unpack(size)[0])
        return pickle.loads(data) if data else None

    def _exactly(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            try:
                more = self.end.recv(size - len(data))
            except ConnectionResetError:
                return b""
            if not more:
                return b""
            data += more
        return data


class Mortal(Recording):
    """Tells the parent every fact, and kills this process at one of its steps."""

    def __init__(self, line: Line, dies_at: Death) -> None:
        super().__init__()
        self._line = line
        self._where, self._left = dies_at or ("", 0)

    def _note(self, step: Step) -> None:
        if isinstance(step, Fact):
            self._line.send(("fact", step.what))
        if name_of(step) != self._where:
            return
        self._left -= 1
        if self._left == 0:
            self._line.send(("dies", self._where))
            os.kill(os.getpid(), signal.SIGKILL)


def name_of(step: Step) -> str:
    """What a process was doing, as the tally names it."""
    match step:
        case Fact(what):
            return str(what[0])
        case Write() | Resize():
            return "write"
        case Sync():
            return "sync"
        case Entry():
            return "directory"


class _Afar:
    """The server in the parent, for the process."""

    def __init__(self, line: Line) -> None:
        self._line = line

    async def request(self, method: str, path: str, body: bytes | bytearray) -> Any:
        await trio.lowlevel.checkpoint()
        self._line.send(("request", method, path, body))
        return self._line.receive()


async def _serve(world: World, directory: Path, known: Known, line: Line, dies_at: Death) -> None:
    """What the process does until it is killed."""
    for promise, what in await examine(directory, known, twice=False):
        line.send(("violation", promise, what))
    line.send(("examined",))
    world.recording = Mortal(line, dies_at)
    with contextlib.ExitStack() as stack:
        vfs = None if dies_at is None else stack.enter_context(RecordingVFS(world.recording)).name
        machine = world.operations(directory, vfs=vfs)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(machine.run)
            await world.live(machine, VISITS)
            nursery.cancel_scope.cancel()
        machine.close()


class Machine:
    """One machine, killed again and again."""

    def __init__(self, seed: int, directory: Path) -> None:
        self.seed = seed
        self.tally = Tally()
        self._directory = directory
        self._rng = random.Random(f"kills {seed}")
        self._world = World(seed)
        self._known = Known()

    def kill(self, number: int) -> None:
        """Start a process, and end it."""
        where = list(STEPS)[number // 2 % len(STEPS)]
        dies_at = (where, self._rng.randint(1, STEPS[where])) if number % 2 else None
        moment = self._rng.uniform(0, SECONDS)
        ours, theirs = (Line(end) for end in socket.socketpair())
        pid = os.fork()
        if pid == 0:
            ours.end.close()
            self._be_killed(theirs, dies_at, number)
        theirs.end.close()
        try:
            self._attend(pid, ours, None if dies_at else time.monotonic() + moment)
        finally:
            ours.end.close()
            _, status = os.waitpid(pid, 0)
        if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
            self.tally.counts["kills"] += 1
        elif status == 0:
            self.tally.counts["outlived"] += 1
        else:
            self._violated(12, f"the process ended with status {status}")

    def _be_killed(self, line: Line, dies_at: Death, number: int) -> None:
        """In the process; doesn't return."""
        status = 1
        try:
            self._world.rng.seed(f"{self.seed} {number}")
            self._world._server = _Afar(line)  # type: ignore[assignment]
            deterministic.run(_serve, self._world, self._directory, self._known, line, dies_at, seed=number)
            status = 0
        except BaseException:  # noqa: BLE001 -- It is the finding, and nothing of it may reach the parent's frames.
            traceback.print_exc()
        finally:
            os._exit(status)

    def _attend(self, pid: int, line: Line, deadline: float | None) -> None:
        with selectors.DefaultSelector() as selector:
            selector.register(line.end, selectors.EVENT_READ)
            while True:
                if deadline is not None and not selector.select(max(0.0, deadline - time.monotonic())):
                    os.kill(pid, signal.SIGKILL)
                    deadline = None
                message = line.receive()
                if message is None:
                    return
                self._take(message, line)

    def _take(self, message: Any, line: Line) -> None:
        match message:
            case ("fact", what):
                self._known.learn([what])
            case ("dies", where):
                self.tally.counts[f"at {where}"] += 1
            case ("violation", promise, what):
                self._violated(promise, what)
            case ("examined",):
                self.tally.counts["recovered"] += 1
            case ("request", method, path, body):
                request = self._world._server.request(method, path, body)
                try:
                    request.send(None)
                except StopIteration as answered:
                    answer = answered.value
                    if method == "PUT" and 200 <= answer[0] < 300:
                        self._known.learn([("held", path)])
                    with contextlib.suppress(BrokenPipeError):
                        line.send(answer)

    def _violated(self, promise: int, what: str) -> None:
        replay = f"./script/crash --kills {LIFE} --jobs 1 --seed {self.seed}"
        self.tally.violations.append(Violation(promise, what, replay))


@functools.cache
def _warm() -> None:
    """Do once what every process does, so that none has to do it for the first time."""
    store_images.run_seed(0, 20)


def run_seed(seed: int, most: int) -> Tally:
    """One machine, killed up to `most` times."""
    _warm()
    place = Path(tempfile.mkdtemp(prefix="crash-kills-", dir="/dev/shm"))
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    try:
        machine = Machine(seed, place)
        gc.collect()
        gc.freeze()  # What a process never changes it needn't copy.
        number = 0
        while machine.tally.counts["kills"] < min(most, LIFE):
            machine.kill(number)
            number += 1
        machine.kill(2 * number)  # Of a number of its own: ids come from it.
    finally:
        gc.unfreeze()
        structlog.reset_defaults()
        shutil.rmtree(place)
    return machine.tally
