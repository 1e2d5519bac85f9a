"""Fonts: what text measures, where its baseline is, and where Chinese lines may break.

Noto Sans CJK is one collection file for five languages; face 2 is the one for Simplified Chinese (face 0 is Japanese,
with other forms of 直, 骨 and 复). Rare characters of Extension B come from HanaMin. Measured with the whole
collection and with the face cut out of it: the same 24 MB of memory, 9 ms against 3 to open both weights; so the
collection is used as it is installed.
"""

import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path

import pygame.freetype

_NOTO = "/usr/share/fonts/opentype/noto/NotoSansCJK-{weight}.ttc"
_SIMPLIFIED_CHINESE = 2
_RARE = ("/usr/share/fonts/truetype/hanazono/HanaMinB.ttf", "/usr/share/fonts/truetype/hanazono/HanaMinA.ttf")

NATURAL = 1.448
"""Height of a line of Noto Sans CJK, in sizes."""
ASCENT = 1.160
_RULER = 128
"""Size at which advances are measured: good to 0.4% of a size, and its glyphs stay small in the cache."""


class MissingFont(Exception):
    """A font that the screens need isn't installed."""


@cache
def font(bold: bool) -> pygame.freetype.Font:
    """The face for Simplified Chinese in one weight.

    Raises:
        MissingFont: the package fonts-noto-cjk isn't installed.
    """
    path = _NOTO.format(weight="Bold" if bold else "Regular")
    if not Path(path).exists():
        raise MissingFont(f"{path} (package fonts-noto-cjk)")
    pygame.freetype.init()
    return pygame.freetype.Font(path, font_index=_SIMPLIFIED_CHINESE)


@cache
def rare_fonts() -> tuple[pygame.freetype.Font, ...]:
    """Fonts for characters that Noto lacks, in the order in which they are tried."""
    pygame.freetype.init()
    return tuple(pygame.freetype.Font(path) for path in _RARE if Path(path).exists())


@cache
def _advance(char: str, bold: bool) -> float:
    # Every Han character and full-width sign is as wide as its size.
    if unicodedata.east_asian_width(char) in "WF":
        return 1.0
    metrics = font_of(char, bold).get_metrics(char, size=_RULER)[0]
    return float(metrics[4]) / _RULER if metrics else 1.0


@cache
def _has(face: pygame.freetype.Font, char: str) -> bool:
    return face.get_metrics(char, size=24)[0] is not None


def font_of(char: str, bold: bool) -> pygame.freetype.Font:
    """The font that has `char`; the main one if none has, which draws a box."""
    main = font(bold)
    if char < "\u2e80" or _has(main, char):
        return main
    return next((rare for rare in rare_fonts() if _has(rare, char)), main)


def is_tofu(char: str) -> bool:
    """Whether no font here can draw `char`."""
    return not char.isspace() and not _has(font_of(char, False), char)


def width(text: str, size: float, bold: bool) -> float:
    """How wide `text` runs, in the unit of `size`."""
    return sum(_advance(char, bold) for char in text) * size


def baseline(top: float, line: float, size: float) -> float:
    """Where the letters of a line stand whose box begins at `top` and is `line` high."""
    return top + (line - NATURAL * size) / 2 + ASCENT * size


def runs(text: str, bold: bool) -> Iterator[tuple[pygame.freetype.Font, str]]:
    """Cut `text` into pieces of one font each."""
    piece, face = "", font(bold)
    for char in text:
        wanted = font_of(char, bold)
        if wanted is not face and piece:
            yield face, piece
            piece = ""
        face = wanted
        piece += char
    if piece:
        yield face, piece


@lru_cache(maxsize=512)
def _units(text: str) -> tuple[str, ...]:
    """What is never parted: a number stays with what it counts, though a blank stands between (3 月, 5 分钟)."""
    # Imported late: 30 ms that a page of short lines doesn't need.
    from uniseg.linebreak import line_break_units  # type: ignore[import-untyped]

    units: list[str] = []
    for unit in line_break_units(text):
        if units and units[-1].endswith(" ") and units[-1][-2:-1].isdigit() and unit[0] > "\u2e80":
            units[-1] += unit
        else:
            units.append(unit)
    return tuple(units)


def _flow(units: tuple[str, ...], limit: float, size: float, bold: bool) -> list[str]:
    lines, line = [], ""
    for unit in units:
        if line and width((line + unit).rstrip(), size, bold) > limit:
            lines.append(line.rstrip())
            line = ""
        line += unit
    if line.rstrip():
        lines.append(line.rstrip())
    return lines


def sentences_of(text: str) -> list[str]:
    """The sentences of a Chinese text, each with its sign at the end."""
    parts, part = [], ""
    for char in text:
        part += char
        if char in "。？！":
            parts.append(part)
            part = ""
    return [*parts, part] if part.strip() else parts


@lru_cache(maxsize=1024)
def lines(
    text: str, limit: float, size: float, bold: bool, sentences: bool = False, balance: bool = False
) -> list[str]:
    """Break `text` into lines no wider than `limit` where Unicode allows it (UAX 14): no line begins with 。 or ）.

    Args:
        text: What to break; a newline always breaks.
        limit: The widest line, in the unit of `size`.
        size: Of the letters.
        bold: The weight.
        sentences: Begin each sentence on a line of its own, where that takes no more lines.
        balance: Make the lines about equally long, in as few lines.
    """
    if "\n" in text:
        return [line for part in text.split("\n") for line in lines(part, limit, size, bold, sentences, balance)]
    if width(text, size, bold) <= limit:
        return [text]
    found = _flow(_units(text), limit, size, bold)
    if sentences:
        apart = [line for part in sentences_of(text) for line in _flow(_units(part), limit, size, bold)]
        if len(apart) <= len(found):
            found = apart
    # A last line of one or two characters, or of one short word, looks like a mistake.
    short = 3 * size if text[-1] > "\u2e80" else 0.4 * limit
    if balance or (len(found) > 1 and width(found[-1], size, bold) < short):
        narrow = limit
        while narrow > limit / 3:
            narrow -= size / 2
            tighter = _flow(_units(text), narrow, size, bold)
            if len(tighter) > len(found) or max(width(line, size, bold) for line in tighter) > narrow:
                break
            found = tighter
    return found
