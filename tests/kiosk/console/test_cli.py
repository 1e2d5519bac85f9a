import json
import os
import re
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from uuid import UUID

import apsw
import pytest

from kiosk.operations.journal import Event
from kiosk.operations.store import Store

SHIPPED = Path(__file__).parents[3] / "config" / "kiosk.toml"
CREDENTIALS = "/run/credentials/kiosk.service/secrets"
KIOSK = Path(sys.executable).with_name("kiosk")


def kiosk(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    every = os.environ | environment
    return subprocess.run([KIOSK, *arguments], capture_output=True, text=True, timeout=60, check=False, env=every)


@pytest.fixture(autouse=True)
def policy(tmp_path: Path) -> None:
    """Beside the settings, as `[policy] file` has it."""
    shutil.copy(SHIPPED.with_name("policy.toml"), tmp_path)


def test_good_settings_whose_files_are_not_there_yet() -> None:
    """The shipped ones: what is still to be put where is told, and that this can't run yet."""
    result = kiosk("check", "--config", SHIPPED)
    assert (result.returncode, result.stdout.splitlines()[0]) == (2, f"{SHIPPED}: good")
    told = result.stderr.splitlines()
    assert [line.split(": ")[1] for line in told] == ["central.ca_file", "central.secret_file", "pin_pad.key_file"]
    assert "/etc/kiosk/secrets/central-secret: can't be read: No such file or directory; as root, put" in told[1]


def test_a_start_with_broken_settings_is_refused(tmp_path: Path) -> None:
    """Before any window or device is opened, with file, key and what was expected, one line each."""
    path = tmp_path / "kiosk.toml"
    content = SHIPPED.read_text(encoding="utf-8")
    path.write_text(content.replace("idle_seconds = 60", 'idle_seconds = "long"').replace("[log]", "[lok]"))
    result = kiosk("run", "--config", path)
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.splitlines() == [
        f"{path}: visit.idle_seconds: Input should be a valid number, unable to parse string as a number",
        f"{path}: log: Field required",
        f"{path}: lok: Extra inputs are not permitted",
    ]


def test_the_technician_is_told_how_a_pin_reaches_the_card() -> None:
    """A separate pad's way isn't the standard's, and isn't passed over."""
    result = kiosk("information", "--config", SHIPPED)
    assert "pad: a separate pad" in result.stdout
    assert "region       default, its rules since 1970-01-01\n" in result.stdout
    assert "not ISO 9564 conformant" in result.stdout


def test_a_start_without_its_files_is_refused(tmp_path: Path) -> None:
    """A certificate that isn't there, and a secret that others can read."""
    (tmp_path / "secret").write_text("x")
    (tmp_path / "secret").chmod(0o644)
    content = SHIPPED.read_text(encoding="utf-8")
    path = tmp_path / "kiosk.toml"
    path.write_text(content.replace(f"{CREDENTIALS}_central-secret", str(tmp_path / "secret")), encoding="utf-8")
    result = kiosk("run", "--config", path)
    assert result.returncode == 2
    assert result.stderr.splitlines() == [
        f"{path}: central.ca_file: /etc/kiosk/central-ca.pem can't be read: No such file or directory",
        f"{path}: central.secret_file: {tmp_path}/secret can be read by others; its mode must be 0600 or 0400",
        f"{path}: pin_pad.key_file: {CREDENTIALS}_pin-pad-key can't be read: No such file or directory",
    ]


def test_a_start_without_a_display_says_so(tmp_path: Path) -> None:
    """One line, and the number of the display that was tried."""
    content = SHIPPED.read_text(encoding="utf-8")
    for name in ("central-ca.pem", "central-secret", "pin-pad-key"):
        (tmp_path / name).touch(mode=0o600)
    content = content.replace("/etc/kiosk/", f"{tmp_path}/").replace(f"{CREDENTIALS}_", f"{tmp_path}/")
    path = tmp_path / "kiosk.toml"
    path.write_text(content, encoding="utf-8")
    result = kiosk("run", "--config", path, DISPLAY=":31999")
    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 1
    assert "no window can be opened" in result.stderr
    assert ":31999" in result.stderr


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """The settings of a machine that keeps its journal here."""
    path = tmp_path / "kiosk.toml"
    content = SHIPPED.read_text(encoding="utf-8")
    path.write_text(content.replace('"/var/lib/kiosk"', f'"{tmp_path}"'), encoding="utf-8")
    return path


def boot(directory: Path) -> Store:
    store = Store(directory / "kiosk.db")
    with store.transaction():
        store.begin_boot(at="2026-03-01T09:00:00+08:00", version="1")
    return store


def test_a_journal_is_looked_at_and_left_alone(machine: Path, tmp_path: Path) -> None:
    """Nothing is written: not even that somebody looked."""
    boot(tmp_path).close()
    before = (tmp_path / "kiosk.db").read_bytes()
    result = kiosk("journal", "--config", machine)
    assert result.returncode == 0, result.stderr
    lines = result.stdout.splitlines()
    assert lines[0] == "records       1, from 1.1 to 1.1"
    assert re.fullmatch("head          [0-9a-f]{64}", lines[1])
    assert lines[2:] == ["unsettled     0", "outbox        0, of them set aside 0", "chain         whole"]
    assert (tmp_path / "kiosk.db").read_bytes() == before


def test_a_journal_that_was_altered_is_told_by_its_record(machine: Path, tmp_path: Path) -> None:
    boot(tmp_path).close()
    with closing(apsw.Connection(str(tmp_path / "kiosk.db"))) as database:
        database.execute("UPDATE journal SET record = CAST(replace(record, '2026', '2025') AS BLOB)")
    for command, status in (("journal", 1), ("recover", 0)):
        result = kiosk(command, "--config", machine)
        assert result.returncode == status
        assert "chain         BROKEN at journal record 1.1: its hash is another one's" in result.stdout


def test_a_technician_recovers_what_three_starts_did_not(machine: Path, tmp_path: Path) -> None:
    """What was sent is in doubt, what wasn't is not done; the record of who did it comes first."""
    store = boot(tmp_path)
    sent, begun = UUID(int=1), UUID(int=2)
    with store.transaction():
        for identity in (sent, begun):
            position = store.append(Event.INTENT, "2026-03-01T09:00:00+08:00")
            store.add_operation(identity, kind="pin_change", card=UUID(int=9), position=position)
        store.set_state(sent, "sent")
    store.close()
    for _ in range(3):
        boot(tmp_path).close()
    result = kiosk("recover", "--config", machine)
    assert result.returncode == 0, result.stderr
    assert result.stdout.splitlines() == [
        "boot          5",
        "records       8",
        "chain         whole",
        "not done      1: nothing had been sent to a card",
        "in doubt      1: the server will hear of it; the card shows it when it next appears",
        "sent again    0, set aside before",
        "outbox        2, sent when the kiosk runs",
    ]
    store = boot(tmp_path)
    assert store.unrecovered_boots() == 0
    events = [json.loads(row.record)["event"] for row in store.journal()]
    assert events[-5:] == ["boot", "technician", "outcome", "outcome", "boot"]
    assert [row.state for row in store.operations()] == ["in_doubt", "not_done"]
    store.close()


@pytest.mark.parametrize("command", ["journal", "recover"])
def test_a_journal_that_can_not_be_used_is_told_in_a_line(machine: Path, tmp_path: Path, command: str) -> None:
    """None there, in use by the kiosk, or none of this program's."""
    assert kiosk(command, "--config", machine).stderr.splitlines()[-1].endswith("there is no journal")
    store = boot(tmp_path)
    running = kiosk(command, "--config", machine)
    assert running.returncode == 2
    assert running.stderr == f"{tmp_path}/kiosk.db: the kiosk is running; stop it first\n"
    store.close()
    (tmp_path / "kiosk.db").write_bytes(b"not a database, and long enough to be taken for one" * 9)
    damaged = kiosk(command, "--config", machine)
    assert damaged.returncode == 2
    assert damaged.stderr == f"{tmp_path}/kiosk.db: not a database, or malformed\n"
