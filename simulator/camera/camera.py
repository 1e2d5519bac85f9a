"""The camera itself: what is held up before it, and what is broken. No I/O and no clock."""

from dataclasses import dataclass, field

from simulator.camera import scene

FAILURES = ("freeze", "drop", "slow", "garbage", "unplug")
"""`freeze`: the connection stays, no picture comes. `drop`: each connection ends after a few pictures. `slow`: a
picture every three seconds. `garbage`: what comes isn't a picture. `unplug`: nobody answers."""


@dataclass
class Camera:
    """What one picture is made of."""

    code: str | None = field(default=None, repr=False)
    variant: str = "plain"
    failure: str | None = None
    picture: bytes = field(default_factory=lambda: scene.jpeg(None), repr=False)
    """What is seen now, as a JPEG."""

    def see(self, code: str | None, variant: str, picture: bytes) -> None:
        """Have `picture` before the lens: drawn elsewhere, since that takes longer than a picture lasts."""
        self.code, self.variant, self.picture = code, variant, picture

    def fail(self, how: str) -> None:
        """Break."""
        if how not in FAILURES:
            raise ValueError(f"no such failure; there are {', '.join(FAILURES)}")
        self.failure = how

    def mend(self) -> None:
        """Be whole again."""
        self.failure = None
