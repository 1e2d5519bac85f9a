"""The machine's settings: seen, checked, compared, applied on trial, confirmed."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import Field

from kiosk import applied_settings, conditions
from kiosk.console.action import Action, Call, Failed, Message, Nothing, Record, Unusable
from kiosk.operations.errors import StorageError
from kiosk.operations.journal import Event
from kiosk.settings import Settings, SettingsError, check_files, parse
from kiosk.text import T

FIXED = ("console", "access", "storage", "policy")
"""Sections that only the bureau's own file changes: who may come in, where the journal is, whose rules hold."""

_NEW = Path("new settings")


class WhichSettings(Message):
    """Which settings are wanted."""

    installed: bool = False
    """The bureau's own file, whatever was applied over it."""


class NewText(Message):
    """Settings to check or to apply."""

    text: str = Field(max_length=50_000)
    """The whole file, TOML."""


class Change(Message):
    """One key that differs."""

    key: str
    old: str
    new: str


class SettingsText(Message):
    """The settings that the machine runs with, or the bureau's own."""

    source: str
    """`file`: the bureau's; `applied`: confirmed here; `trial`: waiting to be confirmed."""
    text: str
    """TOML."""
    changes: tuple[Change, ...] | None
    """What was changed here: from the bureau's file to what runs. None: that file can't be used any more."""


class Checked(Message):
    """What applying it would mean."""

    faults: tuple[str, ...]
    """Key and what was expected, one each; none: it can be applied."""
    changes: tuple[Change, ...]


async def _show(call: Call, wanted: WhichSettings) -> SettingsText:
    machine, config = call.console.machine, call.console.config
    try:
        source, text = applied_settings.text_in_force(config, machine.settings.storage.directory)
        installed = config.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise Failed(T("设置的文件读不出来")) from None
    changes: tuple[Change, ...] | None
    try:
        changes = tuple(_changes(_load(installed, config), machine.settings))
    except SettingsError:
        changes = None
    return SettingsText(
        source="file" if wanted.installed else source, text=installed if wanted.installed else text, changes=changes
    )


async def _check(call: Call, wanted: NewText) -> Checked:
    machine = call.console.machine
    try:
        settings = _load(wanted.text, call.console.config)
    except SettingsError as error:
        return Checked(faults=tuple(error.lines), changes=())
    changes = tuple(_changes(machine.settings, settings))
    fixed = [change.key for change in changes if change.key.split(".")[0] in FIXED]
    faults = tuple(f"{key}: {call.say(T('这一项只能由安装的人改'))}" for key in fixed)
    return Checked(faults=faults, changes=changes)


async def _apply(call: Call, wanted: NewText) -> Checked:
    """Start anew with `wanted`; it goes back by itself unless somebody confirms it."""
    console, machine = call.console, call.console.machine
    checked = await _check(call, wanted)
    if checked.faults:
        raise Unusable(T("设置不能用：{why}", why="；".join(checked.faults)))
    if not checked.changes:
        raise Failed(T("和现在的设置一样，没有要改的"))
    keys = " ".join(change.key for change in checked.changes)
    storage, at = machine.operations.storage, machine.operations.at()
    try:
        storage.write(
            lambda store: store.append(Event.TECHNICIAN, at, action="settings_changed", who=call.caller.who, keys=keys)
        )
        applied_settings.put_on_trial(wanted.text, console.config, machine.settings.storage.directory)
    except (StorageError, OSError):
        raise Failed(T("新设置存不下来，什么都没有改")) from None
    console.stop()
    return checked


async def _confirm(call: Call, _: Nothing) -> Nothing:
    machine = call.console.machine
    folder = machine.settings.storage.directory
    if not applied_settings.on_trial(folder):
        raise Failed(T("没有等待确认的设置"))
    try:
        applied_settings.confirm(folder)
    except OSError:
        raise Failed(T("现在存不下来，请看存储")) from None
    for condition in (conditions.SETTINGS_UNCONFIRMED, conditions.SETTINGS_NOT_USED):
        machine.board.set(condition, stands=False)
    return Nothing()


def _load(text: str, config: Path) -> Settings:
    """Check `text` as a start would that has it in place of `config`.

    Raises:
        SettingsError: It can't be used.
    """
    settings = parse(text, _NEW, config.parent)
    check_files(_NEW, settings)
    return settings


def _changes(old: Settings, new: Settings) -> Iterator[Change]:
    before, after = dict(_flat(old.written())), dict(_flat(new.written()))
    for key in sorted(before.keys() | after.keys()):
        if before.get(key) != after.get(key):
            yield Change(key=key, old=str(before.get(key)), new=str(after.get(key)))


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, object]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


ACTIONS = (
    Action(
        name="settings",
        title=T("查看设置"),
        arguments=WhichSettings,
        result=SettingsText,
        run=_show,
        record=Record.AS_IT_CAN,
    ),
    Action(
        name="settings_check",
        title=T("检查新设置"),
        arguments=NewText,
        result=Checked,
        run=_check,
        record=Record.AS_IT_CAN,
    ),
    Action(
        name="settings_apply",
        title=T("换上新设置"),
        arguments=NewText,
        result=Checked,
        run=_apply,
        record=Record.DURABLY,
        asks=T("程序会重新启动，用新设置试 120 秒；没有人确认就退回原来的。确定吗？"),
    ),
    Action(
        name="settings_confirm",
        title=T("确认新设置"),
        arguments=Nothing,
        result=Nothing,
        run=_confirm,
        record=Record.DURABLY,
    ),
)
