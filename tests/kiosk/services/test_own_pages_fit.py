"""The pages of what is done here, drawn in every variant: nothing is clipped, crowded or untranslated."""

import datetime
from collections.abc import Callable
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from pydantic import SecretStr

from drivers.card_reader.slot import MediaState
from kiosk.pages import Page, Progress
from kiosk.screen import Preferences, View
from kiosk.services import (
    cards,
    certificate,
    eligibility_check,
    formal_loss,
    insurance_records,
    production_progress,
)
from kiosk.settings import load
from kiosk.text import T
from kiosk.uplink.contract import (
    ApplicationStage,
    ApplicationStatus,
    Benefit,
    CardRecord,
    CertificateIssued,
    CertificateKind,
    EligibilityState,
    Insurance,
    InsuranceRecord,
    InsuranceRecords,
    InsuredState,
    Lifecycle,
    Outlet,
    Payment,
    PersonCard,
    PersonCards,
    ProducedCard,
    ProductionProgress,
)
from kiosk.visit import Printed
from screens.audit import audit
from screens.compose import compose

SIZES = ((1080, 1920), (1920, 1080), (1280, 1024))
PARTS = 3
"""How many parts of a long page are looked at."""
TODAY = datetime.date(2026, 11, 22)
SETTINGS = load(Path(__file__).parents[3] / "config" / "kiosk.toml")
VISIT: Any = SimpleNamespace(
    machine=SimpleNamespace(
        settings=SETTINGS,
        receipt_number=lambda: "03-0001-Q001",
        now=lambda: datetime.datetime(2026, 11, 22, 9, 41),
        slot=SimpleNamespace(media=SimpleNamespace(state=MediaState.PRESENT)),
    )
)
NOBODY = UUID(int=7)
CENTRE = ("市社会保险事业管理中心", "Municipal social insurance centre")
RECORD = CardRecord(
    handle=NOBODY,
    as_of=TODAY,
    name=SecretStr("欧阳虚拟"),
    social_security_number=SecretStr("990100199001011230"),
    card_number=SecretStr("ET000077X"),
    birth_date=None,
    region="990100",
    application_status=ApplicationStatus.NORMAL,
    lifecycle=Lifecycle.ENABLED,
    issued_on=None,
    collected_on=None,
    valid_until=None,
    bank="邮储银行",
    bank_en="Postal Savings Bank of China",
    financial_activated=True,
    initial_pin=False,
    pin_blocked=False,
    version=1,
)
OUTLET = Outlet(
    id="city-hall",
    name="虚拟市政务服务中心社保大厅",
    name_en="Social insurance hall of the civic centre",
    address="虚拟市虚拟区和平路 1 号",
    address_en="1 Heping Road, Virtual District",
    hours="周一到周五 9:00-17:00",
    hours_en="Mon to Fri, 9:00 to 17:00",
    phone="12333",
    does=(),
)


def insurance(kind: Insurance) -> InsuranceRecord:
    months = [f"{year}-{month:02}" for year in range(2019, 2027) for month in range(1, 13)][:-2]
    return InsuranceRecord(
        insurance=kind,
        insured_since="1996-07",
        state=InsuredState.SUSPENDED,
        months_paid=363,
        personal_fen=123_456_789,
        balance_fen=98_765_432,
        body=CENTRE[0],
        body_en=CENTRE[1],
        payments=tuple(
            Payment(month=m, base_fen=3_500_000, personal_fen=280_000, employer_fen=560_000, paid=m != "2024-03")
            for m in months
        ),
    )


def insurances(*kinds: Insurance) -> InsuranceRecords:
    held = tuple(insurance(kind) for kind in kinds)
    return InsuranceRecords(as_of=TODAY, years=8, held_by=CENTRE[0], held_by_en=CENTRE[1], insurances=held)


def progress(steps: int, at: int) -> Progress:
    return Progress(task=T("查五险"), steps=(T("验身份"), T("看结果"), T("完成"))[:steps], at=at)


def made(**card: Any) -> Page:
    produced = ProducedCard.model_validate({"lifecycle": Lifecycle.IN_PRODUCTION, **card})
    told = ProductionProgress(as_of=TODAY, cards=(produced, produced))
    outlets = {OUTLET.id: OUTLET}
    return production_progress._result(VISIT, RECORD, told, outlets, progress(2, 1)).page(Printed.NOT_ASKED)


