"""The driver over a real pcscd, its IFD handler and the simulated reader process."""

import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import trio
from issuer import Pad, keys_of, software_keys, somebody
from smartcard import scard

from central.authority import Authority, PinRules
from drivers.card_reader import pcsc
from drivers.card_reader.errors import (
    CardAnsweredNonsense,
    CardGone,
    CardHung,
    CardInUse,
    CardMute,
    CardReaderError,
    CardRefused,
    CardWasReset,
    EntryCancelled,
    EntryLength,
    EntryMismatch,
    EntryTimedOut,
    HolderFileClosed,
    NotASocialCard,
    PinBlocked,
    ReaderLost,
    SecuredCommandRefused,
    ServiceDown,
    WrongPin,
)
from drivers.card_reader.files import CardItem
from drivers.card_reader.reader import CardReader, open_card_reader
from drivers.card_reader.session import SocialCard
from drivers.card_reader.slot import Media, MediaState
from drivers.errors import Outcome
from drivers.pin import Pin
from simulator.card_reader.personas import personas

PutIn = Callable[[str], Awaitable[SocialCard]]


def pin(digits: str) -> Pin:
    return Pin(bytearray(digits.encode()))


async def until(reader: CardReader, state: MediaState) -> Media:
    """Wait for the slot to be so."""
    media = reader.media
    with trio.fail_after(5):
        while media.state is not state:
            media = await reader.changed_from(media)
    return media


async def read_status(card: SocialCard) -> None:
    """What one visit for the card's status asks of it."""
    await card.select()
    await card.read_card_file()
    await card.read_holder_file()
    await card.tries_left()


@pytest.mark.parametrize("who", [p.id for p in personas() if p.profile.behaviour == "answers"])
async def test_every_card_in_the_tray(who: str, rig: Any, reader: CardReader) -> None:
    """Reads like the server's record, or says why not."""
    record = next(p.server_record for p in personas() if p.id == who)
    rig.bench("insert", card=who)
    await until(reader, MediaState.PRESENT)
    transport = await reader.connect()
    card = SocialCard(transport)
    try:
        if record is None:
            with pytest.raises(NotASocialCard):
                await card.select()
            return
        await card.select()
        assert (await card.read_card_file()).card_number == record["card_number"]
        if who == "third_generation":
            with pytest.raises(HolderFileClosed):
                await card.read_holder_file()
        else:
            assert (await card.read_holder_file()).name == record["name"]
    finally:
        await transport.close()
        await transport.close()  # Once more does no harm.
    with pytest.raises(CardGone):
        await card.tries_left()


async def test_wrong_pin_down_to_the_block(rig: Any, put_in: PutIn) -> None:
    """The card counts, and stays blocked when it is put in again."""
    card = await put_in("normal")
    for left in (5, 4, 3, 2, 1):
        with pytest.raises(WrongPin) as error:
            await card.verify_pin(pin("999999"))
        assert error.value.tries_left == left
    with pytest.raises(PinBlocked):
        await card.verify_pin(pin("999999"))
    assert rig.bench("verify", card="normal", pin="358269") == {"right": True, "tries_left": 0}


async def test_change_pin(rig: Any, put_in: PutIn) -> None:
    """On the card itself the old one fails and the new one works."""
    card = await put_in("normal")
    await card.change_pin_command(pin("358269"), pin("604173")).send()
    assert not rig.bench("verify", card="normal", pin="358269")["right"]
    assert rig.bench("verify", card="normal", pin="604173")["right"]


