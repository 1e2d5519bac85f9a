"""How a scripted citizen reads the screen: looks for words as they are printed, anywhere in a picture of it.

No hook into the kiosk and no knowledge of where things stand: the words are set in the same typeface and searched for
(normalised cross-correlation). Dark on light and light on dark read alike.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from simulator.x_screen import Box

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
_SURE_HERE = 0.88
"""Enough where the place is known: beside or below what was read."""
_MOST = 6
"""Places at which the same words are looked at more closely."""
_HEAD = 200
"""Width in look units of the beginning that is searched for first, everywhere; the rest only beside and below it."""


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
        """Look for `words` in one of `sizes` (look units), in one line or several; None: they aren't there.

        Where they stand more than once, the lowest counts: the look tells above and is touched below.
        """
        grey = cv2.GaussianBlur(np.asarray(picture.convert("L")), _SOFT, 0).astype(np.uint8)
        for size in (size * self.unit for size in sizes):
            head = _fitting(words, size, _HEAD * self.unit)
            for place in _places(head, grey, size):
                if (seen := _read_on(words, len(head), grey, size, place)) is not None:
                    return seen
        return None


def _read_on(words: str, known: int, grey: Grey, size: float, head: Seen) -> Seen | None:
    """Read the rest of `words`, whose first `known` characters stand at `head`: piece by piece, as lines break."""
    last, left = head, words[known:].lstrip()
    while left:
        for find in (_beside, _below):
            # The longest piece first; the letters of a long one may stand a little apart from ours.
            pieces = (left[:end] for end in range(len(_fitting(left, size, 3 * size)), 0, -1) if _whole(left, end))
            found = next(((piece, seen) for piece in pieces if (seen := find(piece, grey, size, last))), None)
            if found is not None:
                break
        else:
            return None
        left, last = left[len(found[0]) :].lstrip(), found[1]
    width = last.x + last.width - head.x if last.y < head.y + head.height else head.width
    return Seen(head.x, head.y, width, head.height, head.sureness)


def _whole(words: str, end: int) -> bool:
    """Whether `words[:end]` ends where a word does, or between Han characters."""
    return end == len(words) or not (words[end - 1].isascii() and words[end].isascii() and words[end] != " ")


def _beside(piece: str, grey: Grey, size: float, last: Seen) -> Seen | None:
    x, y = last.x + last.width - 6, max(last.y - round(size / 2), 0)
    reach = round(size * 0.6) + _set(piece, size).shape[1] + 12
    return _place_within(piece, grey, size, Box(x, y, reach, last.height + round(size)))


def _below(piece: str, grey: Grey, size: float, last: Seen) -> Seen | None:
    y = last.y + last.height // 2
    return _place_within(piece, grey, size, Box(0, y, grey.shape[1], round(size * 2.2)))


def _place_within(piece: str, grey: Grey, size: float, box: Box) -> Seen | None:
    part = grey[box.y : box.y + box.height, box.x : box.x + box.width]
    places = _places(piece, part, size, _SURE_HERE)
    return replace(places[-1], x=places[-1].x + box.x, y=places[-1].y + box.y) if places else None


def _places(words: str, grey: Grey, size: float, sure: float = _SURE) -> list[Seen]:
    """Where `words` stand in one line, the lowest first."""
    template = _set(words, size)
    height, width = template.shape
    if height > grey.shape[0] or width > grey.shape[1]:
        return []
    found = np.abs(cv2.matchTemplate(grey, template, cv2.TM_CCOEFF_NORMED))
    places: list[Seen] = []
    while len(places) < _MOST:
        rows, columns = np.nonzero(found >= sure)
        if not len(rows):
            break
        near = rows >= rows[-1] - height
        best = np.flatnonzero(near)[np.argmax(found[rows[near], columns[near]])]
        y, x = int(rows[best]), int(columns[best])
        places.append(Seen(x, y, width, height, float(found[y, x])))
        found[max(y - height, 0) : y + height, max(x - width // 2, 0) : x + width // 2 + 1] = 0
    return places


def _fitting(words: str, size: float, width: float) -> str:
    """As much of `words` as runs `width`, whole words, one at least."""
    ends = [end for end in range(1, len(words) + 1) if _whole(words, end)]
    fitting = [end for end in ends if _font(size).getlength(words[:end]) <= width]
    return words[: max(fitting, default=ends[0])].rstrip()


@lru_cache(maxsize=16)
def _font(size: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(_NOTO, size, index=_SIMPLIFIED_CHINESE)


@lru_cache(maxsize=256)
def _set(words: str, size: float) -> Grey:
    """Set `words` in type of `size` pixels, black on white."""
    font = _font(size)
    left, top, right, bottom = (round(edge) for edge in font.getbbox(words))
    paper = Image.new("L", (right - left + 4, bottom - top + 4), 255)
    ImageDraw.Draw(paper).text((2 - left, 2 - top), words, font=font, fill=0)
    return cv2.GaussianBlur(np.asarray(paper), _SOFT, 0).astype(np.uint8)
