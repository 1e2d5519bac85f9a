"""What a print queue answers, by RFC 8010 and 8011: bytes in, bytes out. It keeps what it printed.

Its own reading of the standards: it shares no code with the driver.
"""

import itertools
import struct
from dataclasses import dataclass, field
from typing import Literal

_OK, _NOT_FOUND, _NOT_POSSIBLE, _NOT_ACCEPTING = 0x0000, 0x0406, 0x0404, 0x0506
_PENDING, _PROCESSING, _CANCELED, _ABORTED, _COMPLETED = 3, 5, 7, 8, 9


@dataclass(slots=True)
class Job:
    """One document on its way.

    Attributes:
        name: As the host called it.
        asked: What the host wanted of it, by the attribute's name.
        left: How often the host is still told that it isn't finished.
        begun: The printer has had it.
    """

    name: str
    document: bytes = field(repr=False)
    asked: dict[str, str]
    state: int = _PENDING
    left: int = 1
    begun: bool = False
    purged: bool = False


@dataclass(slots=True)
class Queue:
    """A queue and the printer behind it.

    Attributes:
        accepting: Whether it takes jobs.
        stopped: Whether somebody stopped it.
        reasons: What it says of itself, such as `media-empty-error`.
        fate: What becomes of a job: it is printed, given up at the queue, never begun, begun and never finished, or put
            back after a first try.
        printed: The documents that came out, oldest first.
    """

    accepting: bool = True
    stopped: bool = False
    reasons: tuple[str, ...] = ("none",)
    fate: Literal["prints", "aborts", "waits", "hangs", "put back"] = "prints"
    jobs: dict[int, Job] = field(default_factory=dict)
    printed: list[bytes] = field(default_factory=list, repr=False)

    def answer(self, question: bytes) -> bytes:
        """What is said to one request."""
        operation, request = struct.unpack(">HI", question[2:8])
        asked, document = _read(question)
        match operation:
            case 0x000B:
                state = 5 if self.stopped else 3
                return _reply(
                    _OK,
                    request,
                    _field(0x23, "printer-state", state.to_bytes(4, "big")),
                    *_words("printer-state-reasons", self.reasons),
                    _field(0x22, "printer-is-accepting-jobs", bytes([self.accepting])),
                    group=0x04,
                )
            case 0x0002:
                if not self.accepting:
                    return _reply(_NOT_ACCEPTING, request)
                number = len(self.jobs) + 1
                self.jobs[number] = Job(asked.get("job-name", ""), document, asked)
                return self._job(request, number)
            case _:
                number = int(asked.get("job-id", "0"))
                if number not in self.jobs or self.jobs[number].purged:
                    return _reply(_NOT_FOUND, request)
                return self._about(request, operation, number, asked)

    def _about(self, request: int, operation: int, number: int, asked: dict[str, str]) -> bytes:
        job = self.jobs[number]
        ended = job.state in (_CANCELED, _ABORTED, _COMPLETED)
        if operation == 0x0009:
            self._go_on(job)
            return self._job(request, number)
        if asked.get("purge-job") == "True":
            job.purged, job.document = True, b""
        elif ended:
            return _reply(_NOT_POSSIBLE, request)
        else:
            job.state = _CANCELED
        return _reply(_OK, request)

    def _go_on(self, job: Job) -> None:
        if job.state not in (_PENDING, _PROCESSING) or self.fate == "waits":
            return
        if self.fate == "put back":
            job.begun = True  # Between two questions: nobody sees it processing.
        elif job.left or self.fate == "hangs":
            job.state, job.left, job.begun = _PROCESSING, max(0, job.left - 1), True
        elif self.fate == "aborts":
            job.state = _ABORTED
        else:
            job.state = _COMPLETED
            self.printed.append(job.document)

    def _job(self, request: int, number: int) -> bytes:
        job = self.jobs[number]
        return _reply(
            _OK,
            request,
            _field(0x21, "job-id", number.to_bytes(4, "big")),
            _field(0x23, "job-state", job.state.to_bytes(4, "big")),
            _field(0x21, "time-at-processing", b"\0\0\0\x07") if job.begun else _field(0x13, "time-at-processing", b""),
            group=0x02,
        )


def _read(question: bytes) -> tuple[dict[str, str], bytes]:
    """The attributes by name (of several values the first), and the document behind them."""
    found: dict[str, str] = {}
    at = 8
    while question[at] != 0x03:
        tag = question[at]
        at += 1
        if tag < 0x10:
            continue
        parts = []
        for _ in range(2):
            length = int.from_bytes(question[at : at + 2], "big")
            parts.append(question[at + 2 : at + 2 + length])
            at += 2 + length
        name, value = parts
        words = str(int.from_bytes(value, "big")) if tag in (0x21, 0x23) else value.decode(errors="replace")
        if name:
            found[name.decode()] = str(value == b"\x01") if tag == 0x22 else words
    return found, question[at + 1 :]


def _reply(status: int, request: int, *fields: bytes, group: int = 0x01) -> bytes:
    head = struct.pack(">BBHI", 2, 0, status, request)
    first = _field(0x47, "attributes-charset", b"utf-8") + _field(0x48, "attributes-natural-language", b"en")
    body = bytes([group]) + b"".join(fields) if fields else b""
    return head + b"\x01" + first + body + b"\x03"


def _words(name: str, words: tuple[str, ...]) -> list[bytes]:
    names = itertools.chain([name], itertools.repeat(""))
    return [_field(0x44, each, word.encode()) for each, word in zip(names, words, strict=False)]


def _field(tag: int, name: str, value: bytes) -> bytes:
    return bytes([tag]) + struct.pack(">H", len(name)) + name.encode() + struct.pack(">H", len(value)) + value
