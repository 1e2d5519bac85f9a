"""The look's measures and colours, from `tokens.toml` beside this file. Lengths are in u: 1080x1920 is 1 u a pixel."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

Colour = tuple[int, int, int]

_FILE = Path(__file__).with_name("tokens.toml")


@cache
def load() -> dict[str, Any]:
    """The whole file, parsed once."""
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


def rgb(value: str) -> Colour:
    """`#0E4565` as three numbers."""
    return int(value[1:3], 16), int(value[3:5], 16), int(value[5:7], 16)


@dataclass(frozen=True, slots=True)
class Theme:
    """One set of colours, by the names of the tokens.

    Attributes:
        contrast: Black, white and yellow: tints vanish, borders grow.
    """

    name: str
    contrast: bool
    hexes: dict[str, str]
    scrim_alpha: float

    def hex(self, name: str) -> str:
        """The colour of a token, as in `#0E4565`; a `#...` value stands for itself."""
        return name if name.startswith("#") else self.hexes[name]

    def colour(self, name: str) -> Colour:
        """The colour of a token as three numbers."""
        return rgb(self.hex(name))

    @property
    def control_border(self) -> float:
        """Width of a control's border."""
        border = load()["border"]
        return float(border["control_contrast" if self.contrast else "control"])


@cache
def theme(contrast: bool) -> Theme:
    """The light theme, or the one of high contrast."""
    name = "contrast" if contrast else "light"
    colours = load()["color"][name]
    return Theme(name, contrast, {key: entry["hex"] for key, entry in colours.items()}, colours["scrim"]["alpha"])


@dataclass(frozen=True, slots=True)
class Role:
    """One kind of text: size and distance of lines in u, and its weight."""

    size: float
    line: float
    bold: bool


@cache
def roles(large: bool, ease: float = 0.0) -> dict[str, Role]:
    """The kinds of text by name.

    Args:
        large: The large set.
        ease: From 0, the set as it is, to 1: how far a crowded page draws its sizes together. Large text eases
            towards the normal set but never under 40 u; normal text towards 34 u, the smallest for citizens.
    """
    ease = min(ease, 1.0)
    types = load()["type"]
    whole = types["large" if large else "normal"]
    smaller = types["normal"] if large else whole
    least = 40.0 if large else 34.0
    found = {}
    for name, (size, line, weight) in whole.items():
        low_size, low_line, _ = smaller[name]
        if not large and name in ("body", "heading", "label"):
            low_size, low_line = {"body": (36, 50), "heading": (42, 56), "label": (40, 52)}[name]
        eased = max(size + (low_size - size) * ease, min(least, size))
        eased_line = line + (low_line - line) * ease if eased > least else max(low_line, eased * 1.4)
        found[name] = Role(round(eased, 1), round(eased_line, 1), weight == "Bold")
    return found


def shell(name: str, large: bool) -> float:
    """Size of text in the header, the steps or the footer."""
    sizes: list[float] = load()["type"]["shell"][name]
    return sizes[1 if large else 0]


def contrast_ratio(one: Colour, other: Colour) -> float:
    """How far two colours are apart, from 1 to 21 (WCAG 2.1, relative luminance)."""

    def luminance(colour: Colour) -> float:
        parts = [c / 255 for c in colour]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)
