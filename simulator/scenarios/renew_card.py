"""A card that ends within 60 days is renewed, by post: the machine offers it to whoever puts that card in."""

from simulator.scenarios import applying, desk, pages, proving
from simulator.scenarios.citizen import Citizen

EXPECTS = "on its way"
CARD = "expiring"


def play(citizen: Citizen) -> tuple[str, str]:
    """See the module."""
    citizen.sees(pages.HOME)
    citizen.inserts(CARD)
    citizen.sees(pages.CARD_MENU)
    citizen.touches("换卡")
    proving.with_text(citizen, CARD)
    citizen.sees(pages.DELIVERY)
    citizen.chooses("寄给我")
    citizen.sees(pages.RENEW_QUESTION)
    applying.hands_in(citizen, "确认换卡")
    citizen.leaves_with_card()

    number = desk.newest(citizen, "renewal")
    desk.decides(citizen, number, "approve")
    desk.decides(citizen, number, "post")
    desk.confirms(citizen, "新卡已寄出", person=CARD)
    applying.looks_up(citizen, CARD, pages.POSTED)
    if (held := citizen.operations(CARD, 1)) != [("application", "done")]:
        return "not reported", f"the central server holds {held}"
    if (lifecycle := citizen.record(CARD)["lifecycle"]) != "08":
        return "not being renewed", f"the record says {lifecycle}"
    return "on its way", "approved and posted; the old card is good until the new one is there"
