"""A virtual camera of its own process, as the bench has it."""

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from simulator.control import Control


@dataclass
class VirtualCamera:
    """The far end."""

    url: str
    control: Control


@pytest.fixture(scope="session")
def camera_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VirtualCamera]:
    folder = tmp_path_factory.mktemp("camera")
    socket, port = folder / "control.sock", folder / "port"
    command = [sys.executable, "-m", "simulator.camera", "--control", socket, "--port-file", port]
    checkout = Path(__file__).parents[3]
    process = subprocess.Popen(command, cwd=checkout)
    try:
        while not port.exists():
            assert process.poll() is None
            time.sleep(0.01)
        control = Control(socket)
        yield VirtualCamera(control("state")["url"], control)
        control.close()
    finally:
        process.terminate()
        process.wait(5)


@pytest.fixture
def camera(camera_process: VirtualCamera) -> Iterator[VirtualCamera]:
    """Whole, and nobody before it."""
    camera_process.control("mend")
    camera_process.control("hide")
    yield camera_process
    camera_process.control("mend")
