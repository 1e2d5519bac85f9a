"""How a virtual ID card reader fails, and where."""

from dataclasses import dataclass

KINDS = {
    "noise": "garbage goes out before the answer, with what looks like the beginning of a frame",
    "torn": "a byte in the middle of the answer is lost",
    "wrong_check": "the answer's check byte doesn't fit",
    "truncated": "only the first half of the answer goes out",
    "silence": "no answer",
    "late": "answers `seconds` late",
    "deaf": "calls an intact command broken",
    "lifted": "the card is taken away while the command is under way",
    "unreadable": "refuses this card, which goes on lying there",
    "false_card": "the card's data doesn't carry the issuer's proof",
    "scrambled": "the text that was read is nonsense, its check byte fits",
    "missed": "the card isn't found, though it lies there",
    "asleep": "the card isn't found again after this until it has been lifted",
    "no_module": "the security module fails its self-test",
    "not_authorised": "the security module may not be used",
    "unplug": "its cable is pulled",
}
"""What can be asked for, with its meaning."""

PLACES = ("state", "find", "select", "read", "any", "now")
"""The command at which it happens, whichever comes first, or at once."""


@dataclass
class Fault:
    """One thing that will go wrong."""

    how: str
    at: str = "any"
    once: bool = True
    seconds: float = 8.0
    """Of `late`."""

    def __post_init__(self) -> None:
        if self.how not in KINDS:
            raise ValueError(f"how: expected one of {', '.join(KINDS)}")
        if self.at not in PLACES:
            raise ValueError(f"at: expected one of {', '.join(PLACES)}")
        if self.at == "now" and self.how not in ("lifted", "unplug"):
            raise ValueError("at now only lifted and unplug can happen")
