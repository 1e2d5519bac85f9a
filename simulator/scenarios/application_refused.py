"""The bureau refuses a new card, since its photo is too old, and says why; the citizen reads it and takes it along."""

from simulator.scenarios import applying, desk, pages, proving
from simulator.scenarios.citizen import Citizen

EXPECTS = "knows why"
PERSON = "third_generation"
WHY = "登记的照片和本人差别太大，请到窗口重新拍照再申请"


def play(citizen: Citizen) -> tuple[str, str]:
    """See the module."""
    applying.finds(citizen, "补卡")
    proving.with_text(citizen, PERSON)
    citizen.sees(pages.WHY_REPLACE)
    citizen.chooses("卡坏了")
    citizen.sees(pages.DELIVERY)
    citizen.chooses("寄给我")
    citizen.sees(pages.REPLACE_QUESTION)
    applying.hands_in(citizen, "确认补卡")

    desk.decides(citizen, desk.newest(citizen, "replacement"), "refuse", WHY)
    desk.confirms(citizen, "没有通过，原因可以在自助机上查", person=PERSON)
    applying.looks_up(citizen, PERSON, pages.REFUSED, why=WHY)
    if citizen.record(PERSON)["lifecycle"] != "04":
        return "not as before", "the card is no longer what it was"
    return "knows why", "the reason is on the screen and on paper; the card is what it was"
