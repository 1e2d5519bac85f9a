"""What PC/SC's result codes mean, and the calls that block, for use in worker threads. pcsc-lite's numbers.

pyscard releases the interpreter's lock while it waits.
"""

import threading
from enum import IntEnum, IntFlag

from smartcard import scard  # type: ignore[import-untyped]

from drivers.card_reader.errors import (
    CardGone,
    CardInUse,
    CardMute,
    CardReaderError,
    CardWasReset,
    ReaderLost,
    ServiceDown,
)
from drivers.errors import Outcome

PLUG_AND_PLAY = r"\\?PnP?\Notification"
"""A reader that every service has: its state changes when readers come or go."""
_connecting = threading.Lock()
"""Held by whoever connects: to look whether a card is there at all mustn't stand in the way of connecting to it."""
_held: set[int] = set()
"""Handles of this program's: while it has one nobody looks, since pcscd would log each refusal as an error."""


class Result(IntEnum):
    """Result codes that are told apart here."""

    OK = 0
    CANCELLED = 0x80100002
    INVALID_HANDLE = 0x80100003
    UNKNOWN_READER = 0x80100009
    TIMEOUT = 0x8010000A
    SHARING_VIOLATION = 0x8010000B
    NO_CARD = 0x8010000C
    PROTOCOL_MISMATCH = 0x8010000F
    COMMUNICATION_ERROR = 0x80100013
    NOT_TRANSACTED = 0x80100016
    READER_UNAVAILABLE = 0x80100017
    NO_SERVICE = 0x8010001D
    SERVICE_STOPPED = 0x8010001E
    NO_READERS = 0x8010002E
    UNRESPONSIVE_CARD = 0x80100066
    UNPOWERED_CARD = 0x80100067
    RESET_CARD = 0x80100068
    REMOVED_CARD = 0x80100069


class State(IntFlag):
    """Low half of a reader's event state; the high half counts events."""

    CHANGED = 0x0002
    UNKNOWN = 0x0004
    UNAVAILABLE = 0x0008
    EMPTY = 0x0010
    PRESENT = 0x0020
    MUTE = 0x0200


class PcscFailure(Exception):
    """A call failed.

    Args:
        call: Which one.
        code: Its result, as pyscard gives it: signed or not.
    """

    def __init__(self, call: str, code: int) -> None:
        self.code = code & 0xFFFFFFFF
        super().__init__(f"{call}: {self.code:08X}")

    def as_error(self, outcome: Outcome) -> CardReaderError:
        """In the driver's words, for a command of this outcome."""
        match self.code:
            case Result.RESET_CARD:
                return CardWasReset()
            case Result.REMOVED_CARD | Result.NO_CARD:
                return CardGone("the card was taken out", outcome=outcome)
            case Result.UNRESPONSIVE_CARD | Result.UNPOWERED_CARD | Result.PROTOCOL_MISMATCH | Result.NOT_TRANSACTED:
                return CardMute(f"the card doesn't answer ({self})", outcome=outcome)
            case Result.SHARING_VIOLATION:
                return CardInUse("another program holds the card", outcome=Outcome.NOT_DONE)
            case Result.UNKNOWN_READER | Result.READER_UNAVAILABLE | Result.NO_READERS:
                return ReaderLost(f"the reader is gone ({self})", outcome=outcome)
        return ServiceDown(f"PC/SC failed ({self})", outcome=outcome)


def establish_context() -> int:
    """A context of its own: one for each thread that waits.

    Raises:
        PcscFailure
    """
    code, context = scard.SCardEstablishContext(scard.SCARD_SCOPE_USER)
    _require(code, "SCardEstablishContext")
    return int(context)


def release_context(context: int) -> None:
    """Give a context back; whether it was still good doesn't matter."""
    scard.SCardReleaseContext(context)


def cancel(context: int) -> None:
    """End the wait for changes in another thread; does nothing if there is none."""
    scard.SCardCancel(context)


