"""The camera: a code is held up and read. What it says is dropped at once."""

from kiosk.code_reader import CameraGone
from kiosk.console.self_tests.bench import Bench, Found, SelfTest, failed, passed
from kiosk.pages import Picture
from kiosk.text import T, Tn

_SECONDS = 30


async def _run(bench: Bench) -> Found:
    subtitle = T("哪个二维码都可以。内容不看，也不记下。")
    try:
        async with bench.machine.code_reader.open() as codes:

            async def read() -> bool:
                await codes.next_code()
                return True

            seen = await bench.hand(
                T("请举起一个二维码"), read, subtitle=subtitle, picture=Picture.QR_SCAN, seconds=_SECONDS
            )
    except CameraGone:
        return failed(T("摄像头没有画面"))
    if seen is None:
        return failed(Tn("{n} 秒内没有读到码", _SECONDS))
    return passed(T("读到了码"))


TEST = SelfTest(device="camera", icon="qr", title=T("扫码口"), hand=True, run=_run)
