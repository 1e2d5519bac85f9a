"""A new roll of paper: put in, tried, and counted from."""

from drivers.receipt_printer.errors import PrinterError
from drivers.receipt_printer.protocol import Device, Paper
from kiosk.console.action import Action, Call, Failed, Nothing, Record
from kiosk.console.supplies import paper_is_new
from kiosk.counters import RECEIPTS
from kiosk.operations.errors import StorageError
from kiosk.slips import Slip, document
from kiosk.text import T

YES, NO = "yes", "no"


async def _replaced(call: Call, _: Nothing) -> Nothing:
    """Guide through the change, print a test slip, and have somebody look at it."""
    machine = call.console.machine
    if await call.dialogue.ask(T("打开盖子，放好新纸，纸头朝外，盖上盖子。好了吗？"), (YES, NO)) == NO:
        raise Failed(T("没有换纸，什么都没有改"))
    status = await machine.printer.check()
    if status.cover_open:
        raise Failed(T("打印机的盖子没有盖好"))
    if status.paper is Paper.OUT or status.device is not Device.ONLINE:
        raise Failed(T("打印机还没有准备好，请看看纸有没有放到位"))
    await call.dialogue.tell(T("正在打印测试凭条"))
    slip = Slip(
        title=T("测试凭条"), result=T("字和线都清楚，就换好了。"), number=machine.receipt_number(), at=machine.now()
    )
    try:
        await machine.printer.print_once(document(slip, call.language, machine.settings.machine))
    except PrinterError:
        raise Failed(T("测试凭条没有打好，请再看看打印机")) from None
    if await call.dialogue.ask(T("测试凭条出来了，字清楚吗？"), (YES, NO)) == NO:
        raise Failed(T("测试凭条没有打好，请再看看打印机"))
    storage, now = machine.operations.storage, machine.now()
    try:
        printed = machine.counters.today(storage, now.date()).get(RECEIPTS, 0)
        storage.write(lambda store: paper_is_new(store, now, printed))
    except StorageError:
        raise Failed(T("纸换好了，可是现在记不下来。请看存储。")) from None
    return Nothing()


ACTIONS = (
    Action(
        name="paper_replaced",
        title=T("换凭条纸"),
        arguments=Nothing,
        result=Nothing,
        run=_replaced,
        record=Record.AS_IT_CAN,
    ),
)
