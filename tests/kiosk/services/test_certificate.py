"""Certificates: on A4 where that works, else as a slip; the server answers for the code on either."""

import io
import shutil
import subprocess

import pytest
import trio
import zxingcpp
from kiosk_under_test import KioskUnderTest
from PIL import Image
from regions import regional
from sqlalchemy import delete
from sqlalchemy.orm import Session
from trio.testing import MockClock

from central import certificates
from central.service_tables import HeldInsurance, HeldPayment
from kiosk import conditions
from kiosk.pages import Answer, Done, Instruct, Working
from kiosk.settings import DocumentPrinterSettings, Settings
from kiosk.visit import Printed
from simulator.receipt_printer.paper import draw_receipt

QUEUE = "ipp://localhost/printers/a4"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """A machine with an A4 printer."""
    return settings.model_copy(update={"document_printer": DocumentPrinterSettings(queue=QUEUE)})


async def certified(kiosk: KioskUnderTest, service: str = "insured_certificate") -> Done:
    await kiosk.choose_more(service)
    await kiosk.until(Instruct)
    kiosk.insert("normal")
    await kiosk.type_pin(kiosk.people["normal"].pin)
    return await kiosk.until(Done)


def text_of(pdf: bytes) -> str:
    """As a reader of PDF selects it."""
    assert shutil.which("pdftotext"), "Debian's poppler-utils"
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode()


def pictures_of(pdf: bytes) -> list[Image.Image]:
    """As it comes out of a printer: one picture a page."""
    done = subprocess.run(["pdftoppm", "-r", "100", "-png", "-"], input=pdf, capture_output=True, check=True)
    ends = [at + 8 for at in range(len(done.stdout)) if done.stdout.startswith(b"IEND", at)]
    return [Image.open(io.BytesIO(done.stdout[a:b])) for a, b in zip([0, *ends], ends, strict=False)]


@pytest.mark.parametrize("service", ["insured_certificate", "rights_record"])
async def test_on_a4(autojump_clock: MockClock, kiosk: KioskUnderTest, service: str) -> None:
    """In full, as text that can be selected; its code is one that the server knows, as text and as a QR code."""
    page = await certified(kiosk, service)
    assert kiosk.receipts() == 0
    [pdf] = kiosk.queue.printed
    assert [item.label.message for item in page.take] == ["取走证明"]
    words, record = text_of(pdf), kiosk.record("normal")
    assert record.name.get_secret_value() in words
    assert record.social_security_number.get_secret_value() in words
    assert ("社会保险参保证明" if service == "insured_certificate" else "社会保险个人权益记录") in words
    assert ("个人（元）" in words) == (service == "rights_record")

    found = [code.text for picture in pictures_of(pdf) for code in zxingcpp.read_barcodes(picture)]
    [address] = found
    base = str(kiosk.settings.certificates.verify_url)
    assert address.startswith(base)
    code = address.removeprefix(base)
    assert code in words
    with kiosk.registry.transaction() as transaction:
        row = certificates.by_code(transaction, code)
    assert row is not None
    assert row.name == record.name.get_secret_value()
    job = kiosk.queue.jobs[1]
    assert job.name == certificates.number_of(row), "the queue's list names nobody"
    assert job.purged
    await kiosk.go_home()


async def test_a_slip_as_well(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """Who wants one gets one, with masked names."""
    await certified(kiosk)
    kiosk.press(Answer.PRINT)
    await kiosk.until(Done, lambda page: len(page.take) == 2)
    assert kiosk.receipts() == 1
    assert len(kiosk.queue.printed) == 1


@pytest.mark.parametrize(
    ("fate", "sheet"),
    [("waits", Printed.FAILED), ("aborts", Printed.UNKNOWN), ("hangs", Printed.UNKNOWN)],
)
async def test_a_queue_that_fails(autojump_clock: MockClock, kiosk: KioskUnderTest, fate: str, sheet: Printed) -> None:
    """The slip comes by itself, and the page says which of both can be relied on."""
    kiosk.queue.fate = fate  # type: ignore[assignment]
    page = await certified(kiosk)
    assert page.subtitle is not None
    assert ("可能没有打完" in page.subtitle.message) == (sheet is Printed.UNKNOWN)
    assert ("取走证明" in [item.label.message for item in page.take]) == (sheet is Printed.UNKNOWN)
    assert (len(kiosk.queue.printed), kiosk.receipts()) == (0, 1)
    assert kiosk.board.stands(conditions.DOCUMENT_NOT_PRINTED), "somebody has to look"


async def test_a_queue_that_is_known_to_be_away(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """Nobody waits for it."""
    kiosk.queue_wire.plugged = False
    page = await certified(kiosk)
    assert kiosk.receipts() == 1
    assert page.subtitle is not None
    assert "A4" not in page.subtitle.message
    assert not any(
        isinstance(view.page, Working) and view.page.title.message == "正在打印证明" for view in kiosk.screen.views
    )


async def test_the_card_is_taken_while_it_prints(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    """The sheet comes out all the same, and the page says so."""
    kiosk.queue.fate = "waits"
    await kiosk.choose_more("insured_certificate")
    await kiosk.until(Instruct)
    kiosk.insert("normal")
    await kiosk.type_pin(kiosk.people["normal"].pin)
    await kiosk.until(Working, lambda page: page.title.message == "正在打印证明")
    while not kiosk.queue.jobs:  # noqa: ASYNC110 -- The queue tells nobody.
        await trio.sleep(0.1)
    kiosk.pull()
    await trio.sleep(3)
    kiosk.queue.fate = "prints"
    await kiosk.until(Done)
    assert len(kiosk.queue.printed) == 1


async def test_nothing_on_record(autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
    with Session(kiosk.registry.engine) as session, session.begin():
        session.execute(delete(HeldPayment))
        session.execute(delete(HeldInsurance))
    await kiosk.choose_more("insured_certificate")
    await kiosk.until(Instruct)
    kiosk.insert("normal")
    await kiosk.type_pin(kiosk.people["normal"].pin)
    assert await kiosk.refused() == "records.nothing_to_certify"
    assert kiosk.queue.jobs == {}


class TestSlipsAlone:
    """A region that wants no A4, and a machine that has none."""

    @pytest.fixture(params=["region", "machine"])
    def settings(self, settings: Settings, request: pytest.FixtureRequest) -> Settings:
        if request.param == "region":
            return regional(settings, records={"certificate_a4": False})
        return settings.model_copy(update={"document_printer": DocumentPrinterSettings()})

    async def test_printed_at_once(self, autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
        """Masked, with its code; once more when asked, and then it says that it is a copy."""
        await certified(kiosk)
        assert kiosk.receipts() == 1
        assert kiosk.queue.jobs == {}
        [slip] = kiosk.printer.receipts
        assert [code.text.rpartition("/")[0] for code in zxingcpp.read_barcodes(draw_receipt(slip))] == [
            str(kiosk.settings.certificates.verify_url).rstrip("/")
        ]
        assert "余额" not in slip.text
        kiosk.press(Answer.PRINT)
        await trio.sleep(30)
        assert ["副本" in slip.text for slip in kiosk.printer.receipts] == [False, True]

    async def test_a_rights_record_has_its_sums(self, autojump_clock: MockClock, kiosk: KioskUnderTest) -> None:
        """Paid in all, and what is on the account."""
        await certified(kiosk, "rights_record")
        text = kiosk.printer.receipts[0].text
        assert text.count("个人交的") == 5
        assert text.count("余额") == 2
