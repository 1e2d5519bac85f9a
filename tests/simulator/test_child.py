"""Processes of the stand: they get ready, tell why they didn't, and never outlive it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from simulator.child import Child, ChildFailed


def child(tmp_path: Path, script: str) -> Child:
    return Child("example", ["sh", "-c", script], tmp_path / "log")


def test_a_child_that_ends_early_is_reported_with_its_last_words(tmp_path: Path) -> None:
    failing = child(tmp_path, "echo no such wire >&2; exit 3")

    with pytest.raises(ChildFailed, match=r"example ended with status 3\nno such wire"):
        failing.wait_until(lambda: False)


def test_a_child_that_never_gets_ready_is_reported(tmp_path: Path) -> None:
    idle = child(tmp_path, "echo waiting; exec sleep 60")
    try:
        with pytest.raises(ChildFailed, match=r"wasn't ready after 0.2 s\nwaiting"):
            idle.wait_until(lambda: False, seconds=0.2)
    finally:
        idle.stop()


def test_stopping_is_in_order_first_and_by_force_in_the_end(tmp_path: Path) -> None:
    polite = child(tmp_path, "trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.05; done")
    polite.wait_until(lambda: "up" in polite.last_words())
    polite.stop()
    assert (polite.status, polite.last_words()) == (0, "up\nbye")

    stubborn = child(tmp_path, "trap '' TERM; echo there; while :; do sleep 0.05; done")
    stubborn.wait_until(lambda: "there" in stubborn.last_words())
    stubborn.stop(seconds=0.2)
    assert stubborn.status == -signal.SIGKILL


def test_a_child_does_not_outlive_a_stand_that_is_killed(tmp_path: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from simulator.child import Child\n"
        f"print(Child('c', ['sleep', '60'], Path({str(tmp_path / 'log')!r})).pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as stand:
        assert stand.stdout is not None
        orphan = psutil.Process(int(stand.stdout.readline()))
        while orphan.name() != "sleep":  # Until then it hasn't asked the kernel yet.
            time.sleep(0.01)
        os.kill(stand.pid, signal.SIGKILL)
    end = time.monotonic() + 5
    while orphan.is_running() and orphan.status() != psutil.STATUS_ZOMBIE and time.monotonic() < end:
        time.sleep(0.01)

    assert not orphan.is_running() or orphan.status() == psutil.STATUS_ZOMBIE
