"""A code is mistyped until it is spent: each time the page says how often it may be, and the face takes its place."""

from simulator.scenarios import pages, proving
from simulator.scenarios.citizen import Citizen

EXPECTS = "unlocked by face"
CARD = "blocked_sm4"


def play(citizen: Citizen) -> tuple[str, str]:
    """See the module."""
    citizen.sees(pages.HOME)
    citizen.touches("解锁密码")
    citizen.sees(pages.INSERT_CARD)
    citizen.inserts(CARD)
    proving.lays_id_card(citizen, CARD)
    citizen.sees(pages.CHOOSE_WAY)
    proving.takes_id_card(citizen)
    citizen.chooses(proving.BY_TEXT)
    proving.types_text(citizen, CARD, wrong=proving.TRIES)
    citizen.sees(pages.TEXT_SPENT)
    if citizen.operations(CARD, 0, seconds=0):
        return "unlocked", "wrong codes were taken for the right one"
    citizen.touches(proving.INSTEAD_FACE)
    proving.shows_face(citizen, CARD, pages.DONE)
    citizen.takes_receipt()
    citizen.touches("完成，取卡")
    citizen.leaves_with_card()
    if (held := citizen.operations(CARD, 1)) != [("unblock", "done")] or not citizen.tries_left(CARD):
        return "not unlocked", f"the central server holds {held}"
    return "unlocked by face", f"{proving.TRIES} wrong codes spent it, and nothing else; then the face was taken"
