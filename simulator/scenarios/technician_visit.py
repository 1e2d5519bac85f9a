"""A technician opens the board by card and PIN, has every device tested, and leaves a machine that is ready."""

from simulator.scenarios import pages, staff
from simulator.scenarios.citizen import Citizen

EXPECTS = "ready to serve"
EXPECTS_ON_READER = "sent to the terminal"


def play(citizen: Citizen) -> tuple[str, str]:
    """See the module."""
    citizen.sees(pages.HOME)
    if citizen.types_on_reader:
        return staff.sent_to_terminal(citizen)
    staff.enters(citizen)
    citizen.sees(pages.BOARD)
    citizen.touches("检查和维护")
    citizen.sees(pages.CARE)
    citizen.touches("全查")
    citizen.sees(pages.TEST_CARD_OUT)
    citizen.takes_card()
    citizen.sees(pages.TEST_CARD_IN)
    citizen.inserts("normal")
    citizen.sees(pages.TEST_CARD_OUT)
    citizen.takes_card()
    citizen.sees(pages.TEST_KEYS)
    staff.presses_every_key(citizen)
    citizen.takes_receipt()
    citizen.touches("是的")
    citizen.sees(pages.TEST_CODE)
    citizen.shows_code("any code", "a code")
    citizen.sees(pages.CORNERS)
    citizen.takes_phone_away()
    staff.touches_every_corner(citizen)
    citizen.touches("是的", seconds=20)  # The voice was heard.
    citizen.sees(pages.READY)
    citizen.touches("打印报告")
    citizen.takes_receipt()
    citizen.sees(pages.BOARD)
    citizen.touches("退出维护")
    citizen.sees(pages.HOME)
    return "ready to serve", "every device answered, and the report was printed"
