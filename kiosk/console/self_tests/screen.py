"""The touch screen: its corners and its middle are touched."""

import trio

from kiosk.console.pages import Corners
from kiosk.console.self_tests.bench import HAND_SECONDS, NOBODY, Bench, Found, SelfTest, failed, passed
from kiosk.pages import Button, Chosen
from kiosk.text import T

_STOP = Button(label=T("点不到，结束"), answer=Chosen("skip"))
_TARGETS = (0, 1, 2, 3, 4)


async def _run(bench: Bench) -> Found:
    await bench.dialogue.tell(T("请在屏幕上点一遍圆圈"))
    left: tuple[int, ...] = _TARGETS
    with trio.move_on_after(HAND_SECONDS):
        while left:
            answer = await bench.visit.meanwhile(_page(bench, left), trio.sleep_forever, idle=False)
            if answer == _STOP.answer:
                break
            left = tuple(target for target in left if answer != Chosen(f"corner.{target}"))
    if left == _TARGETS:
        return NOBODY
    return passed(T("四角和中间都点到了")) if not left else failed(T("有 {n} 处点不到", n=len(left)))


def _page(bench: Bench, left: tuple[int, ...]) -> Corners:
    look = bench.look
    return Corners(
        title=T("请点一遍圆圈"),
        subtitle=T("四个角和中间，点到的会消失。"),
        machine=look.machine,
        place=look.place,
        who=look.who,
        about=look.about,
        leaving=look.leaving,
        left=left,
        stop=_STOP,
        can_exit=False,
    )


TEST = SelfTest(device="screen", icon="screen", title=T("触摸屏"), hand=True, run=_run)
