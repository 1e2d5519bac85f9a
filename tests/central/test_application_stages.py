"""The table of an application's stages, against one written by hand, and the rules one by one."""

from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from regions import changed

from central.application_stages import (
    FAMILIES,
    OF_CARDS,
    SERVICE_OF,
    Decision,
    Situation,
    Wish,
    after,
    fee_fen,
    ineligible,
    proved_by_code,
    review_days,
    working_days_after,
)
from kiosk.uplink.contract import (
    ApplicationKind,
    ApplicationReason,
    ApplicationStage,
    ApplicationStatus,
    Delivery,
    Ineligible,
    Lifecycle,
    RegionPolicy,
)

#             stage             approve        refuse   made              post    hand_over
EFFECT = """
              under_review      approved       refused  -                 -       -
"""
COLLECT = """
              under_review      in_production  refused  -                 -       -
              in_production     -              -        ready_to_collect  -       -
              ready_to_collect  -              -        -                 -       closed
"""
POST = """
              under_review      in_production  refused  -                 -       -
              in_production     -              -        -                 posted  -
              posted            -              -        -                 -       closed
"""
"""A dash, or no row: it isn't possible, and changes nothing."""


@pytest.mark.parametrize("kind", ApplicationKind)
@pytest.mark.parametrize("delivery", [Delivery.COLLECT, Delivery.POST])
def test_each_pair_of_stage_and_decision(kind: ApplicationKind, delivery: Delivery) -> None:
    of_card = kind in OF_CARDS
    by_hand = {Delivery.COLLECT: COLLECT, Delivery.POST: POST}[delivery] if of_card else EFFECT
    cells = {row.split()[0]: row.split()[1:] for row in by_hand.strip().splitlines()}
    for stage, (at, decision) in product(ApplicationStage, enumerate(Decision)):
        cell = cells.get(stage, ["-"] * len(Decision))[at]
        expected = None if cell == "-" else ApplicationStage(cell)
        assert after(kind, delivery if of_card else None, stage, decision) == expected


def test_every_kind_is_of_one_family_and_judged_as_a_service() -> None:
    assert sorted(kind for family in FAMILIES for kind in family) == sorted(ApplicationKind)
    assert set(SERVICE_OF) == set(ApplicationKind)


TODAY = date(2026, 3, 2)  # A Monday.
NOW = Situation(
    today=TODAY,
    pending=frozenset(),
    phone_on_record="13800138000",
    texts_go_to=None,
    has_photo=True,
    has_address=True,
    status=ApplicationStatus.NORMAL,
    lifecycle=Lifecycle.ENABLED,
    valid_until=date(2026, 4, 1),
    collecting=frozenset({"centre"}),
)
COLLECTED = {"delivery": Delivery.COLLECT, "outlet": "centre"}
DAMAGED = {**COLLECTED, "reason": ApplicationReason.DAMAGED}
SHIPPED = RegionPolicy()
ONLY_COLLECTED = changed(SHIPPED, replacement={"delivery": "collect"})
ONLY_POSTED = changed(SHIPPED, replacement={"delivery": "post"})
NO_LOSS_NEEDED = changed(SHIPPED, replacement={"needs_formal_loss": False})
NARROW = changed(SHIPPED, card={"renewal_window_days": 29})

