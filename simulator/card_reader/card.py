"""A social security card as a pure model: bytes in, bytes out, real counters, no I/O and no clock of its own.

After the social security card specification and ISO 7816-4. `84 1E` and `84 16` really block the model, so that a
driver able to send them would be found out. The PIN is kept as a salted hash: what the card remembers may be
written to a file, and no file of the bench shall show a PIN.
"""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Self

from simulator.card_reader import secure_messaging as sm

SOCIAL_APPLICATION = b"sx1.sh." + "社会保障".encode("gbk")
PAYMENT_ENVIRONMENT = b"1PAY.SYS.DDF01"
KEY_PUK, KEY_RKSSSE = 0x06, 0x0A
TEST_MASTER_KEYS = {KEY_PUK: b"virtual PUK key.", KEY_RKSSSE: b"virtual RKSSSE k"}
"""Of these virtual cards only: 16 bytes each, diversified by ATR bytes 6 to 13."""

_EF05, _EF06 = 0xEF05, 0xEF06


class NoAnswer(Exception):
    """The card hangs: it keeps silent until it is pulled."""


class NoPower(Exception):
    """The card was never powered up; a reader knows that, and doesn't wait for it."""


@dataclass(frozen=True, kw_only=True)
class CardProfile:
    """What a card is made with: everything about it that no command changes."""

    historical: bytes
    """T1 to TD of the answer to reset: 13 bytes."""
    protocol: Literal["T=0", "T=1"] = "T=0"
    algorithm: sm.Algorithm = "3DES"
    card_file: Mapping[int, bytes] = field(default_factory=dict)
    """EF05: value by tag."""
    holder_file: Mapping[int, bytes] = field(default_factory=dict)
    """EF06: value by tag."""
    holder_file_closed: bool = False
    """EF06 opens only after external authentication with RKSSSE (third generation)."""
    unreadable: frozenset[int] = frozenset()
    """Tags whose memory is worn: they answer 6581."""
    applications: tuple[bytes, ...] = (SOCIAL_APPLICATION, PAYMENT_ENVIRONMENT)
    select_file_p1: int = 0x02
    """Some cards want 00."""
    whole_file: bool = True
    """Whether READ RECORD gives all records at once."""
    counts_probe: bool = False
    """Whether an empty VERIFY costs a try: not in this family of cards, but in others."""
    tries: int = 6
    behaviour: Literal["answers", "mute", "hangs"] = "answers"


