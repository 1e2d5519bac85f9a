"""Another number on record is applied for; the first try of it is mistyped, and whoever has that phone gets no further.

Once the bureau approves, the new phone is told, and codes go there.
"""

from simulator.scenarios import applying, desk, pages
from simulator.scenarios.citizen import Citizen

EXPECTS = "on record"
PERSON = "temporary_loss"
MISTYPED, NEW = "12000008081", "12000008080"
"""No mobile number begins like that."""


def play(citizen: Citizen) -> tuple[str, str]:
    """See the module."""
    applying.finds(citizen, "改手机号")
    applying.without_card(citizen, PERSON)
    applying.types_phone_wrong(citizen, MISTYPED)
    applying.types_phone(citizen, NEW)
    citizen.sees(pages.NUMBER_QUESTION)
    applying.hands_in(citizen, "确认换号")
    desk.confirms(citizen, "已受理，正在审核", person=PERSON)

    desk.decides(citizen, desk.newest(citizen, "phone_change"), "approve")
    desk.confirms(citizen, "已登记为您的社保卡预留手机号", phone=NEW)
    applying.looks_up(citizen, PERSON, pages.EFFECTIVE)
    if (held := citizen.operations(PERSON, 1)) != [("application", "done")]:
        return "not reported", f"the central server holds {held}"
    if citizen.stand.central("texts", person=PERSON) != citizen.stand.central("texts", phone=NEW):
        return "not on record", "the phone on record is another"
    return "on record", "approved at the staff's desk; the new phone is the one on record"
