"""A session with the social application, in its own verbs.

PINs: a command's buffer is wiped as soon as the card has answered. Copies that can't be reached, all short-lived: the
array that pyscard's extension makes of its list of integers and frees unwiped; the message that libpcsclite writes to
its socket, and pcscd's own buffers behind it.
"""

import hashlib
from dataclasses import replace
from functools import partial

from drivers.card_reader import protocol
from drivers.card_reader.errors import (
    ApplicationBlocked,
    CardAnsweredNonsense,
    CardGone,
    CardReaderError,
    CardRefused,
    CardWasReset,
    EntryCancelled,
    EntryLength,
    EntryMismatch,
    EntryTimedOut,
    EntryUnsupported,
    HolderFileClosed,
    IssuerRefused,
    NotASocialCard,
    PinBlocked,
    PinNotAccepted,
    SecuredCommandRefused,
    WrongPin,
)
from drivers.card_reader.files import (
    VALUE_BYTES,
    CardFile,
    CardItem,
    ControlInformation,
    HolderFile,
    HolderItem,
    parse_card_file,
    parse_control_information,
    parse_holder_file,
    parse_records,
)
from drivers.card_reader.mutation import Mutation, once
from drivers.card_reader.pin_entry import EntryStatus, Feature, modify_structure, verify_structure
from drivers.card_reader.protocol import Answer, Command, Instruction, ProtocolViolation
from drivers.card_reader.slot import CardTransport
from drivers.errors import Outcome
from drivers.pin import Pin

_MOST_FOLLOW_UPS = 8
"""6Cxx once and 61xx once are what cards do; one that goes on forever is broken."""
_ENTRY_MARGIN_SECONDS = 10
_LONG_PAUSES = 4
"""So many pauses of nearly the full time a person may make in one entry."""
_CHALLENGE_BYTES = 8


