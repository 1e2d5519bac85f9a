import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from drivers.card_reader.errors import (
    ApplicationBlocked,
    CardAnsweredNonsense,
    CardGone,
    CardRefused,
    CardWasReset,
    EntryUnsupported,
    HolderFileClosed,
    IssuerRefused,
    NotASocialCard,
    PinBlocked,
    PinNotAccepted,
    SecuredCommandRefused,
    WrongPin,
)
from drivers.card_reader.files import Algorithm, CardItem, HolderItem
from drivers.card_reader.session import SocialCard
from drivers.errors import DeviceError, Outcome
from drivers.pin import Pin
from simulator.card_reader import secure_messaging as sm
from simulator.card_reader.card import KEY_PUK, TEST_MASTER_KEYS, SocialSecurityCard
from simulator.card_reader.personas import Persona

InMemory = Callable[[str], Any]


def pin(digits: str) -> Pin:
    return Pin(bytearray(digits.encode()))


async def selected(transport: Any, **options: bool) -> SocialCard:
    card = SocialCard(transport, **options)
    await card.select()
    return card


READABLE = [
    *("normal", "archived", "initial_pin", "one_try_left", "blocked", "expired", "expiring", "sm4", "rare_name"),
    *("blocked_sm4", "temporary_loss", "bank_loss", "second_card"),
]


@pytest.mark.parametrize("who", READABLE)
async def test_both_files_say_what_the_server_knows(
    who: str, in_memory: InMemory, everybody: dict[str, Persona]
) -> None:
    """T=0 and T=1, whole and record by record, P1 00, names of every kind."""
    card = await selected(in_memory(who))
    file, holder, record = await card.read_card_file(), await card.read_holder_file(), everybody[who].server_record
    assert record is not None
    assert file.card_number == record["card_number"]
    assert file.identification_code == record["card_identification_code"]
    assert str(file.valid_until) == record["valid_until"]
    assert holder.name == record["name"]
    assert holder.social_security_number == record["social_security_number"]
    assert file.unreadable == holder.unreadable == frozenset()
    assert await card.tries_left() == everybody[who].tries_left


async def test_a_regular_card_costs_few_commands(in_memory: InMemory) -> None:
    """Each is 10 to 40 ms on a real card: two reads, three selections, the probe, T=0's one GET RESPONSE and two 6C."""
    transport = in_memory("normal")
    card = await selected(transport)
    await card.read_card_file()
    await card.read_holder_file()
    await card.tries_left()
    assert len(transport.sent) == 9


async def test_unreadable_items_are_named(in_memory: InMemory) -> None:
    """A worn record and a clipped date: the rest reads."""
    card = await selected(in_memory("unreadable_item"))
    file, holder = await card.read_card_file(), await card.read_holder_file()
    assert file.unreadable == {CardItem.ISSUED_ON}
    assert holder.unreadable == {HolderItem.BIRTHPLACE}
    assert holder.name == "杨丽华"


async def test_third_generation(in_memory: InMemory) -> None:
    """EF05 reads, EF06 is closed."""
    card = await selected(in_memory("third_generation"))
    assert (await card.read_card_file()).spec_version == "3.00"
    with pytest.raises(HolderFileClosed):
        await card.read_holder_file()


@pytest.mark.parametrize("at", [0xA4, 0xB2])
async def test_a_file_may_be_closed_at_either_step(at: int, in_memory: InMemory) -> None:
    """Some cards refuse the selection, some the reading, some only single records."""
    transport = in_memory("blocked")
    card = await selected(transport)
    transport.alter = lambda apdu, answer: b"\x69\x82" if apdu[1] == at and apdu[3] != 0x05 else answer
    with pytest.raises(HolderFileClosed):
        await card.read_holder_file()


async def test_sm4_is_told(in_memory: InMemory) -> None:
    """By the control information."""
    info = await SocialCard(in_memory("sm4")).select()
    assert info.algorithm("9901") is Algorithm.SM4


