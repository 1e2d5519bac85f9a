"""Pages of what is applied for and advised, composed with the longest words that they can hold, and audited."""

import datetime
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from pydantic import SecretStr

from kiosk.pages import Button, Chosen, Page, Progress
from kiosk.questions import QUESTIONS, Subject
from kiosk.questions.bank import BANK_ACTIVATION
from kiosk.questions.rules import LEGAL_BASIS, PUBLISHED_RULES, basis, published
from kiosk.screen import Preferences, View
from kiosk.services import (
    financial_function,
    my_applications,
    outlets,
    phone_number,
    questions,
    replace_card,
    sms_reminders,
)
from kiosk.settings import load
from kiosk.steps import application
from kiosk.steps.identity import Identified
from kiosk.text import T, Text
from kiosk.uplink.contract import (
    ApplicationKind,
    ApplicationState,
    CardRecord,
    DraftHeld,
    Outlet,
    SmsState,
)
from screens.audit import audit
from screens.compose import compose
from screens.scene import Tab

SIZES = [(1080, 1920), *(pytest.param(size, marks=pytest.mark.deep) for size in ((1920, 1080), (1280, 1024)))]
SETTINGS = load(Path(__file__).parents[3] / "config" / "kiosk.toml")
ID = UUID(int=1)
TODAY = datetime.date(2026, 11, 1)
RECORD: dict[str, Any] = {
    "handle": ID,
    "as_of": TODAY,
    "name": SecretStr("买买提艾山江·阿卜杜克热木图尔荪"),
    "social_security_number": SecretStr("110101195810010018"),
    "card_number": SecretStr("ET000077X"),
    "birth_date": None,
    "phone_tail": "1234",
    "region": "110000",
    "application_status": 1,
    "lifecycle": "04",
    "issued_on": None,
    "collected_on": datetime.date(2026, 3, 1),
    "valid_until": None,
    "bank": "Bank of Virtual City",  # A bank's name is data: one that stands in both languages.
    "financial_activated": False,
    "initial_pin": False,
    "pin_blocked": False,
    "version": 1,
}
HELD = DraftHeld(
    draft=ID,
    expires_in_seconds=900,
    phone_tail="9876",
    review_days=3,
    fee_fen=2000,
    expected_on=datetime.date(2026, 12, 15),
    temporary_card=True,
)
NEAR = Outlet(
    id="city-hall",
    name="市政务服务中心社会保险大厅",
    name_en="City service centre, social security hall",
    address="虚拟市虚拟区人民路 1 号 2 楼",
    address_en="2nd floor, 1 Renmin Road, Virtual District",
    hours="周一至周五 9:00—12:00，13:30—17:00",
    hours_en="Mon to Fri 9:00-12:00, 13:30-17:00",
    phone="12333",
    distance="走路约 40 米",
    distance_en="about 40 m on foot",
    does=("collect", "enable", "pin", "loss", "records", "eligibility"),
)
FAR = NEAR.model_copy(update={"id": "far", "distance": "", "distance_en": ""})


def record(**columns: Any) -> CardRecord:
    return CardRecord.model_validate(RECORD | columns)


def at(step: int, task: Text, steps: tuple[Text, ...]) -> Progress:
    return Progress(task=task, steps=steps, at=step)


def applied(kind: str, state: str, **more: Any) -> ApplicationState:
    return ApplicationState.model_validate(
        {"number": "202611010001", "kind": kind, "state": state, "applied_on": TODAY, **more}
    )


