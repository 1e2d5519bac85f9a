"""A card is lost, and the ID card with it: the phone alone reports the loss, by e-card code and text.

The first code is mistyped; where no text can be sent, the page says so.
"""

from simulator.scenarios import pages, proving
from simulator.scenarios.citizen import Citizen

EXPECTS = "on loss"
CARD = "normal"


def _at_the_text(citizen: Citizen) -> None:
    citizen.sees(pages.HOME)
    citizen.touches("挂失")
    citizen.sees(pages.CHOOSE_WAY)
    citizen.chooses(proving.BY_E_CARD)
    proving.shows_e_card(citizen, CARD)


def play(citizen: Citizen) -> tuple[str, str]:
    """See the module."""
    central = citizen.stand.central
    central("sms", away=True)
    citizen.report.act("no text can be sent")
    _at_the_text(citizen)
    proving.lays_id_card(citizen, CARD)  # What is left, had the citizen an ID card.
    citizen.takes_phone_away()
    citizen.touches("退出")
    citizen.sees(pages.TAKE_ID_CARD)
    proving.takes_id_card(citizen)
    citizen.sees(pages.HOME)
    central("sms", away=False)
    citizen.stand.renew(CARD)
    _at_the_text(citizen)
    proving.types_text(citizen, CARD, wrong=1)
    citizen.sees(pages.LOSS_QUESTION)
    citizen.takes_phone_away()
    citizen.touches("确认挂失")
    citizen.sees(pages.DONE, seconds=30)
    citizen.takes_receipt()
    citizen.touches("完成")
    citizen.sees(pages.HOME)
    if (held := citizen.operations(CARD, 1)) != [("temporary_loss", "done")]:
        return "not reported", f"the central server holds {held}"
    record = citizen.record(CARD)
    if (record["application_status"], record["loss_reason"]) != ("temporary_loss", "reported"):
        return "not on loss", f"the record says {record}"
    return "on loss", "the second code was taken; the server holds the card as on loss"
