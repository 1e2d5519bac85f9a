"""The kiosk with one thing wrong in it: `python handed_kiosk.py WHAT run --config FILE`.

`mistake`: the program fails when a card's tries are asked for. `unknown`: the driver fails there in a way that nobody
has thought of. `recovery`: what follows the journal at the start never comes to its end.
"""

import sys

import trio

from drivers.card_reader.session import SocialCard
from drivers.errors import DeviceError, Outcome
from kiosk.console.cli import app
from kiosk.operations import recovery


class Strange(DeviceError):
    """No device of today's raises it."""


async def mistake(card: SocialCard) -> int | None:
    raise ZeroDivisionError


async def unknown(card: SocialCard) -> int | None:
    raise Strange("?", outcome=Outcome.NOT_DONE)


async def never_ends(*_: object) -> int:
    await trio.sleep_forever()
    raise AssertionError


if __name__ == "__main__":
    match sys.argv.pop(1):
        case "mistake":
            SocialCard.tries_left = mistake  # type: ignore[method-assign]
        case "unknown":
            SocialCard.tries_left = unknown  # type: ignore[method-assign]
        case "recovery":
            recovery.follow = never_ends
    app()
