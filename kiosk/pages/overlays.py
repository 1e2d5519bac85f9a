"""Higher sheets over a page."""

from dataclasses import dataclass

from kiosk.pages.parts import Button
from kiosk.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """A higher sheet over the page; the footer stays live."""

    title: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class StillThere(Overlay):
    """Nobody has touched anything: a ring counts down. Answers: STILL_HERE."""

    seconds: int
    of: int
    body: Text
    button: Button


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessSheet(Overlay):
    """Large text, contrast, voice, low reach. Answers: those switches, CLOSE. What is on comes from Preferences."""

    subtitle: Text
    button: Button
    voice: bool = True
    """Whether this machine can speak: a switch that does nothing isn't shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice(Overlay):
    """Something to know, with one button. Answer: CLOSE."""

    body: Text
    button: Button
