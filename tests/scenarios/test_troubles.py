"""Scenarios over the real stack in which something fails, and whoever waits for it waits long."""

from pathlib import Path

import pytest
from brisk_citizen import BriskCitizen
from scenario_forms import forms

from simulator.scenarios import TROUBLES, load
from simulator.scenarios.report import Report
from simulator.scenarios.runner import play
from simulator.stand import Stand


@pytest.mark.timeout(240)
@pytest.mark.parametrize("name", forms(TROUBLES))
def test_scenario(name: str, stand: Stand, tmp_path: Path) -> None:
    """As in `test_scenarios`."""
    assert play(load(name), stand, Report(tmp_path), language="zh", seed=1, who=BriskCitizen), f"see {tmp_path}"
