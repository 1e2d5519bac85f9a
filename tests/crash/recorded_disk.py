"""A disk that remembers: what was written to it in which order, and every state that a power cut may leave it in.

The model is the one that SQLite is built for (https://sqlite.org/atomiccommit.html, section 2; and powersafe
overwrite, https://sqlite.org/psow.html): what was synced stays. Of everything later each write may be kept, lost or
torn, whatever came before or after it; what lies beside a written range is never damaged. A file made, deleted or
renamed may be so, or not yet, until its directory was synced.
"""

import itertools
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

SECTOR = 512
"""Bytes that a disk writes at once: a write is torn between two such."""

Image = dict[str, bytes]
"""The files of the directory, by name."""


@dataclass(frozen=True, slots=True)
class Write:
    """`data` at `offset` of the file that was made as number `file`."""

    file: int
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Resize:
    """The file is cut or extended with zeros."""

    file: int
    size: int


@dataclass(frozen=True, slots=True)
class Entry:
    """From now on `name` is the file number `file`; None: there is no such name."""

    name: str
    file: int | None


@dataclass(frozen=True, slots=True)
class Sync:
    """All that was done to the file before is on the disk; to every name of the directory where `file` is None."""

    file: int | None


@dataclass(frozen=True, slots=True)
class Fact:
    """Not of the disk: something that the world has learnt by now, and that must be true of whatever is found."""

    what: Any


Step = Write | Resize | Entry | Sync | Fact


class Fate(Enum):
    """What becomes of one step that wasn't synced."""

    KEPT = "kept"
    DROPPED = "dropped"
    ZEROED = "zeroed"  # The file has its new size, the data didn't come.


@dataclass(frozen=True, slots=True)
class Torn:
    """Only these ranges of a write reached the disk, each from and to a place in its data."""

    ranges: tuple[tuple[int, int], ...]


Fates = Sequence[Fate | Torn]


@dataclass
class Recording:
    """What happened to the files of one directory, from a start at which everything was on the disk.

    Attributes:
        base: The files at the start.
        known: What the world knew at the start.
        limit: After so many steps the power goes: nothing that follows is noted.
    """

    base: Image = field(default_factory=dict)
    known: Sequence[Any] = ()
    limit: int = sys.maxsize
    steps: list[Step] = field(default_factory=list)
    _files: int = 0
    _names: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in self.base:
            self._names[name] = self._number()

    @property
    def ended(self) -> bool:
        """The power has gone."""
        return len(self.steps) >= self.limit

    def file(self, name: str) -> int | None:
        """The number of the file that has this name now."""
        return self._names.get(name)

    def make(self, name: str) -> int:
        """A new, empty file."""
        number = self._number()
        self._enter(name, number)
        return number

    def delete(self, name: str) -> None:
        """The name goes; who has the file open keeps it."""
        self._enter(name, None)

    def rename(self, before: str, after: str) -> None:
        """The file has another name now."""
        number = self._names[before]
        self._enter(after, number)
        self._enter(before, None)

    def write(self, file: int, offset: int, data: bytes) -> None:
        """Bytes are handed over."""
        self._note(Write(file, offset, data))

    def resize(self, file: int, size: int) -> None:
        """A file is cut or extended."""
        self._note(Resize(file, size))

    def sync(self, file: int | None) -> None:
        """A file, or the directory, is on the disk."""
        self._note(Sync(file))

    def fact(self, what: Any) -> None:
        """Note what is known to the world at this moment."""
        self._note(Fact(what))

    def _note(self, step: Step) -> None:
        if not self.ended:
            self.steps.append(step)

    def _number(self) -> int:
        self._files += 1
        return self._files

    def _enter(self, name: str, file: int | None) -> None:
        if file is None:
            self._names.pop(name, None)
        else:
            self._names[name] = file
        self._note(Entry(name, file))


