"""A command that changes what the card remembers, ready to be sent once."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import final


@final
@dataclass(frozen=True, slots=True)
class Mutation:
    """Such a command, made by a verb of `session.SocialCard`.

    Attributes:
        header: CLA INS P1 P2.
        digest: SHA-256 of the whole command; None where it carries a PIN, enciphered or not: a hash of six digits is
            soon tried.
        send: Sends it. What it raises is written at the verb that made this. Its buffers are wiped whatever happens;
            a second call is a mistake of the program, and never reaches the card.
    """

    header: bytes
    digest: bytes | None
    send: Callable[[], Awaitable[None]]


def once(send: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    """`send`, for one call: the next is an `AssertionError`, however the first ended."""
    left = [send]

    async def guarded() -> None:
        assert left, "a command that changes the card is sent once"
        await left.pop()()

    return guarded
