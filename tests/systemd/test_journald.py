"""The log in systemd's own journal: a real systemd-journald, on the settings that are shipped, in mounts of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

CHECKOUT = Path(__file__).parent.parent.parent
JOURNALD = "/lib/systemd/systemd-journald"
pytestmark = pytest.mark.deep

AS_A_UNIT = """
import os, socket, sys
stream = socket.socket(socket.AF_UNIX)
stream.connect("/run/systemd/journal/stdout")
stream.sendall(b"kiosk\\nkiosk.service\\n6\\n1\\n0\\n0\\n0\\n")  # As systemd introduces a unit's output.
os.dup2(stream.fileno(), 2)
status = os.fstat(2)
os.environ["JOURNAL_STREAM"] = f"{status.st_dev}:{status.st_ino}"
import structlog
from kiosk import log
log.configure("info")
structlog.get_logger().warning("condition.raised", condition="receipt_printer.paper_out")
structlog.get_logger().info("kiosk.boot", reason="power", what="two\\nlines, \u4e24\u884c")
print("what a library says", file=sys.stderr, flush=True)
"""
"""What the kiosk does where its standard error is the journal's."""

IN_MOUNTS_OF_ITS_OWN = """
set -e
mkdir -p /run/systemd /run/log /var/log
for place in /run/systemd /run/log /var/log; do mount -t tmpfs -o size=8G tmpfs "$place"; done
mkdir -p /run/systemd/journal /run/systemd/journald.conf.d /var/log/journal
cp systemd/journald.conf /run/systemd/journald.conf.d/60-kiosk.conf
printf '[Journal]\\nAudit=no\\nReadKMsg=no\\n' > /run/systemd/journald.conf.d/90-not-the-hosts.conf
"$0" &
journald=$!
trap 'kill $journald' EXIT
for try in $(seq 100); do [ -S /run/systemd/journal/stdout ] && break; sleep 0.1; done
journalctl --flush
"$1" -c "$2"
journalctl --sync
journalctl --directory /var/log/journal --no-pager --output json
"""


@pytest.fixture(scope="module")
def records() -> list[dict[str, Any]]:
    """What the journal holds after the program has logged."""
    assert os.geteuid() == 0, "needs root: the journal has mounts of its own"
    apart = ["unshare", "--mount", "--propagation", "private", "sh", "-c", IN_MOUNTS_OF_ITS_OWN]
    done = subprocess.run(
        [*apart, JOURNALD, sys.executable, AS_A_UNIT], cwd=CHECKOUT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_events_are_records_with_fields(records: list[dict[str, Any]]) -> None:
    """By which journalctl finds them; the whole event is the message, as JSON."""
    ours = {record["KIOSK_EVENT"]: record for record in records if "KIOSK_EVENT" in record}
    raised, boot = ours["condition.raised"], ours["kiosk.boot"]
    assert (raised["KIOSK_CONDITION"], raised["KIOSK_DISPOSITION"]) == ("receipt_printer.paper_out", "failure")
    assert (raised["PRIORITY"], boot["PRIORITY"]) == ("4", "6")
    assert raised["_TRANSPORT"] == "journal"
    assert json.loads(boot["MESSAGE"])["what"] == "two\nlines, 两行"


def test_what_others_write_is_there_too(records: list[dict[str, Any]]) -> None:
    """Standard error as it comes."""
    [line] = [record for record in records if record["MESSAGE"] == "what a library says"]
    assert (line["_TRANSPORT"], line["SYSLOG_IDENTIFIER"]) == ("stdout", "kiosk")


def test_the_disk_is_bounded(records: list[dict[str, Any]]) -> None:
    """journald itself says which bound it took from the shipped settings."""
    [said] = [record for record in records if str(record["MESSAGE"]).startswith("System Journal")]
    assert "max 500.0M" in said["MESSAGE"]
