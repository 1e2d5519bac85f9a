"""What a run of the stand leaves behind: files, what the system shows of its processes, their memory."""

import errno
import os
import re
from collections.abc import Iterator
from io import FileIO
from pathlib import Path

import numpy as np
import psutil

from simulator.child import CHECKOUT
from simulator.stand import Stand

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


def files(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below `folder`: logs, databases with their journals, receipts, pictures, settings."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield str(path.relative_to(folder)), path.read_bytes()


def core_dumps(stand: Stand) -> list[Path]:
    """Where the kernel would put one: the processes run in the checkout."""
    return [*CHECKOUT.glob("core*"), *stand.state.rglob("core*")]


def processes(stand: Stand) -> Iterator[tuple[str, bytes]]:
    """Arguments and environment of all processes of the stand, and what they write that `files` doesn't see.

    That is files elsewhere, and deleted ones that are still open.
    """
    heads: dict[str, int | None] = {name: child.pid for name, child in stand.children.items()}
    heads |= {f"{machine.name}.pcscd": machine.pcscd.pid for machine in stand.machines}
    for name, head in heads.items():
        tree = [psutil.Process(head), *psutil.Process(head).children(recursive=True)]
        for place in (Path(f"/proc/{process.pid}") for process in tree):
            for what in ("cmdline", "environ"):
                yield f"{what} of {name}", (place / what).read_bytes()
            for link in (place / "fd").iterdir():
                inside = link.readlink().is_relative_to(stand.state) and link.readlink().exists()
                if link.is_file() and not inside and _writes(place / "fdinfo" / link.name):
                    yield f"open file of {name}: {link.readlink()}", link.read_bytes()


def _writes(fdinfo: Path) -> bool:
    flags = re.search(r"^flags:\s*([0-7]+)$", fdinfo.read_text(), re.MULTILINE)
    assert flags is not None
    return int(flags[1], 8) & os.O_ACCMODE != os.O_RDONLY


def memory(pid: int) -> Iterator[tuple[str, bytes]]:
    """All that process `pid` can have written to, mapping by mapping; runs of empty pages are left out."""
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as file:
        for start, end, mode, name in _mappings(pid):
            if mode.startswith("rw"):
                file.seek(start)
                pages = np.frombuffer(_read(file, end - start), np.uint8).reshape(-1, _PAGE_BYTES)
                yield name or "anonymous", pages[pages.any(axis=1)].tobytes()


def _read(file: FileIO, size: int) -> bytes:
    """As much of the mapping as there is: one of a file may be longer than the file."""
    content = b""
    while len(content) < size:
        try:
            content += file.read(size - len(content))
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            break
    return content


def zero_of(pid: int) -> int:
    """Where the Python process `pid` has its int 0: where we have it, in the same program loaded elsewhere."""
    # In the interpreter itself, or in its library: the file that is mapped last before it.
    before = [(start, name) for start, _, _, name in _mappings("self") if name.startswith("/") and start <= id(0)]
    program = max(before)[1]
    zero = id(0) - _loaded_at("self", program) + _loaded_at(pid, program)
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as file:
        file.seek(zero)
        theirs = file.read(2 * (id(1) - id(0)))
    assert theirs[24] == 0
    assert theirs[24 + id(1) - id(0)] == 1, "the process runs another Python"
    return zero


def _loaded_at(pid: int | str, program: str) -> int:
    return min(start for start, _, _, name in _mappings(pid) if name == program)


def _mappings(pid: int | str) -> list[tuple[int, int, str, str]]:
    lines = Path(f"/proc/{pid}/maps").read_text().splitlines()
    found = [re.fullmatch(r"([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+ *(.*)", line) for line in lines]
    return [(int(line[1], 16), int(line[2], 16), line[3], line[4]) for line in found if line is not None]
