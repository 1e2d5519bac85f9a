"""The log: structured records in the system's journal, or a JSON object a line on standard error. No secret goes there.

The newest events of this run stay in memory too, for the maintenance console: the kiosk may not read that journal.
"""

import logging
import sys
from collections import deque
from typing import Any, Literal

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from kiosk import journald
from kiosk.events import disposition

Level = Literal["debug", "info", "warning", "error"]
LEVELS: tuple[Level, ...] = ("debug", "info", "warning", "error")
KEPT = 2000
"""So many events are kept in memory."""
RECENT: deque[dict[str, Any]] = deque(maxlen=KEPT)
"""The newest, oldest first. structlog's configuration is the process's, and so is this."""


def configure(level: str) -> None:
    """Send events of `level` and above to the system's journal, or to standard error where that isn't the journal's."""
    common: list[Processor] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _judge,
        _keep,
    ]
    to_journal = journald.is_the_journals(sys.stderr.fileno())
    journal = journald.JournalLogger() if to_journal else None
    structlog.configure(
        processors=[*common, _whole if to_journal else structlog.processors.JSONRenderer(ensure_ascii=False)],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=(lambda *_: journal) if to_journal else structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def _judge(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    event["disposition"] = disposition(event["event"]).value
    return event


def _keep(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    RECENT.append(dict(event))
    return event


def _whole(_: WrappedLogger, __: str, event: EventDict) -> tuple[tuple[()], EventDict]:
    """Hand the event over as it is, for who takes it field by field."""
    return (), event
