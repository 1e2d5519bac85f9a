"""What can go wrong at the ID card reader.

Reading changes nothing, neither on the card nor in the reader: every outcome here is "not done", and asking once more
is safe. No message ever says what stood on a card.
"""

from drivers.errors import DeviceError, Outcome
from drivers.id_reader.protocol import Status


class IdReaderError(DeviceError):
    """No document was read."""

    def __init__(self, what: str) -> None:
        super().__init__(what, outcome=Outcome.NOT_DONE)


class CardLifted(IdReaderError):
    """The card left the reader before it was read. Wait for it again."""

    def __init__(self) -> None:
        super().__init__("the ID card was taken away while it was being read")


class CardUnreadable(IdReaderError):
    """A card lies there and doesn't read: another kind of card, a damaged or a false one.

    Attributes:
        status: The reader's own code, see `protocol.Status`.
    """

    def __init__(self, status: int) -> None:
        super().__init__(f"the card on the reader can't be read: {_words(status)}")
        self.status = status


class DocumentInvalid(IdReaderError):
    """The card was read, and what it says can't be: `item` names what, never how it reads."""

    def __init__(self, item: str) -> None:
        super().__init__(f"the ID card's data can't be used: {item}")
        self.item = item


class ReaderFault(IdReaderError):
    """The reader answers and its security module won't work: absent, broken, or not authorised (`status`)."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the ID card reader is out of order: {_words(status)}")
        self.status = status


class ReaderSilent(IdReaderError):
    """The port is there and nobody answers: no power, wrong speed, or another device."""

    def __init__(self) -> None:
        super().__init__("the ID card reader does not answer")


class ReaderNoisy(IdReaderError):
    """What arrives is damaged again and again, on either side: a bad cable, wrong speed, or interference."""

    def __init__(self) -> None:
        super().__init__("the line to the ID card reader is too noisy")


class ReaderGone(IdReaderError):
    """The port vanished, or isn't there."""

    def __init__(self) -> None:
        super().__init__("the ID card reader's port isn't there")


def _words(status: int) -> str:
    try:
        return f"{status:02X}, {Status(status).name.lower().replace('_', ' ')}"
    except ValueError:
        return f"{status:02X}"
