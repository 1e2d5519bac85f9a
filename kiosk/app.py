"""Joins the two halves: the display, which owns the main thread and waits on events, and the core, which runs in trio
in a thread of its own. Either one's end is the program's end.

The home page is drawn before the core is even imported, so that it stands there at once. It offers everything until
the core knows better, some 150 ms later; what is pressed in between waits for it.
"""

import ctypes
import datetime
import gc
import resource
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.settings import Settings

if TYPE_CHECKING:
    import trio

    from screens.display import Display

# glibc's malloc.h, and what is set with it.
_M_MMAP_THRESHOLD, _MMAP_BYTES = -3, 256 * 1024
_M_ARENA_MAX, _ARENAS = -8, 1
_M_PERTURB, _OVERWRITE = -6, 0xFF


def run(settings: Settings, config: Path) -> None:
    """Serve citizens until told to stop. What went wrong in the core is raised here.

    Args:
        settings: What `config` says.
        config: Their file.
    """
    from kiosk.home import home_page
    from kiosk.screen import Preferences, View
    from screens.display import Display, NoDisplay
    from screens.voice import Voice

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # A core dump could hold a PIN.
    _set_allocator()
    gc.disable()  # Imports leave no garbage worth looking for: 40 ms of the start. The core turns it on again.
    size = (settings.screen.width, settings.screen.height)
    voice = Voice(settings.voice.command) if settings.voice.command else None
    display = Display(size, framed=not settings.screen.fullscreen, voice=voice)
    page = home_page(settings, closes=lambda what: False, now=datetime.datetime.now().astimezone())
    display.show(View(serial=1, page=page, preferences=Preferences(language=settings.screen.language)))
    try:
        display.open()
    except NoDisplay as error:
        raise SystemExit(f"no window can be opened: {error}") from None
    core = _Core(settings, display, config)
    core.start()
    try:
        display.run()
    finally:
        core.stop()
        core.join()
    if core.fault is not None:
        raise core.fault


def _set_allocator() -> None:
    """Have what is freed leave the process, or be overwritten at once.

    By itself glibc keeps some 10 MB of pictures and an arena a thread, and keeps them as they were. The photo on record
    of a face check comes through buffers of TLS, HTTP and JSON that only their libraries could wipe; they would lie
    there until their memory is used again. (Blocks up to 1 kB, which glibc puts aside for the same thread, aren't
    overwritten.)
    """
    libc = ctypes.CDLL(None)
    libc.mallopt(_M_MMAP_THRESHOLD, _MMAP_BYTES)
    libc.mallopt(_M_ARENA_MAX, _ARENAS)
    libc.mallopt(_M_PERTURB, _OVERWRITE)


class _Core(threading.Thread):
    """The thread that trio runs in. When it ends, for whatever reason, so does the display."""

    def __init__(self, settings: Settings, display: "Display", config: Path) -> None:
        super().__init__(name="core")
        self.fault: BaseException | None = None
        self._settings = settings
        self._display = display
        self._config = config
        self._stopping = False
        self._scope: trio.CancelScope
        self._token: trio.lowlevel.TrioToken | None = None

    def run(self) -> None:
        """See the class."""
        try:
            import trio

            trio.run(self._serve)
        except BaseException as error:  # noqa: BLE001 -- The main thread raises it.
            self.fault = error
        finally:
            self._display.stop()

    def stop(self) -> None:
        """Cancel everything; the operation under way is still finished."""
        self._stopping = True  # Before the look at the token: the other side sets and looks the other way round.
        if self._token is None:
            return
        import trio

        with suppress(trio.RunFinishedError):
            self._token.run_sync_soon(self._scope.cancel)

    async def _serve(self) -> None:
        import trio

        from kiosk.core import serve
        from kiosk.service_manager import ServiceManager

        manager = ServiceManager()
        with trio.CancelScope() as self._scope:
            self._token = trio.lowlevel.current_trio_token()
            if not self._stopping:
                async with trio.open_nursery() as nursery:
                    nursery.start_soon(manager.keep_informed, self._display.turned)
                    await serve(self._settings, self._display, self._config)
        manager.tell("STOPPING=1")
