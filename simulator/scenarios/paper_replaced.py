"""The paper is at its end: a technician finds it on the board, puts in a new roll, tries it, and the row is gone."""

from simulator.scenarios import pages, staff
from simulator.scenarios.citizen import Citizen

EXPECTS = "printed on new paper"
EXPECTS_ON_READER = "sent to the terminal"


def play(citizen: Citizen) -> tuple[str, str]:
    """See the module."""
    printer = citizen.machine.control("receipt_printer")
    printer("paper", level="out")
    citizen.report.act("the paper is at its end")
    citizen.sees(pages.HOME)
    if citizen.types_on_reader:
        printer("mend")
        return staff.sent_to_terminal(citizen)
    staff.enters(citizen)
    citizen.sees(pages.BOARD)
    citizen.touches("换纸")
    citizen.sees(pages.NEW_PAPER)
    printer("mend")
    citizen.report.act("puts in a new roll")
    citizen.touches("是的")
    citizen.takes_receipt()
    citizen.touches("是的", seconds=20)
    citizen.sees(pages.PAPER_IS_IN)
    citizen.touches("办好了")
    citizen.sees(pages.BOARD)
    if citizen.has_seen("换纸"):
        return "still on the board", "the board wants new paper still"
    citizen.touches("退出维护")
    citizen.leaves_with_card()
    return "printed on new paper", "the test slip came out and the board wants no paper any more"
