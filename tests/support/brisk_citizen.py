"""A citizen who wastes no time: for tests that look at what a visit leaves, not at how it feels."""

import time
from pathlib import Path

from PIL import Image

from simulator.scenarios.citizen import Citizen
from simulator.scenarios.pages import HOME
from simulator.scenarios.report import Report
from simulator.stand import Stand

_HUMAN_SECONDS = 0.3
"""A pad that ends an entry sooner after the question than anybody can press cancel has refused it."""


class BriskCitizen(Citizen):
    """One person at the first machine of `stand`, reading Chinese unless told otherwise."""

    def __init__(self, stand: Stand, report: Report | Path | None = None, language: str = "zh", seed: int = 1) -> None:
        super().__init__(stand, report if isinstance(report, Report) else Report(report), language, seed)

    def finds_it_ready(self) -> None:
        """Wait for a kiosk that was just started."""
        self.machine.wait_until_it_serves()
        self.sees(HOME)

    def hesitates(self, most: float = 0.0) -> None:
        """Don't."""

    def types_pin(self, pin: str, last: str = "enter") -> None:
        """Wait for the pad to ask, then press the digits and `last`."""
        self.waits_for_pad()
        for key in pin:
            self.presses(key)
        if last == "cancel":
            time.sleep(_HUMAN_SECONDS)
        self.presses(last)

    def _still_picture(self) -> Image.Image:
        return self.screen.picture()
