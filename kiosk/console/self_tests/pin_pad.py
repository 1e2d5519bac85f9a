"""The separate PIN pad: every key is pressed once and arrives. Never during an entry of a PIN."""

import trio

from drivers.pin_pad.errors import PinPadError
from kiosk.console.glass_pages import task
from kiosk.console.pages import Line, Task
from kiosk.console.self_tests.bench import HAND_SECONDS, NOBODY, STOP, Bench, Found, SelfTest, failed, not_done, passed
from kiosk.pages import Answer, Chosen, Picture, Sign
from kiosk.text import T, Text, Tn

KEYS = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "cancel", "clear", "enter")
"""What a pad has at least; keys beyond these are neither asked for nor counted."""
_NAMES = {"cancel": T("取消"), "clear": T("更正"), "enter": T("确认")}


async def _run(bench: Bench) -> Found:
    pad = bench.machine.enciphering_pad
    if pad is None:
        return not_done(T("密码由读卡器来收，没有单独的键盘"))
    left = list(KEYS)
    await bench.dialogue.tell(Tn("请按一遍密码键盘的 {n} 个键", len(KEYS)))

    async def press() -> bool:
        """One key; whether one came."""
        key = await pad.read_key(seconds=int(HAND_SECONDS))
        if key in left:
            left.remove(key)
        return key is not None

    try:
        with trio.move_on_after(HAND_SECONDS):
            while left:
                came = await bench.visit.meanwhile(_page(bench, left), press, idle=False)
                if isinstance(came, Chosen | Answer) or not came:
                    break
    except PinPadError as error:
        return failed(T("键盘没有回答：{error}", error=type(error).__name__))
    finally:
        pad.rest()
    if len(left) == len(KEYS):
        return NOBODY
    if left:
        return failed(T("这些键没有反应：{keys}", keys=_names(left)))
    return passed(Tn("{n} 个键都响应", len(KEYS)))


def _page(bench: Bench, left: list[str]) -> Task:
    """Which keys are still to be pressed."""
    return task(
        bench.look,
        T("请按一遍密码键盘"),
        subtitle=Tn("还差 {n} 个键，先后随意。", len(left)),
        picture=Picture.PIN_PAD,
        lines=(Line(label=T("还没按"), sign=Sign.INFORMATION, value=_names(left)),),
        below=(STOP,),
    )


def _names(keys: list[str]) -> Text:
    """Digits as they are, the others in words."""
    found = T("{key}", key=_NAMES.get(keys[0], keys[0]))
    for key in keys[1:]:
        found = T("{keys} {key}", keys=found, key=_NAMES.get(key, key))
    return found


TEST = SelfTest(device="pin_pad", icon="pin-pad", title=T("密码键盘"), hand=True, run=_run)