class SocialCard:
    """The social application of the card behind `transport`. Select it first.

    Every method raises what `CardTransport.transmit` raises, and besides:

    - `ApplicationBlocked`: 9303, at any command.
    - `CardAnsweredNonsense`: the bytes are no answer; outcome unknown for a command with an effect.
    - `CardRefused`: a status word without a meaning of its own here.

    Args:
        transport: Of a connected card; whoever connected it closes it.
        may_probe: Whether this family of cards answers an empty VERIFY without spending a try. Some families do
            spend one: say no for those, and `tries_left` is None.
    """

    def __init__(self, transport: CardTransport, *, may_probe: bool = True) -> None:
        self._transport = transport
        self._may_probe = may_probe
        self._select_file_p1 = 0x02

    async def select(self) -> ControlInformation:
        """Select the social application by its name.

        Raises:
            NotASocialCard: The card has none.
        """
        answer = await self._exchange(protocol.select_application())
        if not answer.ok:
            raise NotASocialCard
        return parse_control_information(answer.data)

    # Files.

    async def read_card_file(self) -> CardFile:
        """EF05. Items that can't be read are named in it; a file that isn't there has only such items."""
        tags = [item.value for item in CardItem]
        return parse_card_file(await self._read_file(protocol.CARD_FILE, tags))

    async def read_holder_file(self) -> HolderFile:
        """EF06. Items that can't be read are named in it.

        Raises:
            HolderFileClosed: A third-generation card.
        """
        tags = [item.value for item in HolderItem if item is not HolderItem.NAME_CONTINUED]
        records = await self._read_file(protocol.HOLDER_FILE, tags)
        continued = HolderItem.NAME_CONTINUED.value
        # A name that fills its item may go on in the next.
        name = records.get(HolderItem.NAME.value, b"").rstrip(b"\0")
        if len(name) >= VALUE_BYTES[HolderItem.NAME.value] and continued not in records:
            records |= await self._read_record(continued)
        return parse_holder_file(records)

    async def _read_file(self, file: int, tags: list[int]) -> dict[int, bytes]:
        """All records by tag. A card that was reset on the way is selected anew by then: once more from the start."""
        try:
            return await self._read_fileonce(file, tags)
        except CardWasReset:
            return await self._read_fileonce(file, tags)

    async def _read_fileonce(self, file: int, tags: list[int]) -> dict[int, bytes]:
        """In one command where the card gives them so; what is missing one by one."""
        if not (await self._select_file(file)).ok:
            return {}
        answer = await self._exchange(protocol.read_whole_file())
        if answer.closed:
            raise HolderFileClosed
        records = parse_records(answer.data) if answer.ok else {}
        for tag in tags:
            if tag not in records:
                records |= await self._read_record(tag)
        return records

    async def _select_file(self, file: int) -> Answer:
        answer = await self._exchange(protocol.select_file(file, p1=self._select_file_p1))
        if not answer.ok and not answer.closed and self._select_file_p1:
            answer = await self._exchange(protocol.select_file(file, p1=0x00))
            if answer.ok:
                self._select_file_p1 = 0x00
        if answer.closed:
            raise HolderFileClosed
        return answer

    async def _read_record(self, tag: int) -> dict[int, bytes]:
        answer = await self._exchange(protocol.read_record(tag, length=2 + VALUE_BYTES[tag]))
        if answer.closed:
            raise HolderFileClosed
        return {t: v for t, v in parse_records(answer.data).items() if t == tag and answer.ok}

    # The PIN, typed elsewhere.

    async def tries_left(self) -> int | None:
        """How many wrong PINs the card still takes; 0: blocked; None: it can't be asked, or asks for no PIN."""
        if not self._may_probe:
            return None
        answer = await self._exchange(protocol.probe_tries())
        if answer.ok:
            return None
        if answer.tries_left is None:
            raise CardRefused(answer.status_word)
        return answer.tries_left

    async def verify_pin(self, pin: Pin) -> None:
        """Compare `pin` with the card's; a wrong one costs a try.

        Raises:
            WrongPin: `tries_left` counts what remains.
            PinBlocked: None remains, since now or before.
            PinNotAccepted: The card takes no PIN of this length; no try was spent.
            CardGone, CardMute, CardHung: Outcome unknown: read the counter, never send again.
        """
        await self._send_pin(protocol.verify(pin))

    def change_pin_command(self, old: Pin, new: Pin) -> Mutation:
        """Compare `old` with the card's PIN and put `new` in its place; a wrong one costs a try.

        Both are read when it is sent. Sending raises:
            WrongPin, PinBlocked: Nothing was changed.
            PinNotAccepted: The card refuses `new`; no try was spent and nothing changed.
            CardGone, CardMute, CardHung: Outcome unknown: only the card can tell, never send again.
        """

        async def send() -> None:
            await self._send_pin(protocol.change_pin(old, new))

        return Mutation(_CHANGE_PIN.header, None, once(send))

    async def _send_pin(self, command: Command) -> None:
        try:
            answer = await self._exchange(command)
        finally:
            command.wipe()
        _require_pin_accepted(answer)

    # The PIN, typed on the reader.

    async def can_verify_on_reader(self) -> bool:
        """Whether the reader takes PINs by itself (PC/SC part 10), for VERIFY as for CHANGE."""
        features = await self._transport.features()
        return Feature.VERIFY_PIN_DIRECT in features and Feature.MODIFY_PIN_DIRECT in features

    async def verify_pin_on_reader(
        self, *, min_digits: int = 6, max_digits: int = 6, seconds_per_key: int = 30
    ) -> None:
        """Have the reader ask for the PIN and compare it; as `verify_pin`, but the program never sees it.

        Can't be interrupted from here: the citizen presses cancel on the reader, or takes the card out.

        Raises:
            EntryUnsupported, EntryCancelled, EntryTimedOut, EntryLength: No PIN reached the card.
        """
        template = Command(instruction=Instruction.VERIFY, data=b"\xff" * _bcd_bytes(max_digits))
        structure = verify_structure(template, seconds=seconds_per_key, digits=(min_digits, max_digits))
        await self._enter(Feature.VERIFY_PIN_DIRECT, structure, entries=1, seconds_per_key=seconds_per_key)

    def change_pin_on_reader_command(
        self, *, min_digits: int = 6, max_digits: int = 6, seconds_per_key: int = 30
    ) -> Mutation:
        """Have the reader ask for the old PIN and twice for the new, and change it; as `change_pin_command`.

        Sent alone: a VERIFY before would have the citizen type the old PIN twice. No one here can check the new PIN
        against rules. Can't be interrupted from here. Sending also raises:
            EntryMismatch: The two new PINs differ; nothing reached the card.
            EntryUnsupported, EntryCancelled, EntryTimedOut, EntryLength: No PIN reached the card.
        """
        size = _bcd_bytes(max_digits)
        template = replace(_CHANGE_PIN, data=b"\xff" * (2 * size + 1))
        structure = modify_structure(
            template, new_at=size + 1, seconds=seconds_per_key, digits=(min_digits, max_digits)
        )
        enter = partial(self._enter, Feature.MODIFY_PIN_DIRECT, structure, entries=3, seconds_per_key=seconds_per_key)
        return Mutation(template.header, None, once(enter))

    async def _enter(self, feature: Feature, structure: bytes, *, entries: int, seconds_per_key: int) -> None:
        features = await self._transport.features()
        if feature not in features:
            raise EntryUnsupported("the reader takes no PINs")
        # The reader keeps the time; this only ends a wait for a broken one. Each key starts its clock anew.
        limit = entries * _LONG_PAUSES * seconds_per_key + _ENTRY_MARGIN_SECONDS
        reply = await self._transport.control(features[feature], structure, seconds=limit)
        answer = _parse(reply, Outcome.UNKNOWN)
        match answer.status:
            case EntryStatus.TIMED_OUT:
                raise EntryTimedOut("no key was pressed for too long")
            case EntryStatus.CANCELLED:
                raise EntryCancelled("cancel was pressed")
            case EntryStatus.MISMATCH:
                raise EntryMismatch("the two new PINs differ")
            case EntryStatus.LENGTH:
                raise EntryLength("too few or too many digits")
            case EntryStatus.REFUSED:
                raise EntryUnsupported("the reader refuses this kind of PIN entry")
        _require_pin_accepted(answer)

    # The issuer's authority. Each step needs a challenge of its own, taken just before.

    async def get_challenge(self) -> bytes:
        """Eight random bytes of the card's, good for one use.

        Raises:
            CardAnsweredNonsense: They are not eight.
        """
        answer = await self._exchange(protocol.get_challenge(_CHALLENGE_BYTES))
        if not answer.ok:
            raise CardRefused(answer.status_word)
        if len(answer.data) != _CHALLENGE_BYTES:
            raise CardAnsweredNonsense("a challenge of another length", outcome=Outcome.NOT_DONE)
        return answer.data

    async def authenticate_issuer(self, data: bytes) -> None:
        """Prove the issuer to the card (EXTERNAL AUTHENTICATE, PUK); a wrong proof costs a try of the key.

        Args:
            data: Sixteen bytes: the proof over the last challenge, and the issuer's random.

        Raises:
            IssuerRefused: See there; take a new challenge, and only if the issuer makes a new proof.
            CardGone, CardMute, CardHung: Outcome unknown: a try of the key may be spent, never send again.
        """
        answer = await self._exchange(protocol.authenticate_issuer(data))
        if not answer.ok:
            told = answer.tries_left is not None
            outcome = Outcome.NOT_DONE if told else _outcome_of(answer.status_word)
            raise IssuerRefused(answer.status_word, key_tries_left=answer.tries_left, outcome=outcome)

    def unblock_command(self, data: bytes) -> Mutation:
        """All tries again under the same PIN, by the issuer's command; `data` is its MAC.

        Sending raises:
            SecuredCommandRefused: Nothing was changed.
            CardGone, CardMute, CardHung: Outcome unknown: only the card can tell, never send again.
        """
        command = protocol.unblock(data)
        digest = hashlib.sha256(command.encode()).digest()
        return Mutation(command.header, digest, once(partial(self._send_secured, command)))

    def reset_command(self, data: bytes) -> Mutation:
        """A new PIN and all tries, by the issuer's command; `data` is the enciphered PIN and the MAC.

        Sending raises as `unblock_command`.
        """
        command = protocol.reset(data)
        return Mutation(command.header, None, once(partial(self._send_secured, command)))

    async def _send_secured(self, command: Command) -> None:
        try:
            answer = await self._exchange(command)
        finally:
            command.wipe()
        if answer.secured_refused:
            raise SecuredCommandRefused(answer.status_word)
        if not answer.ok:
            raise CardRefused(answer.status_word, outcome=_outcome_of(answer.status_word))

    # One command.

    async def _exchange(self, command: Command) -> Answer:
        """Send `command` and what T=0 wants after it; after a reset select again and repeat what has no effect."""
        try:
            answer = await self._chain(command)
        except CardWasReset:
            again = await self._chain(protocol.select_application())
            if command.counted or not again.ok or command.instruction is Instruction.READ_RECORD:
                raise
            answer = await self._chain(command)
        if answer.application_blocked:
            raise ApplicationBlocked
        return answer

    async def _chain(self, command: Command) -> Answer:
        outcome = Outcome.UNKNOWN if command.counted else Outcome.NOT_DONE
        data = b""
        following: Command = command
        for _ in range(_MOST_FOLLOW_UPS):
            try:
                answer = _parse(await self._transport.transmit(following), outcome)
            except CardReaderError:
                if following is command or not command.counted:
                    raise
                raise CardGone("lost while its answer was fetched", outcome=Outcome.UNKNOWN) from None
            data += answer.data
            next_command = protocol.follow_up(following, answer)
            if next_command is None:
                if command.counted and following is not command and not answer.ok:
                    # 61xx: it was carried out. What went wrong afterwards, while fetching, says nothing of it.
                    raise CardRefused(answer.status_word, outcome=Outcome.UNKNOWN)
                return replace(answer, data=data)
            following = next_command
        raise CardAnsweredNonsense("the card never comes to an end", outcome=outcome)


