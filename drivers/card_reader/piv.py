"""A technician's card: a PIV card (NIST SP 800-73-4, part 2) whose key 9A proves who holds it.

Only what a proof needs is here: read the certificate of 9A, compare the PIN, have a challenge signed. Nothing on the
card is changed but its count of tries.
"""

import zlib
from collections.abc import Iterator
from enum import IntEnum

from drivers.card_reader.errors import (
    CardAnsweredNonsense,
    CardRefused,
    NotATechnicianCard,
    PinBlocked,
    PinNotAccepted,
    WrongPin,
)
from drivers.card_reader.protocol import Answer, Command, Instruction, ProtocolViolation, get_response
from drivers.card_reader.slot import CardTransport
from drivers.errors import Outcome
from drivers.pin import Pin

APPLICATION = bytes.fromhex("A000000308000010000100")
"""SP 800-73-4, part 1, 2.2: the name of the card's application."""
_CERTIFICATE_9A = bytes.fromhex("5FC105")
_KEY_9A = 0x9A
_PIV_PIN = 0x80
_PIN_BYTES = 8
_MOST_PIECES = 32
"""Of one answer; a certificate of 4 kB has 16."""
_MOST_CERTIFICATE_BYTES = 16 * 1024


class Algorithm(IntEnum):
    """Of the key in 9A (SP 800-78-4, table 6-2)."""

    RSA_2048 = 0x07
    P_256 = 0x11


class TechnicianCard:
    """The PIV application of the card behind `transport`. Select it first.

    Every method raises what `CardTransport.transmit` raises, `CardAnsweredNonsense` and `CardRefused`.

    Args:
        transport: Of a connected card; whoever connected it closes it.
    """

    def __init__(self, transport: CardTransport) -> None:
        self._transport = transport

    async def select(self) -> None:
        """Select the PIV application.

        Raises:
            NotATechnicianCard: The card has none.
        """
        answer = await self._exchange(Command(instruction=Instruction.SELECT, p1=0x04, data=APPLICATION, le=256))
        if not answer.ok:
            raise NotATechnicianCard

    async def certificate(self) -> bytes:
        """The certificate of 9A, as DER.

        Raises:
            NotATechnicianCard: There is none.
        """
        wanted = b"\x5c\x03" + _CERTIFICATE_9A
        answer = await self._exchange(Command(instruction=Instruction.GET_DATA, p1=0x3F, p2=0xFF, data=wanted, le=256))
        if answer.not_found:
            raise NotATechnicianCard
        if not answer.ok:
            raise CardRefused(answer.status_word)
        try:
            items = dict(parse_tlv(dict(parse_tlv(answer.data))[0x53]))
            certificate = items[0x70]
            return _unpacked(certificate) if items.get(0x71) == b"\x01" else certificate
        except (KeyError, ProtocolViolation, zlib.error):
            raise CardAnsweredNonsense("the certificate can't be read", outcome=Outcome.NOT_DONE) from None

    async def verify_pin(self, pin: Pin) -> None:
        """Compare `pin` with the card's; a wrong one costs a try. Sent once.

        Raises:
            WrongPin: `tries_left` counts what remains.
            PinBlocked: None remains.
            PinNotAccepted: A PIN of this length is none of PIV's.
        """
        if len(pin) > _PIN_BYTES:
            raise PinNotAccepted("6A80")
        data = bytearray(b"\xff" * _PIN_BYTES)
        data[: len(pin)] = pin.digits
        command = Command(instruction=Instruction.VERIFY, p2=_PIV_PIN, data=data)
        try:
            answer = await self._exchange(command)
        finally:
            command.wipe()
        if answer.tries_left == 0:
            raise PinBlocked
        if answer.tries_left is not None:
            raise WrongPin(answer.tries_left)
        if answer.data_refused:
            raise PinNotAccepted(answer.status_word)
        if not answer.ok:
            raise CardRefused(answer.status_word)

    async def sign(self, algorithm: Algorithm, block: bytes) -> bytes:
        """Have the key in 9A work on `block`: the digest for P-256, a padded block of 256 bytes for RSA-2048.

        The PIN comes first: without it the card refuses.
        """
        template = tlv(0x7C, tlv(0x82, b"") + tlv(0x81, block))
        pieces = [template[at : at + 255] for at in range(0, len(template), 255)]
        for piece in pieces[:-1]:
            begin = Instruction.GENERAL_AUTHENTICATE_BEGIN
            answer = await self._exchange(Command(instruction=begin, p1=algorithm, p2=_KEY_9A, data=piece))
            if not answer.ok:
                raise CardRefused(answer.status_word)
        answer = await self._exchange(
            Command(instruction=Instruction.GENERAL_AUTHENTICATE, p1=algorithm, p2=_KEY_9A, data=pieces[-1], le=256)
        )
        if not answer.ok:
            raise CardRefused(answer.status_word)
        try:
            return dict(parse_tlv(dict(parse_tlv(answer.data))[0x7C]))[0x82]
        except (KeyError, ProtocolViolation):
            raise CardAnsweredNonsense("no signature in the answer", outcome=Outcome.NOT_DONE) from None

    async def _exchange(self, command: Command) -> Answer:
        """Send one command, and fetch its answer piece by piece (61xx)."""
        outcome = Outcome.UNKNOWN if command.counted else Outcome.NOT_DONE
        whole = b""
        for _ in range(_MOST_PIECES):
            try:
                answer = Answer.parse(await self._transport.transmit(command))
            except ProtocolViolation as error:
                raise CardAnsweredNonsense(str(error), outcome=outcome) from None
            whole += answer.data
            if answer.status >> 8 != 0x61:
                return Answer(whole, answer.status)
            command = get_response(answer.status & 0xFF or 256)
        raise CardAnsweredNonsense("the answer never ends", outcome=outcome)


def tlv(tag: int, value: bytes) -> bytes:
    """One item in BER-TLV, its tag a single byte (ISO 7816-4, 5.2.2)."""
    if len(value) < 0x80:
        return bytes([tag, len(value)]) + value
    length = len(value).to_bytes(2 if len(value) > 0xFF else 1)
    return bytes([tag, 0x80 | len(length)]) + length + value


def parse_tlv(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The items in `data`, each a tag of a single byte and its value.

    Raises:
        ProtocolViolation: They don't fill it exactly.
    """
    at = 0
    while at < len(data):
        if at + 2 > len(data):
            raise ProtocolViolation("an item is cut short")
        tag, length = data[at], data[at + 1]
        at += 2
        if length > 0x82 or length == 0x80:
            raise ProtocolViolation("a length of a form that isn't used here")
        if length > 0x80:
            size = length - 0x80
            length, at = int.from_bytes(data[at : at + size]), at + size
        if at + length > len(data):
            raise ProtocolViolation("an item is cut short")
        yield tag, data[at : at + length]
        at += length


def _unpacked(packed: bytes) -> bytes:
    """A certificate that was stored compressed (SP 800-73-4, part 1, appendix A: gzip); never a huge one."""
    unpacker = zlib.decompressobj(wbits=16 + zlib.MAX_WBITS)
    certificate = unpacker.decompress(packed, _MOST_CERTIFICATE_BYTES)
    if not unpacker.eof:
        raise ProtocolViolation("the certificate is cut short, or too long")
    return certificate
