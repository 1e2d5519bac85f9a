"""A way to break the product on purpose: a change of the source, made in a copy of the tree and never in itself."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of one file: `before` occurs there exactly once."""

    file: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Sabotage:
    """One way to break the product.

    Attributes:
        promise: The one that a seed finds broken; where several are possible the likeliest.
        compares_clocks: Each seed is run with and without jumping clocks, and both must come to the same.
    """

    name: str
    promise: int
    edits: tuple[Edit, ...]
    compares_clocks: bool = False


def one(name: str, promise: int, file: str, before: str, after: str, *, compares_clocks: bool = False) -> Sabotage:
    """One that takes a single change."""
    return Sabotage(name, promise, (Edit(file, before, after),), compares_clocks)