@pytest.mark.parametrize("who", ["blocked", "blocked_sm4"])
async def test_the_issuers_authority(who: str, rig: Any, put_in: PutIn) -> None:
    """Proof, UNBLOCK, proof, RESET; over T=0 and T=1, for both ciphers."""
    authority, persona = Authority(software_keys()), somebody(who)
    card, keys, pad = await put_in(who), keys_of(persona), Pad()

    async def prove() -> bytes:
        proof = authority.prove(keys, await card.get_challenge(), random=bytes(8))
        await card.authenticate_issuer(proof)
        return await card.get_challenge()

    assert await card.tries_left() == 0
    with pytest.raises(SecuredCommandRefused, match="6982"):
        await card.unblock_command(authority.unblock(keys, await card.get_challenge())).send()
    await card.unblock_command(authority.unblock(keys, await prove())).send()
    assert rig.bench("verify", card=who, pin=persona.pin)["right"]
    entries = pad.enter("604173"), pad.enter("604173")
    data = authority.reset(keys, await prove(), *entries, last_counter=0, rules=PinRules())
    await card.reset_command(data).send()
    assert rig.bench("verify", card=who, pin="604173")["right"]


@pytest.mark.parametrize(
    ("how", "error", "tries_left"),
    [
        ("pull", CardGone, 0),
        ("pull_after_effect", CardGone, 6),
        ("mute", CardMute, 0),
        ("no_answer_after_effect", CardMute, 6),
        ("truncate", CardAnsweredNonsense, 6),
        ("hang", CardHung, 0),
    ],
)
async def test_an_unblocking_whose_answer_is_lost(
    how: str, error: type[CardReaderError], tries_left: int, rig: Any, put_in: PutIn
) -> None:
    """The outcome is unknown whether it took effect or not; the command went out once; the counter tells."""
    authority, keys, card = Authority(software_keys()), keys_of(somebody("blocked")), await put_in("blocked")
    await card.authenticate_issuer(authority.prove(keys, await card.get_challenge(), random=bytes(8)))
    mutation = card.unblock_command(authority.unblock(keys, await card.get_challenge()))
    rig.bench("fail", at="ins 24", how=how)
    before = rig.bench("state")["commands"]
    with pytest.raises(error) as raised:
        await mutation.send()
    assert raised.value.outcome is Outcome.UNKNOWN
    assert rig.bench("state")["commands"] == before + 1
    told = next(card for card in rig.bench("cards")["cards"] if card["id"] == "blocked")
    assert told["tries_left"] == tries_left


async def test_pulled_at_every_command(rig: Any, reader: CardReader) -> None:
    """Nothing was at stake; the reader sees the slot empty and serves the next card."""
    for number in range(1, 10):
        rig.bench("fail", at=f"apdu {number}", how="pull")
        rig.bench("insert", card="normal")
        await until(reader, MediaState.PRESENT)
        transport = await reader.connect()
        with pytest.raises(CardGone) as error:
            await read_status(SocialCard(transport))
        assert error.value.outcome is Outcome.NOT_DONE
        await transport.close()
        await until(reader, MediaState.NOT_PRESENT)


CHANGED, UNCHANGED = "604173", "358269"


@pytest.mark.parametrize(
    ("how", "error", "on_the_card"),
    [
        ("pull", CardGone, UNCHANGED),
        ("pull_after_effect", CardGone, CHANGED),
        ("mute", CardMute, UNCHANGED),
        ("no_answer_after_effect", CardMute, CHANGED),
        ("truncate", CardAnsweredNonsense, CHANGED),
        ("hang", CardHung, UNCHANGED),
    ],
)
async def test_a_change_whose_answer_is_lost(
    how: str, error: type[CardReaderError], on_the_card: str, rig: Any, put_in: PutIn
) -> None:
    """The outcome is unknown whether it took effect or not, and the command went out once."""
    card = await put_in("normal")
    rig.bench("fail", at="ins 5E", how=how)
    before = rig.bench("state")["commands"]
    with pytest.raises(error) as raised:
        await card.change_pin_command(pin("358269"), pin("604173")).send()
    assert raised.value.outcome is Outcome.UNKNOWN
    assert rig.bench("state")["commands"] == before + 1
    assert rig.bench("verify", card="normal", pin=on_the_card)["right"]


async def test_pulled_during_verify(rig: Any, put_in: PutIn) -> None:
    """Unknown, though the card may have counted."""
    card = await put_in("normal")
    rig.bench("fail", at="ins 20", how="pull_after_effect")
    with pytest.raises(CardGone) as raised:
        await card.verify_pin(pin("999999"))
    assert raised.value.outcome is Outcome.UNKNOWN
    assert rig.bench("verify", card="normal", pin="358269")["tries_left"] == 5


