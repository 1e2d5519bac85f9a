"""Whatever stands still: the kiosk serves again within 15 s, or says what it can't do; and nothing is lost.

The real kiosk, its display, its devices and its server; a stand-in for systemd with the unit's own numbers. What is
found stands in docs/hangs.md.
"""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest
from brisk_citizen import BriskCitizen
from hang_table import DOCUMENT, document, note, without_measures
from supervisor import Supervisor, supervised

from kiosk.console.journal import examine
from kiosk.settings import load
from simulator.machine import Machine, Wishes
from simulator.scenarios import pages, proving
from simulator.scenarios.pages import Known
from simulator.stand import Stand

BACK_SECONDS = 15.0
_HEARD_SECONDS = 60.0
_MEMORY_BYTES = 600 * 1024 * 1024
"""In the tests; the kiosk takes some 120 MB, the unit allows 2 GB."""


def told(machine: Machine, event: str) -> list[dict[str, Any]]:
    """What the log tells of one event."""
    lines = (machine.logs / "kiosk.log").read_text(errors="replace").splitlines()
    events = [json.loads(line) for line in lines if line.startswith("{")]
    return [each for each in events if each["event"] == event]


def nothing_is_lost(stand: Stand) -> None:
    """The journal is whole, and the server has heard everything that was begun."""
    stand.first.children["kiosk"].stop()
    lines, whole = examine(load(stand.first.folder / "kiosk.toml"))
    assert whole, lines
    found = dict(line.rsplit(maxsplit=1) for line in lines if line.split()[0] in ("unsettled", "outbox"))
    assert set(found.values()) == {"0"}, lines


def comes_back(supervisor: Supervisor, stop: str) -> tuple[str | None, float]:
    """Stop something; by whom the run was ended, and after how many seconds the next one served."""
    supervisor.waits_for_ready(_HEARD_SECONDS)
    supervisor.machine.wait_until_it_serves()
    lives, began = len(supervisor.lives), time.monotonic()
    if stop == "process":
        os.kill(supervisor.lives[-1].pid, signal.SIGSTOP)
    else:
        supervisor.stops(stop)
    ready = supervisor.waits_for_next(lives, _HEARD_SECONDS)
    assert ready.ready_at is not None
    return supervisor.lives[lives - 1].ended_by, ready.ready_at - began


CHANGES_CLOSED = Known("changes-closed", "这台机器现在只能查询")


def test_the_document_is_current() -> None:
    """But for what was measured."""
    assert without_measures(DOCUMENT.read_text(encoding="utf-8")) == without_measures(document({}))


def test_a_core_that_stands_still_is_started_again(tmp_path: Path) -> None:
    """With a short watchdog; the unit's own is the long run's."""
    with supervised(tmp_path, watchdog_seconds=2) as (stand, supervisor):
        ended_by, seconds = comes_back(supervisor, "core")

        assert ended_by == "watchdog"
        assert seconds < BACK_SECONDS
        kiosk = stand.first.children["kiosk"]
        kiosk.wait_until(lambda: "killed" in [each["reason"] for each in told(stand.first, "kiosk.boot")])


@pytest.fixture(scope="module")
def looked_after(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stand, Supervisor]]:
    """One product for all rows that end in a new run."""
    with supervised(tmp_path_factory.mktemp("manager"), memory_bytes=_MEMORY_BYTES) as both:
        yield both
        stand, supervisor = both
        supervisor.stopping.set()
        nothing_is_lost(stand)


@pytest.mark.deep
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("stop", "by"),
    [
        ("screen", "watchdog"),
        ("core", "watchdog"),
        ("process", "watchdog"),
        ("memory", "memory"),
        ("descriptors", "itself"),
    ],
)
def test_a_kiosk_that_stands_still_serves_again(looked_after: tuple[Stand, Supervisor], stop: str, by: str) -> None:
    """And its journal goes on where it ended."""
    stand, supervisor = looked_after
    records = [each["records"] for each in told(stand.first, "kiosk.boot")]

    ended_by, seconds = comes_back(supervisor, stop)

    note(stop, seconds)
    assert ended_by == by
    assert seconds < BACK_SECONDS
    with BriskCitizen(stand) as citizen:
        citizen.finds_it_ready()
    stand.first.children["kiosk"].wait_until(lambda: len(told(stand.first, "kiosk.boot")) > len(records))
    boots = told(stand.first, "kiosk.boot")
    assert boots[-1]["recovery"] == "whole"
    assert boots[-1]["records"] > max(records, default=0)


@pytest.mark.deep
@pytest.mark.timeout(300)
def test_a_device_that_never_answers(tmp_path: Path) -> None:
    """The card service stands still while the card compares a PIN: told as unknown, never sent again."""
    with supervised(tmp_path) as (stand, supervisor), BriskCitizen(stand) as citizen:
        citizen.finds_it_ready()
        citizen.touches("修改密码")
        citizen.sees(pages.INSERT_CARD)
        citizen.inserts("normal")
        citizen.sees(pages.CURRENT_PIN)
        citizen.waits_for_pad()
        service = stand.first.pcscd.pid
        assert service is not None
        os.kill(service, signal.SIGSTOP)
        began = time.monotonic()
        try:
            citizen.types_pin(citizen.persona("normal").pin)
            citizen.sees(pages.PIN_TRY_UNKNOWN, seconds=_HEARD_SECONDS)
            seconds = time.monotonic() - began
        finally:
            os.kill(service, signal.SIGCONT)
        note("device", seconds)
        assert seconds < BACK_SECONDS
        citizen.takes_card()
        citizen.has_read()
        citizen.sees(pages.HOME, seconds=_HEARD_SECONDS)
        assert [life.ended_by for life in supervisor.lives] == [None], "the watchdog was fed all the while"
        supervisor.stopping.set()
        nothing_is_lost(stand)


