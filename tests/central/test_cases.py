"""The list of what a person has to look at."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from fleet import Fleet

from central import cases
from central.database import open_database, sole_writer
from central.registry import Registry
from central.settings import Settings
from central.tables import Operation


@pytest.fixture
def fleet() -> Fleet:
    return Fleet()


def test_an_operation_is_on_the_list_once_for_each_reason(fleet: Fleet) -> None:
    report = fleet.outcome(fleet.intent("pin_change", fleet.add_card()), "in_doubt")
    fleet.tell(report)
    operation = report.fields["operation_id"]
    with fleet.registry.transaction() as transaction:
        for reason in (cases.Reason.NEVER_OPENED, cases.Reason.CONTRADICTION, cases.Reason.CONTRADICTION):
            cases.open_case(transaction, operation, reason)
    assert fleet.cases() == [(operation, "never_opened"), (operation, "contradiction")]


def test_a_person_closes_a_case(fleet: Fleet) -> None:
    card = fleet.add_card()
    first, second = (fleet.outcome(fleet.intent("pin_change", card), "done") for _ in range(2))
    fleet.tell(first)
    fleet.now += timedelta(hours=1)
    fleet.tell(second)
    with fleet.registry.transaction() as transaction:
        opened, other = cases.listing(transaction)
        assert (opened.operation_id, opened.reason) == (first.fields["operation_id"], "never_opened")
        assert (opened.kind, opened.state, opened.kiosk) == ("pin_change", "escalated", "kiosk-1")
        assert other.opened_at - opened.opened_at == timedelta(hours=1)
        assert cases.close_case(transaction, opened.id, "asked the holder")
        assert not cases.close_case(transaction, opened.id, "again")
        assert not cases.close_case(transaction, 77, "nothing")
        assert [case.id for case in cases.listing(transaction)] == [other.id]
        closed, _ = cases.listing(transaction, closed=True)
    assert (closed.closed_as, closed.closed_at) == ("asked the holder", fleet.now)
    fleet.tell(first)
    assert len(fleet.cases()) == 1, "what is closed stays so"


@pytest.mark.parametrize("state", ["open", "in_doubt"])
def test_an_operation_that_waits_for_its_card_too_long_is_a_case_without_a_result(fleet: Fleet, state: str) -> None:
    intent = fleet.opened("pin_change", fleet.add_card())
    if state == "in_doubt":
        fleet.tell(fleet.outcome(intent, state))
    fleet.now += timedelta(days=30)
    assert fleet.cases() == []
    fleet.now += timedelta(seconds=1)
    for _ in range(2):
        assert fleet.cases() == [(intent.fields["operation_id"], "overdue")]
    assert fleet.state(intent.fields["operation_id"]) == state
    fleet.tell(fleet.settlement(intent, "not_done"))
    assert fleet.cases() == [], "it has its result"
    with fleet.registry.transaction() as transaction:
        (case,) = cases.listing(transaction, closed=True)
    assert (case.closed_as, case.state) == ("not_done", "not_done")


def test_a_card_that_was_seen_is_not_overdue(fleet: Fleet) -> None:
    card, other = fleet.add_card(), fleet.add_card()
    seen, unseen = fleet.opened("pin_change", card), fleet.opened("pin_change", other)
    fleet.now += timedelta(days=20)
    fleet.record(card)
    fleet.now += timedelta(days=11)
    assert fleet.cases() == [(unseen.fields["operation_id"], "overdue")]
    fleet.now += timedelta(days=20)
    assert (seen.fields["operation_id"], "overdue") in fleet.cases()


def test_the_bureau_sets_how_long_and_a_heartbeat_looks(fleet: Fleet) -> None:
    fleet = Fleet(settings=Settings(overdue_days=1))
    intent = fleet.opened("pin_change", fleet.add_card())
    fleet.now += timedelta(days=1, seconds=1)
    beat = {"kiosk": "kiosk-1", "version": "1", "boot": 1, "sequence": 1, "outbox_length": 0}
    assert fleet.ask("kiosk-1", "PUT", "/v1/kiosks/kiosk-1/heartbeat", beat)[0] == 200
    with fleet.registry.engine.begin() as connection:
        assert connection.exec_driver_sql("SELECT operation_id, reason FROM cases").all() == [
            (intent.fields["operation_id"], "overdue")
        ]


def central(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "central", *arguments], capture_output=True, text=True, timeout=60)


def test_the_list_on_the_command_line(tmp_path: Path) -> None:
    """While the server runs, too."""
    nowhere = central("cases", "--state", tmp_path)
    assert (nowhere.returncode, "central.sqlite" in nowhere.stderr) == (2, True)
    registry = Registry(open_database(tmp_path))
    registry.admit("kiosk-1")
    with registry.transaction() as transaction:
        row = {"operation_id": "x", "kiosk": "kiosk-1", "boot": 1, "sequence": 1, "card_id": None, "kind": "enable"}
        times = {"opened_at": transaction.now, "card_seen_at": transaction.now, "ended_at": transaction.now}
        transaction.connection.execute(
            Operation.__table__.insert(), row | times | {"state": "escalated", "evidence": ""}
        )
        cases.open_case(transaction, "x", cases.Reason.NEVER_OPENED)
    with sole_writer(tmp_path):
        listed = central("cases", "--state", tmp_path)
        (case,) = map(json.loads, listed.stdout.splitlines())
        assert (case["operation_id"], case["reason"], case["kind"]) == ("x", "never_opened", "enable")
        close = ["close-case", "--state", tmp_path, str(case["id"]), "--what", "asked the holder"]
        assert central(*close).returncode == 0
        assert central(*close).returncode == 2
        none = central("cases", "--state", tmp_path)
        assert (none.stdout, none.stderr) == ("", "no case waits for a person\n")
        (case,) = map(json.loads, central("cases", "--state", tmp_path, "--closed").stdout.splitlines())
        assert case["closed_as"] == "asked the holder"
        forget = ["forget-journal", "--state", tmp_path, "--kiosk"]
        assert [central(*forget, kiosk).returncode for kiosk in ("kiosk-1", "kiosk-77")] == [0, 2]
    registry.engine.dispose()
