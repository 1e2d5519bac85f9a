"""The model against the specification's words, and its secure messaging against published vectors."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.card_reader import secure_messaging as sm
from simulator.card_reader.card import (
    KEY_PUK,
    KEY_RKSSSE,
    SOCIAL_APPLICATION,
    TEST_MASTER_KEYS,
    CardProfile,
    NoPower,
    SocialSecurityCard,
)
from simulator.card_reader.personas import Persona, personas

SELECT = b"\x00\xa4\x04\x00\x0f" + SOCIAL_APPLICATION


@pytest.fixture
def everybody() -> dict[str, Persona]:
    return {p.id: p for p in personas()}


def powered(card: SocialSecurityCard) -> Callable[[str], str]:
    """Switch it on, select, and speak hex from there."""
    card.power_on()
    card.respond(SELECT)
    return lambda apdu: card.respond(bytes.fromhex(apdu)).hex().upper()


def test_answers_to_reset(everybody: dict[str, Persona]) -> None:
    """T=0 without a check byte, T=1 with one; an upside-down card gives none."""
    assert everybody["normal"].make_card().power_on().hex() == "3b6d0000" + "86015652540102990100000001"
    atr = everybody["archived"].make_card().power_on()
    check = 0
    for byte in atr[1:]:
        check ^= byte
    assert check == 0
    assert everybody["upside_down"].make_card().power_on() == b""


def test_t0_asks_for_lengths(everybody: dict[str, Persona]) -> None:
    """61xx after a selection, 6Cxx before a reading; what waited is gone after another command."""
    card = everybody["normal"].make_card()
    card.power_on()
    length = card.respond(SELECT)
    assert length[0] == 0x61
    fci = card.respond(b"\x00\xc0\x00\x00" + length[1:])
    assert fci[0] == 0x6F
    assert len(fci) == length[1] + 2
    assert card.respond(b"\x00\xc0\x00\x00" + length[1:]) == b"\x69\x85"
    assert card.respond(bytes.fromhex("00A4020002EF05")) == b"\x90\x00"
    assert card.respond(bytes.fromhex("00B2070000")) == b"\x6c\x0b"
    assert card.respond(bytes.fromhex("00B207000B")) == b"\x07\x09VR0000012\x90\x00"


@pytest.mark.parametrize(
    ("apdu", "status"),
    [
        ("00A4020002EF09", "6A82"),
        ("00A4000002EF05", "6A86"),
        ("00B2010500", "6986"),
        ("0084000005", "6700"),
        ("00200000023582", "6700"),
        ("805E010006123456FF3582", "6700"),
        ("805E000007358269FF604173", "6A86"),
        ("805E010007358269FF60417A", "6A80"),
        ("805E01000735826900604173", "6A80"),
        ("8424000003AABBCC", "6700"),
        ("8424000004AABBCCDD", "6982"),
        ("00820007100011223344556677889900112233445566", "6A88"),
        ("00D0000001AA", "6D00"),
        ("FF00000000", "6E00"),
        ("002000", "6700"),
        ("0020000009AA", "6700"),
    ],
)
def test_refusals(apdu: str, status: str, everybody: dict[str, Persona]) -> None:
    """Each in the specification's status word, and no try spent."""
    card = everybody["normal"].make_card()
    assert powered(card)(apdu) == status
    assert card.tries_left == 6


def test_pins(everybody: dict[str, Persona]) -> None:
    """Counters are real and survive the power."""
    card = everybody["normal"].make_card()
    ask = powered(card)
    assert ask("0020000000") == "63C6"
    assert ask("0020000003999999") == "63C5"
    card.power_off()
    ask = powered(card)
    assert ask("0020000000") == "63C5"
    assert ask("805E010007999999FF604173") == "63C4"
    assert ask("805E010007358269FF604173") == "9000"
    assert ask("0020000003358269") == "63C5"
    assert ask("0020000003604173") == "9000"
    assert [ask("0020000003999999") for _ in range(7)] == ["63C5", "63C4", "63C3", "63C2", "63C1", "63C0", "6983"]
    assert ask("0020000003604173") == ask("0020000000") == "6983"


