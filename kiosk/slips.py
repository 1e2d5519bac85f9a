"""What the printer puts on paper: a slip is written in texts and becomes a printable document in one language."""

import datetime
from dataclasses import dataclass

from drivers.receipt_printer.document import Align, Document, Gap, Line, Numbered, Pair, Part, Rule, Title
from kiosk.language import say as say_in
from kiosk.settings import MachineSettings
from kiosk.text import Local, Masked, T, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """A receipt or a note for the window, not yet in any language.

    Attributes:
        title: What was asked for.
        result: What came of it, in one sentence.
        facts: Label and value, one line each; a value in plain words is masked already.
        steps: What to do next, numbered.
        number: The receipt's number, unique for this machine.
        copy: Whether this was, or may have been, printed before.
    """

    title: Text
    result: Text
    number: str
    at: datetime.datetime
    facts: tuple[tuple[Text, Text | Masked], ...] = ()
    steps: tuple[Text, ...] = ()
    copy: bool = False


def document(slip: Slip, language: str, machine: MachineSettings) -> Document:
    """`slip` as the printer takes it."""

    def say(text: Text) -> str:
        return say_in(text, language)

    parts: list[Part] = [Title(say(slip.title))]
    if slip.copy:
        parts += [Line(say(T("（副本）")), align=Align.CENTER)]
    parts += [Gap(16), Line(say(slip.result), bold=True), Rule()]
    parts += [Pair(say(label), say(value) if isinstance(value, Text) else value) for label, value in slip.facts]
    if slip.facts:
        parts += [Rule()]
    parts += [Numbered(i, say(step)) for i, step in enumerate(slip.steps, 1)]
    if slip.steps:
        parts += [Rule()]
    place = Local(machine.place, machine.place_en)
    parts += [
        Pair(say(T("编号")), slip.number),
        Pair(say(T("时间")), f"{slip.at:%Y-%m-%d %H:%M}"),
        Pair(say(T("地点")), say(T("{place}", place=place))),
        Pair(say(T("机器")), say(T("{n} 号机", n=machine.number))),
        Rule(),
        Line(say(T("有疑问打 {hotline}。谁也不会发链接说您的社保卡过期，收到请别点。", hotline=machine.hotline))),
        Gap(24),
    ]
    return Document(tuple(parts))
