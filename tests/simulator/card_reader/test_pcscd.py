import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from simulator.card_reader.build import build
from simulator.card_reader.pcscd import Pcscd, PcscdFailed
from simulator.control import Control, ControlError

LIST = """
from smartcard.scard import *
code, context = SCardEstablishContext(SCARD_SCOPE_USER)
print(SCardListReaders(context, [])[1])
"""


def readers_of(pcscd: Pcscd) -> str:
    """Asked by a process of its own: libpcsclite knows one service a process."""
    deadline = time.monotonic() + 5
    while True:
        environment = os.environ | {"PCSCLITE_CSOCK_NAME": str(pcscd.socket)}
        command = [sys.executable, "-c", LIST]
        listed = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout.strip()
        if listed != "[]" or time.monotonic() > deadline:
            return listed


def test_two_side_by_side(tmp_path: Path) -> None:
    """Each its own reader, socket and pid; the reader's process may come later; nothing is left mounted."""
    library = build(tmp_path)
    pcscds = [Pcscd(tmp_path / name, library, tmp_path / f"{name}.ifd", f"Reader {name}") for name in ("a", "b")]
    try:
        for pcscd in pcscds:
            pcscd.start()
        assert [readers_of(p) for p in pcscds] == ["['Reader a 00 00']", "['Reader b 00 00']"]
        assert {int(p.pid_file.read_text().rstrip("\n\0")) for p in pcscds} == {p.pid for p in pcscds}
    finally:
        for pcscd in pcscds:
            pcscd.stop()
    assert str(tmp_path) not in Path("/proc/self/mountinfo").read_text()
    assert [p.pid for p in pcscds] == [None, None]


def test_a_pcscd_that_does_not_start(tmp_path: Path) -> None:
    """Its own words are told."""
    pcscd = Pcscd(tmp_path, tmp_path / "no such library", tmp_path / "ifd")
    (tmp_path / "run").rmdir()
    with pytest.raises(PcscdFailed, match="mount"):
        pcscd.start()


def test_the_library_is_built_once(tmp_path: Path) -> None:
    library = build(tmp_path)
    made = library.stat().st_mtime_ns
    assert build(tmp_path).stat().st_mtime_ns == made


def test_the_bench_s_verbs(tmp_path: Path) -> None:
    """Every verb answers; a wrong one says what was expected; cards remember when the process starts again."""

    def started() -> tuple[subprocess.Popen[bytes], Control]:
        options = ["--control", "c", "--socket", "i", "--state", "cards"]
        process = subprocess.Popen([sys.executable, "-m", "simulator.card_reader", *options], cwd=tmp_path)
        deadline = time.monotonic() + 10
        while True:
            try:
                return process, Control(tmp_path / "c")
            except OSError:
                assert time.monotonic() < deadline
                time.sleep(0.01)

    process, bench = started()
    try:
        assert bench("state")["inserted"] is None
        bench("insert", card="normal")
        assert [c["id"] for c in bench("cards")["cards"] if c["inserted"]] == ["normal"]
        for verb, arguments, told in [
            ("insert", {"card": "archived"}, "normal is in the slot"),
            ("insert", {"card": "nobody"}, "no such card"),
            ("fail", {"at": "sometimes", "how": "pull"}, "apdu 3"),
            ("fail", {"at": "apdu 1", "how": "explode"}, "no such fault"),
            ("key", {"key": "1"}, "waits for no key"),
            ("reset_card", {"card": "normal"}, "in the slot"),
            ("fly", {}, "KeyError"),
        ]:
            with pytest.raises(ControlError, match=told):
                bench(verb, **arguments)
        bench("flip")
        assert bench("state")["upside_down"]
        bench("swap", card="archived", gap_ms=1)
        bench("pull")
        with pytest.raises(ControlError, match="no card"):
            bench("pull")
        bench("reset_card", card="one_try_left")
        assert bench("verify", card="one_try_left", pin="640275") == {"right": True, "tries_left": 1}
        assert bench("pad_display")["display"] is None
    finally:
        bench.close()
        process.terminate()
        assert process.wait(5) == 0
    process, bench = started()
    assert bench("verify", card="one_try_left", pin="111111") == {"right": False, "tries_left": 1}
    bench.close()
    process.terminate()
    assert process.wait(5) == 0


def test_a_handler_in_a_folder_with_a_space(tmp_path: Path) -> None:
    """The checkout may lie anywhere, though pcscd's configuration takes no path with a space."""
    (tmp_path / "a b").mkdir()
    pcscd = Pcscd(tmp_path / "own", build(tmp_path / "a b"), tmp_path / "ifd", "Reader")
    try:
        pcscd.start()
        assert readers_of(pcscd) == "['Reader 00 00']"
    finally:
        pcscd.stop()
