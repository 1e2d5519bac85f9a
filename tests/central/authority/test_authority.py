"""What the issuer says is what a card takes, whoever holds the keys."""

from contextlib import nullcontext
from datetime import date
from types import ModuleType
from typing import Any

import pydukpt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from issuer import BASE_KEY, IPEK, KSN, Pad, PoweredCard, keys_of, software_keys, somebody

from central.authority import (
    AlgorithmUnavailable,
    Authority,
    AuthorityError,
    CardKeys,
    Keys,
    KeySerialNumber,
    PinBlockRefused,
    PinRules,
    PinsDiffer,
    PinTooWeak,
    SoftwareKeys,
    Weakness,
    entered_pin,
    messaging,
)
from kiosk.uplink.contract import EncipheredPin
from simulator.pin_pad.model import PinPadModel

RANDOM = bytes(range(8))
RULES = PinRules(initial_pins=("123456",), birth_date=date(1958, 10, 1), numbers=("990100195810010153", "VR0000012"))


def proven(authority: Authority, card: PoweredCard) -> bytes:
    """The challenge after a proof that the card accepted."""
    proof = authority.prove(card.keys, card.challenge(), random=RANDOM)
    assert card.ask("00820006", proof) == "9000"
    return card.challenge()


def test_a_blocked_card_is_unblocked(keys: Keys, card: PoweredCard) -> None:
    """All tries again, the same PIN."""
    authority, pin = Authority(keys), {"3DES": "358269", "SM4": "730681"}[card.keys.algorithm]
    for _ in range(6):
        card.ask("0020000003999999")
    data = authority.unblock(card.keys, proven(authority, card))
    assert len(data) == 4
    assert card.ask("84240000", data) == "9000"
    assert card.ask("0020000003" + pin) == "9000"


def test_a_new_pin(keys: Keys, card: PoweredCard, pad: Pad) -> None:
    """It opens the card, and nothing that left the authority shows it."""
    authority = Authority(keys)
    entries = pad.enter("604173"), pad.enter("604173")
    challenge = proven(authority, card)
    data = authority.reset(card.keys, challenge, *entries, last_counter=0, rules=RULES)
    assert len(data) == {"3DES": 12, "SM4": 20}[card.keys.algorithm]
    assert "604173" not in data.hex()
    assert card.ask("84240001", data) == "9000"
    assert card.ask("0020000003604173") == "9000"


def test_a_repeat_gives_the_same_bytes(keys: Keys, card: PoweredCard, pad: Pad) -> None:
    """So nothing that carries a PIN need be stored."""
    entries, challenge = (pad.enter("604173"), pad.enter("604173")), bytes(range(8, 16))

    def all_three() -> tuple[bytes, bytes, bytes]:
        authority = Authority(keys)
        return (
            authority.prove(card.keys, challenge, random=RANDOM),
            authority.unblock(card.keys, challenge),
            authority.reset(card.keys, challenge, *entries, last_counter=0, rules=RULES),
        )

    assert all_three() == all_three()


def test_software_and_token_agree(software: Keys, token: Keys, card: PoweredCard, pad: Pad) -> None:
    """Byte for byte."""
    entries, challenge = (pad.enter("604173"), pad.enter("604173")), bytes(range(8, 16))
    one, other = Authority(software), Authority(token)
    assert one.prove(card.keys, challenge, random=RANDOM) == other.prove(card.keys, challenge, random=RANDOM)
    assert one.unblock(card.keys, challenge) == other.unblock(card.keys, challenge)
    resets = [a.reset(card.keys, challenge, *entries, last_counter=0, rules=RULES) for a in (one, other)]
    assert resets[0] == resets[1]


def test_what_is_for_one_card_and_challenge_is_for_no_other(software: Keys, card: PoweredCard) -> None:
    """Replayed, altered, or meant for another card: refused, and a try of the key spent."""
    authority = Authority(software)
    proof = authority.prove(card.keys, card.challenge(), random=RANDOM)
    card.challenge()
    assert card.ask("00820006", proof) == "63C5"
    foreign = CardKeys(card.keys.algorithm, bytes(8))
    assert card.ask("00820006", authority.prove(foreign, card.challenge(), random=RANDOM)) == "63C4"
    challenge = proven(authority, card)
    altered = bytearray(authority.unblock(card.keys, challenge))
    altered[0] ^= 1
    assert card.ask("84240000", bytes(altered)) == "6988"
    proven(authority, card)
    assert card.ask("84240000", authority.unblock(card.keys, challenge)) == "6988"


