"""The issuer of the virtual cards, and a pad of its fleet: keys that the two ends of a test share."""

import pydukpt

from central.authority import CardKeys, SoftwareKeys
from kiosk.uplink.contract import EncipheredPin
from simulator.card_reader.card import KEY_PUK, SOCIAL_APPLICATION, TEST_MASTER_KEYS
from simulator.card_reader.personas import Persona, personas

BASE_KEY = bytes.fromhex("0123456789ABCDEFFEDCBA9876543210")
"""The base derivation key of X9.24-1:2009's own example."""
KSN = bytes.fromhex("FFFF9876543210E00000")
IPEK = pydukpt.derive_ipek(BASE_KEY, KSN)
"""The initial key of the pad with that serial number: what its far end and its key file hold."""


def software_keys() -> SoftwareKeys:
    """What the issuer of the virtual cards holds."""
    puk = TEST_MASTER_KEYS[KEY_PUK]
    return SoftwareKeys({"3DES": puk, "SM4": puk}, BASE_KEY)


def somebody(id: str) -> Persona:
    """One of the virtual people."""
    return next(persona for persona in personas() if persona.id == id)


def keys_of(persona: Persona) -> CardKeys:
    """What the keys of this person's card are derived by."""
    return CardKeys(persona.profile.algorithm, persona.profile.historical[5:13])


class Pad:
    """Enciphers as a pad of the fleet does, by a published library."""

    def __init__(self, base_key: bytes = BASE_KEY, ksn: bytes = KSN) -> None:
        self._ipek = pydukpt.derive_ipek(base_key, ksn)
        self.ksn = ksn

    def enter(self, digits: str, account: str = "400000123456") -> EncipheredPin:
        """Take a PIN; each entry has the next key."""
        self.ksn = pydukpt.next_ksn(self.ksn)
        key = pydukpt.derive_key(self._ipek, self.ksn)
        return EncipheredPin(
            key_serial_number=self.ksn.hex().upper(),
            block=pydukpt.encrypt_pin(key, digits, account).hex().upper(),
            account=account,
        )


class PoweredCard:
    """Somebody's virtual card with the social application selected, asked in hex."""

    def __init__(self, who: str) -> None:
        persona = somebody(who)
        self.keys = keys_of(persona)
        self.card = persona.make_card()
        self.card.power_on()
        self.ask("00A404000F" + SOCIAL_APPLICATION.hex())

    def ask(self, apdu: str, data: bytes = b"") -> str:
        """Send it, with `data` and its length behind it if there is any; the answer."""
        body = bytes([len(data)]) + data if data else b""
        return self.card.respond(bytes.fromhex(apdu) + body).hex().upper()

    def challenge(self) -> bytes:
        """A fresh one."""
        return bytes.fromhex(self.ask("0084000008")[:16])
