"""A stranger's ID card, one under another name, one that has expired: each stops it, and nothing is changed.

The page says which document to have put right and where, and nothing of what stands on the other.
"""

from simulator.scenarios import pages, proving
from simulator.scenarios.citizen import Citizen
from simulator.scenarios.pages import Known

EXPECTS = "stopped each time"
CARD = "archived"
FORGOTTEN = "stranger"
"""The document that is left lying until the machine asks for it."""
DOCUMENTS: tuple[tuple[str, Known], ...] = (
    (FORGOTTEN, pages.NOT_ONE_PERSON),
    ("archived_id_other_name", pages.NAME_DIFFERS),
    ("archived_id_expired", pages.ID_EXPIRED),
)
NAMES = ("林国栋", "李秀瑛", "李秀英")
"""On the documents and on record."""


def play(citizen: Citizen) -> tuple[str, str]:
    """See the module."""
    before = citizen.record(CARD)
    for document, answer in DOCUMENTS:
        citizen.sees(pages.HOME)
        citizen.touches("启用社保卡")
        citizen.sees(pages.INSERT_CARD)
        citizen.inserts(CARD)
        citizen.types_initial_pin(citizen.persona(CARD).pin)
        proving.lays_id_card(citizen, document)
        citizen.sees(answer)
        if told := [name for name in NAMES if citizen.has_seen(name)]:
            return "told", f"the page names {len(told)} of the people"
        if document != FORGOTTEN:
            proving.takes_id_card(citizen)
        citizen.has_read()
        citizen.sees(pages.TAKE_CARD)
        citizen.takes_card()
        if document == FORGOTTEN:
            citizen.sees(pages.TAKE_ID_CARD)
            proving.takes_id_card(citizen)
    citizen.sees(pages.HOME)
    if held := citizen.operations(CARD, 0, seconds=0):
        return "changed", f"the central server holds {held}"
    if citizen.record(CARD) != before or not citizen.card_takes(CARD, citizen.persona(CARD).pin):
        return "changed", f"the record was {before}, and is {citizen.record(CARD)}"
    return "stopped each time", "each with its own reason; card and record are as they were"
