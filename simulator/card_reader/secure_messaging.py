"""The card's side of secure messaging, after the social security card specification: 3DES and SM4.

Where the specification leaves the form to the bureau, these cards take the one written at each function.
"""

from collections.abc import Callable
from typing import Literal

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4

Algorithm = Literal["3DES", "SM4"]

_BLOCK_BYTES = {"3DES": 8, "SM4": 16}


def _cipher(algorithm: Algorithm, key: bytes, mode: modes.ECB | modes.CBC) -> Cipher[modes.ECB | modes.CBC]:
    if algorithm == "SM4":
        return Cipher(SM4(key), mode)
    # 8 bytes are single DES, 16 are two-key 3DES: both written out to three keys.
    return Cipher(TripleDES((key * 3)[:24]), mode)


def encrypt(algorithm: Algorithm, key: bytes, data: bytes) -> bytes:
    """E(key, data), ECB; `data` is whole blocks."""
    encryptor = _cipher(algorithm, key, modes.ECB()).encryptor()
    return encryptor.update(data) + encryptor.finalize()


def pad(algorithm: Algorithm, data: bytes) -> bytes:
    """`data` with 80 00.. up to whole blocks; always at least the 80 (ISO 7816-4, padding method 2)."""
    size = _BLOCK_BYTES[algorithm]
    return data + b"\x80" + bytes(-(len(data) + 1) % size)


def diversify(algorithm: Algorithm, master: bytes, factor: bytes) -> bytes:
    """A card's key: E(master, factor) and E(master, factor inverted), `factor` being ATR bytes 6 to 13."""
    inverted = bytes(b ^ 0xFF for b in factor)
    return encrypt(algorithm, master, factor + inverted)


def session_key(algorithm: Algorithm, key: bytes, challenge: bytes) -> bytes:
    """SK = E(K, challenge), the challenge padded with zeros to one block of a 16-byte cipher."""
    return encrypt(algorithm, key, challenge.ljust(_BLOCK_BYTES[algorithm], b"\0")[: _BLOCK_BYTES[algorithm]])


def mac(algorithm: Algorithm, session: bytes, message: bytes) -> bytes:
    """Four bytes: CBC-MAC from a zero IV; 3DES takes the leftmost four, SM4 combines the four words by XOR."""
    size = _BLOCK_BYTES[algorithm]
    encryptor = _cipher(algorithm, session, modes.CBC(bytes(size))).encryptor()
    last = (encryptor.update(pad(algorithm, message)) + encryptor.finalize())[-size:]
    if algorithm == "3DES":
        return last[:4]
    return bytes(a ^ b ^ c ^ d for a, b, c, d in zip(last[:4], last[4:8], last[8:12], last[12:], strict=True))


def decrypt_data(algorithm: Algorithm, session: bytes, cryptogram: bytes) -> bytes:
    """The data in E(length, data, 80 00..).

    Raises:
        ValueError: What came out has no such form.
    """
    decryptor = _cipher(algorithm, session, modes.ECB()).decryptor()
    plain = decryptor.update(cryptogram) + decryptor.finalize()
    data = plain[1 : 1 + plain[0]]
    if plain != pad(algorithm, plain[:1] + data):
        raise ValueError("badly padded")
    return data


def authentication(algorithm: Algorithm, key: bytes, factor: bytes, raw: bytes) -> bytes:
    """Eight bytes that prove the key: E(SK, raw), SK = E(K, factor); SM4 combines the two halves by XOR."""
    block = raw.ljust(_BLOCK_BYTES[algorithm], b"\0")
    proof = encrypt(algorithm, session_key(algorithm, key, factor), block)
    return proof if len(proof) == 8 else bytes(a ^ b for a, b in zip(proof[:8], proof[8:], strict=True))


Random = Callable[[int], bytes]
"""Gives so many random bytes."""