RULES: list[tuple[str, dict[str, Any], dict[str, Any], RegionPolicy, str | None]] = [
    ("sms_subscribe", {}, {}, SHIPPED, None),
    ("sms_subscribe", {"phone": "13900139000"}, {"phone_on_record": None}, SHIPPED, None),
    ("sms_subscribe", {}, {"phone_on_record": None}, SHIPPED, "phone_missing"),
    ("sms_subscribe", {}, {"texts_go_to": "13800138000"}, SHIPPED, "already_subscribed"),
    ("sms_subscribe", {}, {"pending": {"sms_subscribe"}}, SHIPPED, "under_review"),
    ("sms_subscribe", {}, {"pending": {"replacement", "phone_change"}}, SHIPPED, None),
    ("sms_change", {"phone": "13900139000"}, {"texts_go_to": "13800138000"}, SHIPPED, None),
    ("sms_change", {}, {"texts_go_to": "13900139000"}, SHIPPED, None),
    ("sms_change", {}, {"texts_go_to": "13800138000"}, SHIPPED, "phone_unchanged"),
    ("sms_change", {"phone": "13900139000"}, {}, SHIPPED, "not_subscribed"),
    ("sms_stop", {}, {}, SHIPPED, "not_subscribed"),
    ("sms_stop", {}, {"texts_go_to": "13800138000"}, SHIPPED, None),
    ("phone_change", {"phone": "13900139000"}, {}, SHIPPED, None),
    ("phone_change", {"phone": "13800138000"}, {}, SHIPPED, "phone_unchanged"),
    ("phone_change", {}, {}, SHIPPED, "phone_missing"),
    ("replacement", COLLECTED, {}, SHIPPED, "formal_loss_first"),
    ("replacement", {**COLLECTED, "reason": ApplicationReason.LOST}, {}, SHIPPED, "formal_loss_first"),
    ("replacement", COLLECTED, {"status": ApplicationStatus.FORMAL_LOSS}, SHIPPED, None),
    ("replacement", COLLECTED, {}, NO_LOSS_NEEDED, None),
    ("replacement", DAMAGED, {}, SHIPPED, None),
    ("replacement", DAMAGED, {"pending": {"renewal"}}, SHIPPED, "under_review"),
    ("replacement", DAMAGED, {"status": ApplicationStatus.CANCELLED}, SHIPPED, "card_cancelled"),
    ("replacement", DAMAGED, {"lifecycle": Lifecycle.AWAITING_COLLECTION}, SHIPPED, "card_not_there"),
    ("replacement", DAMAGED, {"has_photo": False}, SHIPPED, "photo_unusable"),
    ("replacement", {**DAMAGED, "delivery": None}, {}, SHIPPED, "delivery_missing"),
    ("replacement", DAMAGED, {}, ONLY_POSTED, "delivery_missing"),
    ("replacement", {**DAMAGED, "outlet": "station"}, {}, SHIPPED, "outlet_unknown"),
    ("replacement", {**DAMAGED, "outlet": None}, {}, SHIPPED, "outlet_unknown"),
    ("replacement", {**DAMAGED, "delivery": Delivery.POST}, {}, SHIPPED, None),
    ("replacement", {**DAMAGED, "delivery": Delivery.POST}, {}, ONLY_COLLECTED, "delivery_missing"),
    ("replacement", {**DAMAGED, "delivery": Delivery.POST}, {"has_address": False}, SHIPPED, "address_missing"),
    ("renewal", COLLECTED, {}, SHIPPED, None),
    ("renewal", COLLECTED, {}, NARROW, "not_due"),
    ("renewal", COLLECTED, {"valid_until": None}, SHIPPED, "not_due"),
    ("renewal", COLLECTED, {"valid_until": date(2026, 5, 1)}, SHIPPED, None),
    ("renewal", COLLECTED, {"valid_until": date(2026, 5, 2)}, SHIPPED, "not_due"),
    ("renewal", COLLECTED, {"valid_until": date(2020, 1, 1)}, SHIPPED, None),
    ("renewal", COLLECTED, {"status": ApplicationStatus.TEMPORARY_LOSS}, SHIPPED, "card_on_loss"),
    ("renewal", COLLECTED, {"status": ApplicationStatus.FORMAL_LOSS}, SHIPPED, "card_on_loss"),
]


@pytest.mark.parametrize(("kind", "wish", "now", "policy", "rule"), RULES)
def test_each_rule(
    kind: str, wish: dict[str, Any], now: dict[str, Any], policy: RegionPolicy, rule: str | None
) -> None:
    pending = {"pending": frozenset(ApplicationKind(each) for each in now.get("pending", ()))}
    found = ineligible(Wish(kind=ApplicationKind(kind), **wish), replace(NOW, **now | pending), policy)
    assert found == (None if rule is None else Ineligible(rule))


def test_every_rule_of_applications_has_a_row() -> None:
    others = {Ineligible.NO_RECORDS, Ineligible.NO_BENEFITS}
    assert {Ineligible(rule) for *_, rule in RULES if rule} == set(Ineligible) - others


def test_no_number_shows_itself() -> None:
    assert "13800138000" not in repr(NOW)
    assert "13900139000" not in repr(Wish(kind=ApplicationKind.PHONE_CHANGE, phone="13900139000"))


@pytest.mark.parametrize("kind", ApplicationKind)
def test_a_number_that_is_not_on_record_is_proved(kind: ApplicationKind) -> None:
    assert proved_by_code(Wish(kind=kind, phone="13900139000"), "13800138000") is (kind not in OF_CARDS)
    assert not proved_by_code(Wish(kind=kind, phone="13800138000"), "13800138000")
    assert not proved_by_code(Wish(kind=kind), None)


def test_what_a_region_reviews_and_charges() -> None:
    assert review_days(ApplicationKind.SMS_SUBSCRIBE, SHIPPED) == 3
    assert review_days(ApplicationKind.SMS_STOP, SHIPPED) == 0
    assert [fee_fen(ApplicationKind.REPLACEMENT, earlier, SHIPPED) for earlier in (0, 1)] == [0, 2000]
    always = changed(SHIPPED, replacement={"free_first": False})
    assert fee_fen(ApplicationKind.REPLACEMENT, 0, always) == 2000
    assert fee_fen(ApplicationKind.RENEWAL, 5, always) == 0


@given(day=st.dates(date(2000, 1, 1), date(2100, 1, 1)), count=st.integers(0, 400))
def test_working_days_are_counted(day: date, count: int) -> None:
    """Against counting them one by one."""
    reached, left = day, count
    while left:
        reached = date.fromordinal(reached.toordinal() + 1)
        left -= reached.weekday() < 5
    assert working_days_after(day, count) == reached
