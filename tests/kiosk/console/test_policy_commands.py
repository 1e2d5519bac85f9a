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
        f"{file}:{day}: default: replacement.days: expected at least 0",
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
        "",
        "不办的：",
        "  - 这张卡已经正式挂失 (loss.formal_already)",
        "  - 这张卡要到窗口挂失 (loss.not_here)",
        "  - 这张卡已经注销 (card.cancelled)",
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
    assert bool(explanation.cases) is bool(explanation.done)
    for text in (
        NAMES[service],
        *(case.title for case in explanation.cases),
        *explanation.done,
        *explanation.refused,
        *(proof for way in explanation.asked for proof in way),
    ):
        zh, en = say(text, "zh"), say(text, "en")
        assert zh.isascii() is False
        assert en.isascii(), en


SERVICES = {
    "card_status_without_card": ServiceKind.STATUS,
    "eligibility_check": ServiceKind.ELIGIBILITY,
    "insurance_records": ServiceKind.RECORDS,
    "insured_certificate": ServiceKind.CERTIFICATE,
    "my_applications": ServiceKind.APPLICATIONS,
    "release_loss": ServiceKind.LOSS_RELEASE,
    "renew_card": ServiceKind.RENEWAL,
    "replace_card": ServiceKind.REPLACEMENT,
    "report_loss": ServiceKind.TEMPORARY_LOSS,
    "rights_record": ServiceKind.CERTIFICATE,
    "sms_reminders": ServiceKind.SMS,
}
"""By their names in the table, where those aren't the rules' own."""
NOT_HERE = {"application.sms_face_to_face", "loss.formal_not_here"}


def test_whatever_refuses_is_told() -> None:
    """Every refusal that docs/services.md has met of a service stands in its explanation, in one region or other."""
    table = (SHIPPED.parents[1] / "docs" / "services.md").read_text(encoding="utf-8")
    rows = {
        name: set(re.findall("`([a-z_]+[.][a-z_]+)`", rest)) for name, rest in re.findall(r"\| `(\w+)` \|(.*)", table)
    }
    assert set(ServiceKind) == {SERVICES.get(name, name) for name in rows} & set(ServiceKind)
    regions = [load_policies(SHIPPED).of(code, datetime.date(2026, 3, 1)) for code in ("default", "110000", "330100")]
    for name, met in rows.items():
        if SERVICES.get(name, name) in set(ServiceKind):
            service = ServiceKind(SERVICES.get(name, name))
            told = {case.code for rules in regions for case in explain(service, rules).cases}
            assert {code for code in met - NOT_HERE if not code.startswith("identity.")} <= told, name


def test_the_two_regions_explain_most_services_otherwise() -> None:
    """Whatever is unlike in their rules is seen by those who ask."""
    capital, city = (load_policies(SHIPPED).of(code, datetime.date(2026, 3, 1)) for code in ("110000", "330100"))
    assert sum(explain(service, capital) != explain(service, city) for service in ServiceKind) >= 10


def test_every_proof_has_a_name() -> None:
    assert PROOFS.keys() == {kind.value for kind in EvidenceKind}
