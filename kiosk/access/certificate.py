"""A technician's certificate (RFC 5280): whose it is, and what they may do.

The bureau's authority signs it, for 60 days at most: nobody has to withdraw it. The common name is who it is, for the
journal; each organizational unit that is a role's name gives that role.
"""

import datetime
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID

from drivers.card_reader.piv import Algorithm
from kiosk.access.errors import AccessRefused
from kiosk.console.roles import Role
from kiosk.text import T

MOST_DAYS = 60
CHALLENGE_BYTES = 32
_DIGEST_INFO_SHA256 = bytes.fromhex("3031300d060960864801650304020105000420")
"""RFC 8017, 9.2, note 1."""


@dataclass(frozen=True, slots=True)
class Technician:
    """Who a certificate is of. Not yet proven: that takes the card's key."""

    who: str
    roles: frozenset[Role]
    not_before: datetime.datetime
    not_after: datetime.datetime
    certificate: x509.Certificate

    @property
    def algorithm(self) -> Algorithm:
        """Of the card's key."""
        return Algorithm.P_256 if isinstance(self._key, ec.EllipticCurvePublicKey) else Algorithm.RSA_2048

    def block(self, challenge: bytes) -> bytes:
        """What the card's key works on, so that the signature is one of `challenge`."""
        digest = hashes.Hash(hashes.SHA256())
        digest.update(challenge)
        value = digest.finalize()
        if self.algorithm is Algorithm.P_256:
            return value
        tail = b"\x00" + _DIGEST_INFO_SHA256 + value  # EMSA-PKCS1-v1_5.
        return b"\x00\x01".ljust(256 - len(tail), b"\xff") + tail

    def proves(self, challenge: bytes, signature: bytes) -> bool:
        """Whether `signature` is one of `challenge` by the key of this certificate."""
        key = self._key
        try:
            if isinstance(key, ec.EllipticCurvePublicKey):
                key.verify(signature, challenge, ec.ECDSA(hashes.SHA256()))
            else:
                key.verify(signature, challenge, padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            return False
        return True

    @property
    def _key(self) -> ec.EllipticCurvePublicKey | rsa.RSAPublicKey:
        key = self.certificate.public_key()
        assert isinstance(key, (ec.EllipticCurvePublicKey, rsa.RSAPublicKey)), "read_certificate saw to it"
        return key


def read_certificate(der: bytes, authority: x509.Certificate) -> Technician:
    """Who the certificate names, once it is seen to be the authority's. Its dates are judged elsewhere.

    Args:
        der: As the card gave it.
        authority: Whose signature it must bear.

    Raises:
        AccessRefused: It can't be read, is of another authority, good for too long, names no role, or has a key of a
            kind that isn't used here.
    """
    try:
        certificate = x509.load_der_x509_certificate(der)
        certificate.verify_directly_issued_by(authority)
        names = [str(name.value) for name in certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
        units = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)
        roles = frozenset(Role(unit.value) for unit in units if unit.value in set(Role))
        key = certificate.public_key()
    except (InvalidSignature, TypeError):
        raise AccessRefused("access.foreign_card", T("这张卡不是本单位的维护卡")) from None
    except (ValueError, UnsupportedAlgorithm):
        raise AccessRefused("access.unreadable_card", T("这张卡里的证书读不懂")) from None
    usable = (isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)) or (
        isinstance(key, rsa.RSAPublicKey) and key.key_size == 2048
    )
    if not usable:
        raise AccessRefused("access.unreadable_card", T("这张卡里的证书读不懂"))
    if len(names) != 1 or not roles:
        raise AccessRefused("access.no_role", T("这张卡没有写明身份"))
    not_before, not_after = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if not_after - not_before > datetime.timedelta(days=MOST_DAYS):
        raise AccessRefused("access.long_certificate", T("这张卡的证书期限太长，不能用"))
    return Technician(names[0], roles, not_before, not_after, certificate)


def load_authority(pem: bytes) -> x509.Certificate:
    """The certificate of the technicians' authority.

    Raises:
        ValueError: It isn't one that may sign certificates.
    """
    authority = x509.load_pem_x509_certificate(pem)
    try:
        constraints = authority.extensions.get_extension_for_class(x509.BasicConstraints)
    except (x509.ExtensionNotFound, x509.DuplicateExtension):
        raise ValueError("not an authority's certificate") from None
    if not constraints.value.ca:
        raise ValueError("not an authority's certificate")
    return authority
