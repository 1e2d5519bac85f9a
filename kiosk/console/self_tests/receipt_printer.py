"""The receipt printer: a test slip comes out, and somebody says that it can be read."""

from drivers.errors import Outcome
from drivers.receipt_printer.document import Align, Document, Gap, Line, Pair, Rule, Title
from drivers.receipt_printer.errors import PrinterError
from kiosk.console.self_tests.bench import Bench, Found, SelfTest, failed, passed
from kiosk.language import say
from kiosk.pages import Picture
from kiosk.text import T

_STRIP = "国泰民安 0123456789 ABCDEFGHIJKLMNOPQRSTUVWXYZ"
"""Characters of every kind that a slip has: one that is worn shows at once."""


async def _run(bench: Bench) -> Found:
    await bench.tell(T("正在打印测试凭条"), picture=Picture.RECEIPT_OUT)
    try:
        await bench.machine.printer.print_once(test_slip(bench))
    except PrinterError as error:
        if error.outcome is Outcome.NOT_DONE:
            return failed(T("打不了：{error}", error=type(error).__name__))
        return failed(T("不知道打没打出来：{error}", error=type(error).__name__))
    if await bench.ask(T("测试凭条出来了吗？字清楚吗？")) == "yes":
        return passed(T("打出来了，字清楚"))
    return failed(T("没有出来，或者字不清楚"))


def test_slip(bench: Bench) -> Document:
    """What is printed: which machine, when, and signs of every kind."""
    settings, language = bench.machine.settings.machine, bench.visit.preferences.language
    return Document(
        (
            Title(say(T("打印测试"), language)),
            Gap(16),
            Pair(say(T("机器"), language), say(T("{n} 号机", n=settings.number), language)),
            Pair(say(T("时间"), language), f"{bench.machine.now():%Y-%m-%d %H:%M}"),
            Rule(),
            Line(_STRIP),
            Line(_STRIP, bold=True),
            Line("■" * 24, align=Align.CENTER),
            Gap(24),
        )
    )


TEST = SelfTest(device="receipt_printer", icon="paper", title=T("凭条打印机"), hand=True, run=_run)
