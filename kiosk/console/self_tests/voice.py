"""The loudspeaker: the tones, then the screen's own voice says a sentence, and somebody hears it."""

from dataclasses import replace

import trio

from kiosk.console.self_tests.bench import Bench, Found, SelfTest, failed, not_done, passed
from kiosk.text import T

_SENTENCE_SECONDS = 4.0


async def _run(bench: Bench) -> Found:
    if not bench.machine.settings.voice.command:
        return not_done(T("这台机器没有喇叭"))
    if not await bench.machine.loudspeaker.sound():
        return failed(bench.machine.board.closing("tones")[0].title)
    visit, quiet = bench.visit, bench.visit.preferences
    while True:
        visit.preferences = replace(quiet, voice=True)
        try:
            await bench.tell(T("正在读一句话"), subtitle=T("请听：这里是社保卡自助机。"))
            await trio.sleep(_SENTENCE_SECONDS)
        finally:
            visit.preferences = quiet
        match await bench.ask(T("听到声音了吗？"), ("yes", "again", "no")):
            case "yes":
                return passed(T("听到了"))
            case "no":
                return failed(T("没听到"))


TEST = SelfTest(device="voice", icon="voice", title=T("声音"), hand=True, run=_run)
