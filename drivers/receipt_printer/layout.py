"""A document as rows on paper: what stands where, before anything becomes bytes."""

from dataclasses import dataclass
from itertools import groupby

from drivers.receipt_printer.columns import clean, width, wrap
from drivers.receipt_printer.document import (
    COLUMNS,
    Align,
    Document,
    Gap,
    Line,
    Numbered,
    Pair,
    QrCode,
    Rule,
    Title,
)


@dataclass(frozen=True, slots=True, repr=False)
class Row:
    """One printed line; `scale` 2 is double width and height."""

    text: str
    align: Align = Align.LEFT
    bold: bool = False
    scale: int = 1


def lay_out(document: Document) -> list[Row | Gap | QrCode]:
    """Break every part into rows; the labels of neighbouring pairs share one width."""
    rows: list[Row | Gap | QrCode] = []
    for kind, group in groupby(document.parts, type):
        parts = list(group)
        if kind is Pair:
            rows += _pairs([part for part in parts if isinstance(part, Pair)])
            continue
        for part in parts:
            match part:
                case Title(text):
                    rows += _paragraph(Line(text, Align.CENTER, bold=True, large=True))
                case Line():
                    rows += _paragraph(part)
                case Numbered(number, text):
                    rows += _hanging(f"{number}. ", clean(text))
                case Rule():
                    rows.append(Row("─" * (COLUMNS // 2)))
                case Gap() | QrCode():
                    rows.append(part)
                case Pair():  # pragma: no cover - grouped above.
                    raise AssertionError
    return rows


def _paragraph(line: Line) -> list[Row]:
    scale = 2 if line.large else 1
    return [Row(text, line.align, line.bold, scale) for text in wrap(clean(line.text), COLUMNS // scale)]


def _hanging(lead: str, text: str) -> list[Row]:
    indent = width(lead)
    first, *rest = wrap(text, COLUMNS - indent)
    return [Row(lead + first), *(Row(" " * indent + line) for line in rest)]


def _pairs(pairs: list[Pair]) -> list[Row]:
    labels = [clean(pair.label) for pair in pairs]
    label_columns = min(max(2, *map(width, labels)), COLUMNS // 2) + 2
    rows: list[Row] = []
    for pair, label in zip(pairs, labels, strict=True):
        left = wrap(label, label_columns - 2)
        right = wrap(clean(pair.value), COLUMNS - label_columns)
        for i in range(max(len(left), len(right))):
            a = left[i] if i < len(left) else ""
            b = right[i] if i < len(right) else ""
            rows.append(Row(a + " " * (COLUMNS - width(a) - width(b)) + b, bold=pair.bold))
    return rows
