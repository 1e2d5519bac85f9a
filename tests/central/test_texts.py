"""Confirming texts: what they say, when they are queued, how they are sent."""

import asyncio
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from fleet import Fleet
from regions import ONE_KIND_EACH, one_kind_each
from sqlalchemy import select
from sqlalchemy.orm import Session

from central import text_delivery, texts
from central.service_tables import QueuedText
from central.sms import SmsAway
from kiosk.uplink.contract import ApplicationKind, ApplicationStage, OperationKind

PHONE = "13800138000"


@pytest.fixture
def fleet(authority: Any) -> Fleet:
    return Fleet(authority=authority)


def holder(fleet: Fleet, **card: Any) -> Any:
    return fleet.add_card(person_id=fleet.add_person(phone=PHONE), **card)


def waiting(fleet: Fleet) -> list[QueuedText]:
    with Session(fleet.registry.engine, expire_on_commit=False) as session:
        return list(session.scalars(select(QueuedText).order_by(QueuedText.id)))


def send(fleet: Fleet) -> list[str]:
    text_delivery.deliver_now(fleet.registry)
    return fleet.phones.texts(PHONE)


STATES: dict[str, dict[str, Any]] = {
    "enable": {"application_status": 0, "lifecycle": "03"},
    "loss_release": {"application_status": 4, "lifecycle": "06", "loss_reason": "reported"},
}
SILENT = one_kind_each(sms={"confirmation": False})
ENDS = {"temporary_loss": "，3月8日自动解除", "eligibility_check": "，下次请在3月1日以前办"}


@pytest.mark.parametrize("kind", [kind for kind in OperationKind if kind is not OperationKind.APPLICATION])
def test_each_thing_done_is_confirmed_once(fleet: Fleet, kind: str) -> None:
    """When it is done, not when it begins; a repeat of the message confirms nothing again."""
    card = holder(fleet, **STATES.get(kind, {}))
    fleet.add_benefit(card)
    intent = fleet.opened(kind, card)
    if OperationKind(kind).on_chip:
        assert waiting(fleet) == []
        done = fleet.outcome(intent, "done")
        fleet.tell(done)
        fleet.tell(done)
    fleet.tell(intent)
    (text,) = send(fleet)
    done_with = f"您尾号0012的社保卡，3月1日{texts.DONE[OperationKind(kind)]}{ENDS.get(kind, '')}。"
    assert text == f"【社保卡自助机】{done_with}不是您本人办的，请马上打12333。{texts.NO_LINK}"


@pytest.mark.parametrize("outcome", ["not_done", "in_doubt"])
def test_nothing_is_confirmed_that_was_not_done(fleet: Fleet, outcome: str) -> None:
    card = holder(fleet)
    intent = fleet.opened("pin_change", card)
    fleet.tell(fleet.outcome(intent, outcome))
    assert send(fleet) == []
    if outcome == "in_doubt":
        fleet.tell(fleet.settlement(intent, "done"))
        assert len(send(fleet)) == 1


def test_who_wants_none_gets_none(fleet: Fleet) -> None:
    """A region without confirmations, somebody without a phone, a server that sends nothing."""
    fleet.opened("temporary_loss", fleet.add_card())
    fleet.policy = SILENT
    fleet.opened("temporary_loss", holder(fleet))
    fleet.policy = ONE_KIND_EACH
    fleet.registry.sms = None
    fleet.opened("temporary_loss", holder(fleet))
    assert waiting(fleet) == []
    assert text_delivery.deliver_now(fleet.registry) == 0


@pytest.mark.parametrize("kind", ["temporary_loss", "pin_change"])
def test_the_region_that_confirms_is_that_of_the_kiosk(fleet: Fleet, kind: str) -> None:
    fleet.elsewhere["kiosk-2"] = SILENT
    for kiosk, texts_sent in (("kiosk-2", 0), ("kiosk-1", 1)):
        intent = fleet.opened(kind, holder(fleet), kiosk=kiosk)
        fleet.tell(fleet.outcome(intent, "done"))
        assert len(send(fleet)) == texts_sent


def test_every_kind_and_stage_has_its_words_and_none_a_link() -> None:
    assert set(texts.DONE) == set(OperationKind) - {OperationKind.APPLICATION}
    assert set(texts.APPLIED) == set(ApplicationKind)
    assert set(texts.BECAME) == set(ApplicationStage)
    for words in (*texts.DONE.values(), *texts.APPLIED.values(), *texts.BECAME.values(), texts.NO_LINK):
        assert not re.search(r"[a-zA-Z./:]", words)


