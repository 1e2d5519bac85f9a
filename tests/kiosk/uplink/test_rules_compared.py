"""The machine's rules and those by which the server judges it are compared; the day is the server's."""

import datetime
from dataclasses import replace

import trio
from kiosk_under_test import KioskUnderTest
from regions import changed, in_region
from trio.testing import MockClock

from central import machines
from kiosk import conditions
from kiosk.uplink.contract.policy import RegionPolicy
from kiosk.uplink.contract.policy_file import read_policies


def section(since: datetime.date = datetime.date(1970, 1, 1), **groups: dict[str, list[str]]) -> str:
    """One [[region]] of a file: the default's, from a day on."""
    lines = ["[[region]]", 'code = "default"', 'name = "x"', 'name_en = "x"', f"valid_from = {since}"]
    for group, rules in groups.items():
        lines += [f"[region.{group}]", *(f"{key} = {value}" for key, value in rules.items())]
    return "\n".join(lines) + "\n"


def listed(kiosk: KioskUnderTest) -> set[str]:
    """What stands, by the server's list."""
    with kiosk.registry.transaction() as transaction:
        [machine] = machines.listing(transaction)
    return set(machine["conditions"])


async def test_rules_that_differ_are_a_condition(kiosk: KioskUnderTest, autojump_clock: MockClock) -> None:
    """On the board and at the server within two heartbeats, and gone within two of the same file at both ends."""
    await kiosk.at_home()
    patience = 2 * kiosk.settings.central.heartbeat_seconds + 5
    await trio.sleep(patience)
    assert not kiosk.board.stands(conditions.RULES_DIFFER)
    same = kiosk.registry.policy_of
    kiosk.registry.policy_of = lambda name, day: changed(same(name, day), replacement={"fee_fen": 4321})
    await trio.sleep(patience)
    assert kiosk.board.stands(conditions.RULES_DIFFER)
    assert not kiosk.board.closes("change")
    assert listed(kiosk) == {"policy.differs"}
    kiosk.registry.policy_of = same
    await trio.sleep(patience)
    assert not kiosk.board.stands(conditions.RULES_DIFFER)
    assert listed(kiosk) == set()


async def test_they_are_compared_for_the_day_that_the_machine_tells(
    kiosk: KioskUnderTest, autojump_clock: MockClock
) -> None:
    """Around midnight there are two days, and a machine that hasn't heard the server's yet may have any."""
    asked = list[datetime.date]()
    same = kiosk.registry.policy_of

    def note(name: str, day: datetime.date) -> RegionPolicy:
        asked.append(day)
        return same(name, day)

    kiosk.registry.policy_of = note
    kiosk.now = lambda: datetime.datetime(2031, 5, 7, 12).astimezone()
    kiosk.uplink._now = kiosk.now
    await trio.sleep(3)
    assert asked == [datetime.date(2031, 5, 7)]
    assert not kiosk.board.stands(conditions.RULES_DIFFER)


async def test_the_day_is_the_servers(kiosk: KioskUnderTest, autojump_clock: MockClock) -> None:
    """By its clock, once it was heard: the rules, too."""
    await kiosk.at_home()
    kiosk.operations.central.clock_offset_seconds = None
    own = kiosk.now().date()
    then = section(since=own + datetime.timedelta(days=2), evidence={"enable": []})
    policies = read_policies(section() + then)
    machine = replace(kiosk.machine, settings=in_region(kiosk.settings, "default", policies, own))
    assert kiosk.uplink.day == own
    assert machine.today().settings.policy.evidence.enable
    kiosk.operations.central.clock_offset_seconds = 3 * 86_400.0
    assert kiosk.uplink.day == own + datetime.timedelta(days=3)
    assert machine.today().settings.policy.evidence.enable == ()


def test_equal_rules_have_equal_digests() -> None:
    """Whether a file repeats the program's own values or leaves them out; one value is enough to differ."""
    plain = RegionPolicy()
    repeated = RegionPolicy.model_validate(plain.model_dump())
    assert plain.digest() == repeated.digest()
    assert plain.digest() != changed(plain, loss={"lapses_after_days": 15}).digest()