def test_a_card_that_counts_the_probe(everybody: dict[str, Persona]) -> None:
    """Other families do."""
    persona = everybody["normal"]
    card = SocialSecurityCard(replace(persona.profile, counts_probe=True), persona.pin)
    assert powered(card)("0020000000") == "63C5"


@pytest.mark.parametrize(("block", "afterwards"), [("841E000000", "9303"), ("8416000000", "6A81")])
def test_blocking_is_for_good(block: str, afterwards: str, everybody: dict[str, Persona]) -> None:
    """So a driver that could send it would be found out."""
    card = everybody["normal"].make_card()
    assert powered(card)(block) == "9000"
    again = SocialSecurityCard.from_dict(card.profile, json.loads(json.dumps(card.to_dict())))
    assert again.blocked_for_good
    again.power_on()
    assert again.respond(SELECT).hex().upper() == afterwards
    assert again.respond(bytes.fromhex("0020000003358269")).hex().upper() == afterwards


def test_memory_holds_no_pin(everybody: dict[str, Persona]) -> None:
    """What goes to a file is a salted hash, and the card lives on from it."""
    card = everybody["normal"].make_card()
    ask = powered(card)
    ask("805E010007358269FF604173")
    ask("0020000003999999")
    memory = json.dumps(card.to_dict())
    assert "358269" not in memory
    assert "604173" not in memory
    ask = powered(SocialSecurityCard.from_dict(card.profile, json.loads(memory)))
    assert ask("0020000000") == "63C5"
    assert ask("0020000003604173") == "9000"


class Issuer:
    """Whoever holds the PUK of one card."""

    def __init__(self, persona: Persona) -> None:
        self.algorithm = persona.profile.algorithm
        self.key = sm.diversify(self.algorithm, TEST_MASTER_KEYS[KEY_PUK], persona.profile.historical[5:13])

    def proof(self, challenge: str) -> str:
        raw = bytes(range(8))
        proof = sm.authentication(self.algorithm, self.key, bytes.fromhex(challenge[:16]), raw)
        return "0082000610" + proof.hex() + raw.hex()

    def secured(self, header: str, challenge: str, plain: bytes = b"") -> str:
        key = sm.session_key(self.algorithm, self.key, bytes.fromhex(challenge[:16]))
        data = sm.encrypt(self.algorithm, key, sm.pad(self.algorithm, bytes([len(plain)]) + plain)) if plain else b""
        head = bytes.fromhex(header) + bytes([len(data) + 4])
        return (head + data + sm.mac(self.algorithm, key, head + data)).hex()


CHALLENGE = "0084000008"
UNBLOCK, RESET = "84240000", "84240001"


@pytest.mark.parametrize("who", ["normal", "sm4"])
def test_unblock_and_reset(who: str, everybody: dict[str, Persona]) -> None:
    """Only under the PUK, each after an authentication of its own and bound to a fresh challenge."""
    issuer, card = Issuer(everybody[who]), everybody[who].make_card()
    ask = powered(card)
    for _ in range(6):
        ask("0020000003999999")
    assert ask("0020000000") == "6983"

    def authenticated() -> str:
        assert ask(issuer.proof(ask(CHALLENGE))) == "9000"
        return ask(CHALLENGE)

    assert ask(issuer.secured(UNBLOCK, ask(CHALLENGE))) == "6982"
    first = issuer.secured(UNBLOCK, authenticated())
    assert ask(first) == "9000"
    assert ask("0020000000") == "63C6"
    assert ask(first) == "6982"
    authenticated()
    assert ask(first) == "6988"
    assert ask(first) == "6982"
    assert ask(issuer.proof(ask(CHALLENGE))) == "9000"
    assert ask(first) == "6984"
    reset = issuer.secured(RESET, authenticated(), bytes.fromhex("604173"))
    assert len(reset) // 2 - 5 == {"3DES": 0x0C, "SM4": 0x14}[issuer.algorithm]
    assert ask(reset) == "9000"
    assert ask("0020000003604173") == "9000"
    assert ask(issuer.secured(RESET, authenticated(), b"\xaa\xbb\xcc")) == "6A80"
    challenge = authenticated()
    ask = powered(card)
    assert ask(issuer.secured(UNBLOCK, challenge)) == "6982"