@pytest.mark.deep
@pytest.mark.timeout(300)
@pytest.mark.parametrize(("row", "how"), [("face_worker", signal.SIGKILL), ("face_worker_still", signal.SIGSTOP)])
def test_a_face_worker_that_dies_or_stands_still(tmp_path: Path, row: str, how: signal.Signals) -> None:
    """Another way is offered."""
    with supervised(tmp_path) as (stand, supervisor), BriskCitizen(stand) as citizen:
        citizen.finds_it_ready()
        citizen.touches("启用社保卡")
        citizen.sees(pages.INSERT_CARD)
        citizen.inserts("archived")
        citizen.types_initial_pin(citizen.persona("archived").pin)
        proving.lays_id_card(citizen, "archived")
        citizen.sees(pages.CHOOSE_WAY)
        proving.takes_id_card(citizen)
        citizen.chooses(proving.BY_FACE)
        citizen.sees(pages.FACE_CONSENT)
        citizen.touches("同意，刷脸")
        stand.first.control("camera")("stand", face=citizen.persona("archived").face)
        citizen.sees(pages.FACE, seconds=40)
        workers = psutil.Process(supervisor.lives[-1].pid).children(recursive=True)
        next(each for each in workers if "drivers.face.worker" in " ".join(each.cmdline())).send_signal(how)
        began = time.monotonic()
        citizen.sees(pages.TEXT, seconds=_HEARD_SECONDS)
        seconds = time.monotonic() - began
        note(row, seconds)
        assert seconds < BACK_SECONDS


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A disk of its own for the journal."""
    assert os.geteuid() == 0, "needs root: a disk is mounted"
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "kiosk-journal", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


@contextmanager
def on_small_disk() -> Iterator[tuple[Stand, Path]]:
    """The product with the journal on a disk of its own, its kiosk not yet started. Nobody looks after it."""
    with Stand(Wishes()) as stand:
        stand.first.stop_kiosk()
        with small_disk(stand.first.folder / "storage") as disk:
            yield stand, disk
            nothing_is_lost(stand)


@pytest.mark.deep
@pytest.mark.timeout(300)
def test_a_disk_that_fills_up() -> None:
    """What would change a card is refused before it begins, and offered again once there is room."""
    with on_small_disk() as (stand, disk):
        stand.first.start_kiosk()
        with BriskCitizen(stand) as citizen:
            citizen.finds_it_ready()
            citizen.touches("修改密码")
            citizen.sees(pages.INSERT_CARD)  # Before: a home page that knows of it doesn't offer this any more.
            filling = subprocess.run(["dd", "if=/dev/zero", f"of={disk}/full", "bs=4096"], capture_output=True)
            assert filling.returncode != 0
            citizen.inserts("normal")
            began = time.monotonic()
            if citizen.sees_one_of(pages.CURRENT_PIN, CHANGES_CLOSED, seconds=_HEARD_SECONDS) is pages.CURRENT_PIN:
                citizen.types_pin(citizen.persona("normal").pin)
                began = time.monotonic()
                if citizen.sees_one_of(pages.NEW_PIN, CHANGES_CLOSED, seconds=_HEARD_SECONDS) is pages.NEW_PIN:
                    citizen.chooses_pin(citizen.thinks_of_a_pin())
                    began = time.monotonic()
                    citizen.sees(CHANGES_CLOSED, seconds=_HEARD_SECONDS)
            seconds = time.monotonic() - began
            note("disk_full", seconds)
            assert seconds < BACK_SECONDS
            citizen.takes_card()
            citizen.has_read()
            citizen.sees(pages.HOME)
            assert not citizen.has_seen("修改密码")

            (disk / "full").unlink()
            began = time.monotonic()
            citizen.reads("修改密码", seconds=BACK_SECONDS)
            note("disk_full_mended", time.monotonic() - began)


@pytest.mark.deep
@pytest.mark.timeout(300)
def test_a_disk_that_is_read_only() -> None:
    """As Debian mounts one that had errors: the machine starts, and offers what needs no record."""
    with on_small_disk() as (stand, disk):
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        began = time.monotonic()
        stand.first.start_kiosk()
        with BriskCitizen(stand) as citizen:
            citizen.finds_it_ready()
            citizen.sees(pages.HOME)
            while citizen.has_seen("修改密码"):
                assert time.monotonic() - began < BACK_SECONDS
            note("disk_read_only", time.monotonic() - began)
            citizen.reads("查卡状态")

            subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
            citizen.reads("修改密码", seconds=BACK_SECONDS)


@pytest.mark.deep
@pytest.mark.timeout(300)
def test_a_clock_that_jumps(tmp_path: Path) -> None:
    """The watchdog is fed by a clock that nobody sets: the same run goes on."""
    with supervised(tmp_path) as (stand, supervisor):
        machine = stand.first
        machine.set_clock("+0")
        machine.children["kiosk"].stop()
        supervisor.waits_for_next(1, _HEARD_SECONDS)
        runs = len(supervisor.lives)
        for ahead in ("+20y", "-20y"):
            machine.set_clock(ahead)
            fed = supervisor.lives[-1].fed_at
            time.sleep(supervisor.watchdog_seconds + 2)
            assert (len(supervisor.lives), supervisor.lives[-1].ended_by) == (runs, None)
            assert supervisor.lives[-1].fed_at != fed
            with BriskCitizen(stand) as citizen:
                citizen.sees(pages.HOME)
        supervisor.stopping.set()
        nothing_is_lost(stand)