def decisions() -> dict[str, Page]:
    shown, visit = (
        Identified(evidence=(ID,), record=record()),
        SimpleNamespace(machine=SimpleNamespace(settings=SETTINGS)),
    )
    texts = (T("短信提醒"), sms_reminders._STEPS)
    card = (T("补卡"), replace_card._STEPS)
    phone = (T("改手机号"), phone_number._STEPS)
    found: dict[str, Page] = {
        "which number": sms_reminders._which_number(shown, at(1, *texts)),
        "subscribed": sms_reminders._subscribed(SmsState(subscribed=True, phone_tail="1234"), at(1, *texts)),
        "phone": application._phone_entry(at(1, *phone), phone_number._now_on_record(shown), None),
        "phone wrong": application._phone_entry(at(1, *phone), T("现在没有登记号码。"), T("这不像手机号，请看一看")),
        "new phone": phone_number._decision(shown, HELD, at(2, *phone)),
        "reasons": replace_card.reasons(at(1, *card), True),
        "reasons without loss": replace_card.reasons(at(1, *card), False),
        "deliveries": replace_card.deliveries(at(2, *card)),
        "where": replace_card.where((NEAR, FAR), at(2, *card)),
    }
    for kind, decide in sms_reminders._DECISIONS.items():
        found[kind.value] = decide(visit, shown, HELD, at(2, *texts))  # type: ignore[arg-type]
    for kind, outlet in product((ApplicationKind.REPLACEMENT, ApplicationKind.RENEWAL), (NEAR, None)):
        found[f"{kind.value} {outlet and outlet.id}"] = replace_card.decision(
            shown.record, kind, HELD, outlet, at(3, *card)
        )
    return found


def looked_up() -> dict[str, Page]:
    done = datetime.date(2026, 11, 20)
    many = (
        applied("replacement", "ready_to_collect", decided_on=TODAY, outlet="city-hall", expected_on=done),
        applied("sms_subscribe", "refused", decided_on=TODAY, note="Too blurred", phone_tail="9876"),
        applied("phone_change", "under_review", phone_tail="9876"),
    )
    step = at(1, T("我的申请"), my_applications._STEPS)
    found: dict[str, Page] = {
        "applications": my_applications.table(record(), many, {"city-hall": NEAR}, step, by_text=True)
    }
    for state in my_applications._STAGES:
        for by_text in (False, True):
            found[f"{state.value}{' by text' if by_text else ''}"] = my_applications.table(
                record(), [applied("replacement", state)], {}, step, by_text=by_text
            )
    for kind in my_applications.KINDS:
        found[f"{kind.value} approved"] = my_applications.table(
            record(), [applied(kind, "approved")], {}, step, by_text=True
        )
    return found


def advised() -> dict[str, Page]:
    further = (Button(label=T("待遇资格认证"), answer=Chosen("eligibility_check"), icon="eligibility"),)
    found: dict[str, Page] = {q.name: questions.article(q, SETTINGS, further=further) for q in QUESTIONS}
    texts = SETTINGS.policy.texts
    found["published_rules"] = questions.article(PUBLISHED_RULES, SETTINGS, sections=published(texts.rules))
    found["legal_basis"] = questions.article(LEGAL_BASIS, SETTINGS, sections=basis())
    found["subjects"] = questions.subjects()
    found |= {subject.name: questions.questions_about(subject, SETTINGS) for subject in Subject}
    found["outlets"] = outlets.article((NEAR, FAR))
    for columns in (
        {"financial_activated": True},
        {"collected_on": TODAY},
        {"collected_on": datetime.date(2025, 1, 1)},
        {"collected_on": None},
        {"application_status": 4, "loss_reason": "financial_not_activated"},
    ):
        card = record(**columns)
        short = financial_function._answer(card, financial_function._deadline(card, 300))
        found[f"financial {columns}"] = questions.article(BANK_ACTIVATION, SETTINGS, short=short)
    return found


PAGES = decisions() | looked_up() | advised()


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("name", PAGES)
def test_it_fits(name: str, size: tuple[int, int]) -> None:
    """Both languages, large, low reach, each part of what has several: nothing clipped, crowded or untranslated."""
    page, found = PAGES[name], []
    for language, (large, low) in product(("zh", "en"), ((False, False), (True, True))):
        preferences, tab = Preferences(language=language, large=large, contrast=large, low_reach=low), 0
        while True:
            scene = compose(View(serial=1, page=page, preferences=preferences), size, tab=tab, tick=7)
            faults = audit(scene, language=language, large=large, low_reach=low)
            found += [f"{language}{' large' if large else ''}, part {tab}: {fault}" for fault in faults]
            tab += 1
            if Tab(tab) not in [touch.answer for touch in scene.touches]:
                break
    assert found == []
