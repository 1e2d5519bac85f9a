"""SIGTERM and SIGINT end the window, at whatever moment they come and whichever thread they come to.

SDL's own handlers leave a mark that it looks for before it waits: a signal between the look and the wait, or one that
another thread was interrupted by, would be seen when somebody next touches the screen. Python's handler writes a byte
to a socket instead, and a thread of this module's waits there.
"""

import contextlib
import signal
import socket
import threading
from collections.abc import Callable

ENDING = (signal.SIGTERM, signal.SIGINT)


class EndingSignals:
    """What both signals do, from `catch` to `release`. Both belong to the main thread.

    Args:
        stop: Called, in another thread, whenever one has come.
    """

    def __init__(self, stop: Callable[[], None]) -> None:
        self._stop = stop
        self._written: socket.socket | None = None

    def catch(self) -> None:
        """Listen. Before SDL is opened, which takes a signal for itself only where nobody else has."""
        heard, self._written = socket.socketpair()
        self._written.setblocking(False)
        signal.set_wakeup_fd(self._written.fileno(), warn_on_full_buffer=False)
        for number in ENDING:
            signal.signal(number, lambda number, frame: None)
        threading.Thread(target=self._listen, args=(heard,), name="signals", daemon=True).start()

    def release(self) -> None:
        """Listen no more: the next one ends the process at once."""
        for number in ENDING:
            signal.signal(number, signal.SIG_DFL)
        signal.set_wakeup_fd(-1)
        if self._written is not None:
            self._written.close()

    def _listen(self, heard: socket.socket) -> None:
        with heard:
            while came := heard.recv(16):
                if any(number in ENDING for number in came):
                    self._stop()


def overlook_x_errors() -> None:
    """For a window that is about to be closed: an event that was to wake it may find it gone, and Xlib, unless told
    otherwise, ends the process for that.
    """
    import ctypes  # Not on the way to the home page.

    global _overlook
    with contextlib.suppress(OSError):  # Another window system.
        xlib = ctypes.CDLL("libX11.so.6")
        _overlook = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)(lambda display, error: 0)
        xlib.XSetErrorHandler(_overlook)


_overlook: object = None
"""Xlib keeps its address."""
