"""The pad itself, pure: bytes and keys in at a time, bytes out. No I/O, no clock, no randomness of its own.

Every input takes `now` in seconds on whatever clock the caller has, and returns what the pad sends at that moment.
`deadline` says when it wants `tick` next. Source: UIC, "PIN Pad 791 Programmer's Manual", sections 4, 9 and 10.
"""

import math
import re
from collections.abc import Callable

import pydukpt

from simulator.pin_pad.faults import Fault
from simulator.pin_pad.wire import ACK, EOT, NAK, Receiver, frame

HALF_MINUTE = 30.0
ACK_SECONDS = 5.0
BOOT_SECONDS = 2.0
KEYS = (*"0123456789", "enter", "clear", "cancel")

PROMPTS = {
    1: ("ENTER PIN", "PRESS ENTER"),
    2: ("请输入密码", "按确认键"),
    3: ("请输入新密码", "按确认键"),
    4: ("请再输一次", "按确认键"),
}
"""Z2's prompts by number, as the two lines of the display."""
WORDS = frozenset(
    {"ENTER PIN", "PRESS ENTER", "ENTER NEW PIN", "ENTER AGAIN", "ENTER OLD PIN", "PLEASE WAIT", "PROCESSING"}
    | {"请输入密码", "请输入新密码", "请再输一次", "请输入原密码", "按确认键", "请稍候"}
)
"""What Z62 may show."""

_IDLE = ("WELCOME", "")
_GARBAGE = bytes.fromhex("00FF55AA0B7E")
_Z60 = re.compile(rb"Z60\.([^\x1c]*)(?:\x1c(.*))?", re.DOTALL)
_Z62 = re.compile(
    rb"Z62\.([^\x1c]*)\x1c(\d\d)(\d\d)([YN])([^\x1c]*)(?:\x1c([^\x1c]*))?(?:\x1c([^\x1c]*))?(?:\x1c(.*))?"
)


