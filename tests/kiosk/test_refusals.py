import re
from pathlib import Path

import pytest

from kiosk import refusals
from kiosk.catalogue import SERVICES
from kiosk.console import refusal_table
from kiosk.refusals import RefusalKind

HAN = re.compile(r"[\u4e00-\u9fff]")
KNOWN_NAMES = {"window", "hotline", "valid_until", "tries", "wait", "bank", "until", "body"}


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
            assert set(re.findall(r"{(\w+)}", text.message)) <= KNOWN_NAMES
            assert not re.search(r"系统|操作失败|异常|错误代码", text.message)
            assert "{hotline}" not in text.message, "the page names it under the ways"


def test_what_helps_is_a_service() -> None:
    """A button that leads nowhere would be worse than none."""
    helping = {kind.helps for kind in refusals.ALL} - {None}
    assert {"unlock", "reset_pin", "enable"} <= helping <= SERVICES.keys()


def test_the_document_is_current() -> None:
    """Remedy: `kiosk refusals > docs/refusals.md`."""
    written = (Path(__file__).parents[2] / "docs" / "refusals.md").read_text(encoding="utf-8")
    assert written == refusal_table.document()
    assert written.count("\n| `") == len(refusals.ALL)
