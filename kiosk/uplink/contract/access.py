"""Who may be at a machine's console, and the word by which the operations centre lets somebody in there.

A machine whose clock may be wrong can't judge a technician's certificate by its dates. It shows a nonce; the operations
centre signs nonce, machine and role with its key (Ed25519, RFC 8032), and the code comes back over the camera.
"""

import base64
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # The roles are asked for where nothing is signed.
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

NONCE = r"^[A-Z2-7]{16}$"
"""80 random bits in Base32 (RFC 4648, section 6)."""
GRANT_PREFIX = "KG1"


class Role(StrEnum):
    """What somebody is to a machine. One person may be several."""

    OPERATOR = "operator"
    """Looks after the hall: paper, out of service and back."""
    TECHNICIAN = "technician"
    """Repairs: tests every device and the network, reads the log, takes diagnostics away, starts it again."""
    ENGINEER = "engineer"
    """As a technician, and changes settings."""
    AUDITOR = "auditor"
    """Reads everything that is kept, and changes nothing."""


def grant_message(nonce: str, machine: str, role: str) -> bytes:
    """What the operations centre signs."""
    return "\n".join(("kiosk access", nonce, machine, role)).encode()


def sign_grant(centre: "Ed25519PrivateKey", nonce: str, machine: str, role: str) -> str:
    """The code that lets somebody in: the prefix, a full stop, the signature in URL-safe Base64 without padding."""
    signature = centre.sign(grant_message(nonce, machine, role))
    return f"{GRANT_PREFIX}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"
