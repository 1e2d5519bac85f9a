"""Scenarios over the real stack (the kiosk, PC/SC, ptys, TLS, the X server) in which nothing fails for long.

Those of `test_troubles` run beside them, on another stand.
"""

from pathlib import Path

import pytest
from brisk_citizen import BriskCitizen
from scenario_forms import forms

from simulator.machine import Wishes
from simulator.scenarios import SCENARIOS, TROUBLES, load
from simulator.scenarios.report import Report
from simulator.scenarios.runner import play
from simulator.stand import Stand

IN_OTHER_FORMS = (
    "status-ecard",
    "activate",
    "activate-with-id-and-face",
    "face-refused-then-id",
    "id-mismatch",
    "otp",
    "unlock",
    "reset-pin",
    "report-loss",
    "release-loss",
    "power-cut-during-activation",
    "insurance-records",
    "insured-certificate",
    "eligibility-check",
    "sms-reminders",
    "sms-face-to-face",
    "phone-number",
    "replace-card",
    "renew-card",
    "application-refused",
    "rights-record",
    "formal-loss",
    "card-menu",
    "several-cards",
    "production-progress",
    "financial-function",
    "outlets",
    pytest.param("questions", marks=pytest.mark.timeout(900)),  # Each of them, page by page.
)
"""Those whose pages are many."""


@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    "name", forms(name for name in SCENARIOS if name not in TROUBLES and load(name).region is None)
)
def test_scenario(name: str, stand: Stand, tmp_path: Path) -> None:
    """In Chinese, in portrait, one after another on the same machine: each leaves it ready for the next."""
    assert play(load(name), stand, Report(tmp_path), language="zh", seed=1, who=BriskCitizen), f"see {tmp_path}"


@pytest.mark.deep
@pytest.mark.apart
@pytest.mark.parametrize("pin_path", ["pad", "reader"])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", [(1080, 1920), (1920, 1080), (1280, 1024)])
@pytest.mark.parametrize("name", ["status", "change-pin"])
def test_scenario_in_every_form(name: str, size: tuple[int, int], language: str, pin_path: str, tmp_path: Path) -> None:
    in_form(name, size, language, pin_path, tmp_path)


@pytest.mark.deep
@pytest.mark.apart
@pytest.mark.parametrize(
    ("size", "language", "pin_path"),
    [
        ((1080, 1920), "en", "both"),
        ((1920, 1080), "en", "pad"),
        ((1280, 1024), "zh", "reader"),
    ],
)
@pytest.mark.parametrize("name", IN_OTHER_FORMS)
def test_scenario_in_other_forms(
    name: str, size: tuple[int, int], language: str, pin_path: str, tmp_path: Path
) -> None:
    """Every size, language and way of typing PINs once."""
    in_form(name, size, language, pin_path, tmp_path)


def in_form(name: str, size: tuple[int, int], language: str, pin_path: str, folder: Path) -> None:
    width, height = size
    scenario = load(name)
    region = scenario.region or "default"
    with Stand(Wishes(width=width, height=height, language=language, pin_path=pin_path, region=region)) as stand:
        assert play(scenario, stand, Report(folder), language=language, seed=1), f"see {folder}"
