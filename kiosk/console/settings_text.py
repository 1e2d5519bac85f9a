"""Values of a settings file that can be changed without typing; all else in its text, remarks too, stays as it was."""

import json
import re
import tomllib
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from kiosk.console.actions.settings import FIXED
from kiosk.settings import Settings

Value = bool | int | float | str

_BAUDS = (9600, 19200, 38400, 57600, 115200)
_STEPS = (100, 10, 1)

_HEADING = re.compile(r"^\[([A-Za-z0-9_.]+)\]")


class NotThere(Exception):
    """The key isn't written in the text, or not on a line of its own."""


def changeable(text: str) -> dict[str, dict[str, Any]]:
    """The tables of `text` that may be changed here, with what a few buttons can change in them and its value now."""
    found = {
        section: {key: value for key, value in table.items() if _by_buttons(section, key, value)}
        for section, table in tomllib.loads(text).items()
        if section not in FIXED
    }
    return {section: table for section, table in found.items() if table}


def others(text: str, section: str, key: str) -> list[Value]:
    """What a key can become at one touch: another of its words, or a number somewhat more or less.

    What the settings wouldn't take isn't among them.
    """
    table = tomllib.loads(text)[section]
    now, field = table[key], _fields(section)[key]
    if isinstance(now, bool):
        return [not now]
    if words := _words(field):
        return [word for word in words if word != now]
    if key == "baud":
        candidates = [rate for rate in _BAUDS if rate != now]
    else:
        least = next((each.multiple_of for each in field.metadata if hasattr(each, "multiple_of")), 1)
        candidates = [now + step * least for step in (*_STEPS, *(-step for step in reversed(_STEPS)))]
    return [value for value in candidates if _taken(section, table | {key: value})]


def _by_buttons(section: str, key: str, value: object) -> bool:
    fields = _fields(section)
    return key in fields and (isinstance(value, bool | int | float) or bool(_words(fields[key])))


def _fields(section: str) -> dict[str, FieldInfo]:
    return _model(section).model_fields


def _model(section: str) -> type[BaseModel]:
    model = Settings.model_fields[section].annotation
    assert isinstance(model, type)
    assert issubclass(model, BaseModel)
    return model


def _words(field: FieldInfo) -> tuple[str, ...]:
    """Those of a few that a key may be; none: it isn't such a key."""
    return get_args(field.annotation) if get_origin(field.annotation) is Literal else ()


def _taken(section: str, table: dict[str, object]) -> bool:
    try:
        _model(section).model_validate(table)
    except ValidationError:
        return False
    return True


def value_set(text: str, section: str, key: str, value: Value) -> str:
    """`text` with another value of one key.

    Args:
        text: TOML, whose tables are one level deep.
        section: The table's name.
        key: Of that table; it stands there already.
        value: The new one.

    Raises:
        NotThere: It can't be changed so.
    """
    before = tomllib.loads(text)
    if key not in before.get(section, {}):
        raise NotThere(f"{section}.{key}")
    within, lines = "", text.splitlines(keepends=True)
    for index, line in enumerate(lines):
        if (heading := _HEADING.match(line)) is not None:
            within = heading[1]
        elif within == section and (match := re.match(rf'({key}\s*=\s*)("[^"]*"|[^\s#"]+)(.*)', line, re.DOTALL)):
            lines[index] = f"{match[1]}{_toml(value)}{match[3]}"
            break
    after = "".join(lines)
    wanted = before | {section: before[section] | {key: value}}
    try:
        if tomllib.loads(after) == wanted:
            return after
    except tomllib.TOMLDecodeError:  # What stood there went on beyond its line's first word.
        pass
    raise NotThere(f"{section}.{key}")


def _toml(value: Value) -> str:
    return json.dumps(value, ensure_ascii=False)
