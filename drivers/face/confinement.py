"""What both processes do to themselves before they see anything: limits, no core dump, an end with their parent."""

import ctypes
import os
import resource
import threading

_PR_SET_DUMPABLE = 4  # linux/prctl.h


def confine(*, memory_bytes: int, cpu_seconds: int) -> None:
    """Limit this process, and have it end when its standard input does.

    Beyond `memory_bytes` of address space a library's next wish for memory fails; after `cpu_seconds` the kernel kills.

    Raises:
        OSError: The kernel refused.
    """
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # That limit doesn't bind a core_pattern that is a pipe (core(5)); this does, and nobody else's debugger reads here.
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "the kernel kept this process open to dumps")


def end_with_parent() -> None:
    """From now on, watch standard input in a thread; its end is this process's."""
    threading.Thread(target=_watch, daemon=True).start()


def _watch() -> None:
    while os.read(0, 1):
        pass
    os._exit(0)  # At once: the other threads may be deep in a library.
