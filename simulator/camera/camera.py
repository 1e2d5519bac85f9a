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
    shown: int = 0
    """How often what is seen has changed."""
    _picture: bytes = field(default_factory=lambda: scene.jpeg(None), repr=False)

    def show(self, code: str, variant: str = "plain") -> None:
        """Hold up a phone with `code`."""
        if variant not in scene.VARIANTS:
            raise ValueError(f"no such variant; there are {', '.join(scene.VARIANTS)}")
        self._see(code, variant)

    def hide(self) -> None:
        """Take the phone away."""
        self._see(None, "plain")

    def fail(self, how: str) -> None:
        """Break."""
        if how not in FAILURES:
            raise ValueError(f"no such failure; there are {', '.join(FAILURES)}")
        self.failure = how

    def mend(self) -> None:
        """Be whole again."""
        self.failure = None

    @property
    def picture(self) -> bytes:
        """What is seen now, as a JPEG."""
        return self._picture

    def _see(self, code: str | None, variant: str) -> None:
        self._picture = scene.jpeg(code, variant)
        self.code, self.variant = code, variant
        self.shown += 1
