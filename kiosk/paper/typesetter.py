"""Has a certificate set in a process of its own.

Typst keeps what it has set, names and numbers of the last ten sheets among it, in some 80 MB: both end with the
process.
"""

import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

import trio

Typeset = Callable[[bytes], Awaitable[bytes]]
"""Makes a PDF of what `kiosk.paper.certificate` wrote; raises `TypesettingFailed`."""

_SECONDS: Final = 30.0
_CHECKOUT: Final = Path(__file__).parent.parent.parent


class TypesettingFailed(Exception):
    """There is no PDF: fonts or library are missing, or the process took too long."""


async def typeset_apart(words: bytes) -> bytes:
    """The PDF of `words`.

    Raises:
        TypesettingFailed: There is none.
    """
    try:
        with trio.fail_after(_SECONDS):
            done = await trio.run_process(
                [sys.executable, "-m", "kiosk.paper.typesetting"],
                stdin=words,
                capture_stdout=True,
                stderr=subprocess.DEVNULL,  # A typesetter's complaint may quote what it was given.
                cwd=_CHECKOUT,
            )
    except (OSError, subprocess.CalledProcessError, trio.TooSlowError) as error:
        raise TypesettingFailed(type(error).__name__) from None
    return done.stdout
