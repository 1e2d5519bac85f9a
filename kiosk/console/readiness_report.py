"""The report of readiness: a PDF page for the file, and a slip for whoever stands at the machine."""

import datetime
import sys
from collections.abc import Callable

import trio

from drivers.receipt_printer.document import Align, Document, Gap, Line, Pair, Part, Rule, Title
from kiosk.console.action import Message
from kiosk.console.words import RESULTS
from kiosk.language import say as say_in
from kiosk.settings import MachineSettings
from kiosk.text import Local, T, Text

_FONT = "/usr/share/fonts/opentype/noto/NotoSansCJK-{weight}.ttc"
_SIMPLIFIED_CHINESE = 2
_GOOD, _BAD, _OPEN = (11, 83, 64), (155, 42, 26), (62, 78, 87)
"""The look's colours of done, refused and information."""
_COLOURS = {"passed": _GOOD, "failed": _BAD, "not_done": _OPEN}
_SIGNS = {"passed": "●", "failed": "×", "not_done": "○"}


class ReadinessReport(Message):
    """What the report says.

    Attributes:
        who: Who had it made.
        seconds: How long the tests took; None: they are from different times.
        results: Each device's title, result (`passed`, `failed`, `not_done`), words and time.
        standing: Title of each condition that stands, and whether it has to be dealt with now.
    """

    machine: MachineSettings
    version: str
    boot: int
    who: str
    at: datetime.datetime
    seconds: float | None
    results: tuple[tuple[str, str, str, datetime.datetime], ...]
    standing: tuple[tuple[str, bool], ...]

    @property
    def ready(self) -> bool:
        """Whether the machine may serve: something was tested, nothing failed, and nothing stands for now."""
        failed = any(result == "failed" for _, result, _, _ in self.results)
        return bool(self.results) and not failed and not any(now for _, now in self.standing)

    @property
    def verdict(self) -> Text:
        """In words."""
        return T("能对外服务") if self.ready else T("还不能对外服务")


def slip(report: ReadinessReport, language: str) -> Document:
    """The report on the receipt printer's paper."""

    def say(text: Text) -> str:
        return say_in(text, language)

    parts: list[Part] = [Title(say(T("自检报告"))), Gap(16), Line(say(report.verdict), align=Align.CENTER, bold=True)]
    parts += [Rule()]
    parts += [Pair(title, say(RESULTS[result])) for title, result, _, _ in report.results]
    parts += [Rule()]
    parts += [Line(title, bold=now) for title, now in report.standing]
    if report.standing:
        parts += [Rule()]
    parts += [Pair(say(label), value) for label, value in _facts(report, say)]
    parts += [Gap(24)]
    return Document(tuple(parts))


async def pdf(report: ReadinessReport, language: str) -> bytes:
    """The report as one page of A4, made in a process of its own: the fonts take 100 MB and a second of work.

    Raises:
        subprocess.CalledProcessError: It failed; the fonts of fonts-noto-cjk aren't installed, most likely.
    """
    command = [sys.executable, "-m", __name__, language]
    made = await trio.run_process(command, stdin=report.model_dump_json().encode(), capture_stdout=True)
    return bytes(made.stdout)


def make_pdf(report: ReadinessReport, language: str) -> bytes:
    """See `pdf`.

    Raises:
        OSError: The fonts of fonts-noto-cjk aren't installed.
    """
    from fpdf import FPDF  # Imported late: 100 ms that nobody else needs.
    from fpdf.enums import XPos, YPos

    def say(text: Text) -> str:
        return say_in(text, language)

    page = FPDF(format="A4")
    page.set_margins(20, 18)
    page.set_title(say(T("自检报告")))
    page.set_creation_date(report.at)
    for style, weight in (("", "Regular"), ("B", "Bold")):
        page.add_font("noto", style, _FONT.format(weight=weight), collection_font_number=_SIMPLIFIED_CHINESE)
    page.add_page()

    def line(words: str, size: float, *, bold: bool = False, colour: tuple[int, int, int] = (20, 35, 44)) -> None:
        page.set_font("noto", "B" if bold else "", size)
        page.set_text_color(*colour)
        page.multi_cell(0, size * 0.55, words, new_x=XPos.LMARGIN, new_y=YPos.NEXT)

    line(say(T("自检报告")), 24, bold=True)
    page.ln(2)
    line(say(report.verdict), 18, bold=True, colour=_GOOD if report.ready else _BAD)
    page.ln(3)
    for label, value in _facts(report, say):
        line(f"{say(label)}    {value}", 10.5, colour=_OPEN)
    page.ln(5)
    for title, result, words, at in report.results:
        line(f"{_SIGNS[result]} {title}    {say(RESULTS[result])}", 12, bold=True, colour=_COLOURS[result])
        line(f"{words}    {at:%Y-%m-%d %H:%M:%S}", 10.5)
        page.ln(1.5)
    if report.standing:
        page.ln(3)
        line(say(T("还没处理的状况")), 12, bold=True)
        for title, now in report.standing:
            when = T("现在") if now else T("尽快")
            line(f"{say(when)}    {title}", 10.5, colour=_BAD if now else _OPEN)
    page.ln(10)
    line(say(T("签名")) + "  ______________________", 10.5)
    return bytes(page.output())


def _facts(report: ReadinessReport, say: Callable[[Text], str]) -> list[tuple[Text, str]]:
    machine = report.machine
    facts = [
        (T("机器"), say(T("{n} 号机", n=machine.number)) + f" {machine.name}"),
        (T("地点"), say(T("{place}", place=Local(machine.place, machine.place_en)))),
        (T("时间"), f"{report.at:%Y-%m-%d %H:%M}"),
        (T("谁"), report.who),
        (T("版本"), report.version),
        (T("第几次开机"), str(report.boot)),
    ]
    if report.seconds is not None:
        facts += [(T("秒数"), f"{report.seconds:.0f}")]
    return facts


if __name__ == "__main__":
    wanted = ReadinessReport.model_validate_json(sys.stdin.buffer.read())
    sys.stdout.buffer.write(make_pdf(wanted, sys.argv[1]))
