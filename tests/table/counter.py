"""One machine at which cell after cell is tried: the real core and server, put back to the same morning each time."""

import datetime
import re
from functools import cache
from pathlib import Path
from typing import Any

import trio
import trio.testing
from cells import EVERYTHING, LOSSES, Cell, Machine
from issuer import software_keys
from kiosk_under_test import KioskUnderTest
from morning import MORNING, TODAY, everybody, have_applied
from pydantic import HttpUrl
from regions import in_region

from central import outlets
from central.authority import Authority
from central.database import open_in_memory
from central.registry import Registry
from central.sms import VirtualPhones
from drivers.camera.protocol import CameraState
from kiosk import refusals
from kiosk.home import MORE
from kiosk.pages import (
    Actions,
    Answer,
    Article,
    Choose,
    Chosen,
    Decide,
    Done,
    Entered,
    Home,
    Instruct,
    Menu,
    NumberEntry,
    Page,
    Picture,
    PinEntry,
    Refusal,
    Status,
    Table,
)
from kiosk.settings import Settings, load
from simulator.card_reader import personas as virtual_people

CONFIG = Path(__file__).parents[2] / "config"
NEW_PIN, NEW_PHONE = "746108", "18120004017"
PHONE_DIGITS = 11
PATIENCE = 1800.0
"""Seconds in which a page has to change when everything it asks for was done. Silence ends a visit long before."""
MOST_STEPS = 40
KIOSK_FAULT = "machine.kiosk_fault"
KEPT_VIEWS = 4

_CODE = re.compile("验证码([0-9]{6})")
_QUERIES = ("证明开好了", "查好了")
_APPLIED = "申请交上去了"
_REFUSALS = {(kind.title.message, kind.why.message): kind.code for kind in refusals.ALL}


