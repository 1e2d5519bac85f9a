"""The camera itself: what is before it, and what is broken. No I/O and no clock."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from simulator.camera import people

FAILURES = ("freeze", "still", "drop", "slow", "garbage", "unplug")
"""`freeze`: the connection stays, no picture comes. `still`: the same picture again and again. `drop`: each connection
ends after a few pictures. `slow`: a picture every three seconds. `garbage`: what comes isn't a picture. `unplug`:
nobody answers."""


@dataclass
class Camera:
    """What its pictures are made of.

    Attributes:
        code: On the phone that is held up, if one is.
        face: Of `people.FACES`, if somebody stands there.
        variant: How well the code is held up, or in which way somebody stands there.
    """

    code: str | None = field(default=None, repr=False)
    face: str | None = None
    variant: str = "plain"
    failure: str | None = None
    _again: deque[bytes] = field(default_factory=lambda: deque(people.nobody()), repr=False)
    _once: deque[bytes] = field(default_factory=deque, repr=False)

    @property
    def picture(self) -> bytes:
        """What is seen now, as a JPEG."""
        return (self._once or self._again)[0]

    def take(self) -> bytes:
        """What is seen now; the next picture is another one, as those of a real sensor are."""
        picture = self.picture
        if self.failure == "still":
            return picture
        if self._once:
            self._once.popleft()
        else:
            self._again.rotate(-1)
        return picture

    def see(
        self, film: Sequence[bytes], *, code: str | None = None, face: str | None = None, variant: str = "plain"
    ) -> None:
        """Have the pictures of `film` before the lens, again and again.

        They are drawn elsewhere, since that takes longer than a picture lasts.
        """
        self.code, self.face, self.variant = code, face, variant
        self._again, self._once = deque(film), deque()

    def play(self, film: Sequence[bytes]) -> None:
        """Show these once, then what was there before."""
        self._once = deque(film)

    def fail(self, how: str) -> None:
        """Break."""
        if how not in FAILURES:
            raise ValueError(f"no such failure; there are {', '.join(FAILURES)}")
        self.failure = how

    def mend(self) -> None:
        """Be whole again."""
        self.failure = None