@pytest.mark.parametrize("how", ["garble", "truncate"])
@pytest.mark.parametrize("number", range(1, 8))
async def test_garbled_while_reading(how: str, number: int, rig: Any, put_in: PutIn) -> None:
    """Never a crash: read again record by record, items named, or a typed error."""
    card = await put_in("normal")
    rig.bench("fail", at=f"apdu {number}", how=how)
    try:
        await read_status(card)
        outcome = Outcome.NOT_DONE
    except CardReaderError as error:
        outcome = error.outcome
    assert outcome is Outcome.NOT_DONE


async def test_a_garbled_file_is_read_again_record_by_record(rig: Any, put_in: PutIn) -> None:
    """One bad transfer doesn't cost the visit; a line that stays bad leaves everything unreadable."""
    card = await put_in("archived")
    rig.bench("fail", at="ins B2", how="garble")
    assert (await card.read_card_file()).unreadable == frozenset()
    rig.bench("fail", at="ins B2", how="garble", once=False)
    assert (await card.read_card_file()).unreadable == frozenset(CardItem)


@pytest.mark.parametrize("gap_ms", [0, 5, 30])
async def test_swapped_within_30_ms(gap_ms: int, rig: Any, reader: CardReader, put_in: PutIn) -> None:
    """The insertion's number tells, however short the gap, and the PIN meant for one card costs the other no try.

    With no gap at all pcscd may pass a command on to the new card before it powers it, which is mute, or just as it
    does: nothing is selected there, so it refuses.
    """
    card = await put_in("normal")
    first = reader.media
    rig.bench("swap", card="archived", gap_ms=gap_ms)
    with pytest.raises((CardGone, CardRefused) if gap_ms else (CardGone, CardRefused, CardMute)):
        await card.verify_pin(pin("999999"))
    with trio.fail_after(5):
        media = await reader.changed_from(first)
        while media.state is not MediaState.PRESENT:
            media = await reader.changed_from(media)
    assert media.insertion == first.insertion + 1
    assert rig.bench("verify", card="archived", pin="123456")["tries_left"] == 6


async def test_swapped_before_the_first_event_was_counted(rig: Any) -> None:
    """A service that starts with a card in has counted nothing: a swap then must show too."""
    rig.bench("insert", card="normal")
    rig.pcscd.kill()
    rig.pcscd.start()
    async with open_card_reader("Simulated") as reader:
        first = await until(reader, MediaState.PRESENT)
        for _ in range(5):
            rig.bench("swap", card="archived")
            with trio.fail_after(5):
                media = await reader.changed_from(first)
                while media.state is not MediaState.PRESENT:
                    media = await reader.changed_from(media)
            assert media.insertion == first.insertion + 1
            first = media


async def test_the_service_killed_and_restarted(rig: Any, reader: CardReader, put_in: PutIn) -> None:
    """Noticed at once, come back by itself; a card that is in counts as put in anew."""
    card = await put_in("normal")
    first = reader.media
    rig.pcscd.kill()
    with pytest.raises(ServiceDown) as error:
        await card.verify_pin(pin("358269"))
    assert error.value.outcome is Outcome.UNKNOWN
    await until(reader, MediaState.SERVICE_DOWN)
    with pytest.raises(ServiceDown):
        await reader.connect()
    rig.pcscd.start()
    media = await until(reader, MediaState.PRESENT)
    assert media.insertion == first.insertion + 1
    transport = await reader.connect()
    await read_status(SocialCard(transport))
    await transport.close()


async def test_the_reader_unplugged_and_plugged(rig: Any, reader: CardReader, put_in: PutIn) -> None:
    """Gone in the middle of a session, back with a card in."""
    card = await put_in("normal")
    first = reader.media
    rig.bench("unplug")
    with pytest.raises((ReaderLost, CardGone)) as error:
        await card.verify_pin(pin("358269"))
    assert error.value.outcome is Outcome.UNKNOWN
    await until(reader, MediaState.NO_DEVICE)
    rig.bench("plug")
    media = await until(reader, MediaState.PRESENT)
    assert media.insertion == first.insertion + 1


