"""The staff's pages as the kiosk makes them: what stands on each of them, and one step of a task."""

import datetime
from dataclasses import dataclass

from kiosk.console.pages import Entry, Line, Listing, Menu, MenuItem, Task
from kiosk.console.roles import Caller
from kiosk.console.words import ROLES
from kiosk.pages import Button, Chosen, Panel, Picture
from kiosk.settings import MachineSettings
from kiosk.text import Local, T, Text, Tn

BACK = Button(label=T("返回"), answer=Chosen("back"), icon="back")
IDLE_MINUTES = 10
"""Without a touch for so long the staff's pages are left."""

MENU_PAGE, LISTING_PAGE = 6, 7
"""So many rows there is room for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What every page of the staff's says."""

    machine: Text
    place: Text
    who: Text
    about: Text
    leaving: Text


def look(machine: MachineSettings, caller: Caller, *, version: str, up: datetime.timedelta) -> Look:
    """For one machine and one of the staff.

    Args:
        machine: Its settings.
        caller: Who is there.
        version: Of the program.
        up: Since when it runs.
    """
    role = next((words for role, words in ROLES.items() if role in caller.roles), T("维护"))
    return Look(
        machine=T("{n} 号机", n=machine.number),
        place=T("{place}", place=Local(machine.place, machine.place_en)),
        who=T("维护　{role}", role=role),
        about=T("软件 {version}　开机 {days} 天 {hours} 小时", version=version, days=up.days, hours=up.seconds // 3600),
        leaving=Tn("{n} 分钟不操作自动退出维护", IDLE_MINUTES),
    )


def task(
    look: Look,
    title: Text,
    *,
    subtitle: Text | None = None,
    picture: Picture | None = None,
    panel: Panel | None = None,
    lines: tuple[Line, ...] = (),
    below: tuple[Button, ...] = (),
    filled: bool = False,
) -> Task:
    """One step; see `Task`."""
    return Task(
        title=title,
        subtitle=subtitle,
        machine=look.machine,
        place=look.place,
        who=look.who,
        about=look.about,
        leaving=look.leaving,
        picture=picture,
        panel=panel,
        lines=lines,
        below=below,
        filled=filled,
        can_exit=False,
    )


def menu_page(
    look: Look,
    title: Text,
    items: list[MenuItem],
    first: int,
    name: str,
    more: tuple[Button, ...] = (),
    *,
    subtitle: Text | None = None,
) -> Menu:
    """A menu from item `first` on; with more items than fit, a button leads to the rest of it, `NAME:FIRST`."""
    after = first + MENU_PAGE
    below: tuple[Button, ...] = (BACK,)
    if len(items) > MENU_PAGE:
        goes_on = after < len(items)
        turn = Button(label=T("下一页"), answer=Chosen(f"{name}:{after}"), icon="next")
        below = (BACK, turn if goes_on else Button(label=T("回开头"), answer=Chosen(f"{name}:0")))
    return Menu(
        title=title,
        subtitle=subtitle,
        machine=look.machine,
        place=look.place,
        who=look.who,
        about=look.about,
        leaving=look.leaving,
        items=tuple(items[first:after]),
        below=(*below, *more),
        can_exit=False,
    )


def listing_page(
    look: Look, title: Text, entries: tuple[Entry, ...], *, subtitle: Text | None = None, below: tuple[Button, ...]
) -> Listing:
    """Entries to be read, `LISTING_PAGE` at most."""
    return Listing(
        title=title,
        subtitle=subtitle,
        machine=look.machine,
        place=look.place,
        who=look.who,
        about=look.about,
        leaving=look.leaving,
        entries=entries,
        below=below,
        can_exit=False,
    )