def held(*states: ApplicationStatus) -> Page:
    told = PersonCards(
        as_of=TODAY,
        cards=tuple(
            PersonCard(
                handle=NOBODY,
                tail="077X",
                region="990100",
                application_status=state,
                lifecycle=Lifecycle.ENABLED,
                bank=RECORD.bank,
                bank_en=RECORD.bank_en,
                issued_on=TODAY,
                valid_until=TODAY,
                in_use=not number,
            )
            for number, state in enumerate(states)
        ),
    )
    return cards._result(VISIT, RECORD, told, progress(2, 1)).page(Printed.UNKNOWN)


def certified(sheet: Printed, slip: Printed) -> Page:
    issued = CertificateIssued(
        certificate_id=NOBODY,
        kind=CertificateKind.INSURED,
        number="202600000001",
        code="7KQ2-M9XD-4RTA-PW3C",
        issued_on=TODAY,
        verifiable_until=TODAY,
        name=RECORD.name,
        social_security_number=RECORD.social_security_number,
        held_by=CENTRE[0],
        held_by_en=CENTRE[1],
        insurances=(),
    )
    return certificate._result(VISIT, issued, RECORD, sheet, progress(3, 3)).page(slip)


def check(**state: Any) -> Page:
    told = EligibilityState.model_validate({"as_of": TODAY, "benefit": Benefit.SURVIVORS, **state})
    return eligibility_check._decision(VISIT, told, Benefit.SURVIVORS, RECORD, progress(3, 1))


def of_one_insurance() -> Page:
    records = insurances(Insurance.WORK_INJURY)
    return insurance_records._detail(records.insurances[0], 8, RECORD, progress(2, 1))


def printed_totals(what: Printed) -> Page:
    return insurance_records._printed(VISIT, insurances(*Insurance), RECORD, progress(2, 2)).page(what)


PAGES: dict[str, Callable[[], Page]] = {
    "progress, ordered": lambda: made(
        tail="077X", ordered_on=TODAY, expected_on=TODAY - datetime.timedelta(1), outlet=OUTLET.id
    ),
    "progress, ready": lambda: made(stage=ApplicationStage.READY_TO_COLLECT, outlet=OUTLET.id),
    "progress, posted": lambda: made(stage=ApplicationStage.POSTED, posted=True),
    "progress, under review": lambda: made(stage=ApplicationStage.UNDER_REVIEW),
    "cards": lambda: held(*ApplicationStatus),
    "insurances": lambda: insurance_records._overview(insurances(*Insurance), RECORD, progress(2, 1)),
    "insurances, one": lambda: insurance_records._overview(insurances(Insurance.MEDICAL), RECORD, progress(2, 1)),
    "insurance": of_one_insurance,
    **{f"totals, {what.value}": lambda what=what: printed_totals(what) for what in Printed},  # type: ignore[misc]
    **{
        f"certificate, {sheet.value}, {slip.value}": lambda sheet=sheet, slip=slip: certified(sheet, slip)  # type: ignore[misc]
        for sheet, slip in product(Printed, (Printed.DONE, Printed.FAILED))
    },
    "check, good": lambda: check(good_until=TODAY),
    "check, overdue": lambda: check(good_until=TODAY, overdue=True),
    "check, stopped": lambda: check(good_until=TODAY, overdue=True, paid_until=TODAY),
    "check, first": check,
    "formal loss": lambda: formal_loss._decision(VISIT, RECORD, progress(3, 1)),
}


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", PAGES)
def test_it_fits(name: str, size: tuple[int, int]) -> None:
    """Both languages, large, high contrast, low reach; the first parts of what is long."""
    page, found = PAGES[name](), []
    for language, large, low, part in product(("zh", "en"), (False, True), (False, True), range(PARTS)):
        preferences = Preferences(language=language, large=large, contrast=large, low_reach=low)
        scene = compose(View(serial=1, page=page, preferences=preferences), size, tab=part)
        faults = audit(scene, language=language, large=large, low_reach=low)
        found += [f"{language}{' large' if large else ''}{' low' if low else ''} {part}: {fault}" for fault in faults]
    assert found == []
