"""Somebody turns back at the warning that a formal loss can't be undone, thinks again, and reports it after all."""

from simulator.scenarios import pages, proving, reading
from simulator.scenarios.citizen import Citizen

EXPECTS = "lost for good"
CARD = "normal"


def play(citizen: Citizen) -> tuple[str, str]:
    """See the module."""
    citizen.sees(pages.HOME)
    _asks(citizen)
    citizen.reads("办了就不能撤销")
    citizen.touches("先不挂失")
    citizen.sees(pages.MENU)
    citizen.touches("返回")
    citizen.sees(pages.HOME)
    if citizen.operations(CARD, 0) or not citizen.is_enabled(CARD):
        return "not turned back", f"the record says {citizen.record(CARD)}"

    _asks(citizen)
    citizen.touches("确认正式挂失")
    citizen.sees(pages.DONE, seconds=30)
    citizen.takes_receipt()
    citizen.touches("完成")
    citizen.sees(pages.HOME)

    citizen.inserts(CARD)
    citizen.sees(pages.ON_FORMAL_LOSS)
    citizen.touches("不办了，取卡")
    citizen.leaves_with_card()
    if (held := citizen.operations(CARD, 1)) != [("formal_loss", "done")]:
        return "not reported", f"the central server holds {held}"
    record = citizen.record(CARD)
    if (record["application_status"], record["loss_until"]) != ("formal_loss", None):
        return "not on loss", f"the record says {record}"
    return "lost for good", "after the warning, and not before; nothing ends it by itself"


def _asks(citizen: Citizen) -> None:
    """From the home page up to the warning."""
    reading.chooses_in_menu(citizen, "正式挂失")
    proving.with_text(citizen, CARD)
    citizen.sees(pages.FORMAL_LOSS_QUESTION)
