"""A registry that a client can ask in this process, and the real server with its bench socket."""

import json
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from central import personas
from central.database import open_in_memory
from central.in_process import InProcess
from central.registry import Registry
from kiosk.uplink.client import Central
from kiosk.uplink.transport import HttpsTransport
from simulator.control import Control

ZHANG = {
    "name": "张建国",
    "social_security_number": "990100195810010153",
    "card_number": "VR0000012",
    "handle": "11111111-1111-4111-8111-111111111111",
    "card_identification_code": "990100D15600000500000001A55A0001",
    "region": "990100",
    "initial_pin": True,
}


def _write_people(file: Path) -> Path:
    file.write_text(json.dumps([{"id": "zhang", "server_record": ZHANG}]))
    return file


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    registry = Registry(open_in_memory())
    personas.seed(registry, _write_people(tmp_path / "people.json"))
    return registry


@pytest.fixture
def central(registry: Registry) -> Central:
    """The client on the whole server, in this process: no thread, no port, any clock."""
    return Central(InProcess(registry, registry.admit("kiosk-1")))


@dataclass
class Remote:
    """The real server."""

    url: str
    state: Path
    bench: Control

    def connect(self, **changes: Any) -> HttpsTransport:
        """A transport to it."""
        files = {"ca_file": self.state / "ca.pem", "secret_file": self.state / "secret"}
        return HttpsTransport(changes.pop("url", self.url), **(files | changes))


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Remote]:
    state = tmp_path_factory.mktemp("central")
    port, socket = state / "port", state / "bench.sock"
    command = [sys.executable, "-m", "central"]
    make_keys = ["make-keys", "--state", state, "--kiosk", "kiosk-1", "--secret-file", state / "secret"]
    subprocess.run([*command, *make_keys], check=True)
    people = _write_people(state / "people.json")
    arguments = ["--state", state, "--port-file", port, "--seed-personas", people, "--bench-control", socket]
    with (state / "log").open("wb") as log:
        process = subprocess.Popen([*command, *arguments], stderr=log, stdout=log)
    try:
        while not port.exists():
            assert process.poll() is None, (state / "log").read_text()
            time.sleep(0.01)
        bench = Control(socket)
        yield Remote(f"https://127.0.0.1:{port.read_text()}", state, bench)
        bench.close()
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
async def remote(running: Remote) -> AsyncIterator[Remote]:
    """The real server, whole at the beginning and the end."""
    running.bench("fault", mode="none")
    yield running
    running.bench("fault", mode="none")
