"""No PIN and no code of a visit is anywhere afterwards: in no file, log, process's environment, or the kiosk's memory.

The whole product runs, as chatty as it can be, with PINs that occur nowhere else. Nothing on disk is exempt: the
virtual card keeps a salted hash, the virtual pad its key and counter. What a far end has in its own memory isn't
looked at: a card and a pad must know the PIN, a phone its texts. Nor is pcscd's, whose copies of a command the kiosk
can't reach.
"""

import re
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import evidence
import psutil
import pytest
from brisk_citizen import BriskCitizen
from canaries import Canaries, PinsInMemory, stands_alone
from PIL import Image, ImageDraw, ImageFont
from serial_tap import SerialTap
from Xlib import X

from simulator.card_reader.personas import personas
from simulator.machine import Wishes
from simulator.scenarios import pages, proving
from simulator.scenarios.eye import Eye
from simulator.scenarios.pages import Known
from simulator.stand import Stand
from simulator.x_screen import XScreen

CARD = "normal"
HOLDER = next(persona for persona in personas() if persona.id == CARD)
OLD, NEW, NEWER = HOLDER.pin, "961742", "729416"
WRONG, OTHER, CANCELLED, WEAK = "503917", "846205", "640831", "748748"
ARCHIVED, INITIAL, ENABLED = "archived", "123456", "836150"
"""A card to enable; its initial PIN is in the settings, and no secret."""
FORGOTTEN, RESET = "sm4", "590273"
"""A card whose PIN is reset: what is entered then, first a weak one, nobody here can open."""
PINS = (OLD, NEW, NEWER, WRONG, OTHER, CANCELLED, WEAK, ENABLED, RESET)
CHANGES = ((OLD, NEW), (NEW, NEWER), (INITIAL, ENABLED))

PIN_CANCELLED = Known("pin-cancelled", "您按了取消")


@dataclass
class Run:
    """A stand in which PINs were typed.

    Attributes:
        pictures: A folder with one of each page that was seen.
        typed: The PINs that the pad took, in order.
        properties: Of the kiosk's window, while it was used: its titles among them.
        held: What of the old PIN was in the kiosk's memory when it was about to be used.
        held_of_reset: What of a PIN that only the issuer may open was in the kiosk's memory before, while and after it
            was set.
        e_card: The e-card code that was held up.
        texted: The codes that came by text and were typed.
        held_texted: Which of them were in the kiosk's memory while they stood on the page, by their number.
    """

    stand: Stand
    tap: SerialTap
    pictures: Path
    typed: list[str] = field(default_factory=list)
    properties: list[bytes] = field(default_factory=list)
    held: set[str] = field(default_factory=set)
    held_of_reset: set[str] = field(default_factory=set)
    e_card: str = ""
    texted: list[str] = field(default_factory=list)
    held_texted: set[int] = field(default_factory=set)

    @property
    def blocks(self) -> list[tuple[str, str]]:
        """As they left the pad, each with its account."""
        wire = self.tap.both_ways().decode("latin-1")
        entry = re.compile(r"\x02Z62\.(\d+)\x1c(?:(?!\x02Z62).)*?\x02710[0-9A-F]{10,20}?([0-9A-F]{16})\x03", re.DOTALL)
        return entry.findall(wire)

    @property
    def canaries(self) -> Canaries:
        canaries = Canaries()
        canaries.add_pins(PINS)
        for old, new in CHANGES:
            canaries.add_change(old, new)
        for pin, (account, block) in zip(self.typed, self.blocks, strict=True):
            canaries.add_block(pin, account, bytes.fromhex(block))
        canaries.add_text("e-card code", self.e_card)
        for number, code in enumerate(self.texted):
            canaries.add_code(f"code {number} by text", code)
        return canaries


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """Every way in which a PIN is typed here, on one machine."""
    folder = tmp_path_factory.mktemp("silence")
    tapped = folder / "tap"
    wishes = Wishes(state=folder / "s", changes={"log": {"level": "debug"}, "pin_pad": {"port": str(tapped)}})
    with SerialTap(tapped, folder / "s" / "kiosk-3" / "pin-pad") as tap, Stand(wishes) as stand:
        run = Run(stand, tap, folder)
        with BriskCitizen(stand, folder) as citizen:
            citizen.finds_it_ready()
            for visit in (
                look_at_the_card,
                change,
                cancel,
                pull_the_card_midway,
                settle,
                enable,
                reset,
                hold_up_a_phone,
            ):
                citizen.sees(pages.HOME)
                visit(citizen, run)
                run.properties += window_properties(citizen.screen)
            citizen.sees(pages.HOME)
        yield run


