"""The face between what the kiosk does and what the citizen sees. The core runs whole without a display."""

from dataclasses import dataclass
from typing import Protocol

from kiosk.pages import Answer, Chosen, Entered, Overlay, Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """How one citizen wants to be shown things; back to the machine's defaults when the visit ends."""

    language: str = "zh"
    large: bool = False
    contrast: bool = False
    voice: bool = False
    low_reach: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """All that is on the screen at one moment.

    Attributes:
        serial: Counts views up. A press carries the serial of the view that it was made on, so that one made on a
            page that has gone since is told apart.
    """

    serial: int
    page: Page
    preferences: Preferences
    overlay: Overlay | None = None


@dataclass(frozen=True, slots=True)
class Press:
    """A citizen pressed something. `answer` None: a touch on nothing, which still shows that somebody is there."""

    serial: int
    answer: Answer | Chosen | Entered | None


class Screen(Protocol):
    """Draws views and reports presses. Both sides may be in different threads."""

    def show(self, view: View) -> None:
        """Replace what is on the screen. Returns at once; a view that is overtaken by the next may never be drawn."""
        ...

    async def next_press(self) -> Press:
        """Wait for the next press."""
        ...

    async def sound(self, *, aloud: bool) -> bool:
        """Make the sound that something is left behind or needs the citizen, and wait for its end.

        Args:
            aloud: Otherwise only find out whether it could be made.

        Returns:
            Whether it can.
        """
        ...
