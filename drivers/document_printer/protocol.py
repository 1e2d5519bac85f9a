"""IPP as a print queue speaks it: requests to bytes, bytes to answers; no I/O.

Sources: RFC 8010 (encoding), RFC 8011 (operations, attributes, states).
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import Final

Value = int | bool | str

_VERSION: Final = b"\x02\x00"
_END: Final = 0x03


class Operation(IntEnum):
    """What is asked for (RFC 8011, 5.4.15)."""

    PRINT_JOB = 0x0002
    CANCEL_JOB = 0x0008
    GET_JOB_ATTRIBUTES = 0x0009
    GET_PRINTER_ATTRIBUTES = 0x000B


class Group(IntEnum):
    """Attributes that belong together (RFC 8010, 3.5.1)."""

    OPERATION = 0x01
    JOB = 0x02
    PRINTER = 0x04


class Tag(IntEnum):
    """How a value is written (RFC 8010, 3.5.2)."""

    INTEGER = 0x21
    BOOLEAN = 0x22
    ENUM = 0x23
    TEXT = 0x41
    NAME = 0x42
    KEYWORD = 0x44
    URI = 0x45
    CHARSET = 0x47
    LANGUAGE = 0x48
    MIME_TYPE = 0x49


class JobState(IntEnum):
    """Where a job is (RFC 8011, 5.3.7)."""

    PENDING = 3
    HELD = 4
    PROCESSING = 5
    STOPPED = 6
    CANCELED = 7
    ABORTED = 8
    COMPLETED = 9


class PrinterState(IntEnum):
    """What the queue does (RFC 8011, 5.4.11)."""

    IDLE = 3
    PROCESSING = 4
    STOPPED = 5


class QueueState(Enum):
    """Whether the queue prints."""

    STARTING = "starting"
    """Nobody has asked it yet."""
    READY = "ready"
    AWAY = "away"
    """Nothing answers."""
    STOPPED = "stopped"
    """It answers, and prints nothing: paused, refusing jobs, no paper, a jam."""


_NUMBERS: Final = (Tag.INTEGER, Tag.ENUM)
_STRINGS: Final = (Tag.TEXT, Tag.NAME, Tag.KEYWORD, Tag.URI, Tag.CHARSET, Tag.LANGUAGE, Tag.MIME_TYPE)


class MalformedAnswer(Exception):
    """It isn't IPP, or it is cut off."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """One that is sent, with the one or several values that it has."""

    tag: Tag
    name: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """What the queue said.

    Attributes:
        status: 0x0000 to 0x00FF: it did as it was asked (RFC 8011, B.1).
        attributes: Of all groups, each by its name; values of other kinds than numbers, words and truths are left out,
            so that an attribute which has no value yet is there without one.
    """

    status: int
    request_id: int
    attributes: dict[str, tuple[Value, ...]]

    @property
    def successful(self) -> bool:
        """Whether it did as it was asked."""
        return self.status < 0x0100

    def number(self, name: str) -> int | None:
        """The first value of `name`; None: there is none, or it is no number."""
        value = next(iter(self.attributes.get(name, ())), None)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def words(self, name: str) -> tuple[str, ...]:
        """The values of `name` that are words."""
        return tuple(value for value in self.attributes.get(name, ()) if isinstance(value, str))


def ask_printer(uri: str, request_id: int) -> bytes:
    """How is the queue?"""
    wanted = ("printer-state", "printer-state-reasons", "printer-is-accepting-jobs")
    return _encode(Operation.GET_PRINTER_ATTRIBUTES, request_id, (_printer(uri), _wanted(*wanted)))


def print_job(uri: str, request_id: int, *, user: str, name: str, pdf: bytes) -> bytes:
    """Print `pdf` once: A4, one side, no banner.

    Args:
        uri: The queue's.
        request_id: Comes back in the answer.
        user: Whose job it is.
        name: Stands in lists of jobs, so it names nobody.
        pdf: The document.
    """
    operation = (
        _printer(uri),
        Attribute(Tag.NAME, "requesting-user-name", (user,)),
        Attribute(Tag.NAME, "job-name", (name,)),
        Attribute(Tag.MIME_TYPE, "document-format", ("application/pdf",)),
    )
    job = (
        Attribute(Tag.INTEGER, "copies", (1,)),
        Attribute(Tag.KEYWORD, "media", ("iso_a4_210x297mm",)),
        Attribute(Tag.KEYWORD, "sides", ("one-sided",)),
        Attribute(Tag.NAME, "job-sheets", ("none",)),
    )
    return _encode(Operation.PRINT_JOB, request_id, operation, job) + pdf


