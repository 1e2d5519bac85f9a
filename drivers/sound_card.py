"""Whether there is anything to play sounds on: the kernel's folder of sound devices, and word when it changes.

ALSA names a device that plays `pcmC0D0p`: card, device, p for playback. The last card takes the folder with it, so
that what the folder lies in is watched, too. Source: inotify(7); sound/core/pcm.c.
"""

import ctypes
import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
import trio

log = structlog.get_logger()

PLAYBACK = "pcmC*D*p"
"""A device that plays."""

# sys/inotify.h
_IN_ATTRIB, _IN_MOVED_FROM, _IN_MOVED_TO, _IN_CREATE, _IN_DELETE, _IN_ONLYDIR = 0x4, 0x40, 0x80, 0x100, 0x200, 0x1000000
_CHANGES = _IN_ATTRIB | _IN_MOVED_FROM | _IN_MOVED_TO | _IN_CREATE | _IN_DELETE | _IN_ONLYDIR
_MOST_BYTES = 65536
_LOOK_SECONDS = 30.0
"""Where the kernel has no more watches to give."""


def playback_devices(folder: Path) -> list[Path]:
    """The devices that play, whoever may use them."""
    return sorted(folder.glob(PLAYBACK))


class SoundCard:
    """Knows at once when the sound card comes or goes.

    Args:
        folder: Of the sound devices: `/dev/snd`.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def usable(self) -> bool:
        """Whether there is a device that plays, and this program may."""
        return any(os.access(device, os.R_OK | os.W_OK) for device in playback_devices(self._folder))

    async def changed_from(self, usable: bool) -> bool:
        """Wait until `usable` is otherwise; the new one."""
        with _inotify() as descriptor:
            while True:
                if descriptor is not None:
                    for folder in (self._folder.parent, self._folder):
                        _watch(descriptor, folder)
                if self.usable is not usable:
                    return not usable
                if descriptor is None:
                    await trio.sleep(_LOOK_SECONDS)
                else:
                    await trio.lowlevel.wait_readable(descriptor)
                    os.read(descriptor, _MOST_BYTES)


@contextmanager
def _inotify() -> Iterator[int | None]:
    """The kernel's end; None: it has none left for this user."""
    libc = ctypes.CDLL(None, use_errno=True)
    descriptor = libc.inotify_init1(os.O_CLOEXEC | os.O_NONBLOCK)
    if descriptor < 0:
        log.warning("sound_card.not_watched", error=errno.errorcode.get(ctypes.get_errno()))
        yield None
        return
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _watch(descriptor: int, folder: Path) -> None:
    """Have `folder` watched, if it is there; once more is no more."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.inotify_add_watch(descriptor, os.fsencode(folder), _CHANGES)