_CHANGE_PIN = Command(instruction=Instruction.CHANGE_PIN, p1=0x01)


def _parse(reply: bytes, outcome: Outcome) -> Answer:
    try:
        return Answer.parse(reply)
    except ProtocolViolation as error:
        raise CardAnsweredNonsense(str(error), outcome=outcome) from None


def _bcd_bytes(digits: int) -> int:
    return (digits + 1) // 2


def _require_pin_accepted(answer: Answer) -> None:
    if answer.ok:
        return
    if answer.tries_left == 0:
        raise PinBlocked
    if answer.tries_left is not None:
        raise WrongPin(answer.tries_left)
    if answer.application_blocked:
        raise ApplicationBlocked
    if answer.data_refused:
        raise PinNotAccepted(answer.status_word)
    raise CardRefused(answer.status_word, outcome=_outcome_of(answer.status_word))


def _outcome_of(status_word: str) -> Outcome:
    """Whether a command with an effect may have had it, by its status word (ISO 7816-4, tables 5 and 6).

    64xx leaves the card's memory as it was, and 67xx to 6Exx find fault with the command itself. Warnings, 65xx
    (memory has changed), 66xx and 6Fxx (no precise diagnosis) leave it open.
    """
    nothing_changed = status_word[:2] in ("64", "67", "68", "69", "6A", "6B", "6C", "6D", "6E")
    return Outcome.NOT_DONE if nothing_changed else Outcome.UNKNOWN
