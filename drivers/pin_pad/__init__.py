"""PIN pads of the Z/7x dialect with DUKPT, on a serial line.

`PinPad` takes an enciphered PIN from the citizen; `PadKey` opens it where the kiosk holds this pad's key.
"""

from drivers.pin_pad.dukpt import EncryptedPin, KeyFileRefused, PadKey, load_pad_key
from drivers.pin_pad.errors import (
    EntryCancelled,
    EntryTimedOut,
    ForeignBlock,
    LinkBroken,
    PadGone,
    PadRefused,
    PadSilent,
    PinPadError,
)
from drivers.pin_pad.session import ENTER_PIN, FixedPrompt, OwnPrompt, PinPad, random_account

__all__ = [
    "ENTER_PIN",
    "EncryptedPin",
    "EntryCancelled",
    "EntryTimedOut",
    "FixedPrompt",
    "ForeignBlock",
    "KeyFileRefused",
    "LinkBroken",
    "OwnPrompt",
    "PadGone",
    "PadKey",
    "PadRefused",
    "PadSilent",
    "PinPad",
    "PinPadError",
    "load_pad_key",
    "random_account",
]
