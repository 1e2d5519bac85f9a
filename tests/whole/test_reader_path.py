"""The `reader` path over the real stack: pcscd, an IFD handler with PIN entry, and PINs that never enter the host.

Neither the kiosk's memory nor pcscd's ever holds one, during an entry as little as after it.
"""

from collections.abc import Iterator

import evidence
import pytest
from brisk_citizen import BriskCitizen
from canaries import Canaries, PinsInMemory

from simulator.card_reader.personas import personas
from simulator.machine import Wishes
from simulator.scenarios import pages
from simulator.scenarios.pages import Known
from simulator.scenarios.runner import tidy
from simulator.stand import Stand

CARD = "normal"
OLD = next(persona.pin for persona in personas() if persona.id == CARD)
NEW, WRONG, OTHER = "961742", "503917", "846205"
PINS = (OLD, NEW, WRONG, OTHER)
CHANGES = ((OLD, NEW), (WRONG, NEW), (NEW, OTHER))

PIN_CANCELLED = Known("pin-cancelled", "您按了取消")


@pytest.fixture(scope="module")
def stand() -> Iterator[Stand]:
    with Stand(Wishes(pin_path="reader", changes={"log": {"level": "debug"}})) as stand:
        yield stand


@pytest.fixture
def citizen(stand: Stand) -> Iterator[BriskCitizen]:
    tidy(stand)
    with BriskCitizen(stand) as citizen:
        citizen.finds_it_ready()
        yield citizen


def start_change(citizen: BriskCitizen, card: str = CARD) -> None:
    citizen.touches("修改密码")
    citizen.sees(pages.INSERT_CARD)
    citizen.inserts(card)


def on_host(stand: Stand) -> set[str]:
    """What of the PINs any process that stands for the real machine's holds in its memory, and where."""
    kiosk, pcscd = stand.first.children["kiosk"].pid, stand.first.pcscd.pid
    assert pcscd is not None
    zero = evidence.zero_of(kiosk)
    found = set()
    for pid, pins in ((kiosk, PinsInMemory(PINS, CHANGES, zero)), (pcscd, PinsInMemory(PINS, CHANGES, None))):
        found |= {f"{name}, {where}" for where, data in evidence.memory(pid) for name in pins.found_in(data)}
    return found


def test_status_and_change(stand: Stand, citizen: BriskCitizen) -> None:
    """A wrong PIN, the right one; then a change, with a wrong old one and two new ones that differ before."""
    citizen.looks_at(CARD)
    citizen.sees(pages.CURRENT_PIN)
    citizen.types_pin(WRONG)
    citizen.reads_tries_left(5)
    citizen.types_pin(OLD)
    citizen.sees(pages.STATUS)
    citizen.touches("修改密码")
    citizen.sees(pages.PINS_ON_READER)
    for pin in (WRONG, NEW, NEW):
        citizen.types_pin(pin)
    citizen.reads_tries_left(5)
    for pin in (OLD, NEW, OTHER):
        citizen.types_pin(pin)
    citizen.reads("两次输的不一样")
    for pin in (OLD, NEW):
        citizen.types_pin(pin)
    citizen.waits_for_pad()
    for key in NEW:
        citizen.presses(key)
    assert on_host(stand) == set(), "while the last PIN is being typed"
    citizen.presses("enter")
    citizen.sees(pages.DONE)
    citizen.takes_receipt()
    citizen.touches("完成，取卡")
    citizen.leaves_with_card()

    assert citizen.card_takes(CARD, NEW)
    assert not citizen.card_takes(CARD, OLD)
    assert [state for _, state in citizen.operations(CARD, 3)] == ["not_done", "not_done", "done"]


def test_cancel(citizen: BriskCitizen) -> None:
    start_change(citizen)
    citizen.sees(pages.PINS_ON_READER)
    citizen.types_pin(OLD)
    citizen.types_pin(OTHER, last="cancel")
    citizen.sees(PIN_CANCELLED)
    citizen.has_read()
    citizen.leaves_with_card()

    assert citizen.card_takes(CARD, OLD)


def test_the_card_is_pulled_while_the_keypad_waits(citizen: BriskCitizen) -> None:
    """Told at once, as unknown; and the machine goes on serving."""
    start_change(citizen)
    citizen.sees(pages.PINS_ON_READER)
    citizen.types_pin(OLD)
    citizen.waits_for_pad()
    citizen.takes_card()
    citizen.sees(pages.PIN_UNKNOWN)
    citizen.has_read()
    citizen.sees(pages.HOME)
    citizen.looks_at(CARD)
    citizen.sees(pages.CURRENT_PIN)
    citizen.types_pin("", last="cancel")
    citizen.sees(pages.STATUS)
    citizen.touches("看完了，取卡")
    citizen.leaves_with_card()

    assert citizen.card_takes(CARD, OLD)


def test_the_last_try(citizen: BriskCitizen) -> None:
    """Asked about first; then the block."""
    start_change(citizen, "one_try_left")
    citizen.sees(pages.LAST_TRY)
    citizen.touches("再输 1 次")
    citizen.sees(pages.PINS_ON_READER)
    for pin in (WRONG, NEW, NEW):
        citizen.types_pin(pin)
    citizen.sees(pages.PIN_BLOCKED)
    citizen.has_read()
    citizen.leaves_with_card()

    assert citizen.tries_left("one_try_left") == 0


def test_no_pin_on_the_host(stand: Stand, citizen: BriskCitizen) -> None:
    """After all that: in no file, no log, no environment, and in no memory."""
    canaries = Canaries()
    canaries.add_pins(PINS)
    for old, new in CHANGES:
        canaries.add_change(old, new)
    places = [*evidence.files(stand.state), *evidence.processes(stand)]

    assert {place: found for place, data in places if (found := canaries.found_in(data))} == {}
    assert on_host(stand) == set()
