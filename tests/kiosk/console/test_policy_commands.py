import datetime
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from kiosk.console.cli import app
from kiosk.console.policy_words import NAMES, PROOFS, explain
from kiosk.language import say
from kiosk.policy import load_policies
from kiosk.uplink.contract.evidence import EvidenceKind
from kiosk.uplink.contract.policy import ServiceKind

SHIPPED = Path(__file__).parents[3] / "config" / "policy.toml"


def policy(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["policy", *map(str, arguments)])


def told(service: str, *arguments: str) -> list[str]:
    result = policy("explain", service, "--file", SHIPPED, *arguments)
    assert result.exit_code == 0, result.output
    return result.stdout.splitlines()


def test_good_rules() -> None:
    """The shipped ones."""
    result = policy("check", SHIPPED)
    assert (result.exit_code, result.stdout) == (0, f"{SHIPPED}: good; regions default, 110000, 330100\n")


def test_each_fault_is_a_line_with_file_line_key_and_what_was_expected(tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    text = SHIPPED.read_text(encoding="utf-8")
    file.write_text(
        text.replace("days = 20 ", "days = -1 ").replace("every_months = 6", "months = 6"), encoding="utf-8"
    )
    result = policy("check", file)
    lines = file.read_text(encoding="utf-8").splitlines()
    day, months = (1 + next(n for n, line in enumerate(lines) if line.startswith(s)) for s in ("days = -1", "months"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.splitlines() == [
        f"{file}:{day}: default: replacement.days: Input should be greater than or equal to 0",
        f"{file}:{months}: 330100: eligibility.months: no such key: expected every_months, here, home_visit",
    ]


def test_rules_that_can_not_be_read(tmp_path: Path) -> None:
    """No file, and one that isn't text."""
    assert policy("check", tmp_path / "none").stderr == f"{tmp_path}/none: can't be read: No such file or directory\n"
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    assert policy("check", tmp_path / "binary").stderr == f"{tmp_path}/binary: is not UTF-8 text\n"


def test_what_a_service_asks_does_and_refuses() -> None:
    """In words, of one region on one day."""
    assert told("formal_loss", "--region", "330100", "--date", "2026-03-01") == [
        "正式挂失 — 杭州（示例） (330100), 2026 年 3 月 1 日",
        "",
        "核对身份，任选一种：",
        "  - 刷身份证 + 刷脸",
        "  - 刷身份证 + 短信验证码",
        "  - 扫电子社保卡 + 短信验证码",
        "",
        "怎么办：",
        "  - 当场挂失。办之前会说清楚后果。",
        "  - 以后可以解除。",
    ]
    assert told("formal_loss", "--region", "110000", "--date", "2026-03-01", "--language", "en") == [
        "Formal loss — Beijing (example) (110000), 1 March 2026",
        "",
        "What is refused:",
        "  - Not done at this region's machines; go to an outlet.",
    ]


def test_the_document_shows_what_is_told() -> None:
    """The example in docs/policy.md is the program's own answer."""
    text = (SHIPPED.parents[1] / "docs" / "policy.md").read_text(encoding="utf-8")
    ((command, answer),) = re.findall(r"```console\n\$ kiosk policy explain (.*)\n((?s:.*?))```", text)
    assert told(*command.split()) == answer.splitlines()


def test_on_its_day_a_later_section_holds() -> None:
    before, after = (told("replacement", "--region", "110000", "--date", day) for day in ("2026-12-31", "2027-01-01"))
    assert "  - 不收费。" in before
    assert "  - 工本费 16.00 元。" in after


def test_no_such_region() -> None:
    """Those that there are, are named."""
    result = policy("explain", "sms", "--file", SHIPPED, "--region", "999999")
    assert result.exit_code == 2
    assert result.stderr == f"{SHIPPED}: no region 999999; it has default, 110000, 330100\n"


@pytest.mark.parametrize("region", ["default", "110000", "330100"])
@pytest.mark.parametrize("service", ServiceKind)
def test_every_service_is_told_in_both_languages(service: ServiceKind, region: str) -> None:
    """Either what is asked and done, or that it isn't done here and where it is: never nothing."""
    rules = load_policies(SHIPPED).of(region, datetime.date(2026, 3, 1))
    explanation = explain(service, rules)
    assert len(explanation.asked) == len(rules.ways_of(service))
    assert bool(explanation.asked) is bool(explanation.done)
    assert explanation.done or explanation.refused
    for text in (
        NAMES[service],
        *explanation.done,
        *explanation.refused,
        *(proof for way in explanation.asked for proof in way),
    ):
        zh, en = say(text, "zh"), say(text, "en")
        assert zh.isascii() is False
        assert en.isascii(), en


def test_every_proof_has_a_name() -> None:
    assert PROOFS.keys() == {kind.value for kind in EvidenceKind}