class Counter(KioskUnderTest):
    """A machine, and somebody who does what its pages say.

    Args:
        machine: Where it stands, and what it has.
        directory: Its disk.
        nursery: For what lives as long as it.
    """

    def __init__(self, machine: Machine, directory: Path, nursery: trio.Nursery) -> None:
        self._began = 0.0
        settings = _settings(machine, directory)
        self._phones = VirtualPhones()
        registry = Registry(
            open_in_memory(),
            now=lambda: self._now(),
            policy_of=lambda kiosk, day: settings.policy,
            authority=Authority(software_keys()),
            sms=self._phones,
            outlets=outlets.load(CONFIG / "outlets.toml"),
        )
        self._raw = registry.engine.raw_connection()
        self._database.deserialize(everybody())
        super().__init__(settings, registry, nursery, clock=lambda: self._now().astimezone(registry.settings.zone))
        self.people = {person.id: person for person in virtual_people.personas(TODAY)}
        if machine.has == "no ID card reader":
            self.plate = None
        if machine.has == "no camera":
            self.phone.become(CameraState.NO_DEVICE)
        if machine.has == "no printer":
            self.paper.unplug()
        self._with_machine: bytes = self._database.serialize()
        self._phones.away = machine.has == "no texts"

    @property
    def _database(self) -> Any:
        return self._raw.driver_connection

    def _now(self) -> datetime.datetime:
        """It is always the same morning: no cell comes after another."""
        return MORNING + datetime.timedelta(seconds=trio.current_time() - self._began)

    async def try_(self, cell: Cell) -> str:
        """One visit; what it came to: `done`, `applied`, `shown`, `left`, or the code of a refusal.

        Raises:
            DeadEnd: It came to none of these.
        """
        self._prepare(cell)
        await self.at_home()
        if cell.service == "card_menu":
            self.insert(self._who)
        else:
            self.choose(MORE)
            menu = await self.until(Menu)
            self._came_from = menu.title.message
            self.choose(cell.service)  # Also where no page offers it: a page that is older than the rules may.
            await self.until(Page, lambda page: page is not menu)
        try:
            return await self._walk(cell)
        finally:
            await self._leave()

    def _prepare(self, cell: Cell) -> None:
        self._began = trio.current_time()
        self._database.deserialize(self._with_machine)
        del self.screen.views[:-KEPT_VIEWS]
        self.cards.clear()
        self._typed: str | None = None
        self._seen: set[str] = set()
        self._without: set[str] = set()
        self._came_from = ""
        self._who = {"expired": "expired", "initial PIN": "initial_pin"}.get(cell.flag, "normal")
        blocked = cell.flag == "PIN blocked"
        lost = cell.status in LOSSES
        reason = "financial_not_activated" if cell.flag == "never at the bank" else "reported"
        self.set_record(
            self._who,
            application_status=int(cell.status),
            lifecycle=cell.lifecycle.value,
            pin_blocked=blocked,
            loss_reason=reason if lost else None,
            loss_until=TODAY + datetime.timedelta(days=3) if cell.status == 4 else None,
            status_before_loss=1 if lost else None,
        )
        if cell.flag == "expiring":
            self.set_record(self._who, valid_until=TODAY + datetime.timedelta(days=20))
        if cell.flag == "applied":
            record = self.people[self._who].server_record
            assert record is not None
            code = record["card_identification_code"]
            have_applied(self.registry, code, self.settings.machine.name, cell.turn)
        if cell.flag == "nothing on record":
            self.put_person(self._who, phone=None, photo=None, address=None)
        if blocked:
            self.card(self._who).tries_left = 0

    async def _walk(self, cell: Cell) -> str:
        for step in range(MOST_STEPS):
            await trio.testing.wait_all_tasks_blocked()
            page = self.page
            end = self._ended(cell, page)
            if end is not None:
                return end
            await self._do(cell, page, step)
            with trio.move_on_after(PATIENCE) as patience:
                while self.page is page:
                    await self.screen._news.wait()
            if patience.cancelled_caught:
                raise DeadEnd(f"{cell}: nothing comes after {type(page).__name__} {page.title.message}")
        raise DeadEnd(f"{cell}: no end after {MOST_STEPS} pages")

    def _ended(self, cell: Cell, page: Page) -> str | None:
        """What the visit came to; None: it goes on."""
        if isinstance(page, Home) or page.title.message == self._came_from:
            if cell.at_hand == EVERYTHING:
                raise DeadEnd(f"{cell}: back again without a word")
            return "left"  # There is nothing that could be said without what they left at home.
        match page:
            case Refusal():
                if not page.ways:
                    raise DeadEnd(f"{cell}: a refusal without a way out")
                code = _REFUSALS.get((page.title.message, page.why.message))
                if code in (None, KIOSK_FAULT):
                    raise DeadEnd(f"{cell}: {page.title.message}, {code or 'which has no name'}")
                return code
            case Done() if page.title.message in _QUERIES:
                return "shown"
            case Done():
                return "applied" if page.title.message == _APPLIED else "done"
            case Status() | Article() | Table():
                return "shown"
            case Menu() if cell.service == "card_menu" or page.title.message in self._seen:
                return "shown"
        return None

    async def _do(self, cell: Cell, page: Page, step: int) -> None:
        """What a page asks for; what it offers instead, where that isn't at hand."""
        match page:
            case Instruct(picture=Picture.CARD_INSERT) if cell.has("card"):
                self.insert(self._who)
            case Instruct(picture=Picture.CARD_INSERT):
                self.press(_one_of(page.actions, Answer.WITHOUT_CARD, Answer.BACK))
            case Instruct(picture=Picture.CARD_TAKE):
                self.pull()
            case Instruct(picture=Picture.ID_ON_PLATE) if page.title.message != "请放身份证":
                assert self.plate is not None
                self.plate.lift()
            case Instruct(picture=Picture.ID_ON_PLATE) if cell.has("ID card"):
                assert self.plate is not None
                self.plate.place(self._who)
            case Instruct(picture=Picture.QR_SCAN) if cell.has("phone"):
                self.phone.hold_up(self.e_card_code(self._who))
            case Instruct(picture=Picture.ID_ON_PLATE | Picture.QR_SCAN):
                again = page.title.message in self._without
                self._without.add(page.title.message)
                others = () if again else (Answer.ANOTHER, Answer.STOP)
                self.press(_one_of(page.actions, *others, Answer.BACK))
            case PinEntry():
                await self._type(page, NEW_PIN if page.rounds else self.people[self._who].pin)
            case NumberEntry(length=length):
                if length == PHONE_DIGITS:
                    self._typed = NEW_PHONE
                    self.press(Entered(NEW_PHONE))
                elif cell.has("phone"):
                    self.press(Entered(self._code()))
                else:
                    self.press(_one_of(page.actions, Answer.AGAIN))  # What leads to the other ways.
            case Choose():
                possible = [each.answer for each in page.options if _can_be_shown(cell, each.answer)]
                turns = possible or [_one_of(page.actions, Answer.STOP, Answer.BACK)]
                self.press(turns[(cell.turn + step) % len(turns)])
            case Menu():
                self._seen.add(page.title.message)
                tiles = [tile for group in page.groups for tile in group.tiles if tile.why_not is None]
                self.press(Chosen(tiles[cell.turn % len(tiles)].service))
            case Decide():
                other_way = not cell.has("phone") and Answer.ANOTHER in _answers(page.actions)
                self.press(Answer.ANOTHER if other_way else _goes_on(page.actions))

    async def _type(self, page: PinEntry, pin: str) -> None:
        """At whatever asks: a reader's own keys, or the pad, which alone enciphers a new PIN for the issuer."""
        with trio.move_on_after(PATIENCE):
            while self.page is page:
                if self.pad_model.entering:
                    await self.pad.answer(pin)
                    return
                if self.keypad is not None and (entry := self.keypad._entry) is not None:
                    for stage in entry.stages:  # Of a change, both in one dialogue.
                        await self.keypad.answer(NEW_PIN if stage in ("new", "again") else pin)
                    return
                await trio.sleep(0.1)  # Neither tells anybody that it asks.

    def _code(self) -> str:
        """The newest code on the phone that it was sent to."""
        record = self.people[self._who].server_record
        assert record is not None
        for text in reversed(self._phones.texts(self._typed or record["phone"])):
            if found := _CODE.search(text):
                return found[1]
        return "000000"

    async def _leave(self) -> None:
        """Everybody takes what is theirs, and the machine is home again."""
        for _ in range(MOST_STEPS):
            await trio.testing.wait_all_tasks_blocked()
            self.pull()
            if self.plate is not None:
                self.plate.lift()
            page = self.page
            if isinstance(page, Home):
                await trio.sleep(1)  # What is to be told the server is.
                return
            self.press(_way_out(page.actions))
            with trio.move_on_after(5):
                while self.page is page:
                    await self.screen._news.wait()
        raise DeadEnd(f"nobody gets home from {type(self.page).__name__} {self.page.title.message}")


