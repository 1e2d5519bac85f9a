"""What the printer puts on paper: a slip is written in texts and becomes a printable document in one language."""

import datetime
from dataclasses import dataclass

from drivers.receipt_printer.document import Align, Document, Gap, Line, Numbered, Pair, Part, QrCode, Rule, Title
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
        address: Of a page that tells more, for whoever gets the slip: printed as a QR code. ASCII. It is on paper
            alone: the code that a phone takes of the screen has no link.
    """

    title: Text
    result: Text
    number: str
    at: datetime.datetime
    facts: tuple[tuple[Text, Text | Masked], ...] = ()
    steps: tuple[Text, ...] = ()
    copy: bool = False
    address: str | None = None


def document(slip: Slip, language: str, machine: MachineSettings) -> Document:
    """`slip` as the printer takes it."""

    def say(text: Text | str) -> str:
        return say_in(text, language) if isinstance(text, Text) else text

    parts: list[Part] = [Title(say(slip.title))]
    if slip.copy:
        parts += [Line(say(T("（副本）")), align=Align.CENTER)]
    parts += [Gap(16), Line(say(slip.result), bold=True), Rule()]
    parts += [Pair(say(label), say(value)) for label, value in slip.facts]
    if slip.facts:
        parts += [Rule()]
    parts += [Numbered(i, say(step)) for i, step in enumerate(slip.steps, 1)]
    if slip.steps:
        parts += [Rule()]
    if slip.address is not None:
        parts += [Gap(16), QrCode(slip.address), Gap(16), Rule()]
    parts += [
        Pair(say(label), say(value) if isinstance(value, Text) else value) for label, value in _where(slip, machine)
    ]
    parts += [Rule(), Line(say(_last_words(machine))), Gap(24)]
    return Document(tuple(parts))


def plain(slip: Slip, language: str, machine: MachineSettings) -> Masked:
    """`slip` as lines of text, as a phone keeps it."""

    def say(text: Text | str) -> str:
        return say_in(text, language) if isinstance(text, Text) else text

    lines = [say(slip.title), say(slip.result)]
    lines += [f"{say(label)}: {say(value)}" for label, value in slip.facts]
    lines += [f"{i}. {say(step)}" for i, step in enumerate(slip.steps, 1)]
    lines += [f"{say(label)}: {say(value)}" for label, value in _where(slip, machine)]
    return Masked("\n".join((*lines, say(_last_words(machine)))))


def _where(slip: Slip, machine: MachineSettings) -> tuple[tuple[Text, Text | str], ...]:
    place = Local(machine.place, machine.place_en)
    return (
        (T("编号"), slip.number),
        (T("时间"), f"{slip.at:%Y-%m-%d %H:%M}"),
        (T("地点"), T("{place}", place=place)),
        (T("机器"), T("{n} 号机", n=machine.number)),
    )


def _last_words(machine: MachineSettings) -> Text:
    return T("没有人会发短信链接说社保卡“到期”，收到了不要点。有疑问打 {hotline}。", hotline=machine.hotline)
