"""The far end of the sound card: a folder as the kernel's /dev/snd, whose one device keeps what was played on it.

The kiosk plays through SDL, as anywhere; SDL's own `disk` driver writes to a file what another would hand to ALSA.
"""

from pathlib import Path
from typing import Any


class Loudspeaker:
    """A sound card with its loudspeaker.

    Args:
        folder: Where the devices are; made here.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._device = folder / "pcmC0D0p"
        self.plug()

    @property
    def environment(self) -> dict[str, str]:
        """Has SDL play here."""
        return {"SDL_AUDIODRIVER": "disk", "SDL_DISKAUDIOFILE": str(self._device), "SDL_LOGGING": "quiet"}

    @property
    def heard(self) -> int:
        """Bytes of what was played last, 16 bits a sample."""
        return self._device.stat().st_size if self._device.is_file() else 0

    def state(self) -> dict[str, Any]:
        """As the bench shows it."""
        return {"plugged": self._device.exists(), "works": self._device.is_file(), "heard": self.heard}

    def unplug(self) -> None:
        """Take the card out. The last one takes the folder with it, as the kernel does."""
        self._take_out()
        if self.folder.exists():
            self.folder.rmdir()

    def plug(self) -> None:
        """Put a card in that works."""
        self._take_out()
        self.folder.mkdir(exist_ok=True)
        self._device.touch()

    def fail(self) -> None:
        """Put a card in that can't be opened."""
        self._take_out()
        self.folder.mkdir(exist_ok=True)
        self._device.mkdir()

    def _take_out(self) -> None:
        if self._device.is_dir():
            self._device.rmdir()
        self._device.unlink(missing_ok=True)
