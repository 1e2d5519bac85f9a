"""A technician's card as a pure model: PIV (NIST SP 800-73-4, part 2) with a key in 9A, and the virtual authority.

The authority's key is written here for everybody to see: it lets people in at virtual machines only. The PIN is kept as
a salted hash, as on the virtual social security cards.
"""

import datetime
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa, utils
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import NameOID

from simulator.card_reader.card import NoPower

APPLICATION = bytes.fromhex("A000000308000010000100")
AUTHORITY_KEY = ec.derive_private_key(0x5649525455414C20415554484F52495459, ec.SECP256R1())
_CENTRE_SEED = b"virtual operations centre's key."
_AUTHORITY = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "virtual technicians")])
_TRIES = 3


@dataclass(frozen=True, kw_only=True)
class TechnicianProfile:
    """What a technician's card is made with.

    Attributes:
        who: The certificate's common name.
        roles: Its organizational units.
        first_day: From when, in days from the day on which it is made.
        days: For how long.
        key: Of 9A: `P-256` or `RSA-2048`.
        foreign: Signed by another authority.
        copied: The certificate is another card's: this one's key doesn't fit it.
    """

    who: str
    roles: tuple[str, ...] = ("technician",)
    first_day: int = -1
    days: int = 60
    key: str = "P-256"
    foreign: bool = False
    copied: bool = False
    behaviour: str = "answers"
    historical: bytes = b"\x80virtual-PIV"


class TechnicianCard:
    """One card, with the same face as `SocialSecurityCard`.

    Args:
        profile: What it is made with.
        pin: 6 to 8 digits.
        memory: What an earlier life of it remembers; None: it is made anew.
    """

    def __init__(self, profile: TechnicianProfile, pin: str, memory: Mapping[str, Any] | None = None) -> None:
        self.profile = profile
        if memory is None:
            self._salt = secrets.token_bytes(16)
            self._pin_hash = self._hash(pin.encode().ljust(8, b"\xff"))
            self.tries_left = _TRIES
            self._key = _new_key(profile.key)
            self._certificate = _certificate(profile, _new_key(profile.key) if profile.copied else self._key)
        else:
            self._salt, self._pin_hash = bytes.fromhex(memory["salt"]), bytes.fromhex(memory["pin_hash"])
            self.tries_left = memory["tries_left"]
            key = serialization.load_der_private_key(bytes.fromhex(memory["key"]), None)
            assert isinstance(key, (ec.EllipticCurvePrivateKey, rsa.RSAPrivateKey))
            self._key = key
            self._certificate = bytes.fromhex(memory["certificate"])
        self.power_off()

    blocked_for_good = False
    """Nothing does that to a card of this kind."""

    def to_dict(self) -> dict[str, Any]:
        """What the card remembers without power, fit for JSON."""
        return {
            "tries_left": self.tries_left,
            "pin_hash": self._pin_hash.hex(),
            "salt": self._salt.hex(),
            "key": self._key.private_bytes(
                serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            ).hex(),
            "certificate": self._certificate.hex(),
        }

    @classmethod
    def from_dict(cls, profile: TechnicianProfile, memory: Mapping[str, Any]) -> Self:
        """The card that `to_dict` was taken of, without power."""
        return cls(profile, "", memory)

    def _hash(self, pin: bytes) -> bytes:
        return hashlib.sha256(self._salt + pin).digest()

    def power_off(self) -> None:
        """Forget what lives only under power."""
        self._powered = self._selected = self._verified = False
        self._waiting = self._gathered = b""

    def power_on(self) -> bytes:
        """The answer to reset."""
        self.power_off()
        self._powered = True
        historical = self.profile.historical
        return bytes([0x3B, 0x60 | len(historical), 0x00, 0x00]) + historical

    def respond(self, apdu: bytes) -> bytes:
        """The answer to one command, status word included.

        Raises:
            NoPower: Nobody powered it up.
        """
        if not self._powered:
            raise NoPower
        if len(apdu) < 4:
            return b"\x67\x00"
        cla, ins, p1, p2 = apdu[:4]
        data = apdu[5 : 5 + apdu[4]] if len(apdu) > 5 else b""
        waiting, self._waiting = self._waiting, b""
        match cla, ins:
            case 0x00, 0xC0:
                return self._give(waiting) if waiting else b"\x69\x85"
            case 0x00, 0xA4:
                self._selected = p1 == 0x04 and bool(data) and APPLICATION.startswith(data)
                return self._give(b"\x61\x02\x4f\x00") if self._selected else b"\x6a\x82"
        if not self._selected:
            return b"\x6d\x00"
        match cla, ins:
            case 0x00, 0xCB if (p1, p2) == (0x3F, 0xFF):
                return self._get_data(data)
            case 0x00, 0x20 if p2 == 0x80:
                return self._verify(data)
            case 0x10, 0x87 if p2 == 0x9A:
                self._gathered += data
                return b"\x90\x00"
            case 0x00, 0x87 if p2 == 0x9A:
                whole, self._gathered = self._gathered + data, b""
                return self._authenticate(p1, whole)
        return b"\x6d\x00" if cla in (0x00, 0x10) else b"\x6e\x00"

    def _give(self, answer: bytes) -> bytes:
        """At most 255 bytes at once; what is left is announced (61xx)."""
        now, self._waiting = answer[:255], answer[255:]
        return now + (bytes([0x61, min(len(self._waiting), 255)]) if self._waiting else b"\x90\x00")

    def _get_data(self, data: bytes) -> bytes:
        if data != bytes.fromhex("5C035FC105"):
            return b"\x6a\x82"
        inner = _tlv(0x70, self._certificate) + _tlv(0x71, b"\x00") + _tlv(0xFE, b"")
        return self._give(_tlv(0x53, inner))

    def _verify(self, data: bytes) -> bytes:
        if not data:
            return b"\x90\x00" if self._verified else self._counter()
        if len(data) != 8:
            return b"\x6a\x80"
        if self.tries_left == 0:
            return b"\x69\x83"
        self.tries_left -= 1
        self._verified = secrets.compare_digest(self._hash(data), self._pin_hash)
        if not self._verified:
            return self._counter()
        self.tries_left = _TRIES
        return b"\x90\x00"

    def _counter(self) -> bytes:
        return bytes([0x63, 0xC0 | self.tries_left]) if self.tries_left else b"\x69\x83"

    def _authenticate(self, algorithm: int, data: bytes) -> bytes:
        if not self._verified:
            return b"\x69\x82"
        rsa_key = isinstance(self._key, rsa.RSAPrivateKey)
        head = _tlv(0x82, b"") + bytes([0x81])
        at = data.find(head)
        if algorithm != (0x07 if rsa_key else 0x11) or data[:1] != b"\x7c" or at < 0:
            return b"\x6a\x80"
        block = data[-(256 if rsa_key else 32) :]
        if isinstance(self._key, rsa.RSAPrivateKey):
            numbers = self._key.private_numbers()
            signature = pow(int.from_bytes(block), numbers.d, numbers.public_numbers.n).to_bytes(256)
        else:
            signature = self._key.sign(block, ec.ECDSA(utils.Prehashed(hashes.SHA256())))
        return self._give(_tlv(0x7C, _tlv(0x82, signature)))


