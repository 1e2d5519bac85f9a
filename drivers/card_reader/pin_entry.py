"""A PIN typed on the reader itself (PC/SC part 10): its structures and answers. Bytes in, bytes out, no I/O.

Digits go to the card in BCD, left-justified, padded with F; the program never sees them.
"""

import struct
from enum import IntEnum

from drivers.card_reader.protocol import Command, ProtocolViolation

GET_FEATURE_REQUEST = 0x42000000 + 3400
"""SCARD_CTL_CODE(3400) of pcsc-lite."""


class Feature(IntEnum):
    """Tags of PC/SC part 10, section 2.2, as far as they are used here."""

    VERIFY_PIN_DIRECT = 0x06
    MODIFY_PIN_DIRECT = 0x07


class EntryStatus(IntEnum):
    """Status words of the reader's own, part 10, sections 2.5.2 and 2.5.3."""

    TIMED_OUT = 0x6400
    CANCELLED = 0x6401
    MISMATCH = 0x6402
    LENGTH = 0x6403
    REFUSED = 0x6B80
    """The reader doesn't do what the structure asks for."""


_VERIFY = struct.Struct("<BBBBBHBBHB3sI")  # 19 bytes.
_MODIFY = struct.Struct("<BBBBBBBHBBBHBBB3sI")  # 24 bytes.
_BCD_FROM_THE_FIRST_BYTE = 0x81  # bmFormatString: units are bytes, position 0, left, BCD.
_KEY_ENDS_ENTRY = 0x02  # bEntryValidationCondition.
_CONFIRM_NEW_AND_ASK_OLD = 0x03  # bConfirmPIN.
_CHINESE = 0x0804  # wLangId, simplified.
_NO_LENGTH_FIELD = 0x00


def parse_features(reply: bytes) -> dict[Feature, int]:
    """The control code of each feature that the reader has, from GET_FEATURE_REQUEST. Unknown ones are left out.

    Raises:
        ProtocolViolation: Not a list of tag, length 4, value.
    """
    if len(reply) % 6:
        raise ProtocolViolation("the feature list is cut short")
    found = {}
    for tag, length, code in struct.iter_unpack(">BBI", reply):
        if length != 4:
            raise ProtocolViolation("a feature isn't four bytes long")
        if tag in set(Feature):
            found[Feature(tag)] = code
    return found


def verify_structure(template: Command, *, seconds: int, digits: tuple[int, int]) -> bytes:
    """PIN_VERIFY: ask for the PIN and send `template` with it in place of its data.

    Args:
        template: VERIFY with FF where the PIN goes.
        seconds: Allowed before the first key, and between keys.
        digits: Fewest and most.
    """
    apdu = bytes(template.encode())
    return (
        _VERIFY.pack(
            *(seconds, seconds, _BCD_FROM_THE_FIRST_BYTE, len(template.data), _NO_LENGTH_FIELD),
            *(digits[0] << 8 | digits[1], _KEY_ENDS_ENTRY, 1, _CHINESE, 0, bytes(3), len(apdu)),
        )
        + apdu
    )


def modify_structure(template: Command, *, new_at: int, seconds: int, digits: tuple[int, int]) -> bytes:
    """PIN_MODIFY: ask for the old PIN, the new one and the new one again; send `template` with both in it.

    Args:
        template: CHANGE PIN with FF where the PINs go; the old one starts its data.
        new_at: Where in the data the new PIN starts, in bytes.
        seconds: Allowed before the first key, and between keys.
        digits: Fewest and most.
    """
    apdu = bytes(template.encode())
    return (
        _MODIFY.pack(
            *(seconds, seconds, _BCD_FROM_THE_FIRST_BYTE, len(template.data) - new_at, _NO_LENGTH_FIELD),
            *(0, new_at, digits[0] << 8 | digits[1], _CONFIRM_NEW_AND_ASK_OLD, _KEY_ENDS_ENTRY, 3, _CHINESE),
            *(0, 1, 2, bytes(3), len(apdu)),
        )
        + apdu
    )
