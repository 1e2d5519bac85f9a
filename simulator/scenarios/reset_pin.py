"""A forgotten PIN is set anew by the issuer's command, on a 3DES and on an SM4 card; a reader's own keys can't do it.

The new PIN leaves the pad enciphered, and only the central server's authority opens it: so there must be such a pad.
"""

from simulator.scenarios import pages, proving
from simulator.scenarios.citizen import Citizen

EXPECTS = "set anew"
EXPECTS_ON_READER = "not offered"
CARDS = ("blocked", "sm4")


def _without_pad(citizen: Citizen) -> tuple[str, str]:
    """The home page doesn't offer it."""
    if citizen.has_seen("重设密码"):
        return "offered", "the home page offers what this machine can't do"
    return "not offered", "a machine without an enciphering pad doesn't offer it"


def play(citizen: Citizen) -> tuple[str, str]:
    """See the module."""
    citizen.sees(pages.HOME)
    if citizen.stand.wishes.pin_path == "reader":
        return _without_pad(citizen)
    for card in CARDS:
        old, new = citizen.persona(card).pin, citizen.thinks_of_a_pin()
        citizen.sees(pages.HOME)
        citizen.touches("重设密码")
        citizen.sees(pages.INSERT_CARD)
        citizen.inserts(card)
        proving.with_text(citizen, card)
        citizen.sees(pages.NEW_PIN)
        citizen.chooses_pin(new)
        citizen.sees(pages.DONE, seconds=30)
        citizen.takes_receipt()
        citizen.touches("完成，取卡")
        citizen.leaves_with_card()
        if citizen.card_takes(card, old) or not citizen.card_takes(card, new):
            return "not set", f"the card {card} doesn't take the new PIN, or still the old one"
        if citizen.tries_left(card) != citizen.persona(card).profile.tries:
            return "not set", f"the card {card} doesn't give all tries"
        if (held := citizen.operations(card, 1)) != [("pin_reset", "done")] or citizen.record(card)["pin_blocked"]:
            return "not reported", f"the central server holds {held} and {citizen.record(card)}"
    return "set anew", f"the cards {' and '.join(CARDS)} take the new PIN and give all tries; the server holds it so"
