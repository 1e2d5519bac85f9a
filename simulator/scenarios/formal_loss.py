"""One turns back at the warning that a formal loss can't be undone, another goes on: their card is stopped for good."""

from simulator.scenarios import pages, proving, reading
from simulator.scenarios.citizen import Citizen

EXPECTS = "lost for good"
TURNS_BACK, GOES_ON = "sm4", "normal"


def play(citizen: Citizen) -> tuple[str, str]:
    """See the module."""
    citizen.sees(pages.HOME)
    _asks(citizen, TURNS_BACK)
    citizen.reads("办了就不能撤销")
    citizen.touches("先不挂失")
    citizen.sees(pages.MENU)
    citizen.touches("返回")
    citizen.sees(pages.HOME)

    _asks(citizen, GOES_ON)
    citizen.touches("确认正式挂失")
    citizen.sees(pages.DONE, seconds=30)
    citizen.takes_receipt()
    citizen.touches("完成")
    citizen.sees(pages.HOME)

    citizen.inserts(GOES_ON)
    citizen.sees(pages.ON_FORMAL_LOSS)
    citizen.touches("不办了，取卡")
    citizen.leaves_with_card()

    if citizen.operations(TURNS_BACK, 0) or not citizen.is_enabled(TURNS_BACK):
        return "not turned back", f"the record says {citizen.record(TURNS_BACK)}"
    if (held := citizen.operations(GOES_ON, 1)) != [("formal_loss", "done")]:
        return "not reported", f"the central server holds {held}"
    record = citizen.record(GOES_ON)
    if (record["application_status"], record["loss_until"]) != ("formal_loss", None):
        return "not on loss", f"the record says {record}"
    return "lost for good", "after the warning, and not before; nothing ends it by itself"


def _asks(citizen: Citizen, person: str) -> None:
    """From the home page up to the warning."""
    reading.chooses_in_menu(citizen, "正式挂失")
    proving.with_text(citizen, person)
    citizen.sees(pages.FORMAL_LOSS_QUESTION)
