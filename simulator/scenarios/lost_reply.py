"""The server does what it is asked and its answer is lost, once at each step of an unlocking: each is done once."""

from simulator.scenarios import pages, proving
from simulator.scenarios.citizen import Citizen

EXPECTS = "done once"
CARD = "blocked"
ANSWERS = ("/operations/[^/]+$", "/authentications/", "/commands/", "/outcome$")
"""Whose answer is lost, by the path of the request; in the order in which they are waited for."""


def play(citizen: Citizen) -> tuple[str, str]:
    """See the module."""
    for times, path in enumerate(ANSWERS, start=1):
        citizen.stand.renew(CARD)
        version = citizen.record(CARD)["version"]
        citizen.sees(pages.HOME)
        citizen.stand.central("fault", mode="lost_once", paths=path)
        citizen.report.act(f"the answer to {path} will be lost")
        citizen.touches("解锁密码")
        citizen.sees(pages.INSERT_CARD)
        citizen.inserts(CARD)
        proving.with_text(citizen, CARD)
        citizen.sees(pages.DONE, seconds=30)
        citizen.takes_receipt()
        citizen.touches("完成，取卡")
        citizen.leaves_with_card()

        if (held := citizen.operations(CARD, times)) != [("unblock", "done")] * times:
            return "not once", f"after {path} the central server holds {held}"
        if citizen.record(CARD)["version"] != version + 1 or citizen.record(CARD)["pin_blocked"]:
            return "not once", f"after {path} the record says {citizen.record(CARD)}"
        if citizen.stand.central("state")["fault"] != "none":
            return "nothing lost", f"nobody asked for {path}"
        if citizen.tries_left(CARD) != citizen.persona(CARD).profile.tries:
            return "not unlocked", f"after {path} the card doesn't give all tries"
    return "done once", f"{len(ANSWERS)} answers were lost; each time card and server have it once, and agree"
