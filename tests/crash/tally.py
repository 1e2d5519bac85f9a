"""What a run counted, and what it found."""

from collections import Counter
from dataclasses import dataclass, field

ENOUGH = 200
"""A life in which so much was found isn't looked at further."""


@dataclass(frozen=True, slots=True)
class Violation:
    """A promise that didn't hold.

    Attributes:
        promise: Its number in the list of the twelve; 0: the database itself is damaged.
        what: What was found.
        replay: The command that shows it again.
    """

    promise: int
    what: str
    replay: str

    def __str__(self) -> str:
        return f"promise {self.promise}: {self.what}\n  {self.replay}"


@dataclass
class Tally:
    """Counts by name, and violations."""

    counts: Counter[str] = field(default_factory=Counter)
    violations: list[Violation] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Take over what another run counted."""
        self.counts += other.counts
        self.violations += other.violations

    def line(self, what: str, seconds: float) -> str:
        """The last line of a run: `what` was done, its counts, violations by promise, and how fast it went."""
        by_promise = Counter(violation.promise for violation in self.violations)
        found = " ".join(f"promise {number}: {count}" for number, count in sorted(by_promise.items())) or "none"
        numbers = ", ".join(f"{count:,} {name}" for name, count in self.counts.items() if name != what)
        done = self.counts[what]
        return f"{done:,} {what} ({numbers}); violations: {found}; {done / seconds:,.0f} {what}/s, {seconds:.1f} s"
