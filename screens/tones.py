"""The one sound: three short tones when something is left behind or needs the citizen."""

import array
import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import structlog


_RATE = 22050


def play() -> bool:
    """Sound the tones and wait for their end; whether they could be made. For a thread of its own."""
    if not _open():
        return False
    import pygame.mixer
    import pygame.time

    sound = pygame.mixer.Sound(buffer=_tones())
    sound.play()
    pygame.time.wait(round(sound.get_length() * 1000) + 50)
    pygame.mixer.quit()
    return True


def can_play() -> bool:
    """Whether the tones could be made. For a thread of its own."""
    if not _open():
        return False
    import pygame.mixer

    pygame.mixer.quit()
    return True


def _open() -> bool:
    # Imported and opened for this sound alone: an open mixer wakes the processor 90 times a second.
    import pygame.mixer

    try:
        pygame.mixer.init(_RATE, -16, 1, allowedchanges=0)
    except pygame.error as error:
        _log().warning("sound.unavailable", why=str(error))
        return False
    return True


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