def ask_job(uri: str, request_id: int, *, user: str, job: int) -> bytes:
    """How far is the job?"""
    wanted = ("job-state", "time-at-processing")
    return _encode(Operation.GET_JOB_ATTRIBUTES, request_id, (*_job(uri, user, job), _wanted(*wanted)))


def cancel_job(uri: str, request_id: int, *, user: str, job: int, purge: bool) -> bytes:
    """Give the job up, or forget one that has ended.

    Args:
        uri: The queue's.
        request_id: Comes back in the answer.
        user: Whose job it is.
        job: Its number.
        purge: Delete the job's document and its entry too (an extension of CUPS, which a printer may ignore).
    """
    more = (Attribute(Tag.BOOLEAN, "purge-job", (True,)),) if purge else ()
    return _encode(Operation.CANCEL_JOB, request_id, (*_job(uri, user, job), *more))


def decode(data: bytes) -> Answer:
    """Read an answer.

    Raises:
        MalformedAnswer: It can't be one.
    """
    if len(data) < 8:
        raise MalformedAnswer("shorter than a header")
    _, status, request_id = struct.unpack(">HHI", data[:8])
    attributes: dict[str, list[Value]] = {}
    current = ""
    for tag, name, value in _fields(data):
        current = name or current
        values = attributes.setdefault(current, [])
        if tag in _NUMBERS:
            values.append(int.from_bytes(value, "big", signed=True))
        elif tag == Tag.BOOLEAN:
            values.append(value != b"\x00")
        elif tag in _STRINGS:
            values.append(value.decode("utf-8", errors="replace"))
    return Answer(status, request_id, {name: tuple(values) for name, values in attributes.items()})


def _fields(data: bytes) -> Iterator[tuple[int, str, bytes]]:
    """Tag, name and value of each field; an empty name: one more value of the attribute before."""
    at = 8
    while True:
        if at >= len(data):
            raise MalformedAnswer("no end of attributes")
        tag = data[at]
        at += 1
        if tag == _END:
            return
        if tag < 0x10:  # The next group begins.
            continue
        name, at = _counted(data, at)
        value, at = _counted(data, at)
        yield tag, name.decode("utf-8", errors="replace"), value


def _counted(data: bytes, at: int) -> tuple[bytes, int]:
    if at + 2 > len(data):
        raise MalformedAnswer("cut off in a length")
    end = at + 2 + int.from_bytes(data[at : at + 2], "big")
    if end > len(data):
        raise MalformedAnswer("cut off in a field")
    return data[at + 2 : end], end


def _printer(uri: str) -> Attribute:
    return Attribute(Tag.URI, "printer-uri", (uri,))


def _job(uri: str, user: str, job: int) -> tuple[Attribute, ...]:
    return (
        _printer(uri),
        Attribute(Tag.INTEGER, "job-id", (job,)),
        Attribute(Tag.NAME, "requesting-user-name", (user,)),
    )


def _wanted(*names: str) -> Attribute:
    return Attribute(Tag.KEYWORD, "requested-attributes", names)


def _encode(
    operation: Operation, request_id: int, attributes: tuple[Attribute, ...], job: tuple[Attribute, ...] = ()
) -> bytes:
    first = (Attribute(Tag.CHARSET, "attributes-charset", ("utf-8",)),)
    language = (Attribute(Tag.LANGUAGE, "attributes-natural-language", ("en",)),)
    encoded = _VERSION + struct.pack(">HI", operation, request_id)
    encoded += bytes([Group.OPERATION]) + b"".join(map(_field, (*first, *language, *attributes)))
    if job:
        encoded += bytes([Group.JOB]) + b"".join(map(_field, job))
    return encoded + bytes([_END])


def _field(attribute: Attribute) -> bytes:
    encoded = b""
    for i, value in enumerate(attribute.values):
        name = b"" if i else attribute.name.encode()
        if isinstance(value, bool):
            content = b"\x01" if value else b"\x00"
        elif isinstance(value, int):
            content = struct.pack(">i", value)
        else:
            content = value.encode()
        encoded += struct.pack(">BH", attribute.tag, len(name)) + name + struct.pack(">H", len(content)) + content
    return encoded
