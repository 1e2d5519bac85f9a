"""Personal data made fit to be shown: what the pages hold is already masked."""

from kiosk.text import Masked


def masked_name(name: str) -> Masked:
    """张建国 becomes 张*: the first character only. An empty name becomes a single star."""
    return Masked(f"{name[:1]}*")


def masked_number(number: str) -> Masked:
    """A resident ID or social security number: first three and last four characters."""
    if len(number) < 10:
        return Masked("*" * len(number))
    return Masked(f"{number[:3]}{'*' * (len(number) - 7)}{number[-4:]}")


def tail(number: str) -> Masked:
    """The last four characters of a card number, never more than half of it."""
    return Masked(number[-min(4, len(number) // 2) :] if len(number) > 1 else "*")