def authority_pem() -> bytes:
    """The virtual authority's own certificate, as a kiosk is given it."""
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(_AUTHORITY)
        .issuer_name(_AUTHORITY)
        .public_key(AUTHORITY_KEY.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=365))
        .not_valid_after(now + datetime.timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(AUTHORITY_KEY, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.PEM)


def centre_key() -> Ed25519PrivateKey:
    """The virtual operations centre's key."""
    return Ed25519PrivateKey.from_private_bytes(_CENTRE_SEED)


def centre_pem() -> bytes:
    """Its public half, as a kiosk is given it."""
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return centre_key().public_key().public_bytes(serialization.Encoding.PEM, form)


def _certificate(profile: TechnicianProfile, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    first = datetime.datetime.now(datetime.UTC).replace(microsecond=0) + datetime.timedelta(days=profile.first_day)
    units = [x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, role) for role in profile.roles]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, profile.who), *units]))
        .issuer_name(_AUTHORITY)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(first)
        .not_valid_after(first + datetime.timedelta(days=profile.days))
        .sign(ec.generate_private_key(ec.SECP256R1()) if profile.foreign else AUTHORITY_KEY, hashes.SHA256())
    )
    return certificate.public_bytes(serialization.Encoding.DER)


def _new_key(kind: str) -> ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey:
    if kind == "RSA-2048":
        return rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return ec.generate_private_key(ec.SECP256R1())


def _tlv(tag: int, value: bytes) -> bytes:
    length = len(value)
    if length < 0x80:
        return bytes([tag, length]) + value
    return bytes([tag, 0x82]) + length.to_bytes(2) + value