def window_properties(screen: XScreen) -> list[bytes]:
    window = screen._window
    found = [window.get_full_property(name, X.AnyPropertyType).value for name in window.list_properties()]
    return [value if isinstance(value, bytes) else bytes(value) for value in found]


def look_at_the_card(citizen: BriskCitizen, run: Run) -> None:
    """A wrong PIN, then the right one; the status, on paper too."""
    citizen.looks_at(CARD)
    citizen.types_pin(WRONG)
    citizen.reads_tries_left(5)
    citizen.types_pin(OLD)
    citizen.sees(pages.STATUS)
    citizen.touches("打印")
    citizen.takes_receipt()
    citizen.sees(pages.STATUS)
    citizen.touches("看完了，取卡")
    citizen.leaves_with_card()
    run.typed += [WRONG, OLD]


def change(citizen: BriskCitizen, run: Run) -> None:
    """A weak PIN, two that differ, then a good one."""
    start_change(citizen)
    citizen.types_pin(OLD)
    citizen.sees(pages.NEW_PIN)
    run.held = in_memory(run, PinsInMemory([OLD], [], None))
    citizen.types_pin(WEAK)
    citizen.reads("数字重复太多，容易被猜到")
    citizen.types_pin(NEW)
    citizen.sees(pages.REPEAT_PIN)
    citizen.types_pin(OTHER)
    citizen.reads("两次输的不一样")
    citizen.types_pin(NEW)
    citizen.sees(pages.REPEAT_PIN)
    citizen.types_pin(NEW)
    citizen.sees(pages.DONE)
    citizen.touches("完成，取卡")
    citizen.leaves_with_card()
    run.typed += [OLD, WEAK, NEW, OTHER, NEW, NEW]
    assert citizen.card_takes(CARD, NEW)


def cancel(citizen: BriskCitizen, run: Run) -> None:
    """All digits are typed, then the red key."""
    start_change(citizen)
    citizen.types_pin(NEW)
    citizen.sees(pages.NEW_PIN)
    citizen.waits_for_pad()
    citizen.types_pin(CANCELLED, last="cancel")
    citizen.sees(PIN_CANCELLED)
    citizen.has_read()
    citizen.leaves_with_card()
    run.typed += [NEW]


def pull_the_card_midway(citizen: BriskCitizen, run: Run) -> None:
    """The card leaves after the change and before its answer."""
    citizen.machine.control("card_reader")("fail", at="ins 5E", how="pull_after_effect")
    start_change(citizen)
    citizen.types_pin(NEW)
    citizen.sees(pages.NEW_PIN)
    citizen.types_pin(NEWER)
    citizen.sees(pages.REPEAT_PIN)
    citizen.types_pin(NEWER)
    citizen.sees(pages.PIN_UNKNOWN, seconds=25)
    citizen.has_read()
    run.typed += [NEW, NEWER, NEWER]


def settle(citizen: BriskCitizen, run: Run) -> None:
    """The card comes back, and tells by the new PIN what became of the change."""
    start_change(citizen)
    citizen.sees(pages.LAST_NEW_PIN)
    citizen.types_pin(NEWER)
    citizen.sees(pages.CHANGED_BEFORE)
    citizen.touches("完成，取卡")
    citizen.leaves_with_card()
    run.typed += [NEWER]


def enable(citizen: BriskCitizen, run: Run) -> None:
    """The initial PIN is changed on the card."""
    citizen.touches("启用社保卡")
    citizen.sees(pages.INSERT_CARD)
    citizen.inserts(ARCHIVED)
    citizen.types_initial_pin(INITIAL)
    prove(citizen, run, ARCHIVED)
    citizen.changes_initial_pin(INITIAL, ENABLED)
    citizen.sees(pages.DONE)
    citizen.touches("完成，取卡")
    citizen.leaves_with_card()
    run.typed += [INITIAL, ENABLED, ENABLED]


