"""How a scripted citizen reads the screen: looks for words as they are printed, anywhere in a picture of it.

No hook into the kiosk and no knowledge of where things stand: the words are set in the same typeface and searched for
(normalised cross-correlation). Dark on light and light on dark read alike.
"""

import math
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


def _down_to(size: float, least: float) -> tuple[float, ...]:
    """Sizes close enough together for one of them to fit: a title a little too long for its line is set smaller."""
    steps = math.ceil(math.log(least / size) / math.log(_CLOSE))
    return tuple(size * _CLOSE**step for step in range(steps + 1))


_CLOSE = 0.976
PLAIN_TITLE = _down_to(72, 60.5)
"""Sizes in which the look sets a page's title, in its unit."""
TITLE = (*PLAIN_TITLE, 92)
"""The last is a result's, and that of large type."""
RESULT = _down_to(92, 56)
"""Titles of what is done."""
CALL = (*_down_to(92, 76), 112)
"""The home page's."""
LABEL = (44, 36, *_down_to(43, 37), 48, 58)
"""Buttons, tiles, panels and the footer, as they are, on a crowded page and in large type."""

OPTION = (*_down_to(52, 44), 62)
"""What can be chosen from."""
HINT = (*_down_to(52, 40), 62)
"""What is said to somebody before the camera."""
NOTE = (34, 46)
"""Small type, in bold."""
KEY = (64, 80)
"""Digits on the screen's own keys."""

_SURE = 0.93
"""Correlation above which words count as read: the words themselves reach 0.95 and more between two rasterisers,
the most similar others 0.90."""
_SOFT = (5, 5)
"""Both are blurred a little: rasterisers place a letter within a pixel as they like."""
_SURE_HERE = 0.88
"""Enough where the place is known: beside or below what was read."""
_LIKELY = 0.72
"""Correlation at half the resolution that is worth a closer look."""
_MOST = 12
"""Places at which the same words are looked at more closely."""
_APART = 0.2
"""In type sizes: characters of one word stand closer."""
_INK = 50
"""Shades of grey that ink differs from its ground by, blurred as it is."""
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
        self._looked_at: tuple[Image.Image, Grey, Grey] | None = None

    def find(self, words: str, picture: Image.Image, sizes: tuple[float, ...]) -> Seen | None:
        """Look for `words` in one of `sizes` (look units), in one line or several; None: they aren't there.

        Where they stand more than once, the lowest counts: the look tells above and is touched below. The picture
        isn't drawn on between two looks at it.
        """
        grey, small = self._in_grey(picture)
        for size in (size * self.unit for size in sizes):
            head = _fitting(words, size, _HEAD * self.unit)
            for place in _everywhere(head, grey, small, size):
                if (seen := _read_on(words, len(head), grey, size, place)) is not None:
                    return seen
        return None

    def _in_grey(self, picture: Image.Image) -> tuple[Grey, Grey]:
        """`picture` as words are looked for in it, and at half the resolution; of several looks one pays."""
        if self._looked_at is None or self._looked_at[0] is not picture:
            grey = cv2.GaussianBlur(np.asarray(picture.convert("L")), _SOFT, 0).astype(np.uint8)
            self._looked_at = (picture, grey, _halved(grey))
        return self._looked_at[1:]


def _everywhere(words: str, grey: Grey, small: Grey, size: float) -> list[Seen]:
    """Where `words` stand, the lowest first: found at half the resolution, then looked at closely."""
    template = _set(words, size)
    height, width = template.shape
    found = []
    for likely in _peaks(small, _halved(template), _LIKELY):
        x, y = max(2 * likely.x - 4, 0), max(2 * likely.y - 4, 0)
        close = _peaks(grey[y : y + height + 8, x : x + width + 8], template, _SURE)
        found += [replace(seen, x=seen.x + x, y=seen.y + y) for seen in close[:1]]
    return sorted((seen for seen in found if _begins(seen, grey, size)), key=lambda seen: -seen.y)


def _begins(seen: Seen, grey: Grey, size: float) -> bool:
    """Whether nothing stands close before it: what was found is no end of other words."""
    before = grey[seen.y : seen.y + seen.height, max(seen.x - round(_APART * size), 0) : max(seen.x - 2, 0)]
    return not before.size or int(before.max()) - int(before.min()) < _INK


def _halved(grey: Grey) -> Grey:
    return cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA).astype(np.uint8)


def _peaks(grey: Grey, template: Grey, sure: float) -> list[Seen]:
    """Where `template` is found, the surest first."""
    height, width = template.shape
    if height > grey.shape[0] or width > grey.shape[1]:
        return []
    found = np.abs(cv2.matchTemplate(grey, template, cv2.TM_CCOEFF_NORMED))
    peaks: list[Seen] = []
    while len(peaks) < _MOST:
        y, x = (int(at) for at in np.unravel_index(found.argmax(), found.shape))
        if found[y, x] < sure:
            break
        peaks.append(Seen(x, y, width, height, float(found[y, x])))
        found[max(y - height // 2, 0) : y + height // 2 + 1, max(x - width // 2, 0) : x + width // 2 + 1] = 0
    return peaks


def _read_on(words: str, known: int, grey: Grey, size: float, head: Seen) -> Seen | None:
    """Read the rest of `words`, whose first `known` characters stand at `head`: piece by piece, as lines break."""
    last, left, sureness = head, words[known:].lstrip(), head.sureness
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
        sureness = min(sureness, last.sureness)
    width = last.x + last.width - head.x if last.y < head.y + head.height else head.width
    return Seen(head.x, head.y, width, head.height, sureness)


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
    peaks = _peaks(part, _set(piece, size), _SURE_HERE)
    return replace(peaks[0], x=peaks[0].x + box.x, y=peaks[0].y + box.y) if peaks else None


def _fitting(words: str, size: float, width: float) -> str:
    """As much of `words` as runs `width`, whole words, one at least."""
    ends = [end for end in range(1, len(words) + 1) if _whole(words, end)]
    fitting = [end for end in ends if _font(size).getlength(words[:end]) <= width]
    return words[: max(fitting, default=ends[0])].rstrip()


@lru_cache(maxsize=16)
def _font(size: float) -> ImageFont.FreeTypeFont:
    # Letters are set without kerning on the screens: "Take" with it reaches 0.87 only.
    return ImageFont.truetype(_NOTO, size, index=_SIMPLIFIED_CHINESE, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=256)
def _set(words: str, size: float) -> Grey:
    """Set `words` in type of `size` pixels, black on white."""
    font = _font(size)
    left, top, right, bottom = (round(edge) for edge in font.getbbox(words))
    paper = Image.new("L", (right - left + 4, bottom - top + 4), 255)
    ImageDraw.Draw(paper).text((2 - left, 2 - top), words, font=font, fill=0)
    return cv2.GaussianBlur(np.asarray(paper), _SOFT, 0).astype(np.uint8)
