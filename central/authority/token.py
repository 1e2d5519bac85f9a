"""The 3DES keys in a PKCS#11 token: SoftHSM2 or a real HSM. Their values never leave it.

By PKCS#11 v2.40: card keys and session keys are derived in the token (CKM_DES3_ECB_ENCRYPT_DATA) as session objects
that can't be extracted, used there (CKM_DES3_ECB, CKM_DES3_CBC), and destroyed. What the token can't do is written at
the package.
"""

import ctypes
import secrets
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import Any, final

import pkcs11
from pkcs11 import Attribute, KeyType, Mechanism, MechanismFlag, ObjectClass
from pkcs11.constants import DEFAULT

from central.authority import messaging
from central.authority.entered_pin import wipe
from central.authority.errors import AlgorithmUnavailable, AuthorityUnavailable, KeysRefused
from central.authority.keys import CardKeys, Keys, SessionKey
from central.authority.software import SoftwareKeys, base_key_variant, read_private

PUK, BASE_KEY, BASE_KEY_VARIANT = "puk-3des", "bdk", "bdk-variant"
"""Labels of the three keys, each of type DES2. A token can't XOR two keys, so the variant of the base key that the
right half of an initial key is made under (X9.24-1:2009, A.6) lies in it as a key of its own."""
_Key = Any
"""A key in the token; the library's types don't say what each can do."""
_NO_OTHER_USE = dict.fromkeys(
    (Attribute.DECRYPT, Attribute.WRAP, Attribute.UNWRAP, Attribute.SIGN, Attribute.VERIFY), False
)
_HIDDEN = {Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False, Attribute.PRIVATE: True}


