"""The form of what a card takes from its issuer: bytes in, bytes out, no key.

After the social security card specification. What it leaves to the bureau: a card's key is E(master, factor) followed
by E(master, factor inverted); the proof of EXTERNAL AUTHENTICATE is E(SK, random), SK = E(K, challenge), of which a
16-byte cipher gives the XOR of both halves.
"""

from collections.abc import Iterable
from functools import reduce

from central.authority.keys import BLOCK_BYTES, Algorithm

UNBLOCK, RESET = bytes.fromhex("84240000"), bytes.fromhex("84240001")
"""CLA INS P1 P2: all tries again; a new PIN and all tries."""
_MAC_BYTES = 4


def diversification(factor: bytes) -> bytes:
    """What a master key enciphers to become the key of the card with this factor: two blocks of 3DES, one of SM4."""
    return factor + bytes(byte ^ 0xFF for byte in factor)


def one_block(algorithm: Algorithm, data: bytes) -> bytes:
    """`data`, at most a block of it, with zeros up to a whole one."""
    return data.ljust(BLOCK_BYTES[algorithm], b"\0")


def proof(algorithm: Algorithm, enciphered: bytes) -> bytes:
    """Eight bytes of the enciphered random."""
    return enciphered if algorithm == "3DES" else _xor((enciphered[:8], enciphered[8:]))


def mac_input(algorithm: Algorithm, header: bytes, enciphered: bytes) -> bytes:
    """Header, length of the data to come, ciphertext; with 80 00.. up to whole blocks (ISO/IEC 9797-1, method 2)."""
    message = header + bytes([len(enciphered) + _MAC_BYTES]) + enciphered + b"\x80"
    return message + bytes(-len(message) % BLOCK_BYTES[algorithm])


def mac(algorithm: Algorithm, last_block: bytes) -> bytes:
    """Four bytes of the last block: the leftmost of DES, the XOR of the four words of SM4."""
    words = [last_block[at : at + _MAC_BYTES] for at in range(0, len(last_block), _MAC_BYTES)]
    return words[0] if algorithm == "3DES" else _xor(words)


def pin_data(algorithm: Algorithm, digits: bytearray) -> bytearray:
    """Length, PIN in BCD, 80 00..: one block, to be enciphered. The caller wipes it."""
    length = (len(digits) + 1) // 2
    block = bytearray(BLOCK_BYTES[algorithm])  # Made at its full size: growing would leave copies behind.
    block[0] = length
    for i, digit in enumerate(digits):
        block[1 + i // 2] |= (digit & 0x0F) << (0 if i % 2 else 4)
    if len(digits) % 2:
        block[length] |= 0x0F
    block[1 + length] = 0x80
    return block


def _xor(parts: Iterable[bytes]) -> bytes:
    return reduce(lambda a, b: bytes(x ^ y for x, y in zip(a, b, strict=True)), parts)