async def test_another_kind_of_card(in_memory: InMemory) -> None:
    with pytest.raises(NotASocialCard):
        await SocialCard(in_memory("wrong_card")).select()


async def test_a_missing_file_has_only_unreadable_items(in_memory: InMemory) -> None:
    transport = in_memory("normal")
    card = await selected(transport)
    transport.alter = lambda apdu, answer: b"\x6a\x82"
    assert (await card.read_card_file()).unreadable == frozenset(CardItem)


async def test_wrong_pin_down_to_the_block(in_memory: InMemory) -> None:
    """Each costs one; the last says blocked, and so does any after it, right or wrong."""
    transport = in_memory("normal")
    card = await selected(transport)
    for left in (5, 4, 3, 2, 1):
        with pytest.raises(WrongPin) as error:
            await card.verify_pin(pin("999999"))
        assert error.value.tries_left == left == await card.tries_left()
        assert error.value.outcome is Outcome.NOT_DONE
    for digits in ("999999", "358269"):
        with pytest.raises(PinBlocked):
            await card.verify_pin(pin(digits))
    assert await card.tries_left() == 0


async def test_the_right_pin_restores_the_counter(in_memory: InMemory) -> None:
    card = await selected(in_memory("normal"))
    with pytest.raises(WrongPin):
        await card.verify_pin(pin("999999"))
    await card.verify_pin(pin("358269"))
    assert await card.tries_left() == 6


async def test_change_pin(in_memory: InMemory) -> None:
    """The old one fails from then on, the new one works."""
    card = await selected(in_memory("normal"))
    with pytest.raises(WrongPin):
        await card.change_pin_command(pin("999999"), pin("604173")).send()
    await card.change_pin_command(pin("358269"), pin("604173")).send()
    with pytest.raises(WrongPin):
        await card.verify_pin(pin("358269"))
    await card.verify_pin(pin("604173"))


async def test_a_pin_of_another_length(in_memory: InMemory) -> None:
    """Refused without a try spent."""
    card = await selected(in_memory("normal"))
    with pytest.raises(PinNotAccepted):
        await card.verify_pin(pin("12345678"))
    with pytest.raises(PinNotAccepted):
        await card.change_pin_command(pin("358269"), pin("12345678")).send()
    assert await card.tries_left() == 6


async def test_probing_only_where_it_is_free(in_memory: InMemory, everybody: dict[str, Persona]) -> None:
    """On a card that counts the probe, a session told so doesn't; one not told so would spend tries."""
    persona = everybody["normal"]
    counting = SocialSecurityCard(replace(persona.profile, counts_probe=True), persona.pin)
    card = await selected(type(in_memory("normal"))(counting), may_probe=False)
    assert await card.tries_left() is None
    assert counting.tries_left == 6


async def test_answers_to_the_probe(in_memory: InMemory) -> None:
    """9000 asks for no PIN; others are no answer to it."""
    transport = in_memory("normal")
    card = await selected(transport)
    transport.alter = lambda apdu, answer: b"\x90\x00"
    assert await card.tries_left() is None
    transport.alter = lambda apdu, answer: b"\x6d\x00"
    with pytest.raises(CardRefused) as error:
        await card.tries_left()
    assert error.value.status_word == "6D00"


async def test_blocked_for_good(in_memory: InMemory) -> None:
    """9303 is told at every command."""
    transport = in_memory("normal")
    card = await selected(transport)
    transport.alter = lambda apdu, answer: b"\x93\x03"
    for ask in (card.select, card.read_card_file, card.tries_left, lambda: card.verify_pin(pin("358269"))):
        with pytest.raises(ApplicationBlocked):
            await ask()


