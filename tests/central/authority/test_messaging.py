import pytest
from hypothesis import given
from hypothesis import strategies as st

from central.authority import Algorithm, messaging

ALGORITHMS = st.sampled_from(["3DES", "SM4"])


@pytest.mark.parametrize(
    ("algorithm", "digits", "block"),
    [
        ("3DES", b"604173", "0360417380000000"),
        ("3DES", b"60417", "0360417F80000000"),
        ("3DES", b"123456789012", "0612345678901280"),
        ("SM4", b"604173", "03604173800000000000000000000000"),
    ],
)
def test_pin_data(algorithm: Algorithm, digits: bytes, block: str) -> None:
    """LD, the PIN, 80 00..: as the social security card specification writes enciphered data."""
    assert messaging.pin_data(algorithm, bytearray(digits)).hex().upper() == block


@pytest.mark.parametrize(
    ("algorithm", "header", "enciphered", "message"),
    [
        ("3DES", messaging.UNBLOCK, "", "8424000004800000"),
        ("SM4", messaging.UNBLOCK, "", "84240000048000000000000000000000"),
        ("3DES", messaging.RESET, "1122334455667788", "842400010C1122334455667788800000"),
        ("SM4", messaging.RESET, "11" * 16, "8424000114" + "11" * 16 + "80" + "00" * 10),
    ],
)
def test_what_the_mac_covers(algorithm: Algorithm, header: bytes, enciphered: str, message: str) -> None:
    """The header, a length that counts the MAC, the ciphertext."""
    assert messaging.mac_input(algorithm, header, bytes.fromhex(enciphered)).hex().upper() == message


def test_what_is_taken_of_a_block() -> None:
    """DES: the leftmost bytes; SM4: the XOR of its parts."""
    assert messaging.mac("3DES", bytes(range(8))) == bytes(range(4))
    assert messaging.mac("SM4", bytes.fromhex("0102030410203040FF000000000000FF")).hex() == "ee2233bb"
    assert messaging.proof("3DES", bytes(range(8))) == bytes(range(8))
    assert messaging.proof("SM4", bytes.fromhex("0102030405060708FF00000000000010")).hex() == "fe02030405060718"
    assert messaging.diversification(bytes(range(8))).hex() == "0001020304050607fffefdfcfbfaf9f8"


@given(algorithm=ALGORITHMS, header=st.binary(min_size=4, max_size=4), enciphered=st.binary(max_size=64))
def test_a_message_is_whole_blocks_and_tells_where_it_ends(
    algorithm: Algorithm, header: bytes, enciphered: bytes
) -> None:
    """So that no two messages have the same padded form."""
    message = messaging.mac_input(algorithm, header, enciphered)
    assert len(message) % messaging.BLOCK_BYTES[algorithm] == 0
    body, _, zeros = message.rpartition(b"\x80")
    assert body == header + bytes([len(enciphered) + 4]) + enciphered
    assert not any(zeros)
