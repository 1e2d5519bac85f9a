"""Numbers that carry their own check: the resident identity number and the card number."""

import re

_RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CARD_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def is_resident_number(number: str) -> bool:
    """Whether the 18 characters and their check character fit (GB 11643). Says nothing of region and date."""
    if re.fullmatch(r"[0-9]{17}[0-9X]", number) is None:
        return False
    total = sum(int(c) * w for c, w in zip(number[:17], _RESIDENT_WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == number[17]


def is_card_number(number: str) -> bool:
    """Whether the eight characters and their check character fit (social security card specification)."""
    if re.fullmatch(r"[0-9A-Z]{8}[0-9X]", number) is None:
        return False
    total = sum(int(c, 36) * w for c, w in zip(number[:8], _CARD_WEIGHTS, strict=True))
    return "0X987654321"[total % 11] == number[8]