def test_what_was_sent_is_erased(fleet: Fleet) -> None:
    fleet.opened("temporary_loss", holder(fleet))
    assert len(send(fleet)) == 1
    (text,) = waiting(fleet)
    assert (text.phone, text.text, text.due_at, text.taken_at) == ("", "", None, fleet.now)
    assert len(send(fleet)) == 1
    fleet.now += texts.KEPT + timedelta(seconds=1)
    beat = {"kiosk": "kiosk-1", "version": "1", "boot": 1, "sequence": 1, "outbox_length": 0}
    fleet.ask("kiosk-1", "PUT", "/v1/kiosks/kiosk-1/heartbeat", beat)
    assert waiting(fleet) == []


def test_a_text_is_tried_again_with_longer_pauses_for_a_day(fleet: Fleet, capfd: Any) -> None:
    fleet.opened("temporary_loss", holder(fleet))
    fleet.phones.away = True
    began, tried = fleet.now, []
    while (text := waiting(fleet)[0]).due_at is not None:
        fleet.now = text.due_at
        tried.append((fleet.now - began).total_seconds())
        assert send(fleet) == []
    assert tried[:8] == [0, 30, 90, 210, 450, 930, 1890, 3810]
    assert {later - earlier for earlier, later in pairwise(tried[8:])} == {3600}
    assert 86_400 <= tried[-1] < 90_000
    assert (text.phone, text.text, text.taken_at) == ("", "", None)
    fleet.phones.away = False
    assert send(fleet) == []
    assert "text_given_up" in capfd.readouterr().out


def test_a_gateway_that_breaks_tells_nobody_what_it_was_given(fleet: Fleet, capfd: Any) -> None:
    class Broken:
        def send(self, phone: str, text: str) -> None:
            raise OSError(f"{phone} {text}")

    fleet.opened("temporary_loss", holder(fleet))
    fleet.registry.sms = Broken()
    assert text_delivery.deliver_now(fleet.registry) == 0
    told = capfd.readouterr()
    assert "OSError" in told.out
    assert PHONE not in told.out + told.err
    assert "挂失" not in told.out + told.err


@pytest.fixture
def brisk() -> Iterator[None]:
    """No pause before a second try."""
    usual, texts.FIRST_PAUSE = texts.FIRST_PAUSE, timedelta()
    yield
    texts.FIRST_PAUSE = usual


def deliver_until(fleet: Fleet, done: Callable[[], bool], *, meanwhile: Callable[[], object]) -> None:
    """Run the loop, do `meanwhile` once it waits, and stop it when `done`."""

    async def run() -> None:
        loop = asyncio.create_task(text_delivery.deliver(fleet.registry))
        await asyncio.sleep(0.05)
        meanwhile()
        while not done():  # noqa: ASYNC110 (the gateway is called in a thread, and a row is all that tells)
            await asyncio.sleep(0.01)
        loop.cancel()
        await asyncio.gather(loop, return_exceptions=True)

    asyncio.run(asyncio.wait_for(run(), 20))


@pytest.mark.usefixtures("brisk")
def test_the_loop_sends_what_is_queued_and_tries_again(fleet: Fleet) -> None:
    """It wakes when a text is queued; of one that wasn't taken it takes note by itself."""
    attempts: list[str] = []

    class Wavering:
        def send(self, phone: str, text: str) -> None:
            attempts.append(phone)
            if len(attempts) == 1:
                raise SmsAway("not now")

    fleet.registry.sms = Wavering()
    card = holder(fleet)
    deliver_until(
        fleet,
        lambda: waiting(fleet)[0].taken_at is not None,
        meanwhile=lambda: fleet.opened("temporary_loss", card),
    )
    assert attempts == [PHONE, PHONE]


@pytest.mark.usefixtures("brisk")
def test_a_database_that_fails_ends_nothing(fleet: Fleet, capfd: Any) -> None:
    fleet.opened("temporary_loss", holder(fleet))
    with fleet.registry.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE texts RENAME TO elsewhere")

    def mend() -> None:
        with fleet.registry.engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO texts")

    deliver_until(fleet, lambda: bool(fleet.phones.texts(PHONE)), meanwhile=mend)
    assert "texts_held_up" in capfd.readouterr().out


def test_a_loop_without_a_gateway_has_nothing_to_do(fleet: Fleet) -> None:
    fleet.registry.sms = None
    asyncio.run(text_delivery.deliver(fleet.registry))