class DeadEnd(AssertionError):
    """A visit that came to nothing that can be named."""


def _goes_on(actions: Actions) -> Answer | Chosen:
    """What agrees: to be looked at, or to what was decided."""
    answers = _answers(actions)
    return Answer.FACE if Answer.FACE in answers else answers[0]


def _way_out(actions: Actions) -> Answer:
    return Answer.FINISH if Answer.FINISH in _answers(actions) else Answer.EXIT


_NEEDS = {Answer.ID_CARD: "ID card", Answer.ONE_TIME_CODE: "phone", Answer.E_CARD: "phone"}


def _can_be_shown(cell: Cell, answer: Answer | Chosen) -> bool:
    """A face is always there; whatever is no proof may be chosen."""
    thing = _NEEDS.get(answer) if isinstance(answer, Answer) else None
    return thing is None or cell.has(thing)


def _one_of(actions: Actions, *wanted: Answer) -> Answer:
    """The first of `wanted` that is offered: nobody presses what isn't there."""
    offered = _answers(actions)
    found = next((answer for answer in wanted if answer in offered), None)
    if found is None:
        raise DeadEnd(f"none of {wanted} among {offered}")
    return found


def _answers(actions: Actions) -> list[Answer | Chosen]:
    buttons = (actions.primary, actions.other, actions.secondary)
    return [button.answer for button in buttons if button is not None]


def _settings(machine: Machine, directory: Path) -> Settings:
    shipped = _shipped()
    parts: dict[str, dict[str, object]] = {
        "storage": {"directory": directory},
        "central": {"url": HttpUrl("https://central")},
    }
    if machine.has == "no ID card reader":
        parts["id_reader"] = {"port": None}
    if machine.has in ("no camera", "no faces"):
        parts["face"] = {"enabled": False}
    if machine.has == "PIN at the reader":
        parts["pin_pad"] = {"path": "reader"}
    changed = {name: getattr(shipped, name).model_copy(update=update) for name, update in parts.items()}
    return in_region(shipped.model_copy(update=changed), machine.region, day=TODAY)


@cache
def _shipped() -> Settings:
    return load(CONFIG / "kiosk.toml")
