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
    """One person at the first machine of `stand`, reading Chinese."""

    def __init__(self, stand: Stand, folder: Path | None = None) -> None:
        super().__init__(stand, Report(folder), "zh", 1)

    def finds_it_ready(self, since: int = 0) -> None:
        """Wait for a kiosk that was just started: its home page stands before it looks for cards.

        Args:
            since: How long its log was before it was started.
        """
        kiosk = self.machine.children["kiosk"]

        def ready() -> bool:
            log = kiosk.log.read_bytes()[since:]
            return b'"event": "kiosk.started"' in log and b'"event": "card_reader.media"' in log

        kiosk.wait_until(ready)
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
