"""The diagnostic export."""

import base64
from functools import partial

import trio

from kiosk.console import diagnostics
from kiosk.console.action import Action, Call, Failed, Message, Nothing, Record
from kiosk.console.actions.board import board
from kiosk.text import T


class Export(Message):
    """The enciphered file: `age --decrypt` with the bureau's key, then `tar xz`."""

    name: str
    content: str
    """In base64."""


async def _export(call: Call, _: Nothing) -> Export:
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
    return Export(name=name, content=base64.b64encode(content).decode())


def _seal(files: dict[str, object], key: str) -> bytes:
    return diagnostics.enciphered(diagnostics.packed(files), key)


ACTIONS = (
    Action(
        name="export",
        title=T("导出诊断资料"),
        arguments=Nothing,
        result=Export,
        run=_export,
        record=Record.AS_IT_CAN,
    ),
)
