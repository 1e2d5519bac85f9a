"""Every service that changes the chip, with a fault at every command and at every request.

Whatever happens: a page that is true, the card at home, and after one more visit card and server agree.
"""

from dataclasses import dataclass

import pytest
from kiosk_under_test import KioskUnderTest
from trio.testing import MockClock

from kiosk.pages import Done, Home, Page, Refusal
from kiosk.uplink.contract import ApplicationStatus

NEW = "746108"
MOST = 60
"""More commands, or requests, than any service has."""

NOTHING_CHANGED = (
    "什么都没有改，请放心。",
    "这次什么都没有改，请放心。",
    "什么都没有改，也没有扣钱。",
    "密码没有改，还是原来的。",
    "这次密码没有改。",
    "卡没有坏，也没有扣留，请放心。",
)
"""What a page says where the card is as it was."""


@dataclass(frozen=True)
class Case:
    """A service, and whoever comes for it."""

    service: str
    persona: str
    pin: str
    command: bytes
    """CLA INS of the one command that changes the card."""


def _deep(how: str) -> object:
    return pytest.param(how, marks=pytest.mark.deep)


CASES = {
    case.service: case
    for case in (
        Case("enable", "archived", "123456", bytes.fromhex("805E")),
        Case("change_pin", "normal", "358269", bytes.fromhex("805E")),
        Case("unlock", "blocked", "915384", bytes.fromhex("8424")),
        Case("reset_pin", "blocked", "915384", bytes.fromhex("8424")),
    )
}


@pytest.fixture
def unlimited(stand: KioskUnderTest) -> KioskUnderTest:
    """A server that counts no authorisations and no texts: a run asks for more of them than a day of citizens."""
    many = dict.fromkeys(
        (
            "authorisations_per_card_and_day",
            "authorisations_per_kiosk_and_hour",
            "one_time_codes_per_person_and_day",
            "one_time_codes_per_kiosk_and_hour",
        ),
        10**6,
    )
    stand.registry.settings = stand.registry.settings.model_copy(update=many)
    return stand


def as_issued(stand: KioskUnderTest, case: Case) -> None:
    """Card and record as they were at first; what is under way has ended by then."""
    assert stand.record(case.persona).open_operation is None
    stand.cards.pop(case.persona, None)
    record = stand.people[case.persona].server_record
    assert record is not None
    columns = ("application_status", "lifecycle", "initial_pin", "pin_blocked")
    stand.set_record(case.persona, **{column: record[column] for column in columns if column in record})


def shows(stand: KioskUnderTest, case: Case) -> tuple[str, bool]:
    """What the card would show: its PIN, and whether it is blocked."""
    blocked = stand.tries(case.persona) == 0
    if blocked:
        stand.restore_tries(case.persona)
    pin = stand.current_pin(case.persona, case.pin, NEW)
    if blocked:
        stand.card(case.persona).tries_left = 0
    return pin, blocked


async def visit(stand: KioskUnderTest, case: Case) -> Page:
    """From the home page to the last page of a visit, which has to be true."""
    await stand.until(Home, lambda home: any(tile.service == case.service for g in home.groups for tile in g.tiles))
    before = shows(stand, case)
    begin = len(stand.slot.commands)
    await stand.ask_for(case.service, case.persona)
    page = await stand.any_end(pin=before[0], new=NEW, proves=case.persona)
    after = shows(stand, case)
    changing = [header for header in stand.slot.commands[begin:] if header[:2] == case.command]
    assert len(changing) <= 1
    if isinstance(page, Refusal):
        assert page.subtitle is not None
        if page.subtitle.message in NOTHING_CHANGED:
            assert after == before
        if page.subtitle.message == "下次插卡时会核对。":
            assert stand.outcomes()[-1] == "in_doubt"
    else:
        assert isinstance(page, Done)
        expected = {"unlock": (case.pin, False)}.get(case.service, (NEW, False))
        assert after == expected
        if case.service == "enable":
            assert stand.record(case.persona).application_status is ApplicationStatus.NORMAL
    return page


async def agree(stand: KioskUnderTest, case: Case) -> None:
    """Come back until nothing is open, and see that card and server say the same."""
    await stand.reported()
    for _ in range(3):
        if stand.record(case.persona).open_operation is None:
            break
        await visit(stand, case)
        await stand.go_home()
        await stand.reported()
    record = stand.record(case.persona)
    assert record.open_operation is None
    pin, blocked = shows(stand, case)
    assert record.pin_blocked is blocked
    if case.service == "enable":
        assert (record.application_status is ApplicationStatus.NORMAL) is (pin == NEW)
        assert record.initial_pin is (pin != NEW)


@pytest.mark.parametrize("service", CASES)
@pytest.mark.parametrize("how", ["pull", "tear", *(_deep(how) for how in ("garble", "truncate", "nothing"))])
async def test_at_every_command(autojump_clock: MockClock, unlimited: KioskUnderTest, service: str, how: str) -> None:
    """The card is pulled, mute, hard to understand, or does it and nobody hears of it."""
    stand, case = unlimited, CASES[service]
    for at in range(MOST):
        stand.slot.fail(at, how)
        await visit(stand, case)
        struck = stand.slot.struck
        stand.slot.mend()
        await stand.go_home()
        await agree(stand, case)
        as_issued(stand, case)
        if not struck:
            break
    assert 8 < at < MOST - 1


@pytest.mark.parametrize("service", CASES)
@pytest.mark.parametrize("for_good", [False, True], ids=["once", "for good"])
@pytest.mark.parametrize("how", ["lost", *(_deep(how) for how in ("cut", "500"))])
async def test_at_every_request(
    autojump_clock: MockClock, unlimited: KioskUnderTest, service: str, how: str, for_good: bool
) -> None:
    """It never arrives, its answer is lost, or the server breaks on it: once, or until the visit is over."""
    stand, case = unlimited, CASES[service]
    for at in range(MOST):
        stand.network.fail(at, how, for_good=for_good)
        await visit(stand, case)
        struck = stand.network.struck
        stand.network.mend()
        await stand.go_home()
        await agree(stand, case)
        as_issued(stand, case)
        if not struck:
            break
    assert 2 <= at < MOST - 1
