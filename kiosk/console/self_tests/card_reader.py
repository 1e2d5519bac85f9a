"""The card reader: a card goes in, answers, is read, and comes out again."""

from drivers.card_reader.errors import NotASocialCard
from drivers.card_reader.session import SocialCard
from drivers.card_reader.slot import MediaState
from drivers.errors import DeviceError
from kiosk.conditions.faults import note_fault
from kiosk.console.self_tests.bench import NOBODY, Bench, Found, SelfTest, failed, passed
from kiosk.pages import Picture
from kiosk.text import T

_IN = (MediaState.PRESENT, MediaState.MUTE)


async def _run(bench: Bench) -> Found:
    slot = bench.machine.slot
    if slot.media.state in (MediaState.NO_DEVICE, MediaState.SERVICE_DOWN):
        return failed(T("找不到读卡器"))
    if slot.media.state in _IN and not await _out(bench):
        return failed(T("卡没有拔出来，或者读卡器没有察觉"))
    subtitle = T("芯片朝上，推到底。卡里的内容不显示，也不记下。")
    seen = await bench.hand(
        T("请插入测试卡"), lambda: _until(bench, _IN), subtitle=subtitle, picture=Picture.CARD_INSERT
    )
    if seen is None:
        return NOBODY
    found = await _read(bench)
    if not await _out(bench):
        return failed(T("卡没有拔出来，或者读卡器没有察觉"))
    return found


async def _read(bench: Bench) -> Found:
    """Have the card answer; nothing that it holds is kept."""
    if bench.machine.slot.media.state is MediaState.MUTE:
        return failed(T("卡插了，没有回答：触点脏，或者插反了"))
    await bench.tell(T("正在读测试卡"), picture=Picture.CARD_STAY)
    try:
        transport = await bench.machine.slot.connect()
        try:
            card = SocialCard(transport)
            await card.select()
            await card.read_card_file()
        finally:
            await transport.close()
    except NotASocialCard:
        return passed(T("卡有回答（不是社保卡）"))
    except DeviceError as error:
        note_fault(bench.machine.board, error)
        return failed(T("读不出：{error}", error=type(error).__name__))
    return passed(T("读到了测试卡"))


async def _out(bench: Bench) -> bool:
    """Whether the card came out and the reader saw it."""
    out = (MediaState.NOT_PRESENT,)
    seen = await bench.hand(T("请拔出测试卡"), lambda: _until(bench, out), picture=Picture.CARD_TAKE)
    bench.visit.card_seen = bench.machine.slot.media.insertion
    return seen is not None


async def _until(bench: Bench, states: tuple[MediaState, ...]) -> MediaState:
    media = bench.machine.slot.media
    while media.state not in states:
        media = await bench.machine.slot.changed_from(media)
    return media.state


TEST = SelfTest(device="card_reader", icon="card", title=T("读卡器"), hand=True, run=_run)
