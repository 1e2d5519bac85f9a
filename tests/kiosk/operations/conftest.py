"""The operations of one machine, on a disk that may fail, at the real server, which may be hard to reach."""

import datetime
import json
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from uuid import UUID

import apsw
import pytest
import trio
from pydantic import SecretStr
from regions import NOTHING_NEEDED

from central import personas
from central.database import open_in_memory
from central.in_process import InProcess
from central.registry import Registry
from drivers.card_reader.mutation import Mutation
from kiosk.conditions import ConditionBoard
from kiosk.operations.operations import Operations
from kiosk.operations.storage import Storage
from kiosk.operations.store import Store
from kiosk.uplink.client import Central
from kiosk.uplink.contract import CardRecord, CardReference
from kiosk.uplink.errors import Cause, CentralError

KIOSK = "kiosk-3"
CARDS = {
    "zhang": ("11111111-1111-4111-8111-111111111111", "VR0000012"),
    "li": ("22222222-2222-4222-8222-222222222222", "VR0000020"),
}
NOW = datetime.datetime(2026, 3, 1, 9, tzinfo=datetime.UTC)


def at() -> str:
    """The time of every record here."""
    return NOW.isoformat()


class Disk(apsw.VFS):
    """The real disk, until it is told to fail."""

    def __init__(self, name: str = "failing") -> None:
        self.fault: type[apsw.Error] | None = None
        self.writes = 0
        self.fails_at: int | None = None
        """The write from which on it fails; None: `fault` alone says."""
        super().__init__(name, "")

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:
        """SQLite's."""
        return _File(self, name, flags)

    def strain(self) -> None:
        """Before each write: fail where that is due."""
        self.writes += 1
        due = self.fails_at is None or self.writes >= self.fails_at
        if self.fault is not None and due:
            raise self.fault

    def fail(self, fault: type[apsw.Error], *, after: int = 0) -> None:
        """Fail from the write on that comes after so many."""
        self.fault, self.fails_at = fault, self.writes + after + 1

    def mend(self) -> None:
        """Take everything again."""
        self.fault = self.fails_at = None


