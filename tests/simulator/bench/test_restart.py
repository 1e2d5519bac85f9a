"""A kiosk that is told at its console to start again does so on the bench, too."""

import os
from collections.abc import Iterator

import pytest

from simulator import engineer
from simulator.bench.server import Bench
from simulator.machine import Machine, Wishes
from simulator.stand import Stand


@pytest.fixture(scope="module")
def shared_stand() -> Iterator[Stand]:
    """Shared with nobody: the kernel ends a kiosk that the bench started together with the bench's thread."""
    with Stand(Wishes()) as stand:
        yield stand


@pytest.mark.deep
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else at the console")
def test_the_console_restarts_it(bench: Bench, shared_stand: Stand) -> None:
    """Twice: the bench minds the new one as it did the old."""
    machine = shared_stand.first
    for _ in range(2):
        machine.wait_until_it_serves()
        kiosk = machine.children["kiosk"]
        kiosk.wait_until(lambda: told_to_restart(machine))
        kiosk.wait_until_ended(20)
        shared_stand.children["central"].wait_until(lambda old=kiosk: machine.children.get("kiosk", old) is not old)
    machine.wait_until_it_serves()


def told_to_restart(machine: Machine) -> bool:
    """The console's socket comes a moment after the home page."""
    try:
        engineer.asks(machine.console, "restart", {}, confirmed=True)
    except engineer.NotAsked:
        return False
    return True