def reset(citizen: BriskCitizen, run: Run) -> None:
    """A new PIN goes from the pad to the issuer and from there to the card; the kiosk passes on what it can't read."""
    unreadable = PinsInMemory([RESET, WEAK], [], evidence.zero_of(run.stand.first.children["kiosk"].pid))
    citizen.touches("重设密码")
    citizen.sees(pages.INSERT_CARD)
    citizen.inserts(FORGOTTEN)
    prove(citizen, run, FORGOTTEN)
    citizen.chooses_pin(WEAK)
    citizen.reads("这个密码容易被猜到")
    citizen.sees(pages.NEW_PIN)
    citizen.types_pin(RESET)
    citizen.sees(pages.REPEAT_PIN)
    run.held_of_reset |= in_memory(run, unreadable)
    citizen.types_pin(RESET)
    citizen.sees(pages.DONE)
    run.held_of_reset |= in_memory(run, unreadable)
    citizen.touches("完成，取卡")
    citizen.leaves_with_card()
    run.typed += [WEAK, WEAK, RESET, RESET]
    assert citizen.card_takes(FORGOTTEN, RESET)


def hold_up_a_phone(citizen: BriskCitizen, run: Run) -> None:
    """With an e-card code, for the status of a card that isn't there."""
    citizen.touches("不插卡查状态")
    citizen.sees(pages.CHOOSE_WAY)
    citizen.chooses(proving.BY_E_CARD)
    citizen.sees(pages.SHOW_CODE)
    run.e_card = run.stand.central("issue_code", person=CARD)["code"]
    citizen.shows_code(run.e_card, "the e-card code")
    citizen.sees(pages.STATUS)
    citizen.takes_phone_away()
    citizen.touches("看完了")


def prove(citizen: BriskCitizen, run: Run, person: str) -> None:
    """By ID card and text; while the code is on the page it must be in the kiosk's memory."""
    proving.lays_id_card(citizen, person)
    citizen.sees(pages.CHOOSE_WAY)
    proving.takes_id_card(citizen)
    citizen.chooses(proving.BY_TEXT)
    citizen.sees(pages.TEXT)
    run.texted.append(proving.reads_text(citizen, person))
    citizen.types_number(run.texted[-1])
    citizen.reads("输好了")
    run.held_texted |= texted_in_memory(run)
    citizen.touches("输好了")


def start_change(citizen: BriskCitizen) -> None:
    citizen.touches("修改密码")
    citizen.sees(pages.INSERT_CARD)
    citizen.inserts(CARD)


VISITS = (look_at_the_card, change, cancel, pull_the_card_midway, settle, enable, reset, hold_up_a_phone)


def search(run: Run) -> dict[str, list[str]]:
    """Where a PIN was found, and in which form; never the PIN."""
    canaries = run.canaries
    places = [*evidence.files(run.stand.state), *evidence.processes(run.stand)]
    return {place: found for place, data in places if (found := canaries.found_in(data))}


def in_memory(run: Run, pins: PinsInMemory) -> set[str]:
    """What of them the kiosk has in its memory now."""
    pid = run.stand.first.children["kiosk"].pid
    return {name for _, data in evidence.memory(pid) for name in pins.found_in(data)}


def texted_in_memory(run: Run) -> set[int]:
    """Which of the codes that came by text the kiosk has in its memory now."""
    mappings = [data for _, data in evidence.memory(run.stand.first.children["kiosk"].pid)]
    forms = {number: (code.encode(), code.encode("utf-32-le")) for number, code in enumerate(run.texted)}
    return {
        number
        for number, (ascii, wide) in forms.items()
        if any(stands_alone(ascii, data) or wide in data for data in mappings)
    }


def test_the_run_was_worth_searching(run: Run) -> None:
    """Every entry's block was overheard, and everything that is searched is there and was written to."""
    assert len(set(run.blocks)) == len(run.blocks) == len(run.typed)
    searched = dict(evidence.files(run.stand.state))
    for name in ("kiosk.log", "card_reader.log", "pin_pad.log", "receipt_printer.log", "camera.log"):
        assert f"kiosk-3/logs/{name}" in searched
    assert "logs/central.log" in searched
    assert b'level = "debug"' in searched["kiosk-3/kiosk.toml"]
    assert b"card_reader.media" in searched["kiosk-3/logs/kiosk.log"]
    assert b"kiosk" in run.properties
    for name in ("storage/kiosk.db", "paper/receipt-1.bin", "paper/receipt-1.png", "paper/receipt-2.bin"):
        assert searched[f"kiosk-3/{name}"]
    assert any(name.startswith("central/") and name.endswith(".sqlite") for name in searched)
    held = [(operation["kind"], operation["state"]) for operation in run.stand.central("operations")["operations"]]
    resets = [("pin_reset", "not_done"), ("pin_reset", "done")]  # The issuer refused the weak PIN.
    assert held == [("pin_change", "done")] * 2 + [("enable", "done"), *resets]


