"""Looks for many short byte strings at once: one pass over the bytes, however many there are."""

from collections import defaultdict
from collections.abc import Mapping

import numpy as np


def found(forms: Mapping[bytes, str], data: bytes) -> set[str]:
    """Names of those `forms`, each of four bytes or more, that are in `data`."""
    shortest = min(map(len, forms))
    assert shortest >= 4, "so few bytes occur by chance"
    if len(data) < shortest:
        return set()
    each = np.frombuffer(data, np.uint8)
    pairs = each[:-1].astype(np.uint16) << 8 | each[1:]
    # Where a form may begin: whatever two bytes stand at an even distance, some form has them there.
    at = np.flatnonzero(_of_some(forms, 0)[pairs[: len(data) - shortest + 1]])
    for offset in range(2, shortest - 1, 2):
        at = at[_of_some(forms, offset)[pairs[at + offset]]]
    by_head: defaultdict[bytes, list[bytes]] = defaultdict(list)
    for form in forms:
        by_head[form[:4]].append(form)
    names = set()
    for start in at.tolist():
        names |= {forms[form] for form in by_head.get(data[start : start + 4], ()) if data.startswith(form, start)}
    return names


def _of_some(forms: Mapping[bytes, str], offset: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """For each two bytes whether one of the forms has them there."""
    known = np.zeros(1 << 16, np.bool_)
    known[[form[offset] << 8 | form[offset + 1] for form in forms]] = True
    return known
