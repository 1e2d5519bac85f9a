"""Who may speak, and that each message is taken once."""

import pytest
from pydantic import BaseModel

from central.database import open_in_memory
from central.registry import Registry
from central.transaction import Refused, Transaction
from kiosk.uplink.contract import Acknowledged, ProblemType


def test_a_secret_belongs_to_one_kiosk() -> None:
    registry = Registry(open_in_memory())
    one, two = registry.admit("kiosk-1"), registry.admit("kiosk-2")
    for _ in range(2):  # The second time it is remembered.
        assert (registry.kiosk_of(one), registry.kiosk_of(two)) == ("kiosk-1", "kiosk-2")
    for wrong in ("", "kiosk-1", "kiosk-1.", one + "x", one.replace("1.", "2."), "nobody.x", "\0", "ü.ÿ"):
        assert registry.kiosk_of(wrong) is None
    assert registry.admit("kiosk-1") != one
    assert registry.kiosk_of(one) is None, "a new secret ends the old one"


class Saying(BaseModel):
    """A message."""

    text: str


def test_a_message_is_taken_once() -> None:
    registry = Registry(open_in_memory())
    handled: list[str] = []

    def handle(transaction: Transaction, said: Saying) -> Acknowledged | Refused:
        handled.append(said.text)
        if said.text == "raise":
            raise Refused(ProblemType.STATE_FORBIDS, "nothing is kept")
        if said.text == "return":
            return Refused(ProblemType.CARD_BUSY, "this is kept", retry_after_seconds=3)
        return Acknowledged()

    for text, status in (("good", 200), ("return", 409)):
        first = registry.take_once(f"/{text}", Saying(text=text), handle)
        assert first[0] == status
        assert registry.take_once(f"/{text}", Saying(text=text), handle) == first
        with pytest.raises(Refused) as refused:
            registry.take_once(f"/{text}", Saying(text="other"), handle)
        assert refused.value.type is ProblemType.OPERATION_CONFLICT
    assert handled == ["good", "return"]
    for _ in range(2):
        with pytest.raises(Refused, match="nothing is kept"):
            registry.take_once("/raise", Saying(text="raise"), handle)
    assert handled[2:] == ["raise", "raise"]


def test_a_handler_that_fails_leaves_nothing() -> None:
    """What it wrote is rolled back, and the message may come again."""
    registry = Registry(open_in_memory())
    registry.admit("kiosk-1")

    def fail(transaction: Transaction, said: Saying) -> Acknowledged:
        transaction.note("kiosk-1", "operation.done", said.text)
        raise ZeroDivisionError

    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            registry.take_once("/x", Saying(text="x"), fail)
    with registry.engine.begin() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM events").scalar() == 0
        assert connection.exec_driver_sql("SELECT count(*) FROM taken").scalar() == 0


def test_a_message_from_before_the_contract_grew_is_the_same_message(registry: Registry) -> None:
    """Its answer was lost, the server was brought up to date, and the kiosk repeats the bytes that it wrote down."""

    class Report(BaseModel):
        report_id: int
        tries: int | None = None

    class GrownReport(Report):
        note: str = ""

    said = b'{"report_id": 1, "tries": null}'
    first = registry.take_once("/r/1", Report.model_validate_json(said), lambda *_: Acknowledged())
    assert registry.take_once("/r/1", GrownReport.model_validate_json(said), pytest.fail) == first
    with pytest.raises(Refused):
        registry.take_once("/r/1", GrownReport(report_id=1, tries=None, note="more"), pytest.fail)
