"""A machine's disk that knows what was synced, can be full or failing, and loses at a power cut what was not.

Files lie where they always do and are read from there; beside each one stands what the medium holds for certain, and
the writes since the last sync. A power cut keeps any of those, or none, and may tear one in the middle.
"""

import random
from dataclasses import dataclass, field
from pathlib import Path

import apsw

SECTOR_BYTES = 512
"""What a disk writes whole or not at all."""


@dataclass
class _File:
    """One file's medium."""

    durable: bytearray = field(default_factory=bytearray)
    pending: list[tuple[int, bytes | None]] = field(default_factory=list)
    """Writes since the last sync, in order: offset and bytes; None: cut off there."""

    def sync(self) -> None:
        for offset, data in self.pending:
            _apply(self.durable, offset, data)
        self.pending.clear()


def _apply(content: bytearray, offset: int, data: bytes | None) -> None:
    if data is None:
        del content[offset:]
        return
    if len(content) < offset:
        content.extend(bytes(offset - len(content)))
    content[offset : offset + len(data)] = data


class Disk:
    """The disk of one machine.

    Attributes:
        fault: `full`, `write` (every write fails), `sync` (every sync fails) or None.
        syncs: How often something was synced.
        failed: How many requests this fault has struck.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.fault: str | None = None
        self.syncs = 0
        self.failed = 0
        self._files: dict[str, _File] = {}
        _DISKS[str(directory)] = self

    def break_(self, how: str) -> None:
        """Have a fault stand until it is mended."""
        self.fault, self.failed = how, 0

    def mend(self) -> None:
        """The disk works again."""
        self.fault, self.failed = None, 0

    def unmount(self) -> None:
        """Forget this disk."""
        del _DISKS[str(self.directory)]

    def certain(self) -> dict[str, bytes]:
        """What a power cut now would leave at least: by file name, what was synced."""
        return {name: bytes(file.durable) for name, file in self._files.items()}

    def cut_power(self, rng: random.Random) -> dict[str, bytes]:
        """What a power cut leaves now, by file name."""
        image = {}
        for name in sorted(self._files):
            file = self._files[name]
            content, kept = bytearray(file.durable), rng.choice(("none", "some", "all", "torn"))
            for offset, data in file.pending:
                if kept == "all" or (kept != "none" and rng.random() < 0.5):
                    if kept == "torn" and data is not None:
                        data = data[: rng.randrange(0, len(data) + SECTOR_BYTES, SECTOR_BYTES)]
                    _apply(content, offset, data)
            image[name] = bytes(content)
        return image

    def put(self, image: dict[str, bytes]) -> None:
        """Make the disk what `image` says: durable, and nothing else there."""
        for name in self._files:
            (self.directory / name).unlink(missing_ok=True)
        for leftover in self.directory.glob("*-shm"):
            leftover.unlink()
        self._files = {name: _File(bytearray(content)) for name, content in image.items()}
        for name, content in image.items():
            (self.directory / name).write_bytes(content)

    # What the file system asks.

    def file(self, name: str) -> _File:
        return self._files.setdefault(name, _File())

    def deleted(self, name: str) -> None:
        self._files.pop(name, None)

    def strike(self, what: str) -> None:
        """Raise what the fault makes of a `write` or a `sync`."""
        if self.fault == "full" and what == "write":
            self.failed += 1
            raise apsw.FullError("the disk is full")
        if self.fault == what:
            self.failed += 1
            raise apsw.IOError(f"the disk fails to {what}")


_DISKS: dict[str, Disk] = {}


def _disk_of(path: str) -> Disk | None:
    return _DISKS.get(path.rpartition("/")[0])


class _OpenFile(apsw.VFSFile):
    def __init__(self, path: str | apsw.URIFilename, flags: list[int]) -> None:
        name = path.filename() if isinstance(path, apsw.URIFilename) else path
        disk = _disk_of(name)
        assert disk is not None, "a database that isn't on a simulated disk"
        self._disk, self._file = disk, disk.file(name.rpartition("/")[2])
        super().__init__("unix", path, flags)

    def xWrite(self, data: bytes, offset: int) -> None:
        self._disk.strike("write")
        self._file.pending.append((offset, bytes(data)))
        super().xWrite(data, offset)

    def xTruncate(self, newsize: int) -> None:
        self._disk.strike("write")
        self._file.pending.append((newsize, None))
        super().xTruncate(newsize)

    def xSync(self, flags: int) -> None:
        self._disk.strike("sync")
        self._disk.syncs += 1
        self._file.sync()


class _FileSystem(apsw.VFS):
    """Every database of this process that lies on a simulated disk goes through here."""

    def __init__(self) -> None:
        super().__init__("simulated", "unix")

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        if path is None or _disk_of(path) is None:
            return apsw.VFSFile("unix", name, flags)
        return _OpenFile(name, flags)

    def xDelete(self, name: str, sync: bool) -> None:
        disk = _disk_of(name)
        if disk is not None:
            disk.strike("write")
            disk.deleted(name.rpartition("/")[2])
        super().xDelete(name, sync)


_FILE_SYSTEM = _FileSystem()
apsw.set_default_vfs("simulated")
