"""What the service manager hears, on a socket as it opens one."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import trio
import trio.testing

from kiosk.service_manager import ServiceManager


class Manager:
    """The far end of the notify protocol."""

    def __init__(self, address: str) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        self.socket.bind("\0" + address[1:] if address.startswith("@") else address)
        self.environment = {"NOTIFY_SOCKET": address}

    def heard(self) -> list[str]:
        words = []
        while True:
            try:
                words.append(self.socket.recv(4096).decode())
            except BlockingIOError:
                return words


@pytest.fixture(params=["/notify", "@kiosk-test-notify"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Manager]:
    """At a path and at an abstract address: sd_notify(3) knows both."""
    address = f"@{os.getpid()}{request.param}" if request.param.startswith("@") else f"{tmp_path}{request.param}"
    manager = Manager(address)
    with manager.socket:
        yield manager


class Screen:
    """A screen whose loop can stand still."""

    def __init__(self) -> None:
        self.turning = trio.Event()
        self.turning.set()

    async def turned(self) -> None:
        await self.turning.wait()


def test_lines_arrive_as_one_message(manager: Manager) -> None:
    ServiceManager(manager.environment).tell("READY=1", "STATUS=Serving.")

    assert manager.heard() == ["READY=1\nSTATUS=Serving."]


async def test_ready_waits_for_the_screen(manager: Manager, autojump_clock: trio.testing.MockClock) -> None:
    screen = Screen()
    screen.turning = trio.Event()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(ServiceManager(manager.environment).keep_informed, screen.turned)
        await trio.sleep(60)
        assert manager.heard() == []

        screen.turning.set()

    assert manager.heard() == ["READY=1\nSTATUS=Serving."]  # And nobody watches: it ends.


async def test_the_watchdog_is_fed_in_time(manager: Manager, autojump_clock: trio.testing.MockClock) -> None:
    environment = manager.environment | {"WATCHDOG_USEC": "9000000", "WATCHDOG_PID": str(os.getpid())}
    async with trio.open_nursery() as nursery:
        nursery.start_soon(ServiceManager(environment).keep_informed, Screen().turned)
        await trio.sleep(9.5)
        nursery.cancel_scope.cancel()

    assert manager.heard()[1:] == ["WATCHDOG=1"] * 3


async def test_a_screen_that_stands_still_feeds_nothing(
    manager: Manager, autojump_clock: trio.testing.MockClock
) -> None:
    screen = Screen()
    environment = manager.environment | {"WATCHDOG_USEC": "9000000"}
    async with trio.open_nursery() as nursery:
        nursery.start_soon(ServiceManager(environment).keep_informed, screen.turned)
        await trio.sleep(1)
        assert manager.heard() == ["READY=1\nSTATUS=Serving."]
        screen.turning = trio.Event()
        await trio.sleep(60)
        nursery.cancel_scope.cancel()

    assert manager.heard() == []


async def test_without_a_service_manager_nothing_runs() -> None:
    async def never() -> None:
        raise AssertionError("nobody asks")

    ServiceManager({}).tell("READY=1")
    await ServiceManager({}).keep_informed(never)


def test_another_process_s_watchdog_is_not_ours() -> None:
    assert ServiceManager({"WATCHDOG_USEC": "9000000", "WATCHDOG_PID": "1"}).watchdog_seconds is None


def test_a_manager_that_cannot_be_told_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        ServiceManager({"NOTIFY_SOCKET": str(tmp_path / "gone")}).tell("READY=1")
