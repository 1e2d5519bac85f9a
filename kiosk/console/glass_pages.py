"""The staff's pages as the kiosk makes them: what stands on each of them, and one step of a task."""

import datetime
from dataclasses import dataclass

from kiosk.console.pages import Line, Task
from kiosk.console.roles import Caller
from kiosk.console.words import ROLES
from kiosk.pages import Button, Panel, Picture
from kiosk.settings import MachineSettings
from kiosk.text import Local, T, Text, Tn

IDLE_MINUTES = 10
"""Without a touch for so long the staff's pages are left."""


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
