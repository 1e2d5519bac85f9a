"""What can go wrong on any device, and whether its outcome is known."""

from enum import Enum


class Outcome(Enum):
    """Whether a command that failed may have taken effect."""

    NOT_DONE = "not done"
    """Refused, or never begun: asking again is safe."""
    UNKNOWN = "unknown"
    """The answer was lost. Ask the witness; never send the command again."""


class DeviceError(Exception):
    """A device did not do what it was asked.

    Args:
        what: What happened, in words a technician understands. Never data that the device carried.
        outcome: Whether the effect of the command is known.
    """

    def __init__(self, what: str, *, outcome: Outcome) -> None:
        super().__init__(f"{what} (outcome {outcome.value})")
        self.outcome = outcome