@pytest.mark.parametrize(
    ("reply", "error", "outcome"),
    [
        (b"", CardAnsweredNonsense, Outcome.UNKNOWN),
        (b"\x90", CardAnsweredNonsense, Outcome.UNKNOWN),
        (b"\x61\x10", CardAnsweredNonsense, Outcome.UNKNOWN),
        (b"\x69\x85", CardRefused, Outcome.NOT_DONE),
        (b"\x6c\x03", CardRefused, Outcome.NOT_DONE),
        (b"\x64\x00", CardRefused, Outcome.NOT_DONE),
        (b"\x65\x81", CardRefused, Outcome.UNKNOWN),
        (b"\x6f\x00", CardRefused, Outcome.UNKNOWN),
        (b"\x62\x00", CardRefused, Outcome.UNKNOWN),
    ],
)
async def test_odd_answers_to_verify(
    reply: bytes, error: type[DeviceError], outcome: Outcome, in_memory: InMemory
) -> None:
    """Nonsense leaves the outcome unknown; VERIFY goes out once whatever comes back."""
    transport = in_memory("normal")
    card = await selected(transport)
    transport.alter = lambda apdu, answer: reply
    with pytest.raises(error) as raised:
        await card.verify_pin(pin("358269"))
    assert raised.value.outcome is outcome
    assert transport.sent.count(bytes.fromhex("00200000")) == 1


async def test_nonsense_to_a_harmless_command(in_memory: InMemory) -> None:
    """Nothing was at stake."""
    transport = in_memory("normal")
    card = await selected(transport)
    transport.alter = lambda apdu, answer: b"\x90"
    with pytest.raises(CardAnsweredNonsense) as raised:
        await card.read_card_file()
    assert raised.value.outcome is Outcome.NOT_DONE


def once(error: Exception, instruction: int) -> Callable[[bytes, bytes], bytes]:
    """Raise it at the first such command, then let all through."""
    left = [error]

    def alter(apdu: bytes, answer: bytes) -> bytes:
        if apdu[1] == instruction and left:
            raise left.pop()
        return answer

    return alter


@pytest.mark.parametrize("instruction", [0xA4, 0xB2])
async def test_a_reset_while_reading(instruction: int, in_memory: InMemory) -> None:
    """Selected anew and read from the start; nobody notices."""
    transport = in_memory("normal")
    card = await selected(transport)
    transport.alter = once(CardWasReset(), instruction)
    assert (await card.read_card_file()).unreadable == frozenset()
    assert await card.tries_left() == 6


async def test_a_reset_before_verify(in_memory: InMemory) -> None:
    """The command never reached the card: the citizen types again, the session has selected again."""
    transport = in_memory("normal")
    card = await selected(transport)
    transport.alter = once(CardWasReset(), 0x20)
    with pytest.raises(CardWasReset) as error:
        await card.verify_pin(pin("358269"))
    assert error.value.outcome is Outcome.NOT_DONE
    assert transport.sent.count(bytes.fromhex("00200000")) == 1
    assert transport.sent[-2] == bytes.fromhex("00A40400")


