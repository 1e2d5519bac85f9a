"""A slip as the kiosk prints it, and the printer that no one but its simulator wrote."""

from collections.abc import Callable

import pytest

from drivers.receipt_printer.document import Align, Document, Gap, Line, Pair, QrCode, Rule, Title
from simulator.receipt_printer.model import Printer


@pytest.fixture
def pin_changed() -> Document:
    """The receipt for a changed PIN, as a citizen gets it."""
    return Document(
        (
            Title("社保密码修改回执"),
            Gap(12),
            Rule(),
            Pair("办理结果", "修改成功", bold=True),
            Pair("办理事项", "社保功能密码修改"),
            Pair("姓名", "张*"),
            Pair("社会保障号码", "110***********001X"),
            Pair("社保卡号", "******077X"),
            Pair("办理时间", "2026-03-05 14:23:08"),
            Pair("办理地点", "北京市东城区社会保险基金管理中心（朝阳门服务大厅）一层自助区 3 号机"),
            Pair("受理编号", "K0317-20260305-000128"),
            Rule(),
            Line("新密码立即生效，请牢记。连续输错 6 次，密码会被锁住，要带身份证到服务网点解锁。"),
            QrCode("K0317-20260305-000128"),
            Line("受理编号二维码，咨询时请出示", align=Align.CENTER),
            Rule(),
            Line("服务热线 12333", align=Align.CENTER, bold=True),
            Line("谨防诈骗：没有人会发链接说您的社保卡“过期”“停用”。收到请别点，也别把密码告诉任何人。"),
        )
    )


@pytest.fixture
def on_paper() -> Callable[[bytes], Printer]:
    """Print bytes on a printer with an endless buffer; it must know every command."""

    def print_out(data: bytes) -> Printer:
        printer = Printer(buffer_bytes=1 << 24)
        printer.receive(data)
        while printer.step():
            pass
        assert printer.unknown == []
        return printer

    return print_out
