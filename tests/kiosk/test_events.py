"""Every event that the program logs is known, and reaches the journal as a record with its fields."""

import ast
import json
import os
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kiosk.events import EVENTS, Disposition, disposition
from kiosk.journald import JournalLogger, datagram, is_the_journals

ROOT = Path(__file__).parents[2]
LEVELS = {"debug", "info", "warning", "error"}


def logged() -> Iterator[tuple[str, str]]:
    """Each event's name, and where it is logged."""
    for path in sorted(p for package in ("kiosk", "drivers") for p in (ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id="log" | "_log"), attr=level), args=[what, *_]):
                    if level in LEVELS:
                        yield from ((name, str(path.relative_to(ROOT))) for name in _names(what))


def _names(what: ast.expr) -> Iterator[str]:
    match what:
        case ast.Constant(value=str(name)):
            yield name
        case ast.IfExp(body=body, orelse=orelse):
            yield from (*_names(body), *_names(orelse))


def test_every_event_is_known_and_used() -> None:
    """One that isn't in the registry, or is there for nothing, is a mistake."""
    assert {name: where for name, where in logged() if name not in EVENTS} == {}
    written = {name for name, _ in logged()}
    by_name = {"receipt_printer.status", "outbox.not_delivered"}  # Logged at a level that is chosen then.
    assert EVENTS.keys() - written <= by_name
    assert disposition("no.such_event") is Disposition.UNKNOWN


def test_a_record_has_its_fields() -> None:
    """By the native protocol: a value with a line's end comes with its length."""
    event = {"event": "condition.raised", "level": "warning", "disposition": "failure", "condition": "camera.gone"}
    assert datagram(event).decode().splitlines() == [
        f"MESSAGE={json.dumps(event)}",
        "PRIORITY=4",
        "SYSLOG_IDENTIFIER=kiosk",
        "KIOSK_EVENT=condition.raised",
        "KIOSK_DISPOSITION=failure",
        "KIOSK_CONDITION=camera.gone",
    ]
    long = datagram(event | {"condition": "a\nb"})
    assert long.endswith(b"KIOSK_CONDITION\n" + (3).to_bytes(8, "little") + b"a\nb\n")


def test_the_journal_takes_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And where it doesn't, nothing is lost."""
    with closing(JournalLogger(str(tmp_path / "socket"))) as logger:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as journal:
            journal.bind(str(tmp_path / "socket"))
            logger.info(event="kiosk.started", level="info", disposition="success")
            assert b"KIOSK_EVENT=kiosk.started\n" in journal.recv(65536)
        logger.info(event="visit.service", level="info", disposition="neutral")
    assert json.loads(capsys.readouterr().err)["event"] == "visit.service"


def test_only_the_journals_own_stream_counts(tmp_path: Path) -> None:
    """An inherited variable alone doesn't: standard error may lead elsewhere."""
    with (tmp_path / "a").open("w") as file:
        status = os.fstat(file.fileno())
        assert is_the_journals(file.fileno(), {"JOURNAL_STREAM": f"{status.st_dev}:{status.st_ino}"})
        assert not is_the_journals(file.fileno(), {"JOURNAL_STREAM": f"{status.st_dev}:{status.st_ino + 1}"})
        assert not is_the_journals(file.fileno(), {})
