"""SQLite's own file system, with everything that changes a file noted down in a `Recording`."""

import itertools
import os
from types import TracebackType
from typing import Self

import apsw
from recorded_disk import Recording

_numbers = itertools.count()


class RecordingVFS(apsw.VFS):
    """Writes through to real files below, and tells `recording` of it. Use it in a `with` statement.

    SQLite syncs the directory itself when it first syncs a journal or log that it made, and when it deletes one that
    must not come back; below the level that is seen here, so that it is noted here by the same rules (os_unix.c).
    """

    def __init__(self, recording: Recording) -> None:
        self.name = f"recording-{next(_numbers)}"
        self.recording = recording
        super().__init__(self.name, "")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.unregister()

    def xOpen(self, name: "str | apsw.URIFilename | None", flags: list[int]) -> apsw.VFSFile:
        """Open a file; one that isn't there yet is made, and noted so."""
        assert name is not None, "a store has no temporary files"
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        return _RecordingFile(self, os.path.basename(path), name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:
        """Delete a file."""
        super().xDelete(filename, syncdir)
        self.recording.delete(os.path.basename(filename))
        if syncdir:
            self.recording.sync(None)


class _RecordingFile(apsw.VFSFile):
    def __init__(self, vfs: RecordingVFS, name: str, asked: "str | apsw.URIFilename", flags: list[int]) -> None:
        super().__init__("", asked, flags)
        self._recording = vfs.recording
        self._entry_unsynced = False
        file = self._recording.file(name)
        if file is None:
            file = self._recording.make(name)
            self._entry_unsynced = not flags[0] & apsw.SQLITE_OPEN_MAIN_DB
        self._file = file

    def xWrite(self, data: bytes, offset: int) -> None:
        self._recording.write(self._file, offset, bytes(data))
        super().xWrite(data, offset)

    def xTruncate(self, newsize: int) -> None:
        self._recording.resize(self._file, newsize)
        super().xTruncate(newsize)

    def xSync(self, flags: int) -> None:
        super().xSync(flags)
        self._recording.sync(self._file)
        if self._entry_unsynced:
            self._recording.sync(None)
            self._entry_unsynced = False
