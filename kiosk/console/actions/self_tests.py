"""Tests of the machine's devices: one at a time, or all of them for the report of readiness."""

import base64
import datetime
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from subprocess import CalledProcessError

import structlog
from pydantic import Field

from drivers.errors import DeviceError
from drivers.receipt_printer.errors import PrinterError
from kiosk.conditions import Urgency
from kiosk.conditions.faults import note_fault
from kiosk.console import readiness_report
from kiosk.console.action import Action, Call, Failed, Message, Nothing, Record
from kiosk.console.dialogue import GlassDialogue
from kiosk.console.glass_pages import look
from kiosk.console.readiness_report import ReadinessReport
from kiosk.console.self_tests import SELF_TESTS
from kiosk.console.self_tests.bench import Bench, Found, SelfTest, failed
from kiosk.desk import DeskBusy
from kiosk.machine import Machine
from kiosk.operations.memory import SelfTestRow
from kiosk.text import T, Text

log = structlog.get_logger()

_WAIT_SECONDS = 20.0
"""For who is being served; the desk is free as soon as they have taken their card."""


class Device(Message):
    """Which one."""

    device: str = Field(json_schema_extra={"enum": list(SELF_TESTS)}, pattern=f"^({'|'.join(SELF_TESTS)})$")


class SelfTestResult(Message):
    """What came of one test. `result`: passed, failed or not_done."""

    device: str
    title: str
    result: str
    words: str
    at: datetime.datetime


class Readiness(Message):
    """Whether the machine may serve: no test failed, and nothing stands that has to be dealt with now."""

    ready: bool
    seconds: float
    results: tuple[SelfTestResult, ...]
    now: tuple[str, ...]
    """Titles of the conditions that have to be dealt with now."""


class SelfTestResults(Message):
    """Each device's newest result."""

    results: tuple[SelfTestResult, ...]


async def _self_test(call: Call, which: Device) -> SelfTestResult:
    """Test one device."""
    async with _bench(call) as bench:
        return await _one(call, bench, SELF_TESTS[which.device])


async def _readiness(call: Call, _: Nothing) -> Readiness:
    """Test every device, one after another."""
    began = time.monotonic()
    async with _bench(call) as bench:
        results = tuple([await _one(call, bench, test) for test in SELF_TESTS.values()])
    seconds = round(time.monotonic() - began, 1)
    report = _readiness_of(call, results, seconds=seconds)
    now = tuple(title for title, urgent in report.standing if urgent)
    return Readiness(ready=report.ready, seconds=seconds, results=results, now=now)


async def _results(call: Call, _: Nothing) -> SelfTestResults:
    """The newest that is kept of each device."""
    rows = call.console.machine.operations.storage.read(lambda store: store.memory.self_tests(newest_only=True))
    kept = {row.device: row for row in rows}
    return SelfTestResults(
        results=tuple(_told(call, kept[device], test) for device, test in SELF_TESTS.items() if device in kept)
    )


class Report(Message):
    """The report of readiness, from each device's newest result."""

    name: str
    """For the file."""
    pdf: str
    """In base64 (RFC 4648)."""
    ready: bool


async def _report(call: Call, _: Nothing) -> Report:
    """A page for the file: what was found last of each device, and what stands now."""
    report = _readiness_of(call, (await _results(call, Nothing())).results, seconds=None)
    try:
        pdf = await readiness_report.pdf(report, call.language)
    except CalledProcessError:
        raise Failed(T("报告做不出来：多半没装字体 fonts-noto-cjk")) from None
    machine = call.console.machine
    name = f"{machine.settings.machine.name}-{machine.now():%Y%m%d-%H%M}.pdf"
    return Report(name=name, pdf=base64.b64encode(pdf).decode(), ready=report.ready)


async def _print(call: Call, _: Nothing) -> Nothing:
    """The same as a slip, on the machine's own printer."""
    machine = call.console.machine
    report = _readiness_of(call, (await _results(call, Nothing())).results, seconds=None)
    try:
        await machine.printer.print_once(readiness_report.slip(report, call.language))
    except PrinterError as error:
        raise Failed(T("打不了：{error}", error=type(error).__name__)) from None
    return Nothing()


