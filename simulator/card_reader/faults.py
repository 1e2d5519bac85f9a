"""Faults that a test can lie in wait with: what goes wrong, and at which command."""

import re
from dataclasses import dataclass
from typing import Literal, get_args

How = Literal[
    "pull",  # The card leaves before it sees the command.
    "pull_after_effect",  # The card did it, then left: the answer is lost.
    "no_answer_after_effect",  # The card did it, stays, and its answer is lost.
    "hang_after_effect",  # The card did it, and its answer is held back until it is pulled.
    "mute",  # Silent from here on, until it is put in again.
    "hang",  # Never answers, and the reader never gives up.
    "garble",  # Data bytes come wrong; without data the status word does.
    "truncate",  # Half of the data is missing; without data half of the status word is.
]


@dataclass(kw_only=True)
class Fault:
    """One trap. `at` counts commands from when it was set, or names an instruction."""

    at: str
    how: How
    once: bool = True
    _seen: int = 0

    def __post_init__(self) -> None:
        if self.how not in get_args(How):
            raise ValueError(f"no such fault: {self.how}")
        if re.fullmatch(r"apdu [1-9][0-9]*|ins [0-9A-Fa-f]{2}", self.at) is None:
            raise ValueError(f"at is `apdu 3` or `ins 5E`, not {self.at}")

    def strikes(self, apdu: bytes) -> bool:
        """Whether it is this command's turn."""
        self._seen += 1
        kind, value = self.at.split()
        if kind == "apdu":
            return self._seen == int(value) if self.once else self._seen >= int(value)
        return len(apdu) > 1 and apdu[1] == int(value, 16)


def garble(answer: bytes) -> bytes:
    """Every data byte wrong; without data, the status word."""
    wrong = bytes(b ^ 0x5A for b in answer)
    return wrong if len(answer) == 2 else wrong[:-2] + answer[-2:]


def truncate(answer: bytes) -> bytes:
    """Half of the data; without data, half of the status word."""
    return answer[:1] if len(answer) == 2 else answer[: (len(answer) - 2) // 2] + answer[-2:]
