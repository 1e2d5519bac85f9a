"""Text on a grid of columns: how wide it is, and where its lines break."""

import re
import unicodedata
from typing import Final

from uniseg.graphemecluster import grapheme_clusters  # type: ignore[import-untyped]
from uniseg.linebreak import line_break_units  # type: ignore[import-untyped]

REPLACEMENT: Final = "□"
"""For control characters: on a card they are noise, on this wire they would be commands."""
_PLAIN: Final = str.maketrans({"¥": "￥", "\t": " ", "\xa0": " "})
"""GB 18030 has the narrow yen sign in four bytes only, which no printer draws."""
_EACH_ALONE: Final = re.compile(r"[ -~\u3001-\u3029\u4e00-\u9fff\uff01-\uff60]*")
"""Characters that never join with their neighbours: nearly every slip is made of these, and they need no rules."""


def clean(text: str) -> str:
    """The text with nothing in it that the printer could take for a command."""
    text = text.translate(_PLAIN).replace("\r\n", "\n")
    return "".join(REPLACEMENT if _controls(c) else c for c in text)


def _controls(character: str) -> bool:
    # By what it is, not by isprintable(): that also refuses private use and what newer Unicodes assigned, both of
    # which occur in names.
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") and character not in "\n\u200d"


def width(text: str) -> int:
    """Columns: one for ASCII, two for any other character, none for a mark that belongs to the one before."""
    if _EACH_ALONE.fullmatch(text):
        return sum(1 if character < "\x7f" else 2 for character in text)
    return sum(1 if cluster.isascii() else 2 for cluster in grapheme_clusters(text))


def wrap(text: str, columns: int) -> list[str]:
    """Break `text` into lines of at most `columns` by UAX 14: no 。 or ） at a line's start, no （ at its end.

    A unit wider than a line (a long number) is broken between characters.
    """
    assert columns >= 2
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for unit in line_break_units(paragraph):
            if width(line + unit.rstrip(" ")) <= columns:
                line += unit
                continue
            if line:
                lines.append(line.rstrip(" "))
            *full, line = _chop(unit, columns)
            lines += [piece.rstrip(" ") for piece in full]
        lines.append(line.rstrip(" "))
    return lines


def _chop(unit: str, columns: int) -> list[str]:
    pieces = [""]
    for cluster in grapheme_clusters(unit):
        if width(pieces[-1] + cluster) > columns and cluster != " ":
            pieces.append("")
        pieces[-1] += cluster
    return pieces
