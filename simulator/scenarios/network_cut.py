"""The way to the server is cut: a technician finds on which layer, and sees it whole once it is mended."""

from simulator.scenarios import pages, staff
from simulator.scenarios.citizen import Citizen

EXPECTS = "found and mended"
EXPECTS_ON_READER = "sent to the terminal"


def play(citizen: Citizen) -> tuple[str, str]:
    """See the module."""
    central = citizen.stand.central
    citizen.sees(pages.HOME)
    if citizen.types_on_reader:
        return staff.sent_to_terminal(citizen)
    staff.enters(citizen)
    citizen.sees(pages.BOARD)
    central("fault", mode="away")
    citizen.report.act("the way to the server is cut")
    _tests(citizen)
    citizen.sees(pages.NETWORK_CUT, seconds=40)
    citizen.reads("服务器的回答")
    citizen.touches("返回")
    central("fault", mode="none")
    citizen.report.act("it is mended")
    citizen.sees(pages.BOARD)
    _tests(citizen)
    citizen.sees(pages.NETWORK_WHOLE, seconds=40)
    citizen.touches("返回")
    citizen.sees(pages.BOARD)
    citizen.touches("退出维护")
    citizen.leaves_with_card()
    return "found and mended", "the test named the layer, and passed once it was mended"


def _tests(citizen: Citizen) -> None:
    citizen.touches("检查和维护")
    citizen.sees(pages.CARE)
    citizen.touches("测网络")
