"""How a scripted citizen reads the screen: looks for words as they are printed, anywhere in a picture of it.

No hook into the kiosk and no knowledge of where things stand: the words are set in the same typeface and searched for
(normalised cross-correlation). Dark on light and light on dark read alike.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Grey: TypeAlias = NDArray[np.uint8]

_NOTO = "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc"
_SIMPLIFIED_CHINESE = 2  # The collection's face.

TITLE = (72, 92)
"""Sizes in which the look sets a page's title, in its unit; the second is for large type."""
CALL = (92, 112)
"""The home page's."""
LABEL = (44, 36, 48, 40, 58)
"""Buttons, tiles and the footer, as they are and in large type."""

_SURE = 0.93
"""Correlation above which words count as read: the words themselves reach 0.95 and more between two rasterisers,
the most similar others 0.90."""
_SOFT = (5, 5)
"""Both are blurred a little: rasterisers place a letter within a pixel as they like."""
_ENOUGH = 420
"""Width in look units of the part of a long text that is searched for: a line may break after that."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Where words stand, in pixels, and how sure that is (0 to 1)."""

    x: int
    y: int
    width: int
    height: int
    sureness: float

    @property
    def middle(self) -> tuple[int, int]:
        """Where to put a finger."""
        return self.x + self.width // 2, self.y + self.height // 2


class Eye:
    """Reads a screen of `width` x `height` pixels."""

    def __init__(self, width: int, height: int) -> None:
        # The look's unit: portrait 1080 wide, landscape by the smaller of two ratios.
        self.unit = width / 1080 if height > width else min(width / 1880, height / 1350)

    def find(self, words: str, picture: Image.Image, sizes: tuple[int, ...]) -> Seen | None:
        """Look for `words` in one of `sizes` (look units); None: they aren't there.

        Where they stand more than once, the lowest counts: the look tells above and is touched below.
        """
        grey = cv2.GaussianBlur(np.asarray(picture.convert("L")), _SOFT, 0)
        for size in sizes:
            template = _set(words, size * self.unit, _ENOUGH * self.unit)
            if template.shape[0] > grey.shape[0] or template.shape[1] > grey.shape[1]:
                continue
            found = np.abs(cv2.matchTemplate(grey, template, cv2.TM_CCOEFF_NORMED))
            rows, columns = np.nonzero(found >= _SURE)
            if len(rows):
                lowest = rows >= rows[-1] - 2
                at = np.flatnonzero(lowest)[np.argmax(found[rows[lowest], columns[lowest]])]
                y, x = int(rows[at]), int(columns[at])
                return Seen(x, y, template.shape[1], template.shape[0], float(found[y, x]))
        return None


@lru_cache(maxsize=256)
def _set(words: str, size: float, enough: float) -> Grey:
    """Set `words` in type of `size` pixels, as far as `enough` pixels, black on white."""
    font = ImageFont.truetype(_NOTO, size, index=_SIMPLIFIED_CHINESE)
    shown = words
    while len(shown) > 1 and font.getlength(shown) > enough:
        shown = shown.rpartition(" ")[0] or shown[:-1]
    left, top, right, bottom = (round(edge) for edge in font.getbbox(shown))
    paper = Image.new("L", (right - left + 4, bottom - top + 4), 255)
    ImageDraw.Draw(paper).text((2 - left, 2 - top), shown, font=font, fill=0)
    return cv2.GaussianBlur(np.asarray(paper), _SOFT, 0).astype(np.uint8)