@pytest.mark.parametrize(
    ("digits", "weakness"),
    [
        ("12345", Weakness.LENGTH),
        ("123456", Weakness.INITIAL),
        ("777777", Weakness.REPEATED),
        ("987654", Weakness.RUN),
        ("581001", Weakness.BIRTH_DATE),
        ("100101", Weakness.REPEATED),
        ("990100", Weakness.PART_OF_NUMBER),
        ("001958", Weakness.PART_OF_NUMBER),
    ],
)
def test_a_weak_pin_is_refused(digits: str, weakness: Weakness, keys: Keys, pad: Pad) -> None:
    """With the reason, and never with the PIN."""
    entries = pad.enter(digits), pad.enter(digits)
    with pytest.raises(PinTooWeak) as refused:
        Authority(keys).reset(keys_of(somebody("normal")), bytes(8), *entries, last_counter=0, rules=RULES)
    assert refused.value.weakness is weakness
    assert digits not in repr(refused.value)


def test_entries_that_differ(keys: Keys, pad: Pad) -> None:
    """By one digit, or by the length."""
    for second in ("604174", "6041731"):
        with pytest.raises(PinsDiffer, match=r"^the two entries differ$"):
            reset(keys, pad.enter("604173"), pad.enter(second))


def reset(keys: Keys, pin: EncipheredPin, again: EncipheredPin, last_counter: int = 0) -> bytes:
    card = keys_of(somebody("normal"))
    return Authority(keys).reset(card, bytes(8), pin, again, last_counter=last_counter, rules=RULES)


def test_a_key_serves_once(software: Keys, pad: Pad) -> None:
    """What a pad used before, twice in one request or out of order is refused; later ones go."""
    first, second, third, fourth = (pad.enter("604173") for _ in range(4))
    counter = KeySerialNumber.parse(second.key_serial_number).counter
    assert counter == 2
    assert reset(software, first, second) == reset(software, first, second)
    for pair in ((first, second), (second, third), (third, third), (fourth, third)):
        with pytest.raises(PinBlockRefused, match="used before"):
            reset(software, *pair, last_counter=counter)
    assert reset(software, third, fourth, counter) == reset(software, third, fourth, counter)


def test_pads_that_are_not_one_of_the_fleet(software: Keys, pad: Pad) -> None:
    """Two pads, a pad with a foreign base key, and counters that no pad uses."""
    other = Pad(ksn=bytes.fromhex("FFFF9876543211000000"))
    with pytest.raises(PinBlockRefused, match="different pads"):
        reset(software, pad.enter("604173"), other.enter("604173"))
    foreign = Pad(base_key=bytes(16))
    with pytest.raises(PinBlockRefused, match="no PIN block"):
        reset(software, foreign.enter("604173"), foreign.enter("604173"))
    good = Pad()
    first, second = good.enter("604173"), good.enter("604173")
    for serial in ("FFFF9876543210E00000", "FFFF9876543210EFFE00"):
        with pytest.raises(PinBlockRefused, match="no pad uses"):
            reset(software, first.model_copy(update={"key_serial_number": serial}), second)
    with pytest.raises(PinBlockRefused, match="no PIN block"):
        reset(software, first, second.model_copy(update={"account": first.account, "block": first.block}))


def test_the_virtual_pad_is_one_of_the_fleet(software: Keys) -> None:
    """Its own enciphering, through its own wire."""
    model = PinPadModel(IPEK, KSN)
    assert software.pad_key(KSN) == IPEK
    assert model.ksn == KSN


def test_without_a_key_for_the_algorithm() -> None:
    """Refused, not tried with another."""
    only_3des = SoftwareKeys({"3DES": bytes(16)}, BASE_KEY)
    with pytest.raises(AlgorithmUnavailable, match="SM4"):
        Authority(only_3des).unblock(keys_of(somebody("sm4")), bytes(8))


