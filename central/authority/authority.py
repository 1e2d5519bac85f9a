"""What the issuer does for one operation on one card. Knows nothing of operations: who may ask is judged before."""

import hmac
from typing import final

from central.authority import messaging
from central.authority.entered_pin import KeySerialNumber, open_block, wipe
from central.authority.errors import PinBlockRefused, PinsDiffer, PinTooWeak
from central.authority.keys import CardKeys, Keys, SessionKey
from central.authority.weakness import PinRules, weakness_of
from kiosk.uplink.contract import EncipheredPin

_CHALLENGE_BYTES = 8


@final
class Authority:
    """Speaks for the issuer.

    Every method raises `AlgorithmUnavailable` and `AuthorityUnavailable` as `Keys` does, and gives the same bytes for
    the same arguments. A challenge is eight bytes, as GET CHALLENGE gave them.

    Args:
        keys: Who holds the keys.
    """

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def prove(self, card: CardKeys, challenge: bytes, *, random: bytes) -> bytes:
        """The data of EXTERNAL AUTHENTICATE with the PUK: eight bytes of proof, then `random`.

        Args:
            card: The card that is to be convinced.
            challenge: Its own.
            random: Eight bytes, fresh for each challenge; a repeat brings those of before.
        """
        _check(challenge)
        _check(random)
        with self._keys.card_session(card, challenge) as session:
            enciphered = session.encipher(bytearray(messaging.one_block(card.algorithm, random)))
        return messaging.proof(card.algorithm, enciphered) + random

    def unblock(self, card: CardKeys, challenge: bytes) -> bytes:
        """The data of UNBLOCK: its MAC."""
        _check(challenge)
        with self._keys.card_session(card, challenge) as session:
            return _secured(card, session, messaging.UNBLOCK, b"")

    def reset(
        self,
        card: CardKeys,
        challenge: bytes,
        pin: EncipheredPin,
        pin_again: EncipheredPin,
        *,
        last_counter: int,
        rules: PinRules,
    ) -> bytes:
        """The data of RESET: the new PIN, enciphered for the card, and the MAC.

        Args:
            card: The card that gets the new PIN.
            challenge: Its own.
            pin: The first entry, as the pad enciphered it.
            pin_again: The second.
            last_counter: The highest counter that this pad (`KeySerialNumber.pad`) is remembered to have used, 0 for
                none. Whatever comes of this, `pin_again`'s is the one to remember; a repeat of a request brings the
                same as the first time.
            rules: What the PIN is measured by.

        Raises:
            PinBlockRefused: A block can't be opened, or a key was used before.
            PinsDiffer: The two entries differ.
            PinTooWeak: It is too easily guessed.
        """
        _check(challenge)
        digits = self._chosen_pin(pin, pin_again, last_counter)
        try:
            weakness = weakness_of(digits, rules)
            if weakness is not None:
                raise PinTooWeak(weakness)
            with self._keys.card_session(card, challenge) as session:
                data = messaging.pin_data(card.algorithm, digits)
                return _secured(card, session, messaging.RESET, session.encipher(data))
        finally:
            wipe(digits)

    def _chosen_pin(self, pin: EncipheredPin, pin_again: EncipheredPin, last_counter: int) -> bytearray:
        """The digits, if both entries have the same; the caller wipes them."""
        first, second = KeySerialNumber.parse(pin.key_serial_number), KeySerialNumber.parse(pin_again.key_serial_number)
        if first.pad != second.pad:
            raise PinBlockRefused("the two entries come from different pads")
        if not (first.usable and second.usable):
            raise PinBlockRefused("no pad uses such a key serial number")
        if not last_counter < first.counter < second.counter:
            raise PinBlockRefused("the key serial number was used before")
        initial_key = self._keys.pad_key(bytes.fromhex(first.pad))
        digits = open_block(initial_key, pin)
        try:
            again = open_block(initial_key, pin_again)
            try:
                if not hmac.compare_digest(digits, again):
                    raise PinsDiffer
            finally:
                wipe(again)
        except BaseException:
            wipe(digits)
            raise
        return digits


def _secured(card: CardKeys, session: SessionKey, header: bytes, enciphered: bytes) -> bytes:
    last = session.chain(messaging.mac_input(card.algorithm, header, enciphered))
    return enciphered + messaging.mac(card.algorithm, last)


def _check(eight: bytes) -> None:
    if len(eight) != _CHALLENGE_BYTES:
        raise ValueError("a challenge has eight bytes, and so has the random")