def _readiness_of(call: Call, results: tuple[SelfTestResult, ...], *, seconds: float | None) -> ReadinessReport:
    machine = call.console.machine
    standing = tuple(
        (call.say(condition.title), condition.urgency is Urgency.NOW)
        for condition, _ in machine.board.standing()
        if condition.closes != "service"
    )
    return ReadinessReport(
        machine=machine.settings.machine,
        version=version("kiosk"),
        boot=machine.operations.boot,
        who=call.caller.who,
        at=machine.now(),
        seconds=seconds,
        results=tuple((r.title, r.result, r.words, r.at) for r in results),
        standing=standing,
    )


async def _one(call: Call, bench: Bench, test: SelfTest) -> SelfTestResult:
    """Run a test and keep what came of it."""
    try:
        found = await test.run(bench)
    except DeviceError as error:
        note_fault(call.console.machine.board, error)
        found = failed(T("设备出错：{error}", error=type(error).__name__))
    log.info("self_test", device=test.device, result=found.finding.value)
    row = _row(call.console.machine, test, found)
    call.console.machine.operations.storage.owe(lambda store: store.memory.add_self_test(row))
    return _told(call, row, test)


def _row(machine: Machine, test: SelfTest, found: Found) -> SelfTestRow:
    return SelfTestRow(
        device=test.device,
        at=machine.now(),
        boot=machine.operations.boot,
        result=found.finding.value,
        detail=json.dumps(_packed(found.words), ensure_ascii=False),
    )


def _told(call: Call, row: SelfTestRow, test: SelfTest) -> SelfTestResult:
    return SelfTestResult(
        device=row.device,
        title=call.say(test.title),
        result=row.result,
        words=call.say(_unpacked(json.loads(row.detail))),
        at=row.at,
    )


def _packed(words: Text) -> list[object]:
    """A text as it is kept, to be read in any language later."""
    arguments = [[name, _packed(value) if isinstance(value, Text) else value] for name, value in words.arguments]
    return [words.message, arguments, words.count]


def _unpacked(kept: list[object]) -> Text:
    message, arguments, count = kept
    assert isinstance(message, str)
    assert isinstance(arguments, list)
    assert count is None or isinstance(count, int)
    return Text(message, tuple((name, _unpacked(v) if isinstance(v, list) else v) for name, v in arguments), count)


@asynccontextmanager
async def _bench(call: Call) -> AsyncIterator[Bench]:
    """The machine's screen and slot: they are ours already at the glass, else they are asked for."""
    machine, dialogue = call.console.machine, call.dialogue
    if isinstance(dialogue, GlassDialogue):
        yield Bench(machine, dialogue.visit, dialogue, dialogue.look, at_glass=True)
        return
    up = datetime.timedelta(seconds=time.clock_gettime(time.CLOCK_BOOTTIME))
    pages = look(machine.settings.machine, call.caller, version=version("kiosk"), up=up)
    try:
        async with machine.desk.borrowed(seconds=_WAIT_SECONDS) as visit:
            yield Bench(machine, visit, dialogue, pages, at_glass=False)
    except DeskBusy:
        raise Failed(T("有人正在用这台机器，请稍后再试")) from None


ACTIONS = (
    Action(
        name="self_test",
        title=T("查一个设备"),
        arguments=Device,
        result=SelfTestResult,
        run=_self_test,
        record=Record.AS_IT_CAN,
        tells=("device",),
    ),
    Action(
        name="readiness",
        title=T("全面自检"),
        arguments=Nothing,
        result=Readiness,
        run=_readiness,
        record=Record.AS_IT_CAN,
    ),
    Action(
        name="self_test_results",
        title=T("自检记录"),
        arguments=Nothing,
        result=SelfTestResults,
        run=_results,
        record=Record.NOT,
    ),
    Action(
        name="readiness_report",
        title=T("自检报告"),
        arguments=Nothing,
        result=Report,
        run=_report,
        record=Record.AS_IT_CAN,
    ),
    Action(
        name="print_readiness",
        title=T("打印自检报告"),
        arguments=Nothing,
        result=Nothing,
        run=_print,
        record=Record.AS_IT_CAN,
    ),
)
