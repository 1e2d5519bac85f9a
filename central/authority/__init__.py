"""The issuer's authority: what the bureau proves to its cards, and the new PINs that it alone may read.

`Authority` proves the issuer to a card and builds the secured commands UNBLOCK and RESET; `Keys` is what it needs of
whoever holds the keys, with two implementations: `SoftwareKeys`, a file of mode 0600, and `TokenKeys`, a PKCS#11 token.

Which part runs where:

- The PUK's master key for 3DES: in the token, which derives card keys and session keys, enciphers and chains the MAC.
  None of these keys has a value outside it.
- The pads' base derivation key: in the token, which enciphers key serial numbers with it. What comes of that, one
  pad's initial key, the key of one entry and the PIN itself, is in this process while one request is answered: PKCS#11
  has no mechanism for DUKPT (a payment HSM does, by commands of its maker), and no token judges whether a PIN is weak.
- SM4 (GB/T 32907) is not in PKCS#11 and not in SoftHSM. A token alone refuses SM4 cards (`AlgorithmUnavailable`);
  beside a token, `SoftwareKeys` that hold the SM4 master key may serve them.

The formulas are those of the social security card specification; where it leaves the form to the bureau, `messaging`
says which is taken. Everything gives the same bytes for the same input, so a repeat is answered by reckoning anew.
"""

from central.authority.authority import Authority
from central.authority.entered_pin import KeySerialNumber
from central.authority.errors import (
    AlgorithmUnavailable,
    AuthorityError,
    AuthorityUnavailable,
    KeysRefused,
    PinBlockRefused,
    PinsDiffer,
    PinTooWeak,
)
from central.authority.keys import Algorithm, CardKeys, Keys
from central.authority.software import SoftwareKeys
from central.authority.weakness import PinRules, Weakness

__all__ = [
    "Algorithm",
    "AlgorithmUnavailable",
    "Authority",
    "AuthorityError",
    "AuthorityUnavailable",
    "CardKeys",
    "KeySerialNumber",
    "Keys",
    "KeysRefused",
    "PinBlockRefused",
    "PinRules",
    "PinTooWeak",
    "PinsDiffer",
    "SoftwareKeys",
    "Weakness",
]
