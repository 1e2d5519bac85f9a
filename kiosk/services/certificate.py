"""Insured certificate and rights record (参保证明, 权益记录): issued by the server, printed here, checked by anybody.

Evidence: the card and its PIN, or who stands here without it. On A4 where the machine has such a printer and the region
wants it, in full; else, or where that fails, as a slip with masked names. Both carry the code that the server answers.
"""

from collections.abc import Iterator
from functools import partial

import structlog

from drivers.document_printer.errors import DocumentPrinterError
from drivers.errors import Outcome
from kiosk import refusals
from kiosk.conditions.faults import note_fault, note_program_fault
from kiosk.insurances import CERTIFICATES, NAMES, STATES, month, sums
from kiosk.pages import Done, Picture, Progress, TakeItem, Working
from kiosk.paper.certificate import certificate
from kiosk.paper.typesetter import TypesettingFailed
from kiosk.refusals import Refused
from kiosk.slips import Slip
from kiosk.steps.identity import identify_holder, refuse_unless_offered
from kiosk.steps.own_records import person, question
from kiosk.steps.receipt import DONE_SECONDS, done_page
from kiosk.text import T, Text
from kiosk.uplink.contract import (
    CardRecord,
    CertificateIssued,
    CertificateKind,
    CertificateRequest,
    InsuranceRecord,
    ProblemType,
)
from kiosk.uplink.contract.policy import ServiceKind
from kiosk.uplink.errors import CentralError
from kiosk.visit import Printed, Printing, Result, Visit

log = structlog.get_logger()

_STEPS = (T("验身份"), T("开证明"), T("取走"))
_NAMES: dict[CertificateKind, Text] = {
    CertificateKind.INSURED: T("打印参保证明"),
    CertificateKind.RIGHTS_RECORD: T("打印权益记录"),
}
_TAKE_SHEET = TakeItem(label=T("取走证明"), picture=Picture.RECEIPT_OUT, note=T("在打印机的出纸口，是 A4 纸。"))


async def insured_certificate(visit: Visit) -> Result:
    """参保证明: which insurances somebody has, since when, and how they stand."""
    return await _certificate(visit, CertificateKind.INSURED)


async def rights_record(visit: Visit) -> Result:
    """权益记录: the same, with what was paid year by year."""
    return await _certificate(visit, CertificateKind.RIGHTS_RECORD)


async def _certificate(visit: Visit, kind: CertificateKind) -> Result:
    progress = partial(Progress, task=_NAMES[kind], steps=_STEPS)
    ways = visit.machine.settings.policy.ways_of(ServiceKind.CERTIFICATE)
    refuse_unless_offered(visit, ways)
    shown = await identify_holder(visit, progress(at=0), ways)
    visit.show(_working(progress(at=1), T("正在开证明")))
    asked = question(visit, shown)
    request = CertificateRequest(
        certificate_id=visit.machine.new_id(), kiosk=asked.kiosk, evidence=asked.evidence, kind=kind
    )
    try:
        issued = await visit.machine.uplink.certificate(request)
    except CentralError as error:
        if error.problem is not ProblemType.NOT_ELIGIBLE:
            raise
        raise Refused(refusals.records.NOTHING_TO_CERTIFY) from None
    sheet = await _print_sheet(visit, issued, progress(at=1))
    return _result(visit, issued, shown.record, sheet, progress(at=len(_STEPS)))


async def _print_sheet(visit: Visit, issued: CertificateIssued, progress: Progress) -> Printed:
    """Print it on A4; `NOT_ASKED` where there is no such printer, or none that works."""
    machine = visit.machine
    printer, wanted = machine.document_printer, machine.settings.policy.records.certificate_a4
    if printer is None or not wanted or machine.board.closes("a4"):
        return Printed.NOT_ASKED
    visit.show(_working(progress, T("正在打印证明"), T("大约要半分钟，请不要走开。")))
    words = certificate(issued, machine.settings, language=visit.preferences.language, printed_at=machine.now())
    try:
        with visit.uninterrupted():  # Bounded on its way; whoever takes the card meanwhile still gets the sheet.
            await printer.print_once(await machine.typeset(words), name=issued.number)
    except DocumentPrinterError as error:
        log.warning("certificate.not_printed", error=type(error).__name__, outcome=error.outcome.value)
        note_fault(machine.board, error)
        return Printed.FAILED if error.outcome is Outcome.NOT_DONE else Printed.UNKNOWN
    except TypesettingFailed as error:
        log.error("certificate.not_set", error=str(error))
        note_program_fault(machine.board, error)
        return Printed.FAILED
    return Printed.DONE


def _working(progress: Progress, title: Text, subtitle: Text | None = None) -> Working:
    return Working(progress=progress, title=title, subtitle=subtitle, picture=Picture.RECEIPT_OUT, can_exit=False)


def _result(visit: Visit, issued: CertificateIssued, record: CardRecord, sheet: Printed, progress: Progress) -> Result:
    """What was printed, and what to do with it; without a sheet the slip comes by itself."""
    subtitle = {
        Printed.NOT_ASKED: T("谁要核对真假，扫凭条上的码，或者输查验码。"),
        Printed.DONE: T("谁要核对真假，扫证明上的码，或者输查验码。"),
        Printed.FAILED: T("A4 纸没有打出来，先给您打一张凭条，一样能核对。"),
        Printed.UNKNOWN: T("A4 纸可能没有打完，再给您打一张凭条，一样能核对。"),
    }[sheet]

    def page(printed: Printed) -> Done:
        take = _TAKE_SHEET if sheet in (Printed.DONE, Printed.UNKNOWN) else None
        return done_page(
            visit, printed, progress, title=T("证明开好了"), subtitle=subtitle, number=issued.number, take=take
        )

    return Result(
        page=page,
        slip=_slip(visit, issued, record),
        printing=Printing.WHEN_ASKED if sheet is Printed.DONE else Printing.AT_ONCE,
        card_gone_seconds=DONE_SECONDS,
    )


def _slip(visit: Visit, issued: CertificateIssued, record: CardRecord) -> Slip:
    return Slip(
        title=CERTIFICATES[issued.kind],
        result=T("查验码 {code}", code=issued.code),
        number=issued.number,
        at=visit.machine.now(),
        facts=(
            *person(record),
            *(fact for held in issued.insurances for fact in _facts(held, issued.kind)),
        ),
        steps=(
            T("谁要核对真假，凭查验码在社保网站上核对。"),
            T("核对到 {day} 为止，过期再开一张，不收钱。", day=issued.verifiable_until),
        ),
        address=visit.machine.settings.certificates.address_of(issued.code),
    )


def _facts(held: InsuranceRecord, kind: CertificateKind) -> Iterator[tuple[Text, Text]]:
    """What a slip has room for: how an insurance stands, and on a rights record what was paid in all."""
    since = month(held.insured_since)
    yield NAMES[held.insurance], T("{month}参保，{state}", state=STATES[held.state], month=since)
    if kind is CertificateKind.RIGHTS_RECORD:
        yield from sums(held)
