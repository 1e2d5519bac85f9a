"""The printer of A4 sheets: its queue says that it prints now, and no sheet is known to have gone wrong."""

from drivers.document_printer.protocol import QueueState
from kiosk import conditions
from kiosk.console.self_tests.bench import Bench, Found, SelfTest, failed, not_done, passed
from kiosk.text import T


async def _run(bench: Bench) -> Found:
    printer = bench.machine.document_printer
    if printer is None:
        return not_done(T("这台机器没有接 A4 打印机"))
    match await printer.check():
        case QueueState.READY if bench.machine.board.stands(conditions.DOCUMENT_NOT_PRINTED):
            return failed(conditions.DOCUMENT_NOT_PRINTED.title)
        case QueueState.READY:
            return passed(T("正常"))
        case QueueState.STOPPED:
            return failed(conditions.DOCUMENT_QUEUE_STOPPED.title)
        case _:
            return failed(conditions.DOCUMENT_QUEUE_AWAY.title)


TEST = SelfTest(device="document_printer", icon="print", title=T("A4 打印机"), hand=False, run=_run)
