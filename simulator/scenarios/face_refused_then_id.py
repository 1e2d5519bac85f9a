"""A face that isn't the one on record, then a citizen who wants none looked at: ID card and text serve them both.

Each sees the other way on the page where the face is asked for, and loses nothing by taking it.
"""

from simulator.scenarios import pages, proving
from simulator.scenarios.citizen import Citizen

EXPECTS = "served without a face"
CARD, SOMEBODY_ELSE = "blocked_sm4", "archived"
"""Whose faces differ."""


def _unlocks(citizen: Citizen) -> None:
    citizen.sees(pages.DONE, seconds=30)
    citizen.takes_receipt()
    citizen.touches("完成，取卡")
    citizen.leaves_with_card()


def _asked_for_a_face(citizen: Citizen) -> None:
    citizen.sees(pages.HOME)
    citizen.touches("解锁密码")
    citizen.sees(pages.INSERT_CARD)
    citizen.inserts(CARD)
    proving.lays_id_card(citizen, CARD)
    citizen.sees(pages.CHOOSE_WAY)
    proving.takes_id_card(citizen)
    citizen.chooses(proving.BY_FACE)


def play(citizen: Citizen) -> tuple[str, str]:
    """See the module."""
    _asked_for_a_face(citizen)
    proving.shows_face(citizen, SOMEBODY_ELSE, pages.FACE_DIFFERS)
    citizen.touches(proving.INSTEAD_TEXT)
    proving.types_text(citizen, CARD)
    _unlocks(citizen)
    if not citizen.tries_left(CARD):
        return "not unlocked", "the card gives no tries after the face was refused"

    citizen.stand.renew(CARD)
    _asked_for_a_face(citizen)
    citizen.sees(pages.FACE_CONSENT)
    looked = citizen.machine.control("camera")("state")["watchers"]
    citizen.touches(proving.INSTEAD_TEXT)
    proving.types_text(citizen, CARD)
    _unlocks(citizen)
    if looked:
        return "looked", "the camera was open before anybody had agreed"
    if (held := citizen.operations(CARD, 2)) != [("unblock", "done")] * 2 or not citizen.tries_left(CARD):
        return "not unlocked", f"the central server holds {held}"
    return "served without a face", "one wasn't taken for the one on record, the other never looked at; both unlocked"
