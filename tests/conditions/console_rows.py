"""Proofs of what somebody at the console does."""

import re
from collections.abc import Iterator
from dataclasses import replace

from proof import Bench, row

from kiosk import conditions
from kiosk.applied_settings import APPLIED
from simulator.scenarios import pages, staff
from simulator.scenarios.eye import TITLE


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
    yield
    bench.machine.stop_kiosk()
    (bench.machine.folder / "storage" / APPLIED).unlink()
    bench.start()


@row(
    conditions.SETTINGS_NOT_USED,
    "an engineer applies settings, and the kiosk is ended before they are confirmed",
    told="the next start",
    mended="at the console: `kiosk clear`",
)
def settings_not_used(bench: Bench) -> Iterator[None]:
    text = str(bench.asks("settings")["text"])
    bench.asks("settings_apply", text=re.sub(r"(?m)^idle_seconds = .*", "idle_seconds = 62", text))
    bench.machine.start_again(20)
    bench.waits_for_it()
    bench.restart()
    yield


@row(
    conditions.BROKE_OFF,
    "the kiosk is killed, as its watchdog does when it stands still",
    told="the next start",
    mended="at the console: `kiosk clear`",
)
def broke_off(bench: Bench) -> Iterator[None]:
    bench.machine.cut_power()
    bench.start()
    yield


@row(
    conditions.ACCESS_NOT_SET_UP,
    "the file of the technicians' authority holds no certificate",
    told="the look at the files, 20 s after the start, or the first technician's card",
    mended="with the next start: the right file",
    shown=25.0,
)
def access_not_set_up(bench: Bench) -> Iterator[None]:
    file = bench.machine.folder / "technicians_ca.pem"
    right = file.read_bytes()
    file.write_bytes(b"the wrong file")
    bench.restart()
    yield
    file.write_bytes(right)


@row(
    conditions.CONSOLE_CLOSED,
    "the settings name a group for the console's socket that this computer doesn't have",
    told="the start, by the screen's board: the socket has nobody behind it",
    mended="with the next start: the right group",
    asked=False,
)
def console_closed(bench: Bench) -> Iterator[None]:
    wishes = bench.machine.wishes
    changes = {**(wishes.changes or {}), "console": {"group": "no-such-group"}}
    bench.machine.stop_kiosk()
    bench.machine.configure(replace(wishes, changes=changes))
    bench.machine.start_kiosk()
    with bench.citizen() as citizen:
        citizen.finds_it_ready()
        staff.enters(citizen)
        citizen.sees(pages.BOARD)
        citizen.touches("看看")
        citizen.reads(conditions.CONSOLE_CLOSED.title.message, sizes=TITLE)
        citizen.touches("返回")
        citizen.sees(pages.BOARD)
        citizen.touches("退出维护")
        citizen.leaves_with_card()
    yield
    bench.machine.configure(wishes)


@row(
    conditions.NOT_ALLOWED,
    "the ID card reader's port is nobody's to use, and the kiosk runs without root's leave to ignore that",
    told="the start, which looks",
    mended="with the next start: the port's owner may use it",
)
def not_allowed(bench: Bench) -> Iterator[None]:
    own, port = bench.machine.program, (bench.machine.folder / "id-reader").resolve()
    mode = port.stat().st_mode
    bench.machine.stop_kiosk()
    bench.machine.program = ("setpriv", "--bounding-set", "-dac_override,-dac_read_search", "--", *own)
    port.chmod(0)
    bench.start()
    yield
    port.chmod(mode & 0o777)
    bench.machine.program = own
