"""Which region's rules hold at which kiosk: the server judges by the file that the kiosks go by too."""

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from pathlib import Path

from central.settings import Settings
from kiosk.uplink.contract.policy import RegionPolicy, UnknownRegion
from kiosk.uplink.contract.policy_file import PolicyFaults, read_policies

PolicyOf = Callable[[str, date], RegionPolicy]
"""What is so in the region of a kiosk on a day."""

_SHIPPED = RegionPolicy()


def as_shipped(kiosk: str, day: date) -> RegionPolicy:
    """What holds where a bureau says nothing."""
    return _SHIPPED


def load(settings: Settings, folder: Path) -> PolicyOf:
    """Read and check the file that the settings name.

    Args:
        settings: The server's.
        folder: Where their file lies: `policy` may be relative to it.

    Raises:
        ValueError: It can't be read or used, or lacks a region that the settings name: one line a fault.
    """
    if settings.policy is None:
        return as_shipped
    file = folder / settings.policy
    try:
        policies = read_policies(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"{file}: can't be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ValueError(f"{file}: is not UTF-8 text") from None
    except PolicyFaults as error:
        raise ValueError("\n".join(f"{file}:{fault}" for fault in error.faults)) from None
    for code in sorted({settings.region, *settings.regions.values()}):
        try:
            policies.sections(code)
        except UnknownRegion:
            raise ValueError(f"{file}: no region {code}, which the settings name") from None
    by_day = lru_cache(maxsize=64)(policies.of)
    return lambda kiosk, day: by_day(settings.regions.get(kiosk, settings.region), day)
