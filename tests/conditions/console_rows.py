"""Proofs of what somebody at the console does."""

import re
from collections.abc import Iterator

from proof import Bench, row

from kiosk import conditions


@row(
    conditions.OUT_OF_SERVICE,
    "somebody at the console takes the machine out of service",
    told="the console, at once",
    mended="at the console: `kiosk back-in-service`",
)
def out_of_service(bench: Bench) -> Iterator[None]:
    bench.asks("out_of_service")
    yield
    bench.asks("back_in_service")


@row(
    conditions.SETTINGS_UNCONFIRMED,
    "an engineer applies settings",
    told="the start with them",
    mended="by itself: they are confirmed, or the old ones come back after 120 s",
)
def settings_unconfirmed(bench: Bench) -> Iterator[None]:
    text = str(bench.asks("settings")["text"])
    bench.asks("settings_apply", text=re.sub(r"(?m)^idle_seconds = .*", "idle_seconds = 61", text))
    bench.machine.start_again(20)
    bench.waits_for_it()
    yield
    bench.asks("settings_confirm")
