"""One-time codes in any order, at any time, at any kiosk, against a model of their rules."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fleet import Fleet
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule

from central.registry import Registry
from central.settings import Settings

TRIES, AGAIN, LIFE, A_DAY, AN_HOUR = 3, 60, 300, 2, 3
RULES = Settings(
    one_time_code_tries=TRIES,
    one_time_code_again_seconds=AGAIN,
    one_time_code_seconds=LIFE,
    one_time_codes_per_person_and_day=A_DAY,
    one_time_codes_per_kiosk_and_hour=AN_HOUR,
)
KIOSKS = st.sampled_from(["kiosk-1", "kiosk-2"])


@dataclass
class Sent:
    """A code that is on a phone."""

    id: str
    person: int
    kiosk: str
    digits: str
    at: datetime
    answer: Any
    wrong: int = 0
    over: bool = False
    """Used, or of a server that has been restarted since."""


class Codes(RuleBasedStateMachine):
    """What citizens and kiosks do with codes."""

    codes: Bundle[Sent] = Bundle("codes")

    def __init__(self) -> None:
        super().__init__()
        self.fleet = Fleet(settings=RULES)
        self.phones = ["13800138000", "13900139000"]
        self.cards = [self.fleet.add_card(person_id=self.fleet.add_person(phone=phone)) for phone in self.phones]
        self.sent: list[Sent] = []

    @initialize(target=codes)
    def begins(self) -> Any:
        """There is one to begin with."""
        return self.sends(0, "kiosk-1")

    @rule(target=codes, person=st.integers(0, 1), kiosk=KIOSKS)
    def sends(self, person: int, kiosk: str) -> Any:
        """Somebody asks for a code."""
        status, told = self.fleet.send_code(self.cards[person], kiosk)
        now = self.fleet.now
        theirs = [now - code.at for code in self.sent if code.person == person]
        here = [now - code.at for code in self.sent if code.kiosk == kiosk]
        full = (
            sum(age < timedelta(days=1) for age in theirs) >= A_DAY
            or sum(age < timedelta(hours=1) for age in here) >= AN_HOUR
            or any(age < timedelta(seconds=AGAIN) for age in theirs)
        )
        assert status == (429 if full else 200)
        if full:
            assert 0 < told["retry_after_seconds"] <= 86400
            return multiple()
        code = Sent(told["code_id"], person, kiosk, self.fleet.digits(self.cards[person]), now, (status, told))
        self.sent.append(code)
        return code

    @rule(code=codes)
    def asks_again(self, code: Sent) -> None:
        """The network delivers a request twice."""
        assert self.fleet.send_code(self.cards[code.person], code.kiosk, code.id) == code.answer

    @rule(
        code=codes,
        right=st.booleans(),
        how_often=st.integers(1, TRIES + 1),
        elsewhere=st.sampled_from([False, False, True]),
    )
    def types(self, code: Sent, right: bool, how_often: int, elsewhere: bool) -> None:
        """Digits are typed, at the kiosk that asked or another."""
        kiosk = {"kiosk-1": "kiosk-2", "kiosk-2": "kiosk-1"}[code.kiosk] if elsewhere else code.kiosk
        digits = code.digits if right else f"{(int(code.digits) + 1) % 10**6:06}"
        for _ in range(how_often):
            status, told = self.fleet.show_code(code.id, digits, kiosk)
            if code.over or elsewhere or self.fleet.now - code.at >= timedelta(seconds=LIFE):
                assert status == 410
            elif code.wrong >= TRIES or not right:
                code.wrong = min(code.wrong + 1, TRIES)
                assert (status, told["tries_left"]) == (403, TRIES - code.wrong)
            else:
                assert (status, told["record"]["handle"]) == (200, str(self.cards[code.person]))
                code.over = True

    @rule(seconds=st.sampled_from([1, 59, 60, 240, 300, 3600, 86400]))
    def waits(self, seconds: int) -> None:
        """Time passes; a heartbeat has what is old forgotten."""
        self.fleet.now += timedelta(seconds=seconds)
        beat = {"kiosk": "kiosk-1", "version": "1", "boot": 1, "sequence": 1, "outbox_length": 0}
        assert self.fleet.ask("kiosk-1", "PUT", "/v1/kiosks/kiosk-1/heartbeat", beat)[0] == 200

    @rule()
    def restarts(self) -> None:
        """The server forgets its key."""
        fleet = self.fleet
        fleet.registry = Registry(
            fleet.registry.engine,
            now=lambda: fleet.now,
            settings=RULES,
            policy_of=fleet.registry.policy_of,
            sms=fleet.phones,
        )
        for code in self.sent:
            code.over = True

    @invariant()
    def every_text_was_counted(self) -> None:
        """None went out beside the rules."""
        for person, phone in enumerate(self.phones):
            sent = [code for code in self.sent if code.person == person]
            assert len(self.fleet.phones.texts(phone)) == min(len(sent), 20)


TestCodes = Codes.TestCase
TestCodes.settings = settings(max_examples=100, stateful_step_count=40, deadline=None)
