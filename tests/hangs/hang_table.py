"""What can stand still, who notices, and what a citizen sees: the rows of docs/hangs.md.

python tests/hangs/hang_table.py [MEASURED]   # writes docs/hangs.md; MEASURED is what the long run has left in build/
"""

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "hangs.md"
MEASURED = ROOT / "build" / "hangs.json"
_NOT_MEASURED = "–"


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that stands still.

    Attributes:
        id: The test's.
        what: In words, and how the test brings it about.
        noticed_by: Who ends it.
        seen: What the citizen sees.
        measures: What the seconds are counted to.
    """

    id: str
    what: str
    noticed_by: str
    seen: str
    measures: str


_NEW_RUN, _SERVED = "home page of a new run", "served again"
_SAME = "the same home page: the same run goes on"
_CLOSED = "这台机器现在只能查询; later a home page without changes"

ROWS = (
    Row("screen", "the screen's loop sleeps for ever", "the watchdog", _NEW_RUN, _SERVED),
    Row("core", "the core's loop sleeps for ever", "the watchdog", _NEW_RUN, _SERVED),
    Row("process", "the whole process is stopped (SIGSTOP)", "the watchdog", _NEW_RUN, _SERVED),
    Row("memory", "a thread takes ever more memory", "the unit's memory limit", _NEW_RUN, _SERVED),
    Row("descriptors", "no descriptor is left", "the core, which can't feed the watchdog", _NEW_RUN, _SERVED),
    Row(
        "device",
        "the card service is stopped while a PIN is compared, and a device's thread waits for it",
        "the card reader's own limit",
        "没有等到卡的回答: nobody knows whether a try was spent; it isn't sent again",
        "page",
    ),
    Row(
        "face_worker",
        "the process that compares faces is killed while it looks",
        "the core",
        "another way to prove who one is",
        "page",
    ),
    Row(
        "face_worker_still",
        "the process that compares faces is stopped while it looks",
        "the core, which sees that no picture is compared any more",
        "another way to prove who one is",
        "page",
    ),
    Row("disk_full", "the disk of the journal is full", "the next record", _CLOSED, "page"),
    Row("disk_full_mended", "there is room again", "the core, which tries every 5 s", "everything is offered", _SERVED),
    Row(
        "disk_read_only",
        "the disk of the journal is mounted read-only, and the kiosk starts",
        "the store",
        "a home page that offers what needs no record",
        "page",
    ),
    Row(
        "clock_ahead",
        "the clock jumps 20 years ahead",
        "nobody needs to",
        "the same home page: the same run goes on",
        "",
    ),
    Row(
        "clock_behind",
        "the clock jumps 40 years back",
        "nobody needs to",
        "the same home page: the same run goes on",
        "",
    ),
)

_HEAD = """\
# What stands still, and what becomes of it

Made by `tests/hangs/hang_table.py`; each row is a test on the real kiosk with its display, its devices and its server
(`tests/hangs/test_hangs.py`). A stand-in for systemd speaks the notify protocol, and takes its numbers from
`systemd/kiosk.service`: the watchdog's time, the pause before the next start. Promised are 15 s until the kiosk serves
again, or a page that says what it can't do; and that nothing is lost: after each run the journal's chain is whole, and
the server has heard everything.

Watchdog and pause alone take up to 9 s of the first rows. Measured on two cores that eight others shared.

| what stands still | noticed by | what a citizen sees | seconds until | measured |
| --- | --- | --- | --- | --- |
"""


def document(measured: dict[str, float]) -> str:
    """The whole document."""
    lines = []
    for row in ROWS:
        seconds = f"{measured[row.id]:.1f} s" if row.id in measured else _NOT_MEASURED
        lines.append(f"| {row.what} | {row.noticed_by} | {row.seen} | {row.measures} | {seconds} |\n")
    return _HEAD + "".join(lines)


def without_measures(text: str) -> str:
    """What doesn't change from run to run."""
    return re.sub(r"\| [^|]* \|$", "| |", text, flags=re.MULTILINE)


def note(row: str, seconds: float) -> None:
    """Keep what was measured."""
    assert row in {each.id for each in ROWS}
    kept = json.loads(MEASURED.read_text()) if MEASURED.exists() else {}
    MEASURED.parent.mkdir(exist_ok=True)
    MEASURED.write_text(json.dumps(kept | {row: round(seconds, 2)}, indent=1))


if __name__ == "__main__":
    found = Path(sys.argv[1]) if len(sys.argv) > 1 else MEASURED
    DOCUMENT.write_text(document(json.loads(found.read_text()) if found.exists() else {}), encoding="utf-8")
