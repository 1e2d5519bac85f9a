"""A rights record is printed, and whoever was handed it looks up the code on it at the bureau's address."""

import io
import ssl
from urllib.error import HTTPError
from urllib.request import urlopen

import zxingcpp
from PIL import Image

from simulator.scenarios import pages, reading
from simulator.scenarios.citizen import Citizen

EXPECTS = "genuine"
CARD = "normal"


def play(citizen: Citizen) -> tuple[str, str]:
    """See the module."""
    citizen.sees(pages.HOME)
    reading.chooses_in_menu(citizen, "打印权益记录")
    citizen.sees(pages.INSERT_CARD)
    citizen.inserts(CARD)
    citizen.types_pin(citizen.persona(CARD).pin)
    paper = citizen.takes_receipt(30)
    citizen.sees(pages.CERTIFIED)
    citizen.touches("完成，取卡")
    citizen.leaves_with_card()

    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(paper)))
    citizen.report.act("somebody else scans the code on the paper")
    told = _looks_up(citizen, code.text)
    citizen.report.keep("verified.html", told)
    if "这份证明是真的" not in told or "权益记录" not in told:
        return "not genuine", "the bureau's page doesn't know it"
    altered = code.text[:-1] + ("2" if code.text[-1] != "2" else "3")
    if "没有查到这份证明" not in _looks_up(citizen, altered):
        return "anything goes", "the bureau's page knows a code that was altered"
    return "genuine", "on paper, and on the page that its code leads to; an altered code leads to none"


def _looks_up(citizen: Citizen, address: str) -> str:
    trusted = ssl.create_default_context(cafile=citizen.stand.authority)
    try:
        with urlopen(address, context=trusted, timeout=10) as answer:
            return str(answer.read().decode())
    except HTTPError as missing:
        return missing.read().decode()
