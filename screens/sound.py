"""The one sound: three short tones when something is left behind or needs the citizen."""

import array
import math
import threading
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import structlog


_RATE = 22050
_DEVICES = Path("/dev/snd")


def _tones() -> bytes:
    samples = array.array("h")
    for _ in range(3):
        for n in range(round(_RATE * 0.14)):
            swell = min(1.0, n / 400, (_RATE * 0.14 - n) / 400)
            samples.append(round(9000 * swell * math.sin(2 * math.pi * 880 * n / _RATE)))
        samples.extend([0] * round(_RATE * 0.09))
    return samples.tobytes()


def _log() -> "structlog.stdlib.BoundLogger":
    # Imported late: 40 ms that the window doesn't need to open.
    import structlog

    return structlog.get_logger()  # type: ignore[no-any-return]


def _play() -> None:
    # Imported and opened for this sound alone: an open mixer wakes the processor 90 times a second.
    import pygame.mixer
    import pygame.time

    log = _log()
    try:
        pygame.mixer.init(_RATE, -16, 1, allowedchanges=0)
    except pygame.error as error:
        log.warning("sound.unavailable", why=str(error))
        return
    sound = pygame.mixer.Sound(buffer=_tones())
    sound.play()
    pygame.time.wait(round(sound.get_length() * 1000) + 50)
    pygame.mixer.quit()


def beep() -> None:
    """Sound the tones without waiting for them. Without a sound card it is logged and nothing sounds."""
    if not _DEVICES.exists():
        _log().info("sound.no_card")
        return
    threading.Thread(target=_play, name="beep", daemon=True).start()