@pytest.mark.parametrize("wrong", [b"", bytes(7), bytes(16)])
def test_wrong_lengths(wrong: bytes, software: Keys) -> None:
    """Mistakes of the caller's."""
    authority, card = Authority(software), keys_of(somebody("normal"))
    with pytest.raises(ValueError, match="eight bytes"):
        authority.prove(card, wrong, random=RANDOM)
    with pytest.raises(ValueError, match="eight bytes"):
        authority.prove(card, RANDOM, random=wrong)
    with pytest.raises(ValueError, match="eight bytes"):
        authority.unblock(card, wrong)
    with pytest.raises(ValueError, match="eight bytes"):
        CardKeys("SM4", wrong)


def test_keys_show_nowhere(keys: Keys) -> None:
    """Not in a repr."""
    assert BASE_KEY.hex() not in repr(keys).lower()
    assert repr(BASE_KEY) not in repr(keys)
    card = keys_of(somebody("normal"))
    assert card.factor.hex() not in repr(card)


@pytest.mark.parametrize(
    ("entries", "who", "refused"),
    [
        (("604173", "604173"), "normal", None),
        (("604173", "604174"), "normal", PinsDiffer),
        (("123456", "123456"), "normal", PinTooWeak),
        (("604173", "604173"), "sm4", AlgorithmUnavailable),
    ],
)
def test_every_buffer_that_held_a_pin_is_wiped(
    entries: tuple[str, str], who: str, refused: type[AuthorityError] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However it ends: the clear blocks, both entries, and the data for the card."""
    buffers: list[bytearray] = []

    def watched(module: ModuleType, name: str) -> None:
        original = getattr(module, name)

        def keep(*arguments: Any) -> Any:
            result = original(*arguments)
            buffers.extend(each for each in (*arguments, result) if isinstance(each, bytearray))
            return result

        monkeypatch.setattr(module, name, keep)

    watched(entered_pin, "_digits_of")
    watched(messaging, "pin_data")
    authority, pad = Authority(SoftwareKeys({"3DES": bytes(16)}, BASE_KEY)), Pad()
    pins = [pad.enter(digits) for digits in entries]
    with pytest.raises(refused) if refused else nullcontext():
        authority.reset(keys_of(somebody(who)), bytes(8), pins[0], pins[1], last_counter=0, rules=RULES)
    assert len(buffers) == (4 if refused else 6)
    assert not any(any(buffer) for buffer in buffers)


@given(digits=st.text("0123456789", min_size=6, max_size=6), account=st.text("0123456789", min_size=12, max_size=12))
def test_any_pin_reaches_the_card_or_is_weak(digits: str, account: str) -> None:
    """Whatever the digits and whatever they are bound to."""
    authority, card, pad = Authority(software_keys()), PoweredCard("normal"), Pad()
    entries = pad.enter(digits, account), pad.enter(digits, account)
    challenge = proven(authority, card)
    try:
        data = authority.reset(card.keys, challenge, *entries, last_counter=0, rules=RULES)
    except PinTooWeak:
        return
    assert card.ask("84240001", data) == "9000"
    assert card.ask("00200000", bytes.fromhex(digits)) == "9000"


@given(
    block=st.binary(min_size=8, max_size=8),
    account=st.text("0123456789", min_size=12, max_size=12),
    counter=st.integers(0, (1 << 21) - 1),
)
def test_fuzz_blocks(block: bytes, account: str, counter: int) -> None:
    """What no pad enciphered is refused, or is by chance a PIN; nothing else comes of it, and no message repeats it."""
    serials = [pydukpt.ksn_with_counter(KSN, c).hex().upper() for c in (counter, min(counter + 1, (1 << 21) - 1))]
    entries = [EncipheredPin(key_serial_number=s, block=block.hex().upper(), account=account) for s in serials]
    said = ""
    try:
        reset(software_keys(), *entries)
    except (PinBlockRefused, PinsDiffer, PinTooWeak) as refused:
        said = str(refused).upper()
    assert block.hex().upper() not in said
    assert account not in said
