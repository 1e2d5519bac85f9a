"""The ID card reader: it is asked how it is, since one that lost its power while idle says nothing by itself."""

from kiosk.console.self_tests.bench import Bench, Found, SelfTest, failed, not_done, passed
from kiosk.health import ID_READER_CONDITIONS
from kiosk.text import T


async def _run(bench: Bench) -> Found:
    reader = bench.machine.id_reader
    if reader is None:
        return not_done(T("这台机器没有身份证阅读器"))
    condition = ID_READER_CONDITIONS.get((await reader.check()).device)
    return passed(T("正常")) if condition is None else failed(condition.title)


TEST = SelfTest(device="id_reader", icon="id-card", title=T("身份证阅读器"), hand=False, run=_run)