def test_no_pin_or_code_in_any_file_or_log_or_process(run: Run) -> None:
    """Nothing is exempt."""
    assert search(run) == {}
    assert evidence.core_dumps(run.stand) == []
    assert [found for value in run.properties if (found := run.canaries.found_in(value))] == []


def test_no_pin_in_the_kiosks_memory_after_the_visit(run: Run) -> None:
    """Neither as text nor as a list of numbers nor within a command. Enciphered blocks may stay."""
    assert run.held == {"PIN 0 in ascii"}, "the search finds no PIN where there must be one"

    zero = evidence.zero_of(run.stand.first.children["kiosk"].pid)

    assert in_memory(run, PinsInMemory(PINS, CHANGES, zero)) == set()


def test_no_code_by_text_in_the_kiosks_memory_after_the_visit(run: Run) -> None:
    """It counts once, and yet."""
    assert run.held_texted == set(range(len(run.texted))) == {0, 1}, "the search finds no code where there must be one"

    assert texted_in_memory(run) == set()


def test_a_pin_for_the_issuer_is_never_in_the_kiosks_memory(run: Run) -> None:
    """Between its two entries and when it is set as little as afterwards: it was never opened there."""
    assert run.held_of_reset == set()


def test_no_pin_on_any_page(run: Run) -> None:
    """In none of the type that pages set numbers in."""
    eye, sizes = Eye(1080, 1920), (44.0, 64.0)
    pictures = sorted(run.pictures.glob("*.png"))
    assert len(pictures) > 40

    with_number = Image.open(pictures[0]).convert("RGB")
    type = ImageFont.truetype("/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc", 44, index=2)
    ImageDraw.Draw(with_number).text((620, 1120), RESET, font=type, fill="#14232C")
    assert eye.find(RESET, with_number, sizes), "the search finds no number where there is one"

    found = []
    for picture in {picture.read_bytes(): picture for picture in pictures}.values():
        page = Image.open(picture).convert("RGB")
        found += [(picture.name, number) for number, pin in enumerate(PINS) if eye.find(pin, page, sizes)]
    assert found == []


def test_no_person_in_the_kiosks_files(run: Run) -> None:
    """Names and numbers in full: not in its log, its journal, its settings, nor on paper. The server may hold them."""
    assert HOLDER.server_record is not None
    canaries = Canaries()
    for key in ("name", "social_security_number", "card_number", "card_identification_code", "phone"):
        canaries.add_text(key, HOLDER.server_record[key])
    canaries.add_bytes("identification code in binary", bytes.fromhex(HOLDER.server_record["card_identification_code"]))
    ours = ("storage/", "kiosk.toml", "logs/kiosk.log", "logs/xvfb.log", "pcscd/", "paper/")

    searched = [(name, data) for name, data in evidence.files(run.stand.first.folder) if name.startswith(ours)]

    assert {name: found for name, data in searched if (found := canaries.found_in(data))} == {}
    assert any(canaries.found_in(data) for name, data in evidence.files(run.stand.state) if name.startswith("central/"))


def test_a_line_too_many_is_found(run: Run) -> None:
    """The search bites: with a kiosk that logs what was typed, in the least conspicuous form."""
    machine = run.stand.first
    machine.stop_kiosk()
    machine.program = (sys.executable, str(Path(__file__).parents[1] / "support" / "leaky_kiosk.py"))
    machine.start_kiosk()
    with BriskCitizen(run.stand) as citizen:
        citizen.finds_it_ready()
        citizen.looks_at(CARD)
        citizen.types_pin(OTHER)
        citizen.reads_tries_left(5)
    run.typed += [OTHER]

    assert search(run) == {"kiosk-3/logs/kiosk.log": [f"PIN {PINS.index(OTHER)} in BCD"]}


def test_a_crash_leaves_no_core_dump(run: Run) -> None:
    """Even where the system wants them: a PIN may be in memory just then."""
    kiosk = run.stand.first.children["kiosk"]
    assert psutil.Process(kiosk.pid).rlimit(psutil.RLIMIT_CORE) == (0, 0)

    kiosk.send(signal.SIGSEGV)
    kiosk.wait_until_ended(10)

    assert kiosk.status == -signal.SIGSEGV
    assert evidence.core_dumps(run.stand) == []
