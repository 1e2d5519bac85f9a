"""What a scenario leaves behind: one JSON object a step on standard output, pictures and the receipt in a folder."""

import json
import sys
import time
from pathlib import Path

from PIL import Image


class Report:
    """Steps as they happen.

    Args:
        folder: Gets a PNG of each page, each receipt as a picture and as bytes; None keeps nothing.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._began = time.monotonic()
        self._pictures = 0
        self.page = ""
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)

    @property
    def seconds(self) -> float:
        """Since the beginning."""
        return round(time.monotonic() - self._began, 2)

    def see(self, page: str, picture: Image.Image) -> None:
        """A page was seen."""
        self.page = page
        self._pictures += 1
        if self._folder is not None:
            picture.save(self._folder / f"{self._pictures:02}-{page}.png", compress_level=1)  # Somebody waits.
        self.act("sees it")

    def unexpected(self, picture: Image.Image) -> None:
        """Keep what was on the screen when something else was waited for."""
        if self._folder is not None:
            picture.save(self._folder / "unexpected.png")

    def act(self, act: str) -> None:
        """The citizen did something, or something was done to the machine. Never says a PIN."""
        _print({"t": self.seconds, "page": self.page, "act": act})

    def receipt(self, picture: bytes, data: bytes) -> None:
        """Paper came out."""
        self._pictures += 1
        if self._folder is not None:
            (self._folder / f"{self._pictures:02}-receipt.png").write_bytes(picture)
            (self._folder / f"{self._pictures:02}-receipt.bin").write_bytes(data)

    def keep(self, name: str, text: str) -> None:
        """Leave a text for whoever has to find out what went wrong."""
        if self._folder is not None:
            (self._folder / name).write_text(text, encoding="utf-8")

    def end(self, scenario: str, result: str, reason: str) -> None:
        """The last line."""
        _print({"scenario": scenario, "result": result, "reason": reason, "seconds": self.seconds})


def _print(line: dict[str, object]) -> None:
    print(json.dumps(line, ensure_ascii=False), file=sys.stdout, flush=True)
