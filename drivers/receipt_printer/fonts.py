"""Where characters come from that the printer's own font hasn't got."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final


@dataclass(frozen=True, slots=True)
class Font:
    """A font file; `index` picks the face of a collection (7 is Simplified Chinese, letters half as wide,
    in Noto Sans CJK)."""

    path: Path
    index: int = 0


DEBIAN_FONTS: Final = (
    Font(Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"), index=7),
    Font(Path("/usr/share/fonts/truetype/hanazono/HanaMinA.ttf")),
    Font(Path("/usr/share/fonts/truetype/hanazono/HanaMinB.ttf")),
)
"""Debian's fonts-noto-cjk, then fonts-hanazono for the rare characters of extensions B to E."""
