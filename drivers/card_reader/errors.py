"""What can go wrong between kiosk and card. Each error says whether the outcome is known (`outcome`)."""

from drivers.errors import DeviceError, Outcome


class CardReaderError(DeviceError):
    """Base of everything here."""

    status_word: str | None = None
    """What the card answered, as four hex digits; None: nothing, or nothing that tells more."""
    tries_left: int | None = None
    """Wrong PINs that the card still takes, where the answer tells."""


# The reader.


class ServiceDown(CardReaderError):
    """The PC/SC service is away; the reader comes back with it."""


class ReaderLost(CardReaderError):
    """The reader isn't there: unplugged, without power, or never installed."""


class CardInUse(CardReaderError):
    """Another program holds the card."""


# The card and its contacts.


class CardGone(CardReaderError):
    """The card left, or another took its place. Unknown for a command that counts or changes: never send it again."""


class CardMute(CardReaderError):
    """A card is in and doesn't answer: upside down, dirty or broken."""


class CardHung(CardReaderError):
    """A command got no answer in time; the reader is busy with it until the card is taken out."""


class CardWasReset(CardReaderError):
    """The card was reset under us and forgot what was selected and verified. The command never reached it."""

    def __init__(self) -> None:
        super().__init__("the card was reset", outcome=Outcome.NOT_DONE)


class CardAnsweredNonsense(CardReaderError):
    """The answer is no answer: cut short, or of a form that the command can't have."""


# What the card says.


class CardRefused(CardReaderError):
    """A status word that nothing more particular is known of."""

    def __init__(self, status_word: str, *, outcome: Outcome = Outcome.NOT_DONE) -> None:
        super().__init__(f"the card answered {status_word}", outcome=outcome)
        self.status_word = status_word


class NotASocialCard(CardReaderError):
    """The card answers, and has no social application."""

    def __init__(self) -> None:
        super().__init__("the card has no social application", outcome=Outcome.NOT_DONE)


class NotATechnicianCard(CardReaderError):
    """The card has no PIV application, or no certificate in it."""

    def __init__(self) -> None:
        super().__init__("the card is no technician's", outcome=Outcome.NOT_DONE)


class ApplicationBlocked(CardReaderError):
    """9303: the social application is blocked for good; only a new card helps."""

    def __init__(self) -> None:
        super().__init__("the social application is blocked for good", outcome=Outcome.NOT_DONE)


class HolderFileClosed(CardReaderError):
    """EF06 opens only to the bureau's key (third-generation cards): take its facts from the central record."""

    def __init__(self) -> None:
        super().__init__("the holder's file is closed", outcome=Outcome.NOT_DONE)


class WrongPin(CardReaderError):
    """The PIN was wrong, and a try was spent.

    Args:
        tries_left: What remains; at least 1.
    """

    def __init__(self, tries_left: int) -> None:
        super().__init__(f"wrong PIN, {tries_left} tries left", outcome=Outcome.NOT_DONE)
        self.tries_left: int = tries_left
        self.status_word = f"63C{tries_left:X}"


class PinBlocked(CardReaderError):
    """No try is left, be it since just now or before."""

    status_word = "6983"
    tries_left = 0

    def __init__(self) -> None:
        super().__init__("the PIN is blocked", outcome=Outcome.NOT_DONE)


class PinNotAccepted(CardReaderError):
    """The card refuses a PIN of this form; no try was spent."""

    def __init__(self, status_word: str) -> None:
        super().__init__(f"the card doesn't accept such a PIN ({status_word})", outcome=Outcome.NOT_DONE)
        self.status_word = status_word


# The issuer's authority.


class IssuerRefused(CardReaderError):
    """EXTERNAL AUTHENTICATE failed, so nothing that needs the issuer can follow. Never sent again with the same data.

    63Cx: the proof is wrong, and a try of the key was spent; 6983: none is left, the key is blocked for good; 6A88:
    the card has no such key; 6984: there was no fresh challenge.
    """

    def __init__(self, status_word: str, *, key_tries_left: int | None, outcome: Outcome) -> None:
        super().__init__(f"the card refuses the issuer's proof ({status_word})", outcome=outcome)
        self.status_word = status_word
        self.key_tries_left = key_tries_left
        """Wrong proofs that the card still takes, where the answer tells; has nothing to do with the PIN's tries."""


class SecuredCommandRefused(CardReaderError):
    """UNBLOCK or RESET was refused and changed nothing.

    6982: the issuer wasn't authenticated just before; 6984: no fresh challenge; 6985: the key is blocked; 6988: the
    MAC is wrong, and a try of the key was spent.
    """

    def __init__(self, status_word: str) -> None:
        super().__init__(f"the card refuses the secured command ({status_word})", outcome=Outcome.NOT_DONE)
        self.status_word = status_word


# Typing the PIN on the reader (PC/SC part 10).


class EntryError(CardReaderError):
    """No PIN reached the card."""

    def __init__(self, what: str) -> None:
        super().__init__(what, outcome=Outcome.NOT_DONE)


class EntryUnsupported(EntryError):
    """The reader has no keys, or doesn't do what was asked of them."""


class EntryCancelled(EntryError):
    """The citizen pressed cancel on the reader."""


class EntryTimedOut(EntryError):
    """Nothing was typed for too long."""


class EntryMismatch(EntryError):
    """The two entries of the new PIN differ."""


class EntryLength(EntryError):
    """Too few or too many digits."""
