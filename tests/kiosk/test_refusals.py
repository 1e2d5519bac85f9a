import datetime
import re
from pathlib import Path

import pytest
from kiosk_under_test import KioskUnderTest
from trio.testing import MockClock

from kiosk import refusals
from kiosk.catalogue import SERVICES
from kiosk.console import refusal_table
from kiosk.home import OFFERS
from kiosk.language import say
from kiosk.pages import Answer, Chosen, Refusal
from kiosk.refusals import RefusalKind, Refused
from kiosk.text import Argument, Local, Text
from kiosk.visit import Visit

HAN = re.compile(r"[\u4e00-\u9fff]")
FILLED_IN = {"window", "hotline", "formal_ends", "bring"}
"""By the machine; what else they name is in `ARGUMENTS`."""


ARGUMENTS: dict[str, Argument] = {
    "valid_until": datetime.date(2026, 3, 15),
    "tries": 3,
    "wait": "5 分钟",
    "bank": "北京银行",
    "until": "到 3 月 15 日自动解除。",
    "body": Local("市社保中心", "the social insurance centre"),
    "bring": "身份证",
    "instead": "再来一次，换一种方式",
}
"""What refusals name, beside what the machine fills in."""


@pytest.mark.parametrize(
    "kinds", [refusals.ALL[::9], pytest.param(refusals.ALL, marks=pytest.mark.deep)], ids=["some", "all"]
)
async def test_each_has_a_way_on_and_a_slip_with_all_that_the_page_says(
    autojump_clock: MockClock,
    stand: KioskUnderTest,
    monkeypatch: pytest.MonkeyPatch,
    kinds: tuple[RefusalKind, ...],
) -> None:
    """What happened, why, each way with what to bring, and the code; none leads nowhere."""
    refused = kinds[0]

    async def outlets(visit: Visit) -> None:
        raise Refused(refused, **ARGUMENTS)

    monkeypatch.setitem(SERVICES, "outlets", outlets)
    for refused in kinds:
        await stand.choose_more("outlets")
        page = await stand.until(Refusal)
        button, on = page.actions.secondary, page.actions.primary
        assert button is not None, refused.code
        assert button.answer is Answer.PRINT, refused.code
        assert on is not None, refused.code
        assert on.answer in (Answer.FINISH, Answer.AGAIN) or isinstance(on.answer, Chosen)
        stand.press(Answer.PRINT)
        page = await stand.until(Refusal, lambda page: page.actions.secondary is None)  # It is printed.
        printed = _ink(stand.printer.receipts[-1].text)
        for said in (page.title, page.why, *(way.title for way in page.ways), *(way.note for way in page.ways)):
            assert _ink("" if said is None else said) in printed, refused.code
        assert refused.code in printed
        assert page.reference in printed
        assert "{" not in printed
        stand.press(Answer.EXIT)


def _ink(said: Text | str) -> str:
    """Without the blanks and ends of lines: paper is narrow."""
    return "".join((said if isinstance(said, str) else say(said, "zh")).split())


def test_codes_are_unique_and_stable_in_form() -> None:
    """They stand in logs and on slips for years."""
    codes = [kind.code for kind in refusals.ALL]
    assert len(set(codes)) == len(codes) > 25
    assert all(re.fullmatch(r"[a-z_]+\.[a-z_]+", code) for code in codes)


def test_a_refusal_is_named_after_its_code() -> None:
    """Who reads a code in the log finds its entry, and the other way round."""
    r = refusals
    for subject in (r.card, r.pin, r.central, r.e_card, r.identity, r.operation, r.loss, r.records, r.eligibility):
        for name, kind in vars(subject).items():
            if isinstance(kind, RefusalKind):
                assert kind.code == f"{subject.__name__.rpartition('.')[2]}.{name.lower()}"


@pytest.mark.parametrize("kind", refusals.ALL, ids=lambda kind: kind.code)
def test_a_refusal_says_all_four_things(kind: RefusalKind) -> None:
    """What happened, in 14 characters; whether anything changed; why; and a way out of at most three steps."""
    assert 1 <= len(HAN.findall(kind.title.message)) <= 14
    assert kind.reassurance.message
    assert kind.why.message
    ways = kind.ways if kind.here is None else (kind.here, *kind.ways)
    assert 1 <= len(kind.ways) <= len(ways) <= 3
    assert kind.here is None or kind.helps is not None
    texts = [kind.title, kind.reassurance, kind.why, *(way.title for way in ways), *(way.note for way in ways)]
    for text in texts:
        if text is not None:
            assert set(re.findall(r"{(\w+)}", text.message)) <= FILLED_IN | ARGUMENTS.keys()
            assert not re.search(r"系统|操作失败|异常|错误代码", text.message)
            assert "{hotline}" not in text.message, "the page names it under the ways"


@pytest.mark.parametrize("kind", [kind for kind in refusals.ALL if kind.here], ids=lambda kind: kind.code)
def test_what_helps_names_no_proof_of_its_own(kind: RefusalKind) -> None:
    """Which proofs a service takes is the region's to say, here and now: no refusal knows it by heart."""
    assert kind.here is not None
    note = "" if kind.here.note is None else kind.here.note.message
    assert not re.search(r"身份证|手机(?!号)|刷脸|电子社保卡", note)
    asks = any(offer.tile.service == kind.helps and offer.identity is not None for offer in OFFERS)
    assert asks or "{bring}" not in note, "nobody fills it in"


def test_what_helps_is_a_service() -> None:
    """A button that leads nowhere would be worse than none."""
    helping = {kind.helps for kind in refusals.ALL} - {None}
    assert {"unlock", "reset_pin", "enable"} <= helping <= SERVICES.keys()


def test_the_document_is_current() -> None:
    """Remedy: `kiosk refusals > docs/refusals.md`."""
    written = (Path(__file__).parents[2] / "docs" / "refusals.md").read_text(encoding="utf-8")
    assert written == refusal_table.document()
    assert written.count("\n| `") == len(refusals.ALL)