async def test_no_such_reader(rig: Any) -> None:
    """Said so, and it ends at once though it waits."""
    async with open_card_reader("Absent") as reader:
        await until(reader, MediaState.NO_DEVICE)
        assert reader.name is None
        with pytest.raises(ReaderLost):
            await reader.connect()


async def test_upside_down(rig: Any, reader: CardReader) -> None:
    """A card that gives no answer to reset is mute; turned over, it reads."""
    rig.bench("insert", card="normal", upside_down=True)
    first = await until(reader, MediaState.MUTE)
    with pytest.raises(CardMute):
        await reader.connect()
    rig.bench("flip")
    media = await until(reader, MediaState.PRESENT)
    assert media.insertion == first.insertion + 1


async def test_a_hung_card(rig: Any, reader: CardReader) -> None:
    """The watchdog gives up on it; once it is out, the next one reads."""
    rig.bench("insert", card="hung")
    await until(reader, MediaState.PRESENT)
    transport = await reader.connect()
    card = SocialCard(transport)
    with pytest.raises(CardHung):
        await card.select()
    with pytest.raises(CardHung):
        await card.select()
    await transport.close()
    rig.bench("pull")
    await until(reader, MediaState.NOT_PRESENT)
    rig.bench("insert", card="normal")
    await until(reader, MediaState.PRESENT)
    with trio.fail_after(5):
        while True:  # The abandoned call gives the card back in its own time.
            try:
                transport = await reader.connect()
                break
            except CardInUse:
                await trio.sleep(0.01)
    await read_status(SocialCard(transport))
    await transport.close()


async def test_another_program_holds_the_card(rig: Any, reader: CardReader) -> None:
    rig.bench("insert", card="normal")
    await until(reader, MediaState.PRESENT)
    context = pcsc.establish_context()
    handle, _ = pcsc.connect(context, reader.name or "")
    with pytest.raises(CardInUse):
        await reader.connect()
    pcsc.disconnect(handle)
    pcsc.release_context(context)


async def test_no_card(reader: CardReader) -> None:
    with pytest.raises(CardGone):
        await reader.connect()


async def test_cancelled_in_the_middle_of_a_command(rig: Any, put_in: PutIn) -> None:
    """The answer is waited for: a spent try is told, never lost."""
    card = await put_in("normal")
    rig.bench("latency", ms=100)
    with trio.move_on_after(0.02) as scope:
        with pytest.raises(WrongPin) as error:
            await card.verify_pin(pin("999999"))
        assert scope.cancel_called
    assert error.value.tries_left == 5


