"""Where a region wants a signature face to face, somebody who asks for reminders hears so at once, with a slip."""

from simulator.scenarios import applying, pages
from simulator.scenarios.citizen import Citizen

EXPECTS = "told where"
REGION = "110000"


def play(citizen: Citizen) -> tuple[str, str]:
    """See the module."""
    applying.finds(citizen, "短信提醒")
    citizen.sees(pages.FACE_TO_FACE)
    citizen.touches("打印")
    citizen.takes_receipt()
    citizen.has_read()
    citizen.sees(pages.HOME)
    return "told where", "nothing was asked that doesn't help; where to go is on paper"