@final
class TokenKeys:
    """See `Keys`. One request at a time: a PKCS#11 session does no two things at once.

    Args:
        module: The PKCS#11 library of the token.
        label: The token's.
        user_pin_file: Holds the PIN of the token's user, in one line (mode 0600 or 0400).
        sm4: Serves SM4 cards; None: those are refused.

    Raises:
        KeysRefused: The token can't be opened, or lacks a key.
    """

    def __init__(self, module: Path, label: str, user_pin_file: Path, *, sm4: Keys | None = None) -> None:
        self._module = module
        self._label = label
        self._user_pin_file = user_pin_file
        self._sm4 = sm4
        self._lock = Lock()
        self._session: pkcs11.Session | None = _open(module, label, user_pin_file)
        for name in (PUK, BASE_KEY, BASE_KEY_VARIANT):
            _find(self._session, name)

    def __repr__(self) -> str:
        return f"TokenKeys({self._label})"

    @contextmanager
    def card_session(self, card: CardKeys, challenge: bytes) -> Iterator[SessionKey]:
        """See `Keys`."""
        if card.algorithm == "SM4":
            if self._sm4 is None:
                raise AlgorithmUnavailable("no PUK for SM4 cards")
            with self._sm4.card_session(card, challenge) as key:
                yield key
            return
        with self._use() as session:
            master = _find(session, PUK)
            factor = messaging.diversification(card.factor)
            with (
                _derived(master, KeyType.DES2, factor, MechanismFlag.DERIVE) as own,
                # Eight bytes of DES are written out to three equal keys: single DES is not in every token any more.
                _derived(own, KeyType.DES3, 3 * challenge, MechanismFlag.ENCRYPT) as key,
            ):
                yield _TokenKey(key)

    def pad_key(self, serial: bytes) -> bytes:
        """See `Keys`."""
        with self._use() as session:
            halves = (_find(session, label) for label in (BASE_KEY, BASE_KEY_VARIANT))
            return b"".join(half.encrypt(serial[:8], mechanism=Mechanism.DES3_ECB) for half in halves)

    def close(self) -> None:
        """Log out; the next request logs in again."""
        with self._lock:
            self._close()

    def _close(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            with suppress(pkcs11.PKCS11Error):  # Of a token that failed, nothing more can be asked.
                session.close()

    @contextmanager
    def _use(self) -> Iterator[pkcs11.Session]:
        """The session with the token; one that failed is given up, so that the next opens anew."""
        with self._lock:
            try:
                if self._session is None:
                    self._session = _open(self._module, self._label, self._user_pin_file)
                yield self._session
            except (pkcs11.PKCS11Error, KeysRefused) as error:
                self._close()
                raise AuthorityUnavailable(f"the token {self._label} failed ({type(error).__name__})") from None


@final
class _TokenKey:
    """See `SessionKey`."""

    def __init__(self, key: _Key) -> None:
        self._key = key

    def encipher(self, blocks: bytearray) -> bytes:
        # The library takes immutable bytes alone, and one block of what is enciphered is a PIN. So it goes in as two
        # halves of which each is random: a mask, and the block under the mask as the initial vector; CBC joins them.
        out = b""
        try:
            for at in range(0, len(blocks), 8):
                mask = secrets.token_bytes(8)
                vector = bytes(blocks[at + i] ^ mask[i] for i in range(8))
                out += self._key.encrypt(mask, mechanism=Mechanism.DES3_CBC, mechanism_param=vector)
        finally:
            wipe(blocks)
        return out

    def chain(self, blocks: bytes) -> bytes:
        chained: bytes = self._key.encrypt(blocks, mechanism=Mechanism.DES3_CBC, mechanism_param=bytes(8))
        return chained[-8:]


def put_keys(module: Path, label: str, user_pin_file: Path, keys: SoftwareKeys) -> None:
    """Put the 3DES keys into a token, from where nobody gets them out: for a bench; an HSM has a ceremony for it.

    Raises:
        KeysRefused: The token can't be opened, there is no 3DES key to put, or the token has one already.
    """
    if "3DES" not in keys.puk:
        raise KeysRefused("there is no puk_3des to put into the token")
    uses = {
        PUK: (keys.puk["3DES"], {Attribute.DERIVE: True, Attribute.ENCRYPT: False}),
        BASE_KEY: (keys.base_key, {Attribute.DERIVE: False, Attribute.ENCRYPT: True}),
        BASE_KEY_VARIANT: (base_key_variant(keys.base_key), {Attribute.DERIVE: False, Attribute.ENCRYPT: True}),
    }
    try:
        with _open(module, label, user_pin_file, writable=True) as session:
            if any(list(session.get_objects({Attribute.LABEL: name})) for name in uses):
                raise KeysRefused(f"the token {label} has such keys already")
            for name, (value, use) in uses.items():
                kind = {Attribute.CLASS: ObjectClass.SECRET_KEY, Attribute.KEY_TYPE: KeyType.DES2}
                what = {Attribute.LABEL: name, Attribute.VALUE: value, Attribute.TOKEN: True}
                session.create_object({**kind, **what, **_HIDDEN, **_NO_OTHER_USE, **use})
    except pkcs11.PKCS11Error as error:
        raise KeysRefused(f"the token {label} takes no keys ({type(error).__name__})") from None


def _open(module: Path, label: str, user_pin_file: Path, *, writable: bool = False) -> pkcs11.Session:
    user_pin = read_private(user_pin_file).strip()
    try:
        return pkcs11.lib(str(module)).get_token(token_label=label).open(rw=writable, user_pin=user_pin)
    except (pkcs11.NoSuchToken, pkcs11.PinIncorrect, pkcs11.PinLocked, RuntimeError) as error:
        raise KeysRefused(f"the token {label} can't be opened ({type(error).__name__})") from None


def _find(session: pkcs11.Session, label: str) -> _Key:
    try:
        return session.get_key(object_class=ObjectClass.SECRET_KEY, key_type=KeyType.DES2, label=label)
    except (pkcs11.NoSuchKey, pkcs11.MultipleObjectsReturned):
        raise KeysRefused(f"the token has no key {label}, or several") from None


@contextmanager
def _derived(base: _Key, kind: KeyType, data: bytes, use: MechanismFlag) -> Iterator[_Key]:
    """A key that is `data` enciphered under `base`, in the token; it is gone when the context ends."""
    text = ctypes.create_string_buffer(data, len(data))
    parameter = struct.pack("@PN", ctypes.addressof(text), len(data))  # CK_KEY_DERIVATION_STRING_DATA.
    key = base.derive_key(
        kind,
        8 * len(data),
        capabilities=use,
        mechanism=Mechanism.DES3_ECB_ENCRYPT_DATA,
        mechanism_param=parameter,
        # DES keys have no length to choose, and SoftHSM refuses to be told one.
        template={**_HIDDEN, Attribute.VALUE_LEN: DEFAULT},
    )
    try:
        yield key
    finally:
        key.destroy()