class PinPadModel:
    """A pad with one injected key.

    Args:
        ipek: Its initial key, 16 bytes.
        ksn: The serial number of the last key used, 10 bytes; each entry takes the next. Keep it across restarts.
    """

    def __init__(self, ipek: bytes, ksn: bytes) -> None:
        self.ksn = ksn
        self.plugged = True
        self.display: tuple[str, str] = _IDLE
        self._ipek = ipek
        self._full_ksn = False
        self._faults: list[Fault] = []
        self._receiver = Receiver()
        self._out = b""
        self._late: tuple[float, bytes] | None = None
        self._boots_until = -math.inf
        self._broken_copies = 0
        self._account: str | None = None
        self._owed: bytes | None = None
        self._then: Callable[[], None] | None = None
        self._ack_due = self._entry_due = self._key_due = math.inf
        self._to_idle()

    # What the bench may see and do.

    @property
    def entering(self) -> bool:
        """A PIN is being entered."""
        return self._account is not None

    @property
    def digits_entered(self) -> int:
        """How many digits; never which."""
        return len(self._digits)

    @property
    def deadline(self) -> float:
        """When `tick` has something to do; infinity if only the host or a key can change anything."""
        late = self._late[0] if self._late else math.inf
        return min(self._ack_due, self._entry_due, self._key_due, late)

    def fail(self, fault: Fault, now: float) -> bytes:
        """Have something go wrong."""
        if fault.at == "now":
            self._strike(fault, now)
        else:
            self._faults.append(fault)
        return self._due(now)

    def mend(self) -> None:
        """Nothing more goes wrong."""
        self._faults.clear()

    def unplug(self) -> None:
        """Pull the cable; a pad is fed through it."""
        self.plugged = False
        self._power_off()

    def plug(self, now: float) -> None:
        """Put the cable back; the pad starts."""
        self.plugged = True
        self._boots_until = now + BOOT_SECONDS

    # Inputs.

    def receive(self, data: bytes, now: float) -> bytes:
        """Bytes from the host."""
        if self._off(now):
            return b""
        for body, administrative, intact in self._receiver.take(data):
            if body in (ACK, NAK, EOT) and not administrative:
                self._host_answered(body, now)
            elif not intact:
                self._broken_copies += 1
                self._send(NAK if self._broken_copies <= 3 else EOT)
            else:
                self._broken_copies = 0
                self._command(body, administrative, now)
        return self._due(now)

    def press(self, key: str, now: float) -> bytes:
        """A finger on a key."""
        if key not in KEYS:
            raise ValueError(f"key: expected one of {', '.join(KEYS)}")
        if self._off(now):
            return b""
        if self.entering:
            self._entry_key(key, now)
        elif self._key_due < math.inf:
            self._key_reading(key, now)
        elif key in ("clear", "cancel") and self._owed is None:
            self._to_idle()
        return self._due(now)

    def tick(self, now: float) -> bytes:
        """Time has passed."""
        if now >= self._ack_due:
            self._repeat(now)
        if now >= self._entry_due:
            self._to_idle()
            self._send(EOT)
        if now >= self._key_due:
            self._key_due = math.inf
            self._reply("Z42", frame(b"Z43?"), now)
        return self._due(now)

    # Commands.

    def _command(self, body: bytes, administrative: bool, now: float) -> None:
        name = "16" if administrative else _name(body)
        if name not in _ANSWERS or (administrative and body != b"16"):
            return  # Not understood: ignored.
        if (self.entering or self._key_due < math.inf) and name != "72":
            return  # While keys are awaited only a cancel is heard.
        self._drop_reply()
        strikes = self._struck(name, "silence", "nak", "power_lost", "unplug")
        if strikes:
            if strikes.how == "nak":
                self._send(NAK)
            elif strikes.how != "silence":
                self._strike(strikes, now)
            return
        if self._struck(name, "noise"):
            self._send(_GARBAGE)
        if name == "72" and (self.entering or self._key_due < math.inf):
            self._to_idle()
            self._send(EOT)
            return
        if not self._struck(name, "drop_ack"):
            self._send(ACK)
        _ANSWERS[name](self, body, now)

    def _reset(self, body: bytes, now: float) -> None:
        self._to_idle()

    def _set_ksn_form(self, body: bytes, now: float) -> None:
        self._full_ksn = body == b"7A1"

    def _self_test(self, body: bytes, now: float) -> None:
        self._reply("16", frame(b"160", administrative=True), now, then=lambda: self._send(EOT))

    def _show(self, body: bytes, now: float) -> None:
        self._pin_mode = False
        if found := re.fullmatch(rb"Z2([\x1d\x1e])(\d{3})\x1a", body):
            lines = PROMPTS.get(int(found[2]))
            if lines is None:
                self._reply("Z2", frame(b"Z21"), now)
                return
            pin_mode = found[1] == b"\x1e"

            def shown() -> None:
                self.display = lines
                self._pin_mode = pin_mode
                self._shown = True
                self._send(EOT)

            self._reply("Z2", frame(b"Z20"), now, then=shown)
        else:
            self.display = (_text(body[2:].removeprefix(b"\x1a")), "")
            self._shown = True

    def _ask_key(self, body: bytes, now: float) -> None:
        seconds = body[3:]
        if not self._shown or not seconds.isdigit() or not 1 <= int(seconds) <= 255:
            self._send(EOT)
        else:
            self._key_due = now + int(seconds)

    def _ask_pin(self, body: bytes, now: float) -> None:
        found = _Z60.fullmatch(body)
        if found is None or not self._pin_mode:
            self._send(EOT)
            return
        self._begin(found[1], (4, 12), found[2], ("", ""), now)

    def _ask_pin_prompted(self, body: bytes, now: float) -> None:
        found = _Z62.fullmatch(body)
        if found is None:
            self._refuse("8", now)
            return
        words = [_text(part or b"") for part in found.groups()[4:7]]
        if not words[0] or any(w and w not in WORDS for w in words) or self._struck("Z62", "no_prompts"):
            self._to_idle()
            self._send(EOT)
            return
        limits = int(found[2]), int(found[3])
        if not 4 <= limits[0] <= limits[1] <= 12:
            self._refuse("8", now)
            return
        self.display = (words[0], words[1])
        self._begin(found[1], limits, found[8], (words[2], ""), now)

    def _begin(
        self, account: bytes, limits: tuple[int, int], timeout: bytes | None, after: tuple[str, str], now: float
    ) -> None:
        if fault := _account_fault(account):
            self._refuse(fault, now)
        elif timeout is not None and not re.fullmatch(rb"[1-9]", timeout):
            self._refuse("6", now)
        else:
            self._account = account.decode()
            self._limits = limits
            self._after = after if after[0] else ("PIN PAD", "PROCESSING")
            self._entry_due = now + HALF_MINUTE * int(timeout or b"9")

    def _refuse(self, code: str, now: float) -> None:
        self._to_idle()
        self._reply("71", frame(b"71" + code.encode()), now)

    # Keys.

    def _entry_key(self, key: str, now: float) -> None:
        if key == "cancel":
            self._to_idle()
            self._send(EOT)
        elif key == "clear":
            self._forget_digits()
        elif key == "enter":
            if len(self._digits) >= self._limits[0]:
                self._finish(now)
        elif fault := self._struck("digit", "power_lost", "unplug"):
            self._strike(fault, now)
        elif len(self._digits) < self._limits[1]:
            self._digits.append(ord(key))
            self.display = (self.display[0], "*" * len(self._digits))

    def _finish(self, now: float) -> None:
        assert self._account is not None
        account, pin, after = self._account, self._digits.decode(), self._after
        self._to_idle()
        try:
            self.ksn = pydukpt.next_ksn(self.ksn)
        except pydukpt.KSNExhaustedError:
            self._refuse("F", now)
            return
        block = pydukpt.encrypt_pin(pydukpt.derive_key(self._ipek, self.ksn), pin, account)
        ksn = self.ksn.hex().upper()
        if not self._full_ksn:
            ksn = ksn.lstrip("F").rjust(10, "F")
        self.display = after
        self._reply("71", frame(b"710" + ksn.encode() + block.hex().upper().encode()), now)

    def _key_reading(self, key: str, now: float) -> None:
        code = {"enter": b"#", "clear": b"/", "cancel": b"*"}.get(key, key.encode())
        self._key_due = math.inf
        self._reply("Z42", frame(b"Z43" + code), now)

    # Replies and their acknowledgement.

    def _reply(self, at: str, wire: bytes, now: float, then: Callable[[], None] | None = None) -> None:
        self._owed, self._then, self._owed_at, self._repeats = wire, then, at, 0
        if fault := self._struck(at, "silence", "power_lost", "unplug"):
            if fault.how == "silence":
                self._drop_reply()
            else:
                self._strike(fault, now)
            return
        late = self._struck(at, "late_reply")
        self._transmit(now, late=late.seconds if late else 0.0)

    def _transmit(self, now: float, *, late: float = 0.0) -> None:
        assert self._owed is not None
        wire = self._owed
        if self._struck(self._owed_at, "wrong_lrc"):
            wire = wire[:-1] + bytes([wire[-1] ^ 0x01])
        if self._struck(self._owed_at, "noise"):
            wire = _GARBAGE + wire
        if self._struck(self._owed_at, "duplicate"):
            wire += wire
        self._late = (now + late, wire)
        self._ack_due = now + late + ACK_SECONDS

    def _host_answered(self, answer: bytes, now: float) -> None:
        if self._owed is None:
            return
        if answer == NAK:
            self._transmit(now)
        elif answer == EOT:
            self._to_idle()
        elif not self._struck(self._owed_at, "drop_ack"):
            then = self._then
            self._drop_reply()
            if then is not None:
                then()

    def _repeat(self, now: float) -> None:
        if self._repeats == 2:
            self._to_idle()
            self._send(EOT)
        else:
            self._repeats += 1
            self._transmit(now)

    # State.

    def _to_idle(self) -> None:
        self.display = _IDLE
        self._account = None
        self._digits = bytearray()
        self._limits = (4, 12)
        self._after = _IDLE
        self._pin_mode = False
        self._shown = False
        self._entry_due = math.inf
        self._key_due = math.inf
        self._drop_reply()

    def _drop_reply(self) -> None:
        self._owed = None
        self._then = None
        self._owed_at = ""
        self._repeats = 0
        self._ack_due = math.inf
        self._late = None

    def _forget_digits(self) -> None:
        self._digits.clear()
        self.display = (self.display[0], "")

    def _off(self, now: float) -> bool:
        return not self.plugged or now < self._boots_until

    def _power_off(self) -> None:
        self._to_idle()
        self._receiver.forget()
        self._out = b""
        self._full_ksn = False
        self._broken_copies = 0

    def _strike(self, fault: Fault, now: float) -> None:
        if fault.how == "unplug":
            self.unplug()
        else:
            self._power_off()
            self._boots_until = now + BOOT_SECONDS

    def _struck(self, at: str, *kinds: str) -> Fault | None:
        """The fault that strikes here, if any; a fault that strikes once is then gone."""
        for fault in self._faults:
            if fault.how in kinds and fault.at in (at, "any"):
                if fault.once:
                    self._faults.remove(fault)
                return fault
        return None

    def _send(self, data: bytes) -> None:
        self._out += data

    def _due(self, now: float) -> bytes:
        if self._late is not None and self._late[0] <= now:
            self._out += self._late[1]
            self._late = None
        out, self._out = self._out, b""
        return out


_ANSWERS: dict[str, Callable[[PinPadModel, bytes, float], None]] = {
    "72": PinPadModel._reset,
    "Z1": PinPadModel._reset,
    "Z2": PinPadModel._show,
    "Z42": PinPadModel._ask_key,
    "Z60": PinPadModel._ask_pin,
    "Z62": PinPadModel._ask_pin_prompted,
    "7A": PinPadModel._set_ksn_form,
    "16": PinPadModel._self_test,
}


def _name(body: bytes) -> str:
    for name in ("Z42", "Z60", "Z62", "Z1", "Z2", "72", "7A"):
        if body.startswith(name.encode()):
            return name
    return ""


def _account_fault(account: bytes) -> str:
    if not account:
        return "0"
    if not account.isdigit():
        return "4"
    return "2" if len(account) < 8 else "3" if len(account) > 19 else ""


def _text(raw: bytes) -> str:
    return raw.decode("gb18030", errors="replace")
