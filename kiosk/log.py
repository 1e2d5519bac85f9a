"""The log: one JSON object a line on standard error, for the system's journal. No secret is ever given to it.

The newest events of this run stay in memory too, for the maintenance console: the kiosk may not read that journal.
"""

import logging
import sys
from collections import deque
from typing import Any, Literal

import structlog
from structlog.typing import EventDict, WrappedLogger

Level = Literal["debug", "info", "warning", "error"]
LEVELS: tuple[Level, ...] = ("debug", "info", "warning", "error")
KEPT = 2000
"""So many events are kept in memory."""
RECENT: deque[dict[str, Any]] = deque(maxlen=KEPT)
"""The newest, oldest first. structlog's configuration is the process's, and so is this."""


def configure(level: str) -> None:
    """Send events of `level` and above to standard error."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _keep,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def _keep(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    RECENT.append(dict(event))
    return event
