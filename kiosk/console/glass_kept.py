"""What is kept, as the staff read it at the glass: operations, the journal, the log of this run, results of tests."""

import datetime
from collections.abc import Iterator, Mapping
from typing import Any

from kiosk.console.actions.kept import Events, KeptOperation, KeptOperations, Records
from kiosk.console.actions.self_tests import SelfTestResults
from kiosk.console.glass_steps import LATEST, Steps
from kiosk.console.pages import Entry, MenuItem
from kiosk.pages import Button, Chosen, Sign
from kiosk.text import T, Text, Tn
from kiosk.uplink.contract.operations import OperationKind

SIGNS = {"passed": Sign.DONE, "failed": Sign.REFUSED, "not_done": Sign.INFORMATION}
"""Of what came of a test."""

_KINDS: dict[str, Text] = {
    OperationKind.PIN_CHANGE: T("修改密码"),
    OperationKind.ENABLE: T("启用社保卡"),
    OperationKind.UNBLOCK: T("解锁密码"),
    OperationKind.PIN_RESET: T("重设密码"),
    OperationKind.TEMPORARY_LOSS: T("临时挂失"),
    OperationKind.LOSS_RELEASE: T("解除挂失"),
    OperationKind.FORMAL_LOSS: T("正式挂失"),
    OperationKind.ELIGIBILITY_CHECK: T("待遇资格认证"),
    OperationKind.APPLICATION: T("提交申请"),
}
_STATES: dict[str, tuple[Sign, Text]] = {
    "intent": (Sign.CARE, T("还没有发出")),
    "sent": (Sign.CARE, T("发出了，还没有结果")),
    "done": (Sign.DONE, T("办成了")),
    "not_done": (Sign.INFORMATION, T("没有办成")),
    "in_doubt": (Sign.CARE, T("不知道办成没有")),
}
_LEVELS = {"error": Sign.REFUSED, "warning": Sign.CARE}
_ALONE = ("event", "level", "timestamp", "disposition")
"""Of an event: what has a place of its own, or is told by the sign."""
_UNSAID = ("event", "at", "boot", "sequence", "hash")
"""Of a record: the same, and the hash, which nobody compares by eye."""


async def tests(at: Steps) -> None:
    """The newest result of each device, which can be printed as the report."""
    result = await at.do("self_test_results")
    if not isinstance(result, SelfTestResults):
        return
    printing = Button(label=T("打印报告"), answer=Chosen("print"), icon="print")
    more = (printing,) if at.may("print_readiness") else ()
    if await at.read(T("自检记录"), _tests(result), *more) == "print":
        await at.do("print_readiness")


async def operations(at: Steps) -> None:
    """All of them, or those alone that the server hasn't heard of."""
    unsettled = False
    while True:
        result = await at.do("operations", unsettled=unsettled, limit=LATEST)
        if not isinstance(result, KeptOperations):
            return
        other = Button(label=T("看全部") if unsettled else T("看没结果的"), answer=Chosen("other"))
        if await at.read(T("办过的业务"), _operations(result), other) == "back":
            return
        unsettled = not unsettled


async def records(at: Steps) -> None:
    """The journal, newest first."""
    result = await at.do("records", limit=LATEST)
    if isinstance(result, Records):
        await at.read(T("业务日志"), _records(result))


async def log(at: Steps) -> None:
    """The log of this run, by how grave its events are and what they are about."""
    level, area, found = "info", "", dict[str, int]()
    while True:
        result = await at.do("log", level=level, event=area, limit=LATEST)
        if not isinstance(result, Events):
            return
        found = found or _areas(result)
        narrow = Button(label=T("筛选"), answer=Chosen("filter"))
        if await at.read(T("运行日志"), _events(result), narrow) == "back":
            return
        kind, _, what = (await at.pick(T("看哪些"), filters(found))).partition(":")
        level, area = (what, "") if kind == "level" else ("info", what) if kind == "event" else (level, area)


def _operations(kept: KeptOperations) -> tuple[Entry, ...]:
    """An entry each, as they come."""
    return tuple(map(_operation, kept.operations))


def _operation(row: KeptOperation) -> Entry:
    sign, state = _STATES[row.state]
    told = T("中心已经知道") if row.acknowledged else T("中心还不知道")
    return Entry(
        sign=sign,
        what=_KINDS[row.kind],
        when=_words(f"{row.boot}.{row.sequence}"),
        note=T("{state}；{told}。编号 {id}", state=state, told=told, id=row.operation_id[:8]),
    )


def _records(kept: Records) -> tuple[Entry, ...]:
    """An entry each, as they come."""
    return tuple(
        Entry(
            sign=Sign.INFORMATION,
            what=_words(f"{row['event']} {row['boot']}.{row['sequence']}"),
            when=_moment(row["at"]),
            note=_rest(row, _UNSAID),
        )
        for row in kept.records
    )


def _events(kept: Events) -> tuple[Entry, ...]:
    """An entry each, as they come."""
    return tuple(
        Entry(
            sign=_LEVELS.get(row["level"], Sign.INFORMATION),
            what=_words(row["event"]),
            when=_moment(row["timestamp"]),
            note=_rest(row, _ALONE),
        )
        for row in kept.events
    )


def _tests(kept: SelfTestResults) -> tuple[Entry, ...]:
    """An entry for each device that was tested."""
    return tuple(
        Entry(sign=SIGNS[row.result], what=_words(row.title), when=_moment(row.at.isoformat()), note=_words(row.words))
        for row in kept.results
    )


def _areas(kept: Events) -> dict[str, int]:
    """What the log tells of: the beginnings of its events' names, and how many begin so."""
    found: dict[str, int] = {}
    for row in kept.events:
        area = row["event"].partition(".")[0]
        found[area] = found.get(area, 0) + 1
    return dict(sorted(found.items()))


def filters(found: Mapping[str, int]) -> list[MenuItem]:
    """How the log can be narrowed: by how grave it is, and by what it is about."""
    return [
        _filter("check", T("全都看"), T("这次开机以来最新的"), "level:info"),
        _filter("warning", T("警告和错误"), T("看看哪里不顺"), "level:warning"),
        _filter("refusal", T("只看错误"), T("出了毛病的"), "level:error"),
        *(_filter("record", _words(area), Tn("{n} 条", n), f"event:{area}") for area, n in found.items()),
    ]


def _filter(icon: str, name: Text, note: Text, to: str) -> MenuItem:
    return MenuItem(icon=icon, name=name, note=note, button=Button(label=T("看看"), answer=Chosen(to)))


def _moment(at: str) -> Text:
    """Day and time in this machine's zone."""
    return _words(f"{datetime.datetime.fromisoformat(at).astimezone():%m-%d %H:%M:%S}")


def _rest(row: Mapping[str, Any], without: tuple[str, ...]) -> Text | None:
    rest = "  ".join(_pairs(row, without))
    return _words(rest) if rest else None


def _pairs(row: Mapping[str, Any], without: tuple[str, ...]) -> Iterator[str]:
    return (f"{name}={value}" for name, value in row.items() if name not in without and value not in (None, ""))


def _words(words: str) -> Text:
    """What stands as it is in every language."""
    return T("{words}", words=words)