class SocialSecurityCard:
    """One card. Volatile state goes with the power; counters, PIN and blocks stay.

    Args:
        profile: What it is made with.
        pin: Six digits.
        tries_left: Fewer than the profile's when somebody erred before.
        random: Where challenges come from; a seeded test brings its own.
    """

    def __init__(
        self,
        profile: CardProfile,
        pin: str,
        *,
        tries_left: int | None = None,
        random: sm.Random = secrets.token_bytes,
    ) -> None:
        self.profile = profile
        self._random = random
        self._salt = random(16)
        self._pin_hash = self._hash(bytes.fromhex(pin))
        self.tries_left = profile.tries if tries_left is None else tries_left
        self._key_tries = {KEY_PUK: 6, KEY_RKSSSE: 6}
        self._application_blocked = False
        self._card_blocked = False
        factor = profile.historical[5:13]
        self._keys = {k: sm.diversify(profile.algorithm, m, factor) for k, m in TEST_MASTER_KEYS.items()}
        self.power_off()

    @property
    def blocked_for_good(self) -> bool:
        """Whether somebody sent it a command that nothing undoes."""
        return self._application_blocked or self._card_blocked

    # What lasts.

    def to_dict(self) -> dict[str, Any]:
        """What the card remembers without power, fit for JSON."""
        return {
            "tries_left": self.tries_left,
            "pin_hash": self._pin_hash.hex(),
            "salt": self._salt.hex(),
            "key_tries": {str(k): n for k, n in self._key_tries.items()},
            "application_blocked": self._application_blocked,
            "card_blocked": self._card_blocked,
        }

    @classmethod
    def from_dict(
        cls, profile: CardProfile, memory: Mapping[str, Any], *, random: sm.Random = secrets.token_bytes
    ) -> Self:
        """The card that `to_dict` was taken of, without power."""
        card = cls(profile, "000000", tries_left=memory["tries_left"], random=random)
        card._salt = bytes.fromhex(memory["salt"])
        card._pin_hash = bytes.fromhex(memory["pin_hash"])
        card._key_tries = {int(k): n for k, n in memory["key_tries"].items()}
        card._application_blocked = memory["application_blocked"]
        card._card_blocked = memory["card_blocked"]
        return card

    def _hash(self, pin: bytes) -> bytes:
        return hashlib.sha256(self._salt + pin).digest()

    # Power.

    def power_off(self) -> None:
        """Forget what lives only under power."""
        self._powered = False
        self._application: bytes | None = None
        self._file: int | None = None
        self._challenge: bytes | None = None
        self._opened: set[int] = set()
        self._waiting = b""

    def power_on(self) -> bytes:
        """The answer to reset; empty when there is none (mute, or upside down)."""
        self.power_off()
        if self.profile.behaviour == "mute":
            return b""
        self._powered = True
        historical = self.profile.historical
        if self.profile.protocol == "T=0":
            return bytes([0x3B, 0x60 | len(historical), 0x00, 0x00]) + historical
        body = bytes([0x80 | len(historical), 0x01]) + historical
        check = 0
        for byte in body:
            check ^= byte
        return b"\x3b" + body + bytes([check])

    # Commands.

    def respond(self, apdu: bytes) -> bytes:
        """The answer to one command, status word included.

        Raises:
            NoPower: Nobody powered it up.
            NoAnswer: The card hangs.
        """
        if not self._powered:
            raise NoPower
        if self.profile.behaviour == "hangs":
            raise NoAnswer
        if self._card_blocked:
            return b"\x6a\x81"
        if len(apdu) < 4:
            return b"\x67\x00"
        cla, ins, p1, p2 = apdu[:4]
        data, le = b"", None
        if len(apdu) == 5:
            le = apdu[4] or 256
        elif len(apdu) > 5:
            data, rest = apdu[5 : 5 + apdu[4]], apdu[5 + apdu[4] :]
            if len(data) != apdu[4] or not apdu[4] or len(rest) > 1:
                return b"\x67\x00"
            le = (rest[0] or 256) if rest else None
        waiting, self._waiting = self._waiting, b""
        match cla, ins:
            case 0x00, 0xC0:
                return self._give(waiting, le) if waiting else b"\x69\x85"
            case 0x00, 0xA4:
                return self._offer(self._select(p1, p2, data), le)
            case 0x84, 0x1E if self._application == SOCIAL_APPLICATION:
                self._application_blocked = True
                return b"\x90\x00"
            case 0x84, 0x16:
                self._card_blocked = True
                return b"\x90\x00"
        if self._application != SOCIAL_APPLICATION:
            return b"\x6d\x00"
        if self._application_blocked:
            return b"\x93\x03"
        match cla, ins:
            case 0x00, 0xB2:
                return self._give(self._read_record(p1, p2), le)
            case 0x00, 0x84:
                return self._get_challenge(le)
            case 0x00, 0x20:
                return self._verify(data)
            case 0x80, 0x5E:
                return self._change_pin(p1, data)
            case 0x84, 0x24:
                return self._unblock(bytes(apdu[:4]), p2, data)
            case 0x00, 0x82:
                return self._external_authenticate(p2, data)
            case 0x00, 0x88:
                return self._internal_authenticate(data)
        return b"\x6d\x00" if cla in (0x00, 0x80, 0x84) else b"\x6e\x00"

    def _offer(self, answer: bytes, le: int | None) -> bytes:
        """An answer of case 4: T=0 makes the reader fetch it."""
        if len(answer) == 2 or self.profile.protocol == "T=1":
            return answer
        self._waiting = answer
        return bytes([0x61, (len(answer) - 2) & 0xFF])

    def _give(self, answer: bytes, le: int | None) -> bytes:
        """An answer of case 2: a length that doesn't fit is told. 00 means all there is, but not under T=0."""
        length = len(answer) - 2
        fits = le == length or (le == 256 and self.profile.protocol == "T=1")
        return answer if length == 0 or fits else bytes([0x6C, length & 0xFF])

    def _select(self, p1: int, p2: int, data: bytes) -> bytes:
        if p1 == 0x04:
            if data not in self.profile.applications:
                return b"\x6a\x82"
            self._application, self._file = data, None
            if data == SOCIAL_APPLICATION and self._application_blocked:
                return b"\x93\x03"
            return self._control_information(data) + b"\x90\x00"
        if p1 != self.profile.select_file_p1 or p2 != 0:
            return b"\x6a\x86"
        file = int.from_bytes(data)
        if self._application != SOCIAL_APPLICATION or file not in (_EF05, _EF06):
            return b"\x6a\x82"
        self._file = file
        return b"\x90\x00"

    def _control_information(self, name: bytes) -> bytes:
        proprietary = b"\x88\x01\x15"
        if name == SOCIAL_APPLICATION:
            issuer = bytes([0x86, 1, 0x03]) if self.profile.algorithm == "SM4" else b""
            issuer += bytes([0x87, 2]) + self.profile.historical[7:9]
            proprietary += b"\x9f\x0c" + bytes([len(issuer)]) + issuer
        body = bytes([0x84, len(name)]) + name + bytes([0xA5, len(proprietary)]) + proprietary
        return bytes([0x6F, len(body)]) + body

    def _read_record(self, p1: int, p2: int) -> bytes:
        if self._file is None:
            return b"\x69\x86"
        if self._file == _EF06 and self.profile.holder_file_closed and KEY_RKSSSE not in self._opened:
            return b"\x69\x82"
        records = self.profile.card_file if self._file == _EF05 else self.profile.holder_file
        if (p1, p2) == (0x01, 0x05):
            if not self.profile.whole_file:
                return b"\x6a\x86"
            tags = list(records)
        elif p2 == 0x00:
            tags = [p1]
        else:
            return b"\x6a\x86"
        if not set(tags) <= set(records):
            return b"\x6a\x83"
        if self.profile.unreadable & set(tags):
            return b"\x65\x81"
        return b"".join(bytes([t, len(records[t])]) + records[t] for t in tags) + b"\x90\x00"

    def _get_challenge(self, le: int | None) -> bytes:
        if le not in (4, 8, 16):
            return b"\x67\x00"
        self._challenge = self._random(le)
        return self._challenge + b"\x90\x00"

    def _compare(self, pin: bytes) -> bytes:
        """Spend a try before looking, as cards do: pulling the power is no way to guess for free."""
        if self.tries_left == 0:
            return b"\x69\x83"
        self.tries_left -= 1
        if not secrets.compare_digest(self._hash(pin), self._pin_hash):
            return bytes([0x63, 0xC0 | self.tries_left])
        self.tries_left = self.profile.tries
        return b"\x90\x00"

    def _verify(self, data: bytes) -> bytes:
        if not data:
            if self.profile.counts_probe:
                return self._compare(b"")
            return bytes([0x63, 0xC0 | self.tries_left]) if self.tries_left else b"\x69\x83"
        return self._compare(data) if len(data) == 3 else b"\x67\x00"

    def _change_pin(self, p1: int, data: bytes) -> bytes:
        if len(data) != 7:
            return b"\x67\x00"
        if p1 != 0x01:
            return b"\x6a\x86"
        if data[3] != 0xFF or not data[4:].hex().isdecimal():
            return b"\x6a\x80"
        status = self._compare(data[:3])
        if status == b"\x90\x00":
            self._pin_hash = self._hash(data[4:])
        return status

    def _unblock(self, header: bytes, p2: int, data: bytes) -> bytes:
        """UNBLOCK (counter alone) and RESET (new PIN and counter), both under the PUK's session key.

        The issuer authenticates with the PUK before each: one authentication is good for one of them, done or not.
        """
        algorithm = self.profile.algorithm
        if p2 not in (0, 1) or len(data) != {0: 4, 1: 12 if algorithm == "3DES" else 20}[p2]:
            return b"\x67\x00"
        if not self._key_tries[KEY_PUK]:
            return b"\x69\x85"
        if KEY_PUK not in self._opened:
            return b"\x69\x82"
        self._opened.discard(KEY_PUK)
        challenge, self._challenge = self._challenge, None
        if challenge is None:
            return b"\x69\x84"
        key = sm.session_key(algorithm, self._keys[KEY_PUK], challenge)
        cryptogram, mac = data[:-4], data[-4:]
        if not secrets.compare_digest(sm.mac(algorithm, key, header + bytes([len(data)]) + cryptogram), mac):
            self._key_tries[KEY_PUK] -= 1
            return b"\x69\x88"
        if cryptogram:
            try:
                pin = sm.decrypt_data(algorithm, key, cryptogram)
            except ValueError:
                return b"\x69\x88"
            if len(pin) != 3 or not pin.hex().isdecimal():
                return b"\x6a\x80"
            self._pin_hash = self._hash(pin)
        self.tries_left = self.profile.tries
        return b"\x90\x00"

    def _external_authenticate(self, key_id: int, data: bytes) -> bytes:
        if len(data) != 16:
            return b"\x67\x00"
        if key_id not in self._keys:
            return b"\x6a\x88"
        challenge, self._challenge = self._challenge, None
        if challenge is None:
            return b"\x69\x84"
        if not self._key_tries[key_id]:
            return b"\x69\x83"
        proof = sm.authentication(self.profile.algorithm, self._keys[key_id], challenge, data[8:])
        if not secrets.compare_digest(proof, data[:8]):
            self._key_tries[key_id] -= 1
            return bytes([0x63, 0xC0 | self._key_tries[key_id]])
        self._key_tries[key_id] = 6
        self._opened.add(key_id)
        return b"\x90\x00"

    def _internal_authenticate(self, data: bytes) -> bytes:
        if len(data) != 16:
            return b"\x67\x00"
        proof = sm.authentication(self.profile.algorithm, self._keys[KEY_RKSSSE], data[:8], data[8:])
        return self._offer(proof + b"\x90\x00", None)
