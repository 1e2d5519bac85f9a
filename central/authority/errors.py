"""Why the issuer's authority doesn't do what it was asked. No message ever holds a key, a PIN or a number."""

from central.authority.weakness import Weakness


class AuthorityError(Exception):
    """Base of everything here."""


class AlgorithmUnavailable(AuthorityError):
    """Whoever holds the keys has none for this card's algorithm."""


class AuthorityUnavailable(AuthorityError):
    """The token doesn't answer. Nothing was handed out; asking again may help."""


class KeysRefused(AuthorityError):
    """A key file or a token can't be used. The message names it and what was expected, never content."""


class PinBlockRefused(AuthorityError):
    """An enciphered PIN can't be opened, or the serial number of its key may not be used (again)."""


class PinsDiffer(AuthorityError):
    """The two entries of the new PIN differ."""

    def __init__(self) -> None:
        super().__init__("the two entries differ")


class PinTooWeak(AuthorityError):
    """The new PIN is too easily guessed."""

    def __init__(self, weakness: Weakness) -> None:
        super().__init__(f"the PIN is weak: {weakness.value}")
        self.weakness = weakness
