"""Compiles the IFD handler, when it is older than its source."""

import os
import shlex
import subprocess
from pathlib import Path

SOURCE = Path(__file__).with_name("ifd.c")
_NEEDS = "needs gcc, libc6-dev and libpcsclite-dev"


def build(folder: Path) -> Path:
    """The handler's shared library in `folder`, compiled by the command in the source's head if need be.

    Raises:
        RuntimeError: The compiler isn't there or refused; its own words are in the message.
    """
    library = folder / "libifdsimulated.so"
    if library.exists() and library.stat().st_mtime > SOURCE.stat().st_mtime:
        return library
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f".{library.name}.{os.getpid()}"  # Several may build at once: the last rename wins.
    line = next(text for text in SOURCE.read_text().splitlines() if " gcc " in text)
    command = shlex.split(line.strip(" *"))
    command[command.index("ifd.c")] = str(SOURCE)
    command[command.index("libifdsimulated.so")] = str(fresh)
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
    except FileNotFoundError as error:
        raise RuntimeError(f"no gcc: the IFD handler {_NEEDS}") from error
    except subprocess.CalledProcessError as error:
        raise RuntimeError(f"the IFD handler {_NEEDS}: {error.stderr}") from error
    fresh.rename(library)
    return library
