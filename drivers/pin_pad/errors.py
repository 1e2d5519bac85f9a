"""What can go wrong at the PIN pad.

A PIN entry that fails changes nothing anywhere: no PIN was used, and the key that the pad spent is never needed
again. So every outcome here is "not done", and asking once more is safe.
"""

from drivers.errors import DeviceError, Outcome
from drivers.pin_pad.protocol import REFUSALS


class PinPadError(DeviceError):
    """The pad did not do what it was asked."""

    def __init__(self, what: str) -> None:
        super().__init__(what, outcome=Outcome.NOT_DONE)


class EntryCancelled(PinPadError):
    """The citizen pressed cancel on the pad, or the host's `cancel` ended the entry: `by_host` tells."""

    def __init__(self, *, by_host: bool = False) -> None:
        super().__init__(f"PIN entry cancelled {'by the host' if by_host else 'on the pad'}")
        self.by_host = by_host


class EntryTimedOut(PinPadError):
    """No PIN within the time that was given."""

    def __init__(self) -> None:
        super().__init__("no PIN was entered in time")


class PadSilent(PinPadError):
    """The port is there, and nobody answers: no power, wrong line settings, or another device."""

    def __init__(self) -> None:
        super().__init__("the PIN pad does not answer")


class PadRefused(PinPadError):
    """The pad answered and will not do it.

    `code` is the pad's own (see `protocol.REFUSALS`), or empty where it refused without a reason: a prompt that
    it doesn't hold.
    """

    def __init__(self, code: str = "") -> None:
        reason = REFUSALS.get(code, "unknown code") if code else "no reason given; are the prompts in its table?"
        super().__init__(f"the PIN pad refuses{' ' * bool(code)}{code}: {reason}")
        self.code = code


class LinkBroken(PinPadError):
    """Frames arrive damaged again and again: a bad cable, wrong parity, or interference."""

    def __init__(self) -> None:
        super().__init__("the line to the PIN pad is too noisy")


class PadGone(PinPadError):
    """The port vanished, or isn't there."""

    def __init__(self, why: str) -> None:
        super().__init__(f"the PIN pad is gone: {why}")


class ForeignBlock(PinPadError):
    """The PIN block was not made with this pad's key, for this account: swapped pad or wrong key file."""

    def __init__(self) -> None:
        super().__init__("the PIN block does not belong to the key of this pad")
