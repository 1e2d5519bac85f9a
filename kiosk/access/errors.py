"""Why nobody is let in."""

from kiosk.text import Text


class AccessRefused(Exception):
    """Not let in.

    Args:
        code: Stable, for the log.
        why: For whoever stands there.
    """

    def __init__(self, code: str, why: Text) -> None:
        super().__init__(code)
        self.code = code
        self.why = why