def test_a_blocked_puk(everybody: dict[str, Persona]) -> None:
    """Six wrong proofs, and nothing of the issuer's goes any more; the power doesn't bring it back."""
    issuer, card = Issuer(everybody["normal"]), everybody["normal"].make_card()
    ask = powered(card)
    wrong = issuer.proof("00" * 8)
    for left in "543210":
        ask(CHALLENGE)
        assert ask(wrong) == f"63C{left}"
    ask = powered(card)
    assert ask(issuer.proof(ask(CHALLENGE))) == "6983"
    assert ask(issuer.secured(UNBLOCK, ask(CHALLENGE))) == "6985"


def test_external_authentication_opens_the_holder_file(everybody: dict[str, Persona]) -> None:
    """Third generation: with RKSSSE only, once a challenge, and failures use up the key's tries."""
    persona = everybody["third_generation"]
    ask = powered(persona.make_card())
    ask("00A4020002EF06")
    assert ask("00B2010500") == "6982"
    key = sm.diversify("3DES", TEST_MASTER_KEYS[KEY_RKSSSE], persona.profile.historical[5:13])

    def command(challenge: str) -> str:
        raw = bytes(range(8))
        proof = sm.authentication("3DES", key, bytes.fromhex(challenge), raw)
        return "0082000A10" + proof.hex() + raw.hex()

    right = command(ask("0084000008")[:-4])
    assert ask(right) == "9000"
    assert ask(right) == "6984"
    assert ask("00B2010500").endswith("9000")
    for left in "543210":
        ask("0084000008")
        assert ask(right) == f"63C{left}"
    ask("0084000008")
    assert ask(right) == "6983"


def test_internal_authentication(everybody: dict[str, Persona]) -> None:
    """Eight bytes that only the key gives."""
    ask = powered(everybody["sm4"].make_card())
    assert ask("0088000010" + "11" * 16) != ask("0088000010" + "12" * 16)
    assert len(ask("0088000010" + "11" * 16)) == 20


def test_published_ciphers() -> None:
    """SM4: GB/T 32907, annex A. DES: the worked example of FIPS 46 teaching texts; MAC over one block is E(block)."""
    key = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
    assert sm.encrypt("SM4", key, key).hex() == "681edf34d206965e86b3e94f536e4246"
    assert sm.encrypt("3DES", bytes.fromhex("133457799BBCDFF1"), bytes.fromhex("0123456789ABCDEF")).hex() == (
        "85e813540f0ab405"
    )
    assert (
        sm.mac("3DES", bytes.fromhex("133457799BBCDFF1"), b"")
        == sm.encrypt("3DES", bytes.fromhex("133457799BBCDFF1"), b"\x80" + bytes(7))[:4]
    )


@given(data=st.binary(max_size=40), algorithm=st.sampled_from(["3DES", "SM4"]))
def test_encrypted_data_round_trip(data: bytes, algorithm: sm.Algorithm) -> None:
    key = bytes(range(16))
    cryptogram = sm.encrypt(algorithm, key, sm.pad(algorithm, bytes([len(data)]) + data))
    assert sm.decrypt_data(algorithm, key, cryptogram) == data


def test_bad_padding_is_refused() -> None:
    with pytest.raises(ValueError, match="padded"):
        sm.decrypt_data("3DES", bytes(range(16)), bytes(8))


@given(apdus=st.lists(st.binary(min_size=0, max_size=40), max_size=10))
def test_fuzz_respond(apdus: list[bytes]) -> None:
    """Any bytes get an answer with a status word."""
    card = SocialSecurityCard(CardProfile(historical=bytes(13)), "358269")
    with pytest.raises(NoPower):
        card.respond(SELECT)
    card.power_on()
    card.respond(SELECT)
    for apdu in apdus:
        assert len(card.respond(apdu)) >= 2
