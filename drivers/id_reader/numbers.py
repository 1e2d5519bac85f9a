"""The numbers on ID documents: which form belongs to which kind, and the birth date within.

| kind | number | check |
| --- | --- | --- |
| resident | region (6), birth date (8), order (3), check | GB 11643 |
| residence permit | the same, region 810000, 820000 or 830000 | GB 11643 |
| foreign, from 2023 | 9, province (2), country (3, numeric), birth date (8), order (3), check | GB 11643 |
| foreign, before | country (3 letters), place (4), birth date (6), order and check (2) | not published |

Sources: GB 11643-1999; "Measures for residence permits for Hong Kong, Macao and Taiwan residents" (2018), article 5;
National Immigration Administration, "Foreign permanent resident ID card, 2023: rules", table 1.
"""

import re
from datetime import date
from enum import Enum

from drivers.card_reader.numbers import is_resident_number

PERMIT_REGIONS = ("810000", "820000", "830000")
"""Hong Kong, Macao, Taiwan."""


class DocumentKind(Enum):
    """Documents that the reader reads."""

    RESIDENT = "resident"
    """居民身份证."""
    FOREIGN_RESIDENT = "foreign_resident"
    """外国人永久居留身份证, of 2017 or of 2023."""
    RESIDENCE_PERMIT = "residence_permit"
    """港澳台居民居住证."""


def is_number_of(kind: DocumentKind, number: str) -> bool:
    """Whether `number` has the form that this kind of document carries, and its check character fits."""
    allocated = number.startswith(PERMIT_REGIONS)
    match kind:
        case DocumentKind.RESIDENT:
            return is_resident_number(number) and not allocated
        case DocumentKind.RESIDENCE_PERMIT:
            return is_resident_number(number) and allocated
        case _:
            return _is_old_foreign_number(number) or (is_resident_number(number) and number.startswith("9"))


def fits_birth_date(number: str, born: date) -> bool:
    """Whether the birth date within `number`, of any of these forms, is `born`."""
    if _is_old_foreign_number(number):
        return number[7:13] == f"{born:%y%m%d}"
    return number[6:14] == f"{born:%Y%m%d}"


def _is_old_foreign_number(number: str) -> bool:
    return re.fullmatch(r"[A-Z]{3}[0-9]{12}", number) is not None
