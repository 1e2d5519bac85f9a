"""A lost card: it is put on formal loss first, as the rules want, then another is applied for, to be collected.

The bureau approves, the card is made and comes to the outlet; the citizen is told by text and sees where it lies.
"""

from simulator.scenarios import applying, desk, pages, proving
from simulator.scenarios.citizen import Citizen

EXPECTS = "ready to collect"
PERSON = "blocked_sm4"
OUTLET = {"zh": "市政务服务中心社保窗口", "en": "City service centre, social security windows"}
"""In `config/outlets.toml`."""


def play(citizen: Citizen) -> tuple[str, str]:
    """See the module."""
    applying.finds(citizen, "补卡")
    proving.with_text(citizen, PERSON)
    citizen.sees(pages.WHY_REPLACE)
    citizen.chooses("卡丢了")
    citizen.sees(pages.FORMAL_LOSS_FIRST)
    citizen.touches("正式挂失")
    citizen.sees(pages.FORMAL_LOSS_QUESTION)  # Nothing is proven twice; another text would not come for a minute.
    citizen.touches("确认正式挂失")
    citizen.sees(pages.DONE, seconds=30)
    citizen.takes_receipt()
    citizen.touches("补卡")
    proving.with_face(citizen, PERSON, pages.DELIVERY)
    citizen.chooses("自己去领")
    citizen.sees(pages.WHERE_TO_COLLECT)
    citizen.touches(OUTLET[citizen.language])
    citizen.sees(pages.REPLACE_QUESTION)
    applying.hands_in(citizen, "确认补卡")

    number = desk.newest(citizen, "replacement")
    desk.decides(citizen, number, "approve")
    desk.confirms(citizen, "正在制卡", person=PERSON)
    applying.looks_up(citizen, PERSON, pages.APPLIED_IN_PRODUCTION)
    desk.decides(citizen, number, "made")
    desk.confirms(citizen, "新卡已到网点，请带身份证去领", person=PERSON)
    applying.looks_up(citizen, PERSON, pages.READY_TO_COLLECT)
    if (held := citizen.operations(PERSON, 2)) != [("formal_loss", "done"), ("application", "done")]:
        return "not reported", f"the central server holds {held}"
    if (lifecycle := citizen.record(PERSON)["lifecycle"]) != "07":
        return "not being replaced", f"the record says {lifecycle}"
    return "ready to collect", "approved and made; the citizen knows where it lies"