def list_readers(context: int) -> list[str]:
    """Names of all readers.

    Raises:
        PcscFailure
    """
    code, names = scard.SCardListReaders(context, [])
    if code & 0xFFFFFFFF == Result.NO_READERS:
        return []
    _require(code, "SCardListReaders")
    return list(names)


def wait_for_change(context: int, reader: str, known: int, *, timeout_ms: int | None) -> int:
    """Wait until the reader's event state isn't `known` (0: return it at once); None: without limit.

    Raises:
        PcscFailure: `TIMEOUT` and `CANCELLED` among them.
    """
    limit = scard.INFINITE if timeout_ms is None else timeout_ms
    code, states = scard.SCardGetStatusChange(context, limit, [(reader, known)])
    _require(code, "SCardGetStatusChange")
    return int(states[0][1])


def connect(context: int, reader: str) -> tuple[int, int]:
    """Power the card and hold it exclusively: its handle and the protocol.

    Raises:
        PcscFailure
    """
    protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
    with _connecting:
        code, handle, protocol = scard.SCardConnect(context, reader, scard.SCARD_SHARE_EXCLUSIVE, protocols)
        _require(code, "SCardConnect")
        _held.add(int(handle))
    return int(handle), int(protocol)


def look_again(context: int, reader: str, *, mute: bool) -> None:
    """Have the service look whether the card that it reports is really there; not while this program holds it.

    pcscd (1.9.9, SCardDisconnect) writes "present" after it has powered a card down or reset it, though its own thread
    may have seen the card go meanwhile; that thread then waits for the next card. Before it powers one down or resets
    it, pcscd asks the reader: that mends it. A mute card is reset, since it would count as well once powered down.
    """
    if _held or not _connecting.acquire(blocking=False):
        return
    try:
        code, handle, _ = scard.SCardConnect(context, reader, scard.SCARD_SHARE_DIRECT, scard.SCARD_PROTOCOL_UNDEFINED)
        if code == scard.SCARD_S_SUCCESS:
            scard.SCardDisconnect(handle, scard.SCARD_RESET_CARD if mute else scard.SCARD_UNPOWER_CARD)
    finally:
        _connecting.release()


def reconnect(handle: int) -> int:
    """Reset the card and go on with it: the protocol. After a reset under us nothing milder revives the handle.

    Raises:
        PcscFailure
    """
    protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
    code, protocol = scard.SCardReconnect(handle, scard.SCARD_SHARE_EXCLUSIVE, protocols, scard.SCARD_RESET_CARD)
    _require(code, "SCardReconnect")
    return int(protocol)


def answer_to_reset(handle: int) -> bytes:
    """The ATR of a connected card.

    Raises:
        PcscFailure
    """
    code, _reader, _state, _protocol, atr = scard.SCardStatus(handle)
    _require(code, "SCardStatus")
    return bytes(atr)


def transmit(handle: int, protocol: int, apdu: list[int]) -> bytes:
    """Send a command and return what came back, perhaps less than a status word.

    Raises:
        PcscFailure
    """
    header = scard.SCARD_PCI_T0 if protocol == scard.SCARD_PROTOCOL_T0 else scard.SCARD_PCI_T1
    code, reply = scard.SCardTransmit(handle, header, apdu)
    _require(code, "SCardTransmit")
    return bytes(reply)


def control(handle: int, code: int, data: bytes) -> bytes:
    """Have the reader itself do something.

    Raises:
        PcscFailure
    """
    result, reply = scard.SCardControl(handle, code, list(data))
    _require(result, "SCardControl")
    return bytes(reply)


def disconnect(handle: int) -> None:
    """Power the card down; whether it was still there doesn't matter."""
    scard.SCardDisconnect(handle, scard.SCARD_UNPOWER_CARD)
    _held.discard(handle)


def _require(code: int, call: str) -> None:
    if code != scard.SCARD_S_SUCCESS:
        raise PcscFailure(call, code)
