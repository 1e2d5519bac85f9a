"""One figure beside its goal and its baseline, and the table of all of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Figure:
    """One line of the table.

    Attributes:
        name: What was measured.
        unit: Of `value` and `baseline`.
        value: None: it couldn't be measured here; the note says why.
        limit: The goal, at most; None: there is none, it is told for comparison.
        limit_ratio: The goal as a share of the baseline, at most.
        against: What the baseline is.
    """

    name: str
    unit: str
    value: float | None
    limit: float | None = None
    limit_ratio: float | None = None
    against: str = ""
    baseline: float | None = None
    note: str = ""

    def beside(self, against: str, baseline: float) -> "Figure":
        """With a baseline."""
        return replace(self, against=against, baseline=baseline)

    def noting(self, note: str) -> "Figure":
        """With a remark."""
        return replace(self, note=note)

    @property
    def ratio(self) -> float | None:
        """The value as a share of the baseline."""
        return None if self.value is None or not self.baseline else self.value / self.baseline

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None without a goal or a value."""
        if self.value is None or (self.limit is None and self.limit_ratio is None):
            return None
        if self.limit_ratio is not None:
            return self.ratio is not None and self.ratio <= self.limit_ratio
        return self.limit is not None and self.value <= self.limit


_HEAD = ("what", "value", "goal", "baseline", "ratio", "met", "note")


def table(figures: Sequence[Figure]) -> str:
    """All figures as one table, in Markdown that reads well as it is."""
    rows = [_HEAD, *(_row(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    lines.insert(1, "| " + " | ".join("-" * width for width in widths) + " |")
    return "\n".join(lines)


def _row(figure: Figure) -> tuple[str, ...]:
    goal = "" if figure.limit is None else f"{figure.limit:g} {figure.unit}"
    if figure.limit_ratio is not None:
        goal = f"{figure.limit_ratio:g} x baseline"
    baseline = "" if figure.baseline is None else f"{_number(figure.baseline)} ({figure.against})"
    ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
    met = {True: "yes", False: "NO", None: ""}[figure.met]
    value = "not measured" if figure.value is None else f"{_number(figure.value)} {figure.unit}"
    return figure.name, value, goal, baseline, ratio, met, figure.note


def _number(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.3g}"