class Moment:
    """The disk between two steps of a recording: what is surely there, and what is still pending."""

    def __init__(self, recording: Recording) -> None:
        self.names: dict[str, int] = {}
        self.contents: dict[int, bytearray] = {}
        self.pending: list[Write | Resize | Entry] = []
        self.facts: list[Any] = list(recording.known)
        for number, (name, data) in enumerate(recording.base.items(), 1):
            self.names[name] = number
            self.contents[number] = bytearray(data)

    def pass_by(self, step: Step) -> None:
        """`step` happens."""
        match step:
            case Fact():
                self.facts.append(step.what)
            case Sync():
                settled = [waiting for waiting in self.pending if _covers(step, waiting)]
                for waiting in settled:
                    _apply(waiting, Fate.KEPT, self.names, self.contents)
                self.pending = [waiting for waiting in self.pending if not _covers(step, waiting)]
            case _:
                self.pending.append(step)

    def image(self, fates: Fates) -> Image:
        """What is found after a power cut in this moment, if `fates` is what becomes of all that was pending."""
        names = dict(self.names)
        contents: dict[int, bytearray] = {}
        for step, fate in zip(self.pending, fates, strict=True):
            if fate is Fate.DROPPED:
                continue
            if not isinstance(step, Entry) and step.file not in contents:
                contents[step.file] = bytearray(self.contents.get(step.file, b""))
            _apply(step, fate, names, contents)
        return {name: bytes(contents.get(file, self.contents.get(file, b""))) for name, file in names.items()}


def _covers(sync: Sync, step: Write | Resize | Entry) -> bool:
    return sync.file is None if isinstance(step, Entry) else sync.file == step.file


def _apply(
    step: Write | Resize | Entry, fate: Fate | Torn, names: dict[str, int], contents: dict[int, bytearray]
) -> None:
    match step:
        case Entry(name, None):
            names.pop(name, None)
        case Entry(name, int() as file):
            names[name] = file
        case Resize(file, size):
            content = contents.setdefault(file, bytearray())
            del content[size:]
            content.extend(bytes(size - len(content)))
        case Write(file, offset, data):
            content = contents.setdefault(file, bytearray())
            if fate is Fate.ZEROED:
                content.extend(bytes(max(0, offset + len(data) - len(content))))
                return
            for begin, end in ((0, len(data)),) if fate is Fate.KEPT else fate.ranges:  # type: ignore[union-attr]
                content.extend(bytes(max(0, offset + begin - len(content))))
                content[offset + begin : offset + end] = data[begin:end]


def sectors(write: Write) -> list[tuple[int, int]]:
    """The parts of a write that each lie in one sector, as ranges of its data."""
    first = SECTOR - write.offset % SECTOR
    cuts = [0, *range(first, len(write.data), SECTOR), len(write.data)]
    return list(itertools.pairwise(cuts))


def tear(write: Write, rng: random.Random) -> Torn:
    """Some of its sectors, a beginning of them, or a beginning that ends within one."""
    parts = sectors(write)
    how = rng.random()
    if how < 0.5 and len(parts) > 1:
        return Torn(tuple(part for part in parts if rng.random() < 0.5))
    if how < 0.8 and len(parts) > 1:
        return Torn(tuple(parts[: rng.randrange(1, len(parts))]))
    return Torn(((0, rng.randrange(len(write.data))),))


def any_fate(step: Write | Resize | Entry, rng: random.Random) -> Fate | Torn:
    """Chance decides."""
    what = rng.random()
    if what < 0.4:
        return Fate.KEPT
    if what < 0.75 or not isinstance(step, Write):
        return Fate.DROPPED
    return Fate.ZEROED if what < 0.8 else tear(step, rng)


def fates_of(pending: Sequence[Write | Resize | Entry], rng: random.Random, *, thorough: bool) -> Iterator[Fates]:
    """What may become of `pending`: each simple case where `thorough`, and some that chance decides.

    The simple ones: nothing came, all came, all but one, one alone, all up to one that is torn.
    """
    count = len(pending)
    if not count:
        yield ()
        return
    if thorough:
        yield [Fate.DROPPED] * count
        yield [Fate.KEPT] * count
        for place in rng.sample(range(count), min(count, 6)) if count > 1 else ():
            yield [Fate.DROPPED if n == place else Fate.KEPT for n in range(count)]
            yield [Fate.KEPT if n == place else Fate.DROPPED for n in range(count)]
        for place in rng.sample(range(count), min(count, 6)):
            step = pending[place]
            torn = tear(step, rng) if isinstance(step, Write) else Fate.DROPPED
            yield [Fate.KEPT] * place + [torn] + [Fate.DROPPED] * (count - place - 1)
    for _ in range(6 if thorough else 1):
        yield [any_fate(step, rng) for step in pending]


def counted(fates: Fates) -> Mapping[str, int]:
    """How many writes were torn and how many steps dropped."""
    return {
        "torn": sum(isinstance(fate, Torn) or fate is Fate.ZEROED for fate in fates),
        "dropped": sum(fate is Fate.DROPPED for fate in fates),
    }
