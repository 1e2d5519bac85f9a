"""The diagnostic export: taken away at once, or kept in the machine by whoever stands at it."""

import base64
from functools import partial
from pathlib import Path

import trio

from kiosk.console import diagnostics
from kiosk.console.action import Action, Call, Failed, Message, Nothing, Record
from kiosk.console.actions.board import board
from kiosk.text import T


class HowToExport(Message):
    """What becomes of the file."""

    keep: bool = False
    """Kept in the machine, and not handed out: the glass has nowhere to put it."""


class Export(Message):
    """The enciphered file: `age --decrypt` with the bureau's key, then `tar xz`."""

    name: str
    content: str | None
    """In base64 (RFC 4648); None: it was kept in the machine."""


async def _export(call: Call, how: HowToExport) -> Export:
    machine = call.console.machine
    key = machine.settings.console.export_key
    if key is None:
        raise Failed(T("没有设置导出用的公钥，所以不能导出"))
    settings, storage = machine.today().settings, machine.operations.storage
    files = diagnostics.collect(await board(call, Nothing()), settings, storage)
    try:
        content = await trio.to_thread.run_sync(partial(_seal, files, key))
    except diagnostics.BadKey:
        raise Failed(T("导出用的公钥不对")) from None
    name = f"{machine.settings.machine.name}-{machine.now():%Y%m%d-%H%M%S}.tar.gz.age"
    if not how.keep:
        return Export(name=name, content=base64.b64encode(content).decode())
    try:
        await trio.to_thread.run_sync(diagnostics.keep, _folder(call), name, content)
    except OSError:
        raise Failed(T("文件现在存不下来，请看存储")) from None
    return Export(name=name, content=None)


async def _kept(call: Call, _: Nothing) -> Export:
    """The newest that was kept; it stays until newer ones take its place."""
    await trio.lowlevel.checkpoint()
    try:
        newest = diagnostics.newest_kept(_folder(call))
        content = None if newest is None else newest.read_bytes()
    except OSError:
        raise Failed(T("存好的文件读不出来，请看存储")) from None
    if newest is None or content is None:
        raise Failed(T("机器里没有存好的诊断资料"))
    return Export(name=newest.name, content=base64.b64encode(content).decode())


def _folder(call: Call) -> Path:
    return call.console.machine.settings.storage.directory


def _seal(files: dict[str, object], key: str) -> bytes:
    return diagnostics.enciphered(diagnostics.packed(files), key)


ACTIONS = (
    Action(
        name="export",
        title=T("导出诊断资料"),
        arguments=HowToExport,
        result=Export,
        run=_export,
        record=Record.AS_IT_CAN,
        tells=("keep",),
    ),
    Action(
        name="kept_export",
        title=T("取走存好的诊断资料"),
        arguments=Nothing,
        result=Export,
        run=_kept,
        record=Record.AS_IT_CAN,
    ),
)