class _File(apsw.VFSFile):
    def __init__(self, disk: Disk, name: str | apsw.URIFilename | None, flags: list[int]) -> None:
        self._disk = disk
        super().__init__("", name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:
        self._disk.strain()
        super().xWrite(data, offset)


@pytest.fixture
def disk_class() -> type[Disk]:
    """Makes disks."""
    return Disk


@pytest.fixture
def disk() -> Iterator[Disk]:
    disk = Disk()
    yield disk
    disk.unregister()


class Way:
    """The way to the server. A fault takes a request and says what becomes of it; None: nothing special."""

    def __init__(self, server: InProcess) -> None:
        self._server = server
        self.seen: list[tuple[str, str]] = []
        self.bodies: dict[str, list[bytes]] = {}
        self.faults: list[Callable[[str, str], str | tuple[int, dict[str, str], bytes] | None]] = []
        self.seconds = 0.01

    async def request(self, method: str, path: str, body: bytes | bytearray) -> tuple[int, Mapping[str, str], bytes]:
        """Carry a request."""
        self.seen.append((method, path))
        self.bodies.setdefault(path, []).append(body)
        await trio.sleep(self.seconds)
        how = next((told for fault in self.faults if (told := fault(method, path)) is not None), None)
        if how == "cut":
            raise CentralError(Cause.UNREACHABLE, "cut")
        if isinstance(how, tuple):
            return how
        answer = await self._server.request(method, path, body)
        if how == "lost":
            raise CentralError(Cause.HUNG_UP, "lost")
        return answer

    def fail(self, end: str, how: str | tuple[int, dict[str, str], bytes], *, times: int | None = None) -> None:
        """Have the next requests to such a path fail: `cut`, `lost` (it is done, unheard), or an answer."""
        left = [times]

        def fault(method: str, path: str) -> str | tuple[int, dict[str, str], bytes] | None:
            if not path.endswith(end) or left[0] == 0:
                return None
            left[0] = None if left[0] is None else left[0] - 1
            return how

        self.faults.append(fault)

    def mend(self) -> None:
        """Carry everything again."""
        self.faults.clear()

    def count(self, end: str) -> int:
        """Requests to such a path so far."""
        return sum(path.endswith(end) for _, path in self.seen)


class Fixture:
    """One machine, boot after boot, and all that it has to do with."""

    def __init__(self, directory: Path, disk: Disk, registry: Registry) -> None:
        self.directory = directory
        self.disk = disk
        self.registry = registry
        self._server = InProcess(registry, registry.admit(KIOSK))
        self.way = Way(self._server)
        self.central = Central(self.way, deadline_seconds=5)
        self.board = ConditionBoard(lambda: NOW)
        self.rng = Random(7)
        self._ids = Random(8)

    @property
    def path(self) -> Path:
        """The database."""
        return self.directory / "kiosk.db"

    def new_id(self) -> UUID:
        """The next id."""
        return UUID(int=self._ids.getrandbits(128), version=4)

    def open_store(self) -> Store:
        """The database on the disk that may fail."""
        return Store(self.path, vfs="failing")

    def make(self) -> Operations:
        """The operations of a new boot, not yet running."""
        self.board = ConditionBoard(lambda: NOW)
        return Operations(
            self.open_store,
            self.central,
            self.board,
            kiosk=KIOSK,
            number=3,
            now=lambda: NOW,
            answer_seconds=10,
            rng=self.rng,
            new_id=self.new_id,
        )

    @asynccontextmanager
    async def boot(self) -> AsyncIterator[Operations]:
        """The operations of a new boot, running."""
        operations = self.make()
        try:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(operations.run)
                yield operations
                if operations._storage.store is not None:
                    times = {json.loads(row.record).get("at", at()) for row in operations._storage.store.journal()}
                    assert times == {at()}, "each record says when"
                nursery.cancel_scope.cancel()
        finally:
            self.disk.mend()
            operations.close()

    def image(self) -> dict[str, bytes]:
        """What a power cut would leave now: every commit is synced, so the files as they are."""
        names = ("kiosk.db", "kiosk.db-wal")
        return {name: (self.directory / name).read_bytes() for name in names if (self.directory / name).exists()}

    def put(self, image: dict[str, bytes]) -> None:
        """Begin again with these files."""
        for name in ("kiosk.db", "kiosk.db-wal"):
            (self.directory / name).unlink(missing_ok=True)
        for name, data in image.items():
            (self.directory / name).write_bytes(data)

    def standing(self) -> list[str]:
        """The conditions that stand."""
        return [condition.id for condition, _ in self.board.standing()]

    async def record(self, person: str = "zhang") -> CardRecord:
        """The card's, as the server tells, however this machine's way to it is."""
        reference = CardReference(card_number=SecretStr(CARDS[person][1]), region="990100")
        return await Central(self._server).card_status(reference)

    def storage(self) -> Storage:
        """Storage alone, of a new boot."""
        return Storage(self.open_store, self.board, at=at)

    def events(self, operations: Operations) -> list[str]:
        """What the journal tells, in a word each."""
        store = operations._storage.store
        assert store is not None
        return [json.loads(row.record)["event"] for row in store.journal()]


class Chip:
    """A card's mutation that answers as it is told."""

    def __init__(self, *answers: BaseException | None) -> None:
        self.sent = 0
        self._answers = list(answers)

    @property
    def mutation(self) -> Mutation:
        """Ready to be sent."""
        return Mutation(bytes.fromhex("805E0100"), None, self._send)

    async def _send(self) -> None:
        self.sent += 1
        await trio.sleep(0.1)
        if self._answers and (answer := self._answers.pop(0)) is not None:
            raise answer


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    people = [
        {
            "id": person,
            "server_record": {
                "name": "张建国",
                "social_security_number": f"99010019581001{n:04}",
                "card_number": number,
                "handle": handle,
                "card_identification_code": f"990100D15600000500000001A55A000{n}",
                "region": "990100",
            },
        }
        for n, (person, (handle, number)) in enumerate(CARDS.items())
    ]
    file = tmp_path / "people.json"
    file.write_text(json.dumps(people))
    registry = Registry(open_in_memory(), now=lambda: NOW, policy_of=lambda kiosk, day: NOTHING_NEEDED)
    personas.seed(registry, file)
    return registry


@pytest.fixture
def machine(tmp_path: Path, disk: Disk, registry: Registry) -> Fixture:
    directory = tmp_path / "storage"
    directory.mkdir()
    return Fixture(directory, disk, registry)


@pytest.fixture
def chip() -> type[Chip]:
    """Makes mutations."""
    return Chip