async def test_commands_with_pins_are_wiped_whatever_happens(
    in_memory: InMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when the card goes in the middle."""
    seen = []
    transport = in_memory("normal")
    card = await selected(transport)
    original = transport.transmit

    async def spy(command: Any) -> bytes:
        seen.append(command)
        return await original(command)

    monkeypatch.setattr(transport, "transmit", spy)
    await card.change_pin_command(pin("358269"), pin("604173")).send()
    transport.alter = once(CardGone("gone", outcome=Outcome.UNKNOWN), 0x20)
    with pytest.raises(CardGone):
        await card.verify_pin(pin("604173"))
    with pytest.raises(SecuredCommandRefused):
        await card.reset_command(b"\xaa" * 12).send()
    assert len(seen) == 3
    assert not any(any(command.data) for command in seen)


async def test_a_reader_without_keys(in_memory: InMemory) -> None:
    card = await selected(in_memory("normal"))
    assert not await card.can_verify_on_reader()
    with pytest.raises(EntryUnsupported):
        await card.verify_pin_on_reader()


async def test_errors_tell_their_outcome() -> None:
    """In words, for the journal; and never a PIN."""
    assert str(WrongPin(3)) == "wrong PIN, 3 tries left (outcome not done)"


# The issuer's authority.


class Issuer:
    """Whoever holds the PUK of one card, by the card's own reckoning."""

    def __init__(self, persona: Persona) -> None:
        self.algorithm = persona.profile.algorithm
        self.key = sm.diversify(self.algorithm, TEST_MASTER_KEYS[KEY_PUK], persona.profile.historical[5:13])

    def proof(self, challenge: bytes) -> bytes:
        raw = bytes(range(8))
        return sm.authentication(self.algorithm, self.key, challenge, raw) + raw

    def unblock(self, challenge: bytes) -> bytes:
        key = sm.session_key(self.algorithm, self.key, challenge)
        return sm.mac(self.algorithm, key, bytes.fromhex("8424000004"))

    def reset(self, challenge: bytes, new: str) -> bytes:
        key = sm.session_key(self.algorithm, self.key, challenge)
        enciphered = sm.encrypt(self.algorithm, key, sm.pad(self.algorithm, b"\x03" + bytes.fromhex(new)))
        head = bytes.fromhex("84240001") + bytes([len(enciphered) + 4])
        return enciphered + sm.mac(self.algorithm, key, head + enciphered)


async def blocked(transport: Any) -> SocialCard:
    card = await selected(transport)
    for _ in range(6):
        with pytest.raises((WrongPin, PinBlocked)):
            await card.verify_pin(pin("999999"))
    return card


CARDS = pytest.mark.parametrize("who", ["normal", "expiring", "sm4"])
"""T=0 and T=1, 3DES and SM4."""


@CARDS
async def test_unblock(who: str, in_memory: InMemory, everybody: dict[str, Persona]) -> None:
    """All tries again, the PIN as it was; the journal may know header and hash before it is sent."""
    issuer, card = Issuer(everybody[who]), await blocked(in_memory(who))
    await card.authenticate_issuer(issuer.proof(await card.get_challenge()))
    data = issuer.unblock(await card.get_challenge())
    mutation = card.unblock_command(data)
    assert mutation.header == bytes.fromhex("84240000")
    assert mutation.digest == hashlib.sha256(bytes.fromhex("8424000004") + data).digest()
    assert await card.tries_left() == 0
    await mutation.send()
    assert await card.tries_left() == 6
    await card.verify_pin(pin(everybody[who].pin))


@CARDS
async def test_reset(who: str, in_memory: InMemory, everybody: dict[str, Persona]) -> None:
    """A new PIN and all tries; no hash, since it carries a PIN."""
    issuer, card = Issuer(everybody[who]), await blocked(in_memory(who))
    await card.authenticate_issuer(issuer.proof(await card.get_challenge()))
    mutation = card.reset_command(issuer.reset(await card.get_challenge(), "604173"))
    assert (mutation.header, mutation.digest) == (bytes.fromhex("84240001"), None)
    await mutation.send()
    assert await card.tries_left() == 6
    await card.verify_pin(pin("604173"))


async def test_no_hash_of_a_pin(in_memory: InMemory) -> None:
    """Of a change the header alone, whichever way the PIN is entered."""
    card = await selected(in_memory("normal"))
    for mutation in (card.change_pin_command(pin("358269"), pin("604173")), card.change_pin_on_reader_command()):
        assert (mutation.header, mutation.digest) == (bytes.fromhex("805E0100"), None)


async def test_a_mutation_is_sent_once(in_memory: InMemory) -> None:
    """Whatever became of it, a second call is stopped before it reaches the card."""
    transport = in_memory("normal")
    card = await selected(transport)
    transport.alter = once(CardGone("gone", outcome=Outcome.UNKNOWN), 0x5E)
    mutation = card.change_pin_command(pin("358269"), pin("604173"))
    with pytest.raises(CardGone):
        await mutation.send()
    with pytest.raises(AssertionError):
        await mutation.send()
    assert transport.sent.count(bytes.fromhex("805E0100")) == 1


async def test_a_wrong_proof(in_memory: InMemory, everybody: dict[str, Persona]) -> None:
    """Each spends a try of the key and none of the PIN; the last blocks the key for good."""
    transport = in_memory("normal")
    card = await selected(transport)
    for left in (5, 4, 3, 2, 1, 0):
        await card.get_challenge()
        with pytest.raises(IssuerRefused) as refused:
            await card.authenticate_issuer(bytes(16))
        assert (refused.value.status_word, refused.value.key_tries_left) == (f"63C{left}", left)
        assert refused.value.outcome is Outcome.NOT_DONE
        assert refused.value.tries_left is None
    with pytest.raises(IssuerRefused, match="6983"):
        await card.authenticate_issuer(Issuer(everybody["normal"]).proof(await card.get_challenge()))
    assert transport.sent.count(bytes.fromhex("00820006")) == 7
    assert await card.tries_left() == 6


@pytest.mark.parametrize(
    ("reply", "error", "outcome"),
    [
        (b"\x69\x84", IssuerRefused, Outcome.NOT_DONE),
        (b"\x6a\x88", IssuerRefused, Outcome.NOT_DONE),
        (b"\x6c\x10", IssuerRefused, Outcome.NOT_DONE),
        (b"\x6f\x00", IssuerRefused, Outcome.UNKNOWN),
        (b"\x93\x03", ApplicationBlocked, Outcome.NOT_DONE),
        (b"\x90", CardAnsweredNonsense, Outcome.UNKNOWN),
    ],
)
async def test_odd_answers_to_the_proof(
    reply: bytes, error: type[DeviceError], outcome: Outcome, in_memory: InMemory
) -> None:
    """It goes out once whatever comes back."""
    transport = in_memory("normal")
    card = await selected(transport)
    transport.alter = lambda apdu, answer: reply if apdu[1] == 0x82 else answer
    with pytest.raises(error) as raised:
        await card.authenticate_issuer(bytes(16))
    assert raised.value.outcome is outcome
    assert transport.sent.count(bytes.fromhex("00820006")) == 1


@pytest.mark.parametrize(
    ("reply", "error", "outcome"),
    [
        (b"\x69\x82", SecuredCommandRefused, Outcome.NOT_DONE),
        (b"\x69\x84", SecuredCommandRefused, Outcome.NOT_DONE),
        (b"\x69\x85", SecuredCommandRefused, Outcome.NOT_DONE),
        (b"\x69\x88", SecuredCommandRefused, Outcome.NOT_DONE),
        (b"\x6a\x80", CardRefused, Outcome.NOT_DONE),
        (b"\x6c\x04", CardRefused, Outcome.NOT_DONE),
        (b"\x93\x03", ApplicationBlocked, Outcome.NOT_DONE),
        (b"\x65\x81", CardRefused, Outcome.UNKNOWN),
        (b"\x63\xc0", CardRefused, Outcome.UNKNOWN),
        (b"\x6f\x00", CardRefused, Outcome.UNKNOWN),
        (b"\x90", CardAnsweredNonsense, Outcome.UNKNOWN),
        (b"", CardAnsweredNonsense, Outcome.UNKNOWN),
    ],
)
@pytest.mark.parametrize("verb", ["unblock_command", "reset_command"])
async def test_odd_answers_to_a_secured_command(
    verb: str, reply: bytes, error: type[DeviceError], outcome: Outcome, in_memory: InMemory
) -> None:
    """It goes out once; what means nothing leaves the outcome unknown."""
    transport = in_memory("normal")
    card = await selected(transport)
    transport.alter = lambda apdu, answer: reply if apdu[1] == 0x24 else answer
    with pytest.raises(error) as raised:
        await getattr(card, verb)(bytes(12)).send()
    assert raised.value.outcome is outcome
    assert [sent[1] for sent in transport.sent].count(0x24) == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(status=st.integers(0, 0xFFFF), verb=st.sampled_from(["unblock_command", "reset_command"]))
async def test_fuzz_answers_to_a_secured_command(status: int, verb: str, in_memory: InMemory) -> None:
    """Done only for 9000, not done only where ISO 7816-4 rules an effect out, else unknown; sent once in any case."""
    transport = in_memory("normal")
    card = await selected(transport)
    transport.alter = lambda apdu, answer: status.to_bytes(2) if apdu[1] == 0x24 else answer
    try:
        await getattr(card, verb)(bytes(12)).send()
    except DeviceError as error:
        outcome: Outcome | None = error.outcome
    else:
        outcome = None
    nothing_changed = status == 0x9303 or status >> 8 in (0x64, *range(0x67, 0x6F))
    if status == 0x9000:
        assert outcome is None
    else:  # 61xx too: GET RESPONSE finds nothing (6985), which isn't about the command.
        assert outcome is (Outcome.NOT_DONE if nothing_changed else Outcome.UNKNOWN)
    assert [sent[1] for sent in transport.sent].count(0x24) == 1


@pytest.mark.parametrize(("fetched", "done"), [(b"\x90\x00", True), (b"\x69\x85", False), (b"\x93\x03", False)])
async def test_a_change_that_announces_data(fetched: bytes, done: bool, in_memory: InMemory) -> None:
    """61xx means that it was carried out: fetched, it is done; if that fails, unknown, and never not done."""
    transport = in_memory("normal")
    card = await selected(transport)
    transport.alter = lambda apdu, answer: {0x5E: b"\x61\x02", 0xC0: fetched}.get(apdu[1], answer)
    change = card.change_pin_command(pin("358269"), pin("604173"))
    if done:
        await change.send()
        return
    with pytest.raises(CardRefused) as raised:
        await change.send()
    assert raised.value.outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("lost", [CardWasReset(), CardGone("gone", outcome=Outcome.NOT_DONE)])
async def test_a_card_that_goes_with_the_announced_data(lost: DeviceError, in_memory: InMemory) -> None:
    """Nothing of a GET RESPONSE is at stake, but the change before it was."""
    transport = in_memory("normal")
    card = await selected(transport)
    failing = once(lost, 0xC0)
    transport.alter = lambda apdu, answer: b"\x61\x02" if apdu[1] == 0x5E else failing(apdu, answer)
    with pytest.raises(CardGone) as raised:
        await card.change_pin_command(pin("358269"), pin("604173")).send()
    assert raised.value.outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("instruction", [0x82, 0x24])
async def test_a_reset_before_the_issuers_commands(instruction: int, in_memory: InMemory) -> None:
    """The command never reached the card, which has forgotten the challenge: nothing is sent again."""
    transport = in_memory("normal")
    card = await selected(transport)
    transport.alter = once(CardWasReset(), instruction)
    send = {0x82: lambda: card.authenticate_issuer(bytes(16)), 0x24: card.unblock_command(bytes(4)).send}[instruction]
    with pytest.raises(CardWasReset) as error:
        await send()
    assert error.value.outcome is Outcome.NOT_DONE
    assert [sent[1] for sent in transport.sent].count(instruction) == 1


async def test_odd_challenges(in_memory: InMemory) -> None:
    """A challenge is eight bytes, or there is none."""
    transport = in_memory("normal")
    card = await selected(transport)
    assert len(await card.get_challenge()) == 8
    for reply, error in ((b"\x6d\x00", CardRefused), (b"\x01\x90\x00", CardAnsweredNonsense)):
        transport.alter = lambda apdu, answer, reply=reply: reply
        with pytest.raises(error) as raised:
            await card.get_challenge()
        assert raised.value.outcome is Outcome.NOT_DONE