async def test_a_reset_under_us(put_in: PutIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reconnected and selected again for a reading; a VERIFY is told, and was never sent."""
    card = await put_in("normal")
    original, codes = pcsc.transmit, [pcsc.Result.RESET_CARD]

    def once(handle: int, protocol: int, apdu: list[int]) -> bytes:
        if codes:
            raise pcsc.PcscFailure("SCardTransmit", codes.pop())
        return original(handle, protocol, apdu)

    monkeypatch.setattr(pcsc, "transmit", once)
    assert (await card.read_card_file()).unreadable == frozenset()
    codes.append(pcsc.Result.RESET_CARD)
    with pytest.raises(CardWasReset):
        await card.verify_pin(pin("358269"))
    await card.verify_pin(pin("358269"))


# PIN entry on the reader.


async def type_on_reader(rig: Any, *entries: str) -> None:
    """Wait for the reader to ask, then press: digits one by one, then `enter` or what is named."""
    with trio.fail_after(5):
        while rig.bench("pad_display")["display"] is None:  # noqa: ASYNC110 - another process shows it.
            await trio.sleep(0.005)
    for entry in entries:
        for key in [entry] if entry in ("cancel", "clear") else [*entry, "enter"]:
            rig.bench("key", key=key)
            await trio.sleep(0.002)


async def entering(rig: Any, act: Callable[[], Awaitable[None]], *entries: str) -> None:
    async with trio.open_nursery() as nursery:
        nursery.start_soon(type_on_reader, rig, *entries)
        try:
            await act()
        except CardReaderError as error:
            raised: CardReaderError | None = error
        else:
            raised = None
    if raised is not None:
        raise raised


async def test_verify_on_reader(rig: Any, put_in: PutIn) -> None:
    """Right, corrected with clear, wrong."""
    card = await put_in("normal")
    assert await card.can_verify_on_reader()
    await entering(rig, card.verify_pin_on_reader, "358269")
    await entering(rig, card.verify_pin_on_reader, "clear", "358269")
    with pytest.raises(WrongPin) as error:
        await entering(rig, card.verify_pin_on_reader, "999999")
    assert error.value.tries_left == 5


async def test_change_on_reader(rig: Any, put_in: PutIn) -> None:
    """Old, new, new again; nothing else is sent."""
    card = await put_in("normal")
    await entering(rig, card.change_pin_on_reader_command().send, "358269", "604173", "604173")
    assert rig.bench("verify", card="normal", pin="604173")["right"]
    with pytest.raises(WrongPin):
        await entering(rig, card.change_pin_on_reader_command().send, "358269", "111222", "111222")


@pytest.mark.parametrize(
    ("entries", "error"),
    [
        (["cancel"], EntryCancelled),
        (["358269", "cancel"], EntryCancelled),
        (["358269", "604173", "604174"], EntryMismatch),
        (["3582"], EntryLength),
    ],
)
async def test_entry_given_up(entries: list[str], error: type[CardReaderError], rig: Any, put_in: PutIn) -> None:
    """No PIN reached the card: nothing changed, no try spent."""
    card = await put_in("normal")
    with pytest.raises(error) as raised:
        await entering(rig, card.change_pin_on_reader_command().send, *entries)
    assert raised.value.outcome is Outcome.NOT_DONE
    assert rig.bench("verify", card="normal", pin="358269") == {"right": True, "tries_left": 6}


async def test_nobody_types(put_in: PutIn) -> None:
    """The reader gives up by itself."""
    card = await put_in("normal")
    with pytest.raises(EntryTimedOut):
        await card.verify_pin_on_reader(seconds_per_key=1)


async def test_pulled_while_typing(rig: Any, put_in: PutIn) -> None:
    """The entry ends with the card; the reader alone knows how far it came."""
    card = await put_in("normal")

    async def pull() -> None:
        await trio.sleep(0.1)
        rig.bench("pull")

    async with trio.open_nursery() as nursery:
        nursery.start_soon(pull)
        with pytest.raises(CardGone) as error:
            await card.verify_pin_on_reader()
    assert error.value.outcome is Outcome.UNKNOWN


# The watcher.


async def test_idle_costs_nothing(reader: CardReader) -> None:
    """The watcher doesn't wake at all."""
    watcher = next(t for t in threading.enumerate() if t.name == "card-reader-watcher")
    status = Path(f"/proc/self/task/{watcher.native_id}/status")

    def switches() -> list[str]:
        return [line for line in status.read_text().splitlines() if "ctxt_switches" in line]

    await trio.sleep(0.1)
    before = switches()
    await trio.sleep(1)
    assert switches() == before


async def test_two_watchers_and_many_openings(rig: Any, reader: CardReader) -> None:
    """Opening and closing leaves nothing behind: pcscd takes 200 contexts at most."""
    for _ in range(210):
        async with open_card_reader("Simulated") as second:
            assert second.media.state is MediaState.NOT_PRESENT


def test_numbers_are_those_of_pcsc_lite() -> None:
    """Ours are written out so that the core needn't import PC/SC; they must be the same."""
    assert scard.SCARD_W_REMOVED_CARD & 0xFFFFFFFF == pcsc.Result.REMOVED_CARD
    assert scard.SCARD_STATE_MUTE == pcsc.State.MUTE
    assert scard.SCARD_E_NO_SERVICE & 0xFFFFFFFF == pcsc.Result.NO_SERVICE
