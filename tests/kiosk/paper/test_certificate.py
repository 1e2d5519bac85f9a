"""The sheet as a reader of PDF sees it; set as a machine has it set, in a process of its own."""

import datetime
import re
import subprocess
from pathlib import Path
from uuid import UUID

import pytest
from pydantic import SecretStr

from kiosk.paper import typesetter
from kiosk.paper.certificate import certificate
from kiosk.paper.typesetter import TypesettingFailed, typeset_apart
from kiosk.paper.typesetting import set_certificate
from kiosk.settings import load
from kiosk.uplink.contract import CertificateIssued, CertificateKind, Insurance, InsuranceRecord, InsuredState, Payment

SETTINGS = load(Path(__file__).parents[3] / "config" / "kiosk.toml")
DAY = datetime.date(2026, 11, 22)
AT = datetime.datetime(2026, 11, 22, 9, 41)


def issued(kind: CertificateKind = CertificateKind.INSURED, *, name: str = "欧阳虚拟") -> CertificateIssued:
    payments = tuple(
        Payment(month=f"2024-{n:02}", base_fen=1_000_000, personal_fen=80_000, employer_fen=160_001, paid=n != 3)
        for n in range(1, 11)
    )
    held = InsuranceRecord(
        insurance=Insurance.PENSION,
        insured_since="2012-07",
        state=InsuredState.PAYING,
        months_paid=171,
        personal_fen=12_345_678,
        balance_fen=4_567_890,
        body="虚拟市社保中心",
        body_en="Virtual centre",
        payments=payments,
    )
    return CertificateIssued(
        certificate_id=UUID(int=1),
        kind=kind,
        number="202600000001",
        code="7KQ2-M9XD-4RTA-PW3C",
        issued_on=DAY,
        verifiable_until=DAY,
        name=SecretStr(name),
        social_security_number=SecretStr("990100199001011230"),
        held_by="虚拟市社保局",
        held_by_en="Virtual bureau",
        insurances=(held,),
    )


def pdf_of(told: CertificateIssued, language: str = "zh") -> bytes:
    return set_certificate(certificate(told, SETTINGS, language=language, printed_at=AT))


def read(program: str, pdf: bytes, tmp_path: Path) -> str:
    """What one of poppler's programs says of it."""
    file = tmp_path / "sheet.pdf"
    file.write_bytes(pdf)
    arguments = ["-layout", file, "-"] if program == "pdftotext" else [file]
    return subprocess.run([program, *arguments], capture_output=True, check=True, text=True).stdout


def test_fonts_are_within_as_subsets(tmp_path: Path) -> None:
    """It looks the same everywhere, and is small; rare characters of a name come from a font that has them."""
    pdf = pdf_of(issued(name="张𠮷𪚥"))
    rows = read("pdffonts", pdf, tmp_path).splitlines()[2:]
    assert len(rows) >= 3
    assert all(re.search(r"yes yes yes", row) for row in rows), rows
    assert any("HanaMin" in row for row in rows)
    assert "张𠮷𪚥" in read("pdftotext", pdf, tmp_path)
    assert len(pdf) < 100_000
    assert "A4" in read("pdfinfo", pdf, tmp_path)


def test_a_rights_record_month_by_month(tmp_path: Path) -> None:
    """A year's months as signs, its sums in yuan: what is owed isn't counted."""
    words = read("pdftotext", pdf_of(issued(CertificateKind.RIGHTS_RECORD)), tmp_path)
    [year] = [line.split() for line in words.splitlines() if line.strip().startswith("2024 ")]
    assert year == ["2024", *"●●○●●●●●●●－－", "7,200.00", "14,400.09"]
    assert "123,456.78" in words
    assert "45,678.90" in words


def test_in_english_below_the_chinese(tmp_path: Path) -> None:
    """The Chinese counts; the other language helps to read it, and stands nowhere in a Chinese visit."""
    english = read("pdftotext", pdf_of(issued(), "en"), tmp_path)
    assert "社会保险参保证明" in english
    assert "Certificate of social insurance" in english
    assert "Virtual bureau" in english
    chinese = read("pdftotext", pdf_of(issued()), tmp_path)
    assert not re.search(r"Certificate|Virtual", chinese)


async def test_set_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """By another process: the same sheet. Without one that works there is none, by name."""
    words = certificate(issued(), SETTINGS, language="zh", printed_at=AT)
    assert (await typeset_apart(words)).startswith(b"%PDF-1.7")
    with pytest.raises(TypesettingFailed):
        await typeset_apart(b"not JSON")
    monkeypatch.setattr(typesetter, "_SECONDS", 0.01)
    with pytest.raises(TypesettingFailed):
        await typeset_apart(words)
