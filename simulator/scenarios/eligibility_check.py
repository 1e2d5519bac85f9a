"""Somebody whose pension stopped, since they were never checked, proves by ID card and text that they are there."""

from simulator.scenarios import pages, proving
from simulator.scenarios.citizen import Citizen

EXPECTS = "checked"
PERSON = "expired"


def play(citizen: Citizen) -> tuple[str, str]:
    """See the module."""
    citizen.sees(pages.HOME)
    citizen.touches("更多业务")
    citizen.sees(pages.MENU)
    citizen.touches("下一页")
    citizen.touches("待遇资格认证")
    proving.with_text(citizen, PERSON)
    citizen.sees(pages.CHECK_QUESTION)
    citizen.touches("确认认证")
    citizen.sees(pages.DONE, seconds=30)
    citizen.takes_receipt()
    citizen.touches("完成")
    citizen.sees(pages.HOME)
    held = citizen.operations(PERSON, 1)
    if held != [("eligibility_check", "done")]:
        return "not reported", f"the central server holds {held}"
    return "checked", "good for another year, and so the server holds it"
