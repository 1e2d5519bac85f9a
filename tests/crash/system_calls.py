"""A recording of what a program did to its database: its system calls, as `strace` saw them.

Nothing stands between the program and the kernel; that a file was synced here means that the kernel was asked to.
"""

import json
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path

from recorded_disk import Recording

FACTS = "facts"
"""A file that the program writes lines of JSON to: what the world knows from then on. Not part of the disk."""

_CALLS = "openat,write,pwrite64,fsync,fdatasync,ftruncate,unlink,rename"
_LINE = re.compile(r"^(?:\d+ +)?(\w+)\((.*)\) += (-?\d+|0x[0-9a-f]+)")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')
_PATH = re.compile(r"<((?:\\x[0-9a-f]{2})+)>")


def record(command: Sequence[str], directory: Path, database: str, *, trace: Path) -> Recording:
    """Run `command`, which works `database` in `directory`, to its end.

    Args:
        trace: Where strace writes; the caller's to delete.

    Raises:
        RuntimeError: The program failed.
    """
    watched = [directory, *(directory / name for name in (database, f"{database}-journal", FACTS))]
    options = [text for path in watched for text in ("-P", str(path))]
    strace = ["strace", "-f", "-y", "-xx", "-s", "1048576", "-e", f"trace={_CALLS}", *options, "-o", str(trace)]
    run = subprocess.run([*strace, *command], capture_output=True, text=True, check=False)
    if run.returncode:
        raise RuntimeError(f"{' '.join(command)}: status {run.returncode}\n{run.stderr[-2000:]}")
    recording = Recording()
    with trace.open() as lines:
        for line in lines:
            _take(line, recording, str(directory))
    return recording


def _take(line: str, recording: Recording, directory: str) -> None:
    match = _LINE.match(line)
    assert "unfinished" not in line, "only one thread works the database"
    if match is None or match[3].startswith("-"):
        return  # A signal, an exit; or a call that did nothing.
    call, arguments, result = match[1], match[2], int(match[3], 0)
    texts = [_decode(text) for text in _TEXT.findall(arguments)]
    if call == "openat":
        name = _name(texts[-1].decode(), directory)
        if name and name != FACTS and recording.file(name) is None:
            recording.make(name)
        assert "O_TRUNC" not in arguments, "SQLite cuts files by ftruncate"
        return
    if call in ("unlink", "rename"):
        names = [_name(text.decode(), directory) for text in texts]
        recording.delete(*names) if call == "unlink" else recording.rename(*names)
        return
    place = _PATH.search(arguments)
    assert place is not None
    path = _decode(place[1]).decode()
    if path == directory:
        recording.sync(None)
        return
    name = _name(path, directory)
    if name == FACTS:
        for fact in texts[0].splitlines():
            recording.fact(json.loads(fact))
        return
    file = recording.file(name)
    assert file is not None, f"{name} is written to, but was never opened"
    match call:
        case "pwrite64":
            offset = int(arguments.rsplit(", ", 1)[1])
            recording.write(file, offset, texts[0][:result])
        case "ftruncate":
            recording.resize(file, int(arguments.rsplit(", ", 1)[1]))
        case "fsync" | "fdatasync":
            recording.sync(file)
        case _:
            raise AssertionError(f"SQLite does not {call}")


def _decode(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))


def _name(path: str, directory: str) -> str:
    return path.removeprefix(directory + "/") if path.startswith(directory + "/") else ""
