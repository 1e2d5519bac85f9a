"""The camera is gone when a face is to be looked at: a text takes its place, and the next is offered no face."""

from simulator.scenarios import pages, proving
from simulator.scenarios.citizen import Citizen

EXPECTS = "served without it"
CARD, NEXT = "blocked_sm4", "blocked"


def play(citizen: Citizen) -> tuple[str, str]:
    """See the module."""
    camera = citizen.machine.control("camera")
    citizen.sees(pages.HOME)
    camera("fail", how="unplug")
    citizen.report.act("the camera's cable is pulled")
    citizen.touches("解锁密码")
    citizen.sees(pages.INSERT_CARD)
    citizen.inserts(CARD)
    proving.lays_id_card(citizen, CARD)
    citizen.sees(pages.CHOOSE_WAY)
    proving.takes_id_card(citizen)
    citizen.chooses(proving.BY_FACE)
    citizen.sees(pages.FACE_CONSENT)
    citizen.touches("同意，刷脸")
    proving.types_text(citizen, CARD)  # There is no other choice left.
    citizen.sees(pages.DONE, seconds=30)
    citizen.takes_receipt()
    citizen.touches("完成，取卡")
    citizen.leaves_with_card()

    citizen.touches("解锁密码")
    citizen.sees(pages.INSERT_CARD)
    citizen.inserts(NEXT)
    proving.lays_id_card(citizen, NEXT)
    proving.types_text(citizen, NEXT)  # Nobody is offered a face now.
    proving.takes_id_card(citizen)
    citizen.sees(pages.DONE, seconds=30)
    citizen.takes_receipt()
    citizen.touches("完成，取卡")
    citizen.leaves_with_card()

    camera("mend")
    citizen.machine.stop_kiosk()
    citizen.machine.start_kiosk()
    citizen.machine.wait_until_it_serves()
    citizen.report.act("the cable is back, and the kiosk was started again")
    citizen.sees(pages.HOME, seconds=30)
    for card in (CARD, NEXT):
        if (held := citizen.operations(card, 1)) != [("unblock", "done")] or not citizen.tries_left(card):
            return "not unlocked", f"the central server holds {held} of {card}"
    return "served without it", "one learned it on the way, the next was asked for a text at once; both unlocked"
