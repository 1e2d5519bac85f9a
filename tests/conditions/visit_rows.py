"""Proofs for which somebody has to be at the machine: what shows only when it is used."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psutil
from brisk_citizen import BriskCitizen
from proof import Bench, row

from kiosk import conditions
from simulator.card_reader.technicians import technicians
from simulator.child import Child
from simulator.scenarios import pages, proving

_CARD = "normal"
_HANDED = str(Path(__file__).with_name("handed_kiosk.py"))
_RIVAL = str(Path(__file__).with_name("rival.py"))
IN_CONSOLE = "at the console: `kiosk clear`"
LOADED = "by itself: its table is loaded; it is asked every 30 s"
LOADED_SECONDS = 45.0


@contextmanager
def at_pin(bench: Bench) -> Iterator[BriskCitizen]:
    """Somebody who wants to change a PIN, with the card in; home again afterwards."""
    bench.stand.renew(_CARD)
    with bench.citizen() as citizen:
        citizen.finds_it_ready()
        citizen.touches("修改密码")
        citizen.sees(pages.INSERT_CARD)
        citizen.inserts(_CARD)
        yield citizen
        goes_home(citizen)


def goes_home(citizen: BriskCitizen) -> None:
    """From whatever refusal there is."""
    citizen.reads("知道了", seconds=30)
    citizen.takes_card()
    citizen.has_read()
    citizen.sees(pages.HOME, seconds=30)


@row(
    conditions.CARD_IN_USE,
    "another program takes the card that was put in for itself",
    told="PC/SC, when the card is used",
    mended=IN_CONSOLE,
)
def card_in_use(bench: Bench) -> Iterator[None]:
    environment = {"PCSCLITE_CSOCK_NAME": str(bench.machine.pcscd.socket)}
    rival = Child("rival", [sys.executable, _RIVAL], bench.machine.logs / "rival.log", environment)
    try:
        rival.wait_until(lambda: "waits" in rival.log.read_text())
        with at_pin(bench):
            pass
    finally:
        rival.kill()
    yield


@row(
    conditions.PROOF_REFUSED,
    "a card's challenge arrives garbled, so that what the issuer answers proves nothing",
    told="the card, when it is to be unlocked",
    mended=IN_CONSOLE,
)
def proof_refused(bench: Bench) -> Iterator[None]:
    bench.stand.renew("blocked")
    with bench.citizen() as citizen:
        citizen.finds_it_ready()
        citizen.touches("解锁密码")
        citizen.sees(pages.INSERT_CARD)
        citizen.inserts("blocked")
        bench("card_reader", "fail", at="ins 84", how="garble", once=False)
        proving.with_text(citizen, "blocked")
        goes_home(citizen)
    yield
    bench("card_reader", "mend")


@row(
    conditions.PIN_PAD_REFUSES,
    "its table of prompts is empty",
    told="the pad, when somebody is to enter a PIN",
    mended=LOADED,
    gone=LOADED_SECONDS,
)
def pin_pad_refuses(bench: Bench) -> Iterator[None]:
    bench("pin_pad", "fail", how="no_prompts", once=False)
    with at_pin(bench):
        pass
    yield
    bench("pin_pad", "mend")


@row(
    conditions.ENCIPHERING_PAD_REFUSES,
    "where the reader takes PINs: the separate pad's table of prompts is empty",
    told="the pad, when somebody is to set a new PIN",
    mended=LOADED,
    gone=LOADED_SECONDS,
)
def enciphering_pad_refuses(bench: Bench) -> Iterator[None]:
    bench.restart(pin_path="both")
    bench("pin_pad", "fail", how="no_prompts", once=False)
    bench.stand.renew(_CARD)
    with bench.citizen() as citizen:
        citizen.finds_it_ready()
        citizen.touches("重设密码")
        citizen.sees(pages.INSERT_CARD)
        citizen.inserts(_CARD)
        proving.with_text(citizen, _CARD)
        goes_home(citizen)
    yield
    bench("pin_pad", "mend")
    yield
    bench.restart(pin_path="pad")


@row(
    conditions.PIN_PAD_FOREIGN,
    "the key file is another pad's",
    told="the PIN's block, when it is opened",
    mended="with the next start: the right key file",
)
def pin_pad_foreign(bench: Bench) -> Iterator[None]:
    key = bench.machine.folder / "pin-pad-key"
    right = key.read_bytes()
    bench.machine.stop_kiosk()
    key.write_bytes(_another_key(right))
    bench.start()
    with at_pin(bench) as citizen:
        citizen.sees(pages.CURRENT_PIN)
        citizen.types_pin(citizen.persona(_CARD).pin)
    yield
    key.write_bytes(right)


def _another_key(file: bytes) -> bytes:
    """The same serial number, and a key that is one digit off."""
    at = file.index(b"ipek=") + len(b"ipek=")
    return file[:at] + (b"1" if file[at : at + 1] != b"1" else b"2") + file[at + 1 :]


@row(
    conditions.READER_WITHOUT_KEYS,
    "the settings say that the reader takes PINs, and it has no keys",
    told="the reader, when somebody is to enter a PIN",
    mended="with the next start: `[pin_pad] path` names the pad",
)
def reader_without_keys(bench: Bench) -> Iterator[None]:
    bench.restart(pin_path="reader")
    with at_pin(bench):
        pass
    yield
    bench.machine.configure(replace(bench.machine.wishes, pin_path="pad"))


@row(
    conditions.ENCIPHERING_PAD_GONE,
    "where the reader takes PINs: the separate pad's cable is pulled",
    told="its port, at once",
    mended="by itself: the cable is back",
)
def enciphering_pad_gone(bench: Bench) -> Iterator[None]:
    bench.restart(pin_path="both")
    bench("pin_pad", "unplug")
    yield
    bench("pin_pad", "plug")
    yield
    bench.restart(pin_path="pad")


@row(
    conditions.PRINT_UNCONFIRMED,
    "the printer loses its power for a moment in the middle of a slip",
    told="the driver, which gives a slip 30 s",
    mended=IN_CONSOLE,
    shown=45.0,
)
def print_unconfirmed(bench: Bench) -> Iterator[None]:
    bench.stand.renew(_CARD)
    with bench.citizen() as citizen:
        citizen.finds_it_ready()
        citizen.looks_at(_CARD)
        citizen.sees(pages.CURRENT_PIN)
        citizen.types_pin(citizen.persona(_CARD).pin)
        citizen.sees(pages.STATUS)
        bench("receipt_printer", "power", to="off", after_lines=3)
        citizen.touches("打印")
        citizen.waits_until(lambda: bench("receipt_printer", "state")["power"] == "off", "it lost its power")
        bench("receipt_printer", "power", to="on")
        yield
        citizen.takes_card()
        citizen.sees(pages.HOME, seconds=30)


@row(
    conditions.DOCUMENT_NOT_PRINTED,
    "the queue takes a certificate and gives it up",
    told="the queue, when it is asked for the job",
    mended=IN_CONSOLE,
)
def document_not_printed(bench: Bench) -> Iterator[None]:
    bench("document_printer", "jobs", fate="aborts")
    with bench.citizen() as citizen:
        citizen.finds_it_ready()
        citizen.touches("更多业务")
        citizen.sees(pages.MENU)
        citizen.touches("下一页")
        citizen.touches("打印参保证明")
        citizen.sees(pages.INSERT_CARD)
        citizen.inserts("sm4")
        citizen.types_pin(citizen.persona("sm4").pin)
        citizen.sees(pages.CERTIFIED, seconds=40)
        citizen.touches("完成，取卡")
        citizen.leaves_with_card()
    yield
    bench("document_printer", "mend")


@row(
    conditions.FACE_FAILED,
    "the process that compares faces is killed while it looks",
    told="the process's end, at once",
    mended="by itself: it loads again; it is tried every 5 min",
    gone=330.0,
)
def face_failed(bench: Bench) -> Iterator[None]:
    bench.stand.renew("archived")
    with bench.citizen() as citizen:
        citizen.finds_it_ready()
        citizen.touches("启用社保卡")
        citizen.sees(pages.INSERT_CARD)
        citizen.inserts("archived")
        citizen.types_initial_pin(citizen.persona("archived").pin)
        proving.lays_id_card(citizen, "archived")
        citizen.sees(pages.CHOOSE_WAY)
        proving.takes_id_card(citizen)
        citizen.chooses(proving.BY_FACE)
        citizen.sees(pages.FACE_CONSENT)
        citizen.touches("同意，刷脸")
        citizen.sees(pages.FACE, seconds=40)
        workers = psutil.Process(bench.machine.children["kiosk"].pid).children(recursive=True)
        next(each for each in workers if "drivers.face.worker" in " ".join(each.cmdline())).send_signal(signal.SIGKILL)
        yield
        citizen.sees(pages.TEXT, seconds=30)
        citizen.touches("退出")
        citizen.leaves_with_card()


@row(
    conditions.ACCESS_LOCKED,
    "a wrong PIN is given for technicians' cards three times",
    told="the kiosk itself, at once",
    mended="by itself: half a minute has passed",
    gone=45.0,
)
def access_locked(bench: Bench) -> Iterator[None]:
    pins = {who.id: who.pin for who in technicians()}
    with bench.citizen() as citizen:
        citizen.finds_it_ready()
        for card in ("technician", "technician", "engineer"):
            citizen.inserts(card)
            citizen.sees(pages.CARD_PIN)
            citizen.types_pin(pins[card][::-1])
            citizen.touches("知道了", seconds=15)
            citizen.leaves_with_card()
    yield
    for card in ("technician", "engineer"):
        bench("card_reader", "reset_card", card=card)


@contextmanager
def handed(bench: Bench, what: str) -> Iterator[None]:
    """The kiosk with a mistake put into it, as long as the block runs."""
    own = bench.machine.program
    bench.machine.stop_kiosk()
    bench.machine.program = (sys.executable, _HANDED, what)
    try:
        bench.start()
        yield
    finally:
        bench.machine.program = own


@row(
    conditions.PROGRAM_FAULT,
    "a mistake is put into the program: no device can make it fail",
    told="the program, when it makes it",
    mended=IN_CONSOLE,
)
def program_fault(bench: Bench) -> Iterator[None]:
    with handed(bench, "mistake"), at_pin(bench):
        pass
    yield
    yield
    bench.restart()  # The program that runs is still the other.


@row(
    conditions.UNKNOWN_FAULT,
    "an error that nobody has thought of is put into a driver: each that a device can cause is known",
    told="the driver, when it raises it",
    mended=IN_CONSOLE,
)
def unknown_fault(bench: Bench) -> Iterator[None]:
    with handed(bench, "unknown"), at_pin(bench):
        pass
    yield
    yield
    bench.restart()  # The program that runs is still the other.
