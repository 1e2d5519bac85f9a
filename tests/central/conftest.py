"""A registry with one person in memory, and the real server as a process with throw-away keys."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from central import personas
from central.authority import Authority, SoftwareKeys
from central.database import open_in_memory
from central.registry import Registry

ZHANG = {
    "name": "张建国",
    "social_security_number": "990100195810010153",
    "birth_date": "1958-10-01",
    "phone": "13800138000",
    "card_number": "VR0000012",
    "handle": "11111111-1111-4111-8111-111111111111",
    "card_identification_code": "990100D15600000500000001A55A0001",
    "region": "990100",
    "application_status": 1,
    "lifecycle": "04",
    "issued_on": "2022-03-12",
    "collected_on": "2022-04-01",
    "valid_until": "2032-03-12",
    "bank": "虚拟银行",
    "financial_activated": False,
    "initial_pin": True,
    "pin_blocked": False,
}


@dataclass
class Clock:
    """A time that only tests move."""

    now: datetime = datetime(2026, 3, 1, 9, tzinfo=UTC)

    def __call__(self) -> datetime:
        """The time."""
        return self.now

    def pass_seconds(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def people_file(tmp_path: Path) -> Path:
    file = tmp_path / "personas.json"
    file.write_text(json.dumps([{"id": "zhang", "server_record": ZHANG}, {"id": "nobody", "server_record": None}]))
    return file


@pytest.fixture
def registry(clock: Clock, people_file: Path) -> Registry:
    registry = Registry(open_in_memory(), now=clock)
    registry.admit("kiosk-1")
    personas.seed(registry, people_file)
    return registry


@pytest.fixture(scope="session")
def base_key() -> bytes:
    """The pads', as in the example of ANSI X9.24-1:2009, annex A."""
    return bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")


@pytest.fixture(scope="session")
def authority(base_key: bytes) -> Authority:
    """Speaks for the issuer of virtual cards."""
    puk = bytes(range(16))
    return Authority(SoftwareKeys({"3DES": puk, "SM4": puk}, base_key))


@dataclass(frozen=True)
class Server:
    """The real one."""

    state: Path
    port: int
    secret: str
    pid: int
    log: Path

    @property
    def url(self) -> str:
        """Its address."""
        return f"https://127.0.0.1:{self.port}"

    @property
    def ca(self) -> str:
        """The file of the authority that signed its certificate."""
        return str(self.state / "ca.pem")

    @property
    def headers(self) -> dict[str, str]:
        """What a kiosk shows."""
        return {"Authorization": f"Bearer {self.secret}"}


@contextmanager
def _running(state: Path, *more: str | Path) -> Iterator[Server]:
    secret, port, log, people = (state / name for name in ("secret", "port", "log", "people.json"))
    people.write_text(json.dumps([{"id": "zhang", "server_record": ZHANG}]))
    central = [sys.executable, "-m", "central"]
    make_keys = ["make-keys", "--state", state, "--kiosk", "kiosk-1", "--secret-file", secret]
    subprocess.run([*central, *make_keys], check=True)
    with (state / "clerk-secret").open("wb") as file:
        subprocess.run([*central, "staff", "add", "--state", state, "wang.li"], check=True, stdout=file)
    with log.open("wb") as output:
        arguments = ["--state", state, "--port-file", port, "--seed-personas", people, *more]
        process = subprocess.Popen([*central, *arguments], stderr=output, stdout=output)
    try:
        while not port.exists():
            assert process.poll() is None, log.read_text()
            time.sleep(0.01)
        yield Server(state, int(port.read_text()), secret.read_text(), process.pid, log)
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Started as a bureau would, without the bench's socket."""
    with _running(tmp_path_factory.mktemp("central")) as server:
        yield server


@pytest.fixture(scope="session")
def bench_socket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Of a server that was started for a bench."""
    state = tmp_path_factory.mktemp("bench")
    with _running(state, "--bench-control", state / "bench.sock"):
        yield state / "bench.sock"
