"""Letting somebody in whose certificate's dates can't be judged, since this machine's clock may be wrong.

The kiosk shows a nonce; the operations centre signs nonce, machine and role with its key (Ed25519, RFC 8032), and the
code comes back over the camera or the keyboard. A nonce is good once, for this boot and for some minutes.
"""

import base64
import binascii
import secrets
from collections.abc import Callable

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.access.errors import AccessRefused
from kiosk.console.roles import Role
from kiosk.text import T
from kiosk.uplink.contract.access import GRANT_PREFIX, grant_message

NONCE_SECONDS = 900.0
_NONCE_BYTES = 10


class Grants:
    """The nonces that this boot has given out.

    Args:
        centre: The operations centre's key.
        machine: This machine's name in the fleet.
        monotonic: Seconds since whenever; no wall clock.
    """

    def __init__(self, centre: Ed25519PublicKey, machine: str, monotonic: Callable[[], float]) -> None:
        self._centre = centre
        self._machine = machine
        self._monotonic = monotonic
        self._nonce: str | None = None
        self._given_at = 0.0

    def nonce(self) -> str:
        """A fresh one, 16 letters and digits; one that was given before is good no more."""
        self._nonce = base64.b32encode(secrets.token_bytes(_NONCE_BYTES)).decode()
        self._given_at = self._monotonic()
        return self._nonce

    def redeem(self, code: str, role: Role) -> None:
        """See that the operations centre lets somebody in as `role` for the nonce that was last given. Good once.

        Raises:
            AccessRefused: It doesn't, or the nonce is too old.
        """
        nonce, self._nonce = self._nonce, None
        if nonce is None or self._monotonic() - self._given_at > NONCE_SECONDS:
            raise AccessRefused("access.grant_late", T("这个码过时了，请重新要一个"))
        try:
            prefix, signature = code.strip().split(".")
            if prefix != GRANT_PREFIX:
                raise ValueError("another kind of code")
            self._centre.verify(base64.urlsafe_b64decode(signature + "=="), grant_message(nonce, self._machine, role))
        except (ValueError, binascii.Error, InvalidSignature):
            raise AccessRefused("access.grant_wrong", T("这个码不对")) from None
