"""`./script/bench`: the product's figures beside its goals, and beside baselines of the same run."""

import argparse
import os
import platform
import sys
from collections.abc import Callable
from importlib.metadata import version

from benchmarks import card_read, console, e_card, page_changes, press, preview, resting, start
from benchmarks.glass import Glass, NothingSeen
from benchmarks.table import Figure, table
from simulator.machine import Wishes
from simulator.stand import Stand, stop_on_signals


def main() -> int:
    """Measure what is asked for and print the table. Exit status: 0: every goal is met; 1: one isn't; 2: failed."""
    options = _parse()
    stop_on_signals()
    long = not options.quick
    figures: list[Figure] = []
    with Stand(Wishes(), _say) as stand, Glass(stand.first.display) as glass:
        machine = stand.first
        machine.stop_kiosk()
        glass.rest(0.5)
        measures: dict[str, Callable[[], list[Figure]]] = {
            "rest": lambda: resting.measure(machine, glass, seconds=70 if long else 20),
            "press": lambda: press.measure(machine, glass, presses=240 if long else 80),
            "start": lambda: start.measure(machine, glass, rounds=9 if long else 3),
            "page": lambda: page_changes.measure(machine.display),
            "preview": lambda: preview.measure(machine.display),
            "card": lambda: card_read.measure(machine, rounds=15 if long else 5),
            "console": lambda: console.measure(machine, rounds=9 if long else 3),
            "e-card": lambda: e_card.measure(stand, glass, rounds=20 if long else 5),
        }
        for name, measure in measures.items():
            if not options.only or name in options.only:
                _say(f"measuring: {name}")
                try:
                    figures += measure()
                except NothingSeen as reason:
                    _say(f"bench: waited in vain for {reason}; what the programs said:")
                    for log in ("kiosk", "qt"):
                        if (file := machine.logs / f"{log}.log").exists():
                            _say(file.read_text(encoding="utf-8")[-2000:])
                    return 2
    print(_machine(), end="\n\n")
    print(table(figures))
    return 0 if all(figure.met is not False for figure in figures) else 1


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./script/bench", description=__doc__)
    names = ("rest", "press", "start", "page", "preview", "card", "console", "e-card")
    parser.add_argument("--only", action="append", choices=names, help="only this; may be given again")
    parser.add_argument("--quick", action="store_true", help="fewer rounds: for a look, not for the record")
    return parser.parse_args()


def _machine() -> str:
    """Where this was measured: figures mean little without it."""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        model = next((line.split(":")[1].strip() for line in file if line.startswith("model name")), platform.machine())
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    return (
        f"{os.cpu_count()} x {model}, Linux {platform.release()}, Python {platform.python_version()}, "
        f"pygame-ce {version('pygame-ce')}, Xvfb 1080x1920; load {load} (1, 5, 15 minutes)"
    )


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
