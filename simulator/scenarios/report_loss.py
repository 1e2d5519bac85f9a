"""A card is lost while a change of its PIN is in doubt: ID card and text put it on loss, which waits for nothing.

The change, which nobody can ask the card about any more, goes to a person; the card gets nothing more done.
"""

from simulator.scenarios import pages, proving
from simulator.scenarios.citizen import Citizen

EXPECTS = "on loss"
CARD = "normal"


def play(citizen: Citizen) -> tuple[str, str]:
    """See the module."""
    citizen.sees(pages.HOME)
    citizen.touches("修改密码")
    citizen.sees(pages.INSERT_CARD)
    citizen.machine.control("card_reader")("fail", at="ins 5E", how="pull_after_effect")
    citizen.inserts(CARD)
    citizen.changes_pin(citizen.persona(CARD).pin, citizen.thinks_of_a_pin())
    citizen.sees(pages.PIN_UNKNOWN)
    citizen.has_read()

    citizen.sees(pages.HOME)
    citizen.touches("挂失")
    citizen.sees(pages.CHOOSE_WAY)
    citizen.chooses(proving.BY_ID_CARD)
    proving.with_text(citizen, CARD)
    citizen.sees(pages.LOSS_QUESTION)
    citizen.touches("确认挂失")
    citizen.sees(pages.DONE, seconds=30)
    citizen.takes_receipt()
    citizen.touches("完成")
    citizen.sees(pages.HOME)

    citizen.touches("修改密码")
    citizen.sees(pages.INSERT_CARD)
    citizen.inserts(CARD)
    citizen.sees(pages.CARD_LOST)
    citizen.has_read()
    citizen.leaves_with_card()

    if (held := citizen.operations(CARD, 2)) != [("pin_change", "escalated"), ("temporary_loss", "done")]:
        return "not reported", f"the central server holds {held}"
    if citizen.cases() != [("pin_change", "loss_reported")]:
        return "not escalated", f"on the list is {citizen.cases()}"
    record = citizen.record(CARD)
    if (record["application_status"], record["loss_reason"]) != ("temporary_loss", "reported"):
        return "not on loss", f"the record says {record}"
    return "on loss", f"until {record['loss_until']}; a person looks at the change that was in doubt"
