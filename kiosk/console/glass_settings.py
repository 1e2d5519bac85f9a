"""Settings at the glass: what was changed here, and values changed by buttons; words are typed in the terminal."""

from kiosk.console.actions.settings import Change, Checked, SettingsText
from kiosk.console.glass_steps import Steps
from kiosk.console.pages import Entry, MenuItem
from kiosk.console.settings_text import NotThere, Value, changeable, others, value_set
from kiosk.pages import Button, Chosen, Sign
from kiosk.text import T, Text, Tn

_SOURCES: dict[str, Text] = {
    "file": T("设置和安装时一样"),
    "applied": T("设置在这里改过"),
    "trial": T("新设置正在试用"),
}


async def settings(at: Steps) -> None:
    """What was changed here; an engineer's way to change more, to keep it, or to go back."""
    result = await at.do("settings")
    if not isinstance(result, SettingsText):
        return
    buttons: tuple[Button, ...] = ()
    if result.source == "trial" and at.may("settings_confirm"):
        buttons = (_button(T("退回原来的"), "restart"), _button(T("确认新设置"), "confirm"))
    elif result.source == "applied" and at.may("settings_apply"):
        buttons = (_button(T("用安装时的"), "installed"), _button(T("改设置"), "edit"))
    elif result.source == "file" and at.may("settings_apply"):
        buttons = (_button(T("改设置"), "edit"),)
    match await at.read(_SOURCES[result.source], _changes(result.changes or ()), *buttons):
        case "restart":
            await at.do("restart")
        case "confirm":
            if await at.do("settings_confirm") is not None:
                await at.dialogue.say(T("新设置留下了"))
        case "installed":
            installed = await at.do("settings", installed=True)
            if isinstance(installed, SettingsText):
                await _compare(at, installed.text)
        case "edit":
            await _edit(at, result.text)


async def _edit(at: Steps, text: str) -> None:
    """One value after another, until they are applied or given up."""
    while True:
        tables = changeable(text)
        section = await at.pick(
            T("改哪一部分"), [_item(f"[{name}]", Tn("能改 {n} 项", len(t)), name) for name, t in tables.items()]
        )
        if section == "back":
            return
        key = await at.pick(
            T("改哪一项"), [_item(key, _words(_said(value)), key) for key, value in tables[section].items()]
        )
        if key == "back":
            continue
        changed = await _another(at, text, section, key)
        if changed == text:
            continue
        text = changed
        if await _compare(at, text) != "more":
            return


async def _another(at: Steps, text: str, section: str, key: str) -> str:
    """`text` with another value of one key, which is reached in one touch or in several."""
    new = text
    while True:
        now, values = changeable(new)[section][key], others(new, section, key)
        items = [_item(_said(value), _words(f"{section}.{key}"), str(index)) for index, value in enumerate(values)]
        done = () if new == text else (_button(T("改好了"), "done"),)
        subtitle = _words(f"{key} = {_said(now)}")
        match await at.pick(T("改成多少"), items, *done, subtitle=subtitle):
            case "back":
                return text
            case "done":
                return new
            case index:
                try:
                    new = value_set(new, section, key, values[int(index)])
                except NotThere:
                    await at.dialogue.say(T("这一项要在终端里改"))
                    return text


async def _compare(at: Steps, text: str) -> str:
    """What would change, and whether it is to be applied; what was pressed."""
    result = await at.do("settings_check", text=text)
    if not isinstance(result, Checked):
        return "back"
    more = _button(T("再改一项"), "more")
    if result.faults:
        faults = tuple(Entry(sign=Sign.REFUSED, what=T("这一项不能用"), note=_words(each)) for each in result.faults)
        return await at.read(T("新设置不能用"), faults, more)
    chosen = await at.read(T("会改这些"), _changes(result.changes), more, _button(T("换上新设置"), "apply"))
    if chosen == "apply" and await at.do("settings_apply", text=text) is not None:
        await at.dialogue.say(T("试用 120 秒，请回来确认"))
    return chosen


def _changes(found: tuple[Change, ...]) -> tuple[Entry, ...]:
    """Every key that differs, with its old value and its new one."""
    return tuple(
        Entry(sign=Sign.CARE, what=_words(change.key), note=_words(f"{change.old} → {change.new}")) for change in found
    )


def _item(name: str, note: Text, to: str) -> MenuItem:
    return MenuItem(icon="edit", name=_words(name), note=note, button=_button(T("选"), to))


def _button(label: Text, to: str) -> Button:
    return Button(label=label, answer=Chosen(to))


def _said(value: Value) -> str:
    """As the file has it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _words(words: str) -> Text:
    """What stands as it is in every language."""
    return T("{words}", words=words)
