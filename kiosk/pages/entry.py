"""Pages on which digits are entered: on the screen's keys, or a PIN on the metal pad."""

from dataclasses import dataclass

from kiosk.pages.parts import Page, Panel
from kiosk.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberEntry(Page):
    """A number is typed on the screen's keys. Answer: `Entered`, by the primary button once it is complete.

    What was typed stays while the page is shown again with another note, subtitle or button; another title or problem
    begins anew, and so does any other page between. Its actions are `secondary` and `other`: the primary is its own.

    Attributes:
        length: How many digits.
        groups: How they are set, such as 3, 4, 4; () : all alike.
        hidden: Dots in place of digits: a code that nobody else should read, nor a picture of this page hold.
        note: Below the field.
        problem: What was wrong with the last entry; stands in the note's place.
        enter: The primary button's label once it is complete; before that it says how many are missing.
    """

    length: int
    groups: tuple[int, ...] = ()
    hidden: bool = False
    note: Text | None = None
    problem: Text | None = None
    enter: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class PinRound:
    """One of several entries of the same new PIN."""

    label: Text
    state: Text
    done: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PinEntry(Page):
    """A PIN is entered on the metal pad, never on the screen.

    Attributes:
        tries: How many tries are left, from the card, and what follows after them.
        dots: Digits entered so far, or None where the pad reports no keys: the page then sends the eye to the pad.
        rounds: For a new PIN: first and second entry.
        rules: What makes a good PIN, shown before a new one is chosen.
        problem: What was wrong with the last entry.
        stop: How to stop where nothing on the screen can.
    """

    tries: Text | None = None
    tries_note: Text | None = None
    length: int = 6
    dots: int | None = None
    rounds: tuple[PinRound, ...] = ()
    rules_title: Text | None = None
    rules: tuple[Text, ...] = ()
    problem: Panel | None = None
    privacy: Text | None = None
    stop: Text | None = None
