"""What an action gave, as lines of text: any action's, by the shape of its values alone."""

import base64
import datetime
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from rich.cells import cell_len

from kiosk.console.words import RESULTS
from kiosk.language import say
from kiosk.text import T, Text

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

LABELS: dict[str, Text] = {
    "machine": T("机器"),
    "number": T("编号"),
    "version": T("版本"),
    "boot": T("第几次开机"),
    "in_service": T("对外服务"),
    "outbox_length": T("等着发出的消息"),
    "paper": T("凭条纸"),
    "disk": T("磁盘"),
    "today": T("今天"),
    "counters": T("计数"),
    "doubts": T("没有结果的业务"),
    "in_doubt": T("没有结果的业务"),
    "clock": T("时钟"),
    "network": T("网络"),
    "certificates": T("证书"),
    "pin_path": T("密码怎样到卡里"),
    "versions": T("版本"),
    "started": T("开机时间"),
    "who": T("谁"),
    "roles": T("身份"),
    "since": T("从什么时候"),
    "at": T("时间"),
    "device": T("设备"),
    "result": T("结果"),
    "detail": T("说明"),
    "results": T("结果"),
    "ready": T("能对外服务"),
    "seconds": T("秒数"),
    "state": T("状态"),
    "replaced": T("换上的时间"),
    "slips_since": T("换上以后打了几张"),
    "slips_left": T("还能打几张"),
    "days_left": T("还够几天"),
    "free_mb": T("空着 MB"),
    "total_mb": T("一共 MB"),
    "operations": T("办过的业务"),
    "records": T("业务日志"),
    "events": T("运行日志"),
    "operation_id": T("业务编号"),
    "kind": T("办什么"),
    "card": T("卡的代号"),
    "sequence": T("第几条"),
    "acknowledged": T("中心知道"),
    "unsettled": T("只看没结果的"),
    "event": T("什么事"),
    "level": T("多要紧"),
    "limit": T("最多几条"),
    "condition": T("哪个状况"),
    "text": T("设置的内容"),
    "source": T("从哪里来"),
    "installed": T("看安装时的"),
    "changes": T("改了什么"),
    "key": T("哪一项"),
    "old": T("原来"),
    "new": T("现在"),
    "keep": T("存在机器里"),
    "title": T("名称"),
    "words": T("说明"),
    "layers": T("一层一层"),
    "layer": T("哪一层"),
    "milliseconds": T("毫秒"),
    "passed": T("通不通"),
    "faults": T("不能用的"),
    "path": T("走哪里"),
    "conforms": T("符合标准"),
    "time": T("几点"),
    "offset_seconds": T("和服务器差几秒"),
    "visits": T("人次"),
    "receipts": T("凭条"),
}
"""Names of values in words; another one stands as it is."""
_INDENT = 2


def label(name: str, language: str) -> str:
    """A value's name in words."""
    return say(LABELS[name], language) if name in LABELS else name.replace("_", " ")


def lines(result: Mapping[str, Any], language: str, width: int = 80) -> list[str]:
    """All of a result, top down; nested values further in, lists of alike records as a table where `width` has room."""
    return list(_record(result, language, 0, width))


def _record(record: Mapping[str, Any], language: str, depth: int, width: int) -> Iterator[str]:
    pad = " " * depth
    plain = {label(k, language): _value(v, language) for k, v in record.items() if not _nested(v)}
    wide = max((cell_len(name) for name in plain), default=0)
    for name, value in plain.items():
        yield f"{pad}{name}{' ' * (wide - cell_len(name))}  {value}"
    for key, value in record.items():
        if not _nested(value):
            continue
        yield f"{pad}{label(key, language)}"
        if isinstance(value, Mapping):
            yield from _record(value, language, depth + _INDENT, width)
        else:
            yield from _rows(value, language, depth + _INDENT, width)


def _rows(rows: Sequence[Any], language: str, depth: int, width: int) -> Iterator[str]:
    """A list: a table where its entries are plain records with the same keys."""
    pad = " " * depth
    table = _table(rows, language)
    if table is not None and max(map(cell_len, table)) <= width - depth:
        yield from (f"{pad}{row}" for row in table)
        return
    for row in rows:
        if isinstance(row, Mapping):
            yield from _record(row, language, depth, width)
            yield ""
        else:
            yield f"{pad}{_value(row, language)}"


def _table(rows: Sequence[Any], language: str) -> list[str] | None:
    """Head and rows; None: they aren't plain records."""
    if not all(isinstance(row, Mapping) and not any(map(_nested, row.values())) for row in rows):
        return None
    keys = list(dict.fromkeys(key for row in rows for key in row))
    table = [[label(key, language) for key in keys]]
    table += [[_value(row.get(key), language) for key in keys] for row in rows]
    wide = [max(cell_len(row[column]) for row in table) for column in range(len(keys))]
    return [
        "  ".join(cell + " " * (w - cell_len(cell)) for cell, w in zip(row, wide, strict=True)).rstrip()
        for row in table
    ]


def _nested(value: object) -> bool:
    return isinstance(value, Mapping) or (isinstance(value, list | tuple) and bool(value))


def _value(value: object, language: str) -> str:
    match value:
        case None:
            return "-"
        case bool():
            return say(T("是") if value else T("否"), language)
        case str() if value in RESULTS:
            return say(RESULTS[value], language)
        case str():
            return moment(value)
        case float():
            return f"{value:.1f}"
        case list() | tuple():
            return "-"
    return str(value)


def moment(value: str) -> str:
    """A time to the second, in this computer's zone; anything else as it is."""
    if len(value) < 19 or value[10:11] != "T":
        return value
    try:
        return datetime.datetime.fromisoformat(value).astimezone().strftime("%Y-%m-%d %H:%M:%S")
    except ValueError:
        return value


def save(result: Mapping[str, Any], folder: Path) -> Path | None:
    """Write the file that a result carries, if it carries one (`name`, and its content in base64); where it is now.

    Raises:
        OSError: It can't be written.
    """
    content = result.get("content", result.get("pdf"))
    if not isinstance(content, str) or not isinstance(result.get("name"), str):
        return None
    file = folder / Path(result["name"]).name
    with file.open("xb") as out:
        out.write(base64.b64decode(content))
    return file


def choices(field: "FieldInfo") -> tuple[str, ...]:
    """What an argument may be, where that is one of a few words."""
    return tuple(str(value) for value in _alternatives(field.annotation))


def typed(value: str, field: "FieldInfo") -> object:
    """What was typed for an argument, as the wire has it: a number, yes or no, a list by commas, or the words."""
    kind = str(field.annotation)
    if "bool" in kind:
        return value.strip().lower() in ("y", "yes", "true", "1", "是")
    if "int" in kind and value.strip().lstrip("-").isdigit():
        return int(value)
    if "tuple" in kind:
        return [part.strip() for part in value.split(",")]
    return value


def _alternatives(annotation: object) -> tuple[object, ...]:
    """The values of a `Literal` or an enumeration, within a union too."""
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return tuple(member.value for member in annotation)
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    return tuple(value for part in get_args(annotation) for value in _alternatives(part))
