"""Waiting for events without polling.

`pygame.event.wait` wakes up 900 times a second (it sleeps 1 ms at a time); `SDL_WaitEventTimeout` of the SDL library
that pygame carries blocks in the X connection for real. Called through ctypes, which lets other threads run meanwhile.
"""

import ctypes
from functools import cache
from pathlib import Path

import pygame


class NoSDL(Exception):
    """The SDL library that pygame uses wasn't found in this process."""


@cache
def _sdl() -> ctypes.CDLL:
    # The library is loaded already: the process's own map says from where, so that no second copy comes in.
    for line in Path("/proc/self/maps").read_text(encoding="utf-8").splitlines():
        path = line.split(maxsplit=5)[-1]
        name = path.rsplit("/", 1)[-1]
        if name.startswith(("libSDL2-2", "libSDL2-")) and "image" not in name:
            library = ctypes.CDLL(path)
            library.SDL_WaitEventTimeout.argtypes = (ctypes.c_void_p, ctypes.c_int)
            return library
    raise NoSDL(f"pygame {pygame.version.ver}")


def wait(seconds: float | None) -> None:
    """Block until an event stands in pygame's queue, or until the time is over; None waits without end."""
    timeout = -1 if seconds is None else max(0, round(seconds * 1000))
    _sdl().SDL_WaitEventTimeout(None, timeout)
