"""What the authority needs of whoever holds the keys."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Literal, Protocol, final

Algorithm = Literal["3DES", "SM4"]
"""The cipher of a card's keys: two-key triple DES (ISO/IEC 18033-3), or SM4 (GB/T 32907)."""

BLOCK_BYTES: dict[Algorithm, int] = {"3DES": 8, "SM4": 16}
"""The size of one block."""


@final
@dataclass(frozen=True, slots=True)
class CardKeys:
    """Which card: what the bureau's master keys become the card's keys by.

    Raises:
        ValueError: The factor isn't eight bytes.
    """

    algorithm: Algorithm
    factor: bytes = field(repr=False)
    """Bytes 6 to 13 of the historical bytes of its answer to reset."""

    def __post_init__(self) -> None:
        if len(self.factor) != 8:
            raise ValueError("a key factor has eight bytes")


class SessionKey(Protocol):
    """The key of one card under one challenge: SK = E(K, challenge)."""

    def encipher(self, blocks: bytearray) -> bytes:
        """E(SK, blocks), each block by itself (ECB). Wipes `blocks`."""

    def chain(self, blocks: bytes) -> bytes:
        """The last block of `blocks` under SK, chained (CBC) from a zero IV."""


class Keys(Protocol):
    """Holds the master keys, and uses them without showing them."""

    def card_session(self, card: CardKeys, challenge: bytes) -> AbstractContextManager[SessionKey]:
        """The PUK's session key of `card` under `challenge` (eight bytes), for as long as the context lasts.

        Raises:
            AlgorithmUnavailable: There is no master key for its algorithm here.
            AuthorityUnavailable: The token doesn't answer.
        """

    def pad_key(self, serial: bytes) -> bytes:
        """The initial key of the pad with this key serial number (ten bytes, its counter at 0; X9.24-1:2009, A.6).

        Raises:
            AuthorityUnavailable: The token doesn't answer.
        """
