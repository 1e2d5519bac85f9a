"""`./script/run`: the kiosk on virtual hardware, with the bench page or with a scripted citizen."""

import argparse
import os
import random
import sys
from pathlib import Path

from Xlib.error import DisplayError  # type: ignore[import-untyped]

from simulator.card_reader.pcscd import PcscdFailed
from simulator.child import ChildFailed
from simulator.machine import Wishes
from simulator.scenarios import SCENARIOS, load
from simulator.stand import Stand, stop_on_signals
from simulator.x_screen import XScreen

PIN_PATHS = ("pad", "reader", "both")
PIN_PATHS_HELP = "where PINs are typed: a separate pad, the card reader, or that and a pad for resets"
SIZES = ("1080x1920", "1920x1080", "1280x1024")


def main() -> int:
    """Do what the command line says; the exit status."""
    options = _parse()
    if options.list:
        for name in SCENARIOS:
            print(f"{name:28} {load(name).summary}")
        return 0
    stop_on_signals()
    # A scripted citizen gets a display alone, so that nobody's mouse gets in the way.
    display = None if options.scenario else os.environ.get("DISPLAY") or None
    try:
        width, height = _size(options, display)
    except DisplayError as failed:
        print(f"run: {failed}", file=sys.stderr)
        return 1
    wishes = Wishes(
        width=width,
        height=height,
        fullscreen=options.fullscreen,
        language=options.lang,
        region=options.region or _region(options.scenario),
        pin_path=options.pin_path,
        display=display,
        state=options.state,
    )
    try:
        return _scenario(options, wishes) if options.scenario else _bench(options, wishes)
    except (ChildFailed, PcscdFailed) as failed:
        print(f"run: {failed}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./script/run", description=__doc__)
    parser.add_argument("--list", action="store_true", help="list the scenarios")
    parser.add_argument("--scenario", choices=SCENARIOS, metavar="NAME", help="have a scripted citizen use the kiosk")
    parser.add_argument("--out", type=_folder, metavar="DIR", help="where a scenario's pictures and receipt go")
    parser.add_argument("--lang", choices=("zh", "en"), default="zh", help="the language that the machine starts in")
    parser.add_argument("--region", help="whose rules hold, of those in config/policy.toml")
    parser.add_argument("--size", choices=SIZES, help="the kiosk's screen; else the first that fits")
    parser.add_argument("--seed", type=int, metavar="N", help="of the citizen's hesitations and choices")
    parser.add_argument("--fullscreen", action="store_true", help="fill the display")
    parser.add_argument("--pin-path", choices=PIN_PATHS, default="pad", help=PIN_PATHS_HELP)
    parser.add_argument("--state", type=_folder, metavar="DIR", help="keep everything there; cards then remember")
    parser.add_argument("--port", type=_port, default=0, metavar="N", help="the bench page's; 0 takes a free one")
    return parser.parse_args()


def _region(scenario: str | None) -> str:
    """The one that the scenario is about."""
    return (load(scenario).region if scenario else None) or "default"


def _folder(text: str) -> Path:
    """A folder that is there, or can be made."""
    folder = Path(text)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise argparse.ArgumentTypeError(f"{text}: {error.strerror}") from None
    return folder


def _port(text: str) -> int:
    """A port's number."""
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text}: expected 0 to 65535")
    return int(text)


def _size(options: argparse.Namespace, display: str | None) -> tuple[int, int]:
    """How large the kiosk's screen is, in pixels: as wished, or the first of `SIZES` that the display has room for."""
    sizes = [(int(width), int(height)) for width, height in (size.split("x") for size in SIZES)]
    if options.size is not None:
        return sizes[SIZES.index(options.size)]
    if display is None:
        return sizes[0]
    with XScreen(display) as screen:
        room = screen.room
    if options.fullscreen:
        return room
    return next((size for size in sizes if size[0] <= room[0] and size[1] <= room[1]), sizes[-1])


def _scenario(options: argparse.Namespace, wishes: Wishes) -> int:
    from simulator.scenarios.report import Report
    from simulator.scenarios.runner import play

    seed = options.seed if options.seed is not None else random.randrange(10**6)
    _say(f"scenario {options.scenario}, seed {seed}")
    with Stand(wishes, _starting) as stand:
        report = Report(options.out)
        expected = play(load(options.scenario), stand, report, language=options.lang, seed=seed)
    return 0 if expected else 1


def _bench(options: argparse.Namespace, wishes: Wishes) -> int:
    from simulator.bench.server import serve

    with Stand(wishes, _starting) as stand:
        return serve(stand, options.port, _say)


def _starting(what: str) -> None:
    _say(f"starting {what}")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
