"""How a virtual pad fails, and where."""

from dataclasses import dataclass

KINDS = {
    "silence": "hears the message and never answers",
    "noise": "garbage goes out before the answer",
    "nak": "calls an intact message broken",
    "drop_ack": "an ACK is lost: its own to a command, or the host's to a reply",
    "duplicate": "sends the answer twice",
    "late_reply": "answers `seconds` late",
    "wrong_lrc": "sends a reply with a wrong check byte",
    "power_lost": "loses its power for two seconds",
    "no_prompts": "its table of prompts is empty, as a new pad's is",
    "unplug": "its cable is pulled",
}
"""What can be asked for, with its meaning."""

PLACES = ("Z1", "Z2", "Z42", "Z60", "Z62", "72", "7A", "16", "71", "digit", "any", "now")
"""A message of the host, the reply with the PIN block (71), the next digit, whichever comes first, or at once."""


@dataclass
class Fault:
    """One thing that will go wrong."""

    how: str
    at: str = "any"
    once: bool = True
    seconds: float = 8.0
    """Of `late_reply`."""

    def __post_init__(self) -> None:
        if self.how not in KINDS:
            raise ValueError(f"how: expected one of {', '.join(KINDS)}")
        if self.at not in PLACES:
            raise ValueError(f"at: expected one of {', '.join(PLACES)}")
        if self.at in ("now", "digit") and self.how not in ("power_lost", "unplug"):
            raise ValueError(f"at {self.at} only power_lost and unplug can happen")
