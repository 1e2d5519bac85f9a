"""Reads pages aloud: hands the spoken form of a page to the system's speech program, one utterance at a time."""

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess

VOICES = {"zh": "cmn", "en": "en"}
"""What espeak-ng calls the languages: Mandarin, English."""


class Voice:
    """A speech program that is started for each page and ended when the page is.

    Args:
        command: The program and its options, to which the voice's name is added; it reads the words from standard
            input. Without a sound card it ends by itself and nothing is heard.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._command = tuple(command)
        self._speaking: subprocess.Popen[bytes] | None = None

    def say(self, lines: Sequence[str], language: str) -> None:
        """Break off what is being said and say `lines`; none: be silent. Returns at once."""
        self.stop()
        if not lines:
            return
        import subprocess  # Not before somebody asks for the voice.

        try:
            self._speaking = subprocess.Popen(
                [*self._command, VOICES[language]],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        except OSError as error:
            _warn(error)
            return
        assert self._speaking.stdin is not None
        with suppress(BrokenPipeError), self._speaking.stdin as words:  # Without a sound card it hangs up.
            words.write("\n".join(lines).encode() + b"\n")  # Far less than a pipe holds: this can't block.

    def stop(self) -> None:
        """Be silent."""
        speaking, self._speaking = self._speaking, None
        if speaking is not None:
            speaking.kill()
            speaking.wait()


def _warn(error: OSError) -> None:
    # Imported late: 40 ms that the window doesn't need to open.
    import structlog

    structlog.get_logger().warning("voice.unavailable", why=error.strerror)
