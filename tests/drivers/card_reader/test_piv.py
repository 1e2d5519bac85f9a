"""The technician's card: bytes of NIST SP 800-73-4, and the virtual one behind them."""

import gzip
from contextlib import suppress

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from hypothesis import given
from hypothesis import strategies as st
from memory_slot import MemorySlot

from drivers.card_reader.errors import (
    CardAnsweredNonsense,
    CardRefused,
    NotATechnicianCard,
    PinBlocked,
    PinNotAccepted,
    WrongPin,
)
from drivers.card_reader.piv import Algorithm, TechnicianCard, parse_tlv, tlv
from drivers.card_reader.protocol import Command, ProtocolViolation
from drivers.pin import Pin
from simulator.card_reader.personas import personas
from simulator.card_reader.technician import TechnicianCard as VirtualCard
from simulator.card_reader.technician import TechnicianProfile

PIN = "806421"


class Wire:
    """A card that says what it is told to, and keeps what was said to it."""

    atr = b""

    def __init__(self, *answers: str) -> None:
        self.sent: list[str] = []
        self._answers = [bytes.fromhex(answer) for answer in answers]

    async def transmit(self, command: Command) -> bytes:
        self.sent.append(command.encode().hex().upper())
        return self._answers.pop(0)


def pin(digits: str = PIN) -> Pin:
    return Pin(bytearray(digits.encode()))


async def virtual(profile: TechnicianProfile) -> tuple[TechnicianCard, VirtualCard]:
    slot, model = MemorySlot(), VirtualCard(profile, PIN)
    slot.insert(model)  # type: ignore[arg-type]
    return TechnicianCard(await slot.connect()), model


async def test_the_commands_are_the_standards() -> None:
    """SELECT by AID; GET DATA of 5FC105; VERIFY 80, the PIN filled up with FF; 61xx fetched; data objects unwrapped."""
    card = Wire("9000", "530A7003616263" + "6105", "710100FE00" + "9000", "9000")
    technician = TechnicianCard(card)  # type: ignore[arg-type]
    await technician.select()
    assert await technician.certificate() == b"abc"
    await technician.verify_pin(pin())
    assert card.sent == [
        "00A404000BA00000030800001000010000",
        "00CB3FFF055C035FC10500",
        "00C0000005",
        "0020008008383036343231FFFF",
    ]


async def test_a_long_answer_comes_in_pieces() -> None:
    """As often as the card announces more."""
    body = tlv(0x53, tlv(0x70, bytes(300)) + tlv(0x71, b"\x00")).hex()
    card = Wire(body[:510] + "6137", body[510:] + "9000")
    assert await TechnicianCard(card).certificate() == bytes(300)  # type: ignore[arg-type]


async def test_a_packed_certificate_is_unpacked() -> None:
    """CertInfo 01; one that would grow without end is nonsense."""

    def card(content: bytes) -> Wire:
        body = tlv(0x53, tlv(0x70, gzip.compress(content)) + tlv(0x71, b"\x01")).hex()
        return Wire(body + "9000")

    assert await TechnicianCard(card(b"abc" * 100)).certificate() == b"abc" * 100  # type: ignore[arg-type]
    with pytest.raises(CardAnsweredNonsense):
        await TechnicianCard(card(bytes(100_000))).certificate()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("status", "error"),
    [
        ("63C2", WrongPin),
        ("63C0", PinBlocked),
        ("6983", PinBlocked),
        ("6A80", PinNotAccepted),
        ("6982", CardRefused),
    ],
)
async def test_a_pin_that_is_not_taken(status: str, error: type[Exception]) -> None:
    """Sent once, whatever comes back."""
    card = Wire(status)
    with pytest.raises(error):
        await TechnicianCard(card).verify_pin(pin())  # type: ignore[arg-type]
    assert len(card.sent) == 1


async def test_too_long_a_pin_is_never_sent() -> None:
    """PIV's has eight digits at most."""
    card = Wire()
    with pytest.raises(PinNotAccepted):
        await TechnicianCard(card).verify_pin(pin("123456789"))  # type: ignore[arg-type]
    assert card.sent == []


@pytest.mark.parametrize("kind", ["P-256", "RSA-2048"])
async def test_the_key_signs_after_the_pin(kind: str) -> None:
    """What it signed is checked with the key of its certificate; RSA's block takes two commands."""
    card, _ = await virtual(TechnicianProfile(who="t", key=kind))
    await card.select()
    key = x509.load_der_x509_certificate(await card.certificate()).public_key()
    digest = hashes.Hash(hashes.SHA256())
    digest.update(b"challenge")
    block, algorithm = digest.finalize(), Algorithm.P_256
    if isinstance(key, rsa.RSAPublicKey):
        info = bytes.fromhex("3031300d060960864801650304020105000420") + block
        block, algorithm = b"\x00\x01" + b"\xff" * (253 - len(info)) + b"\x00" + info, Algorithm.RSA_2048
    with pytest.raises(CardRefused, match="6982"):
        await card.sign(algorithm, block)
    await card.verify_pin(pin())
    signature = await card.sign(algorithm, block)
    if isinstance(key, rsa.RSAPublicKey):
        key.verify(signature, b"challenge", padding.PKCS1v15(), hashes.SHA256())
    else:
        assert isinstance(key, ec.EllipticCurvePublicKey)
        key.verify(signature, b"challenge", ec.ECDSA(hashes.SHA256()))


async def test_wrong_pins_are_counted_and_remembered() -> None:
    """Three, whatever the power does; a right one gives them all back."""
    card, model = await virtual(TechnicianProfile(who="t"))
    await card.select()
    for left in (2, 1):
        with pytest.raises(WrongPin) as wrong:
            await card.verify_pin(pin("000000"))
        assert wrong.value.tries_left == left
    assert VirtualCard.from_dict(model.profile, model.to_dict()).tries_left == 1
    await card.verify_pin(pin())
    assert model.tries_left == 3
    for _ in range(2):
        with pytest.raises(WrongPin):
            await card.verify_pin(pin("000000"))
    for digits in ("000000", PIN):
        with pytest.raises(PinBlocked):
            await card.verify_pin(pin(digits))


async def test_a_citizens_card_is_none() -> None:
    """It has no such application."""
    slot = MemorySlot()
    slot.insert(next(who for who in personas() if who.id == "normal").make_card())
    with pytest.raises(NotATechnicianCard):
        await TechnicianCard(await slot.connect()).select()


@given(st.lists(st.tuples(st.integers(0, 255), st.binary(max_size=400))))
def test_items_come_back(items: list[tuple[int, bytes]]) -> None:
    """Every length of a length."""
    assert list(parse_tlv(b"".join(tlv(tag, value) for tag, value in items))) == items


@given(st.binary(max_size=40))
def test_no_bytes_break_the_parser(data: bytes) -> None:
    """A card may send anything."""
    with suppress(ProtocolViolation):
        list(parse_tlv(data))
