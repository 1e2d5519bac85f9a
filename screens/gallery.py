"""Pictures of the sample pages: `python -m screens.gallery OUT [--lang en] [--size 1920x1080] [--large] ...`."""

import argparse
import os
import sys
from pathlib import Path

from kiosk.screen import Preferences, View
from screens import samples
from screens.samples.identity import TYPED


def main(arguments: list[str]) -> None:
    """Write one PNG a page into a folder."""
    parser = argparse.ArgumentParser(prog="screens.gallery", description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--lang", default="zh", choices=("zh", "en"))
    parser.add_argument("--size", default="1080x1920")
    parser.add_argument("--large", action="store_true")
    parser.add_argument("--contrast", action="store_true")
    parser.add_argument("--low-reach", action="store_true")
    parser.add_argument("--tab", type=int, default=0, help="which part of a page that has several")
    parser.add_argument("--page", action="append", help="only this page; may be given again")
    chosen = parser.parse_args(arguments)
    os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
    os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
    import pygame

    from screens.compose import compose
    from screens.paint import Painter

    width, height = map(int, chosen.size.split("x"))
    pygame.display.init()
    pygame.display.set_mode((width, height), 0, 32)
    preferences = Preferences(
        language=chosen.lang, large=chosen.large, contrast=chosen.contrast, low_reach=chosen.low_reach
    )
    chosen.out.mkdir(parents=True, exist_ok=True)
    painter = Painter()
    surface = pygame.Surface((width, height), 0, 32)
    for name, page, overlay in samples.every():
        if chosen.page and name not in chosen.page:
            continue
        view = View(serial=1, page=page, preferences=preferences, overlay=overlay)
        scene = compose(view, (width, height), tab=chosen.tab, tick=7, typed=TYPED.get(name, ""))
        painter.paint(surface, scene, scene.drawn())
        pygame.image.save(surface, str(chosen.out / f"{name}.png"))


if __name__ == "__main__":
    main(sys.argv[1:])
