"""Every request arrives twice while a card is enabled, one put on loss, one released: each changes the server once."""

from simulator.scenarios import pages, proving
from simulator.scenarios.citizen import Citizen

EXPECTS = "changed once"
NEW, LOST, FOUND = "archived", "normal", "temporary_loss"
COUNTED = r"^(?!/v1/evidence/(face|one-time-code)$)"
"""All paths but those where a second time is a second try, and is refused."""
HOLD = {NEW: ("enable", "done"), LOST: ("temporary_loss", "done"), FOUND: ("loss_release", "done")}


def play(citizen: Citizen) -> tuple[str, str]:
    """See the module."""
    versions = {card: citizen.record(card)["version"] for card in HOLD}
    initial, new = citizen.persona(NEW).pin, citizen.thinks_of_a_pin()
    citizen.sees(pages.HOME)
    citizen.stand.central("fault", mode="duplicate", paths=COUNTED)
    citizen.report.act("from now on every request arrives twice")
    citizen.touches("启用社保卡")
    citizen.sees(pages.INSERT_CARD)
    citizen.inserts(NEW)
    citizen.types_initial_pin(initial)
    proving.with_text(citizen, NEW)
    citizen.changes_initial_pin(initial, new)
    citizen.sees(pages.DONE, seconds=30)
    citizen.takes_receipt()
    citizen.touches("完成，取卡")
    citizen.leaves_with_card()
    for card, service, question, confirm in (
        (LOST, "挂失", pages.LOSS_QUESTION, "确认挂失"),
        (FOUND, "解除挂失", pages.RELEASE_QUESTION, "确认解除"),
    ):
        citizen.touches(service)
        citizen.sees(pages.CHOOSE_WAY)
        citizen.chooses(proving.BY_ID_CARD)
        proving.with_text(citizen, card)
        citizen.sees(question)
        citizen.touches(confirm)
        citizen.sees(pages.DONE, seconds=30)
        citizen.takes_receipt()
        citizen.touches("完成")
        citizen.sees(pages.HOME)

    for card, operation in HOLD.items():
        if (held := citizen.operations(card, 1)) != [operation]:
            return "not once", f"the central server holds {held} of {card}"
        if citizen.record(card)["version"] != versions[card] + 1:
            return "not once", f"the record was at version {versions[card]}, and now says {citizen.record(card)}"
    if not citizen.card_takes(NEW, new):
        return "not changed", "the card doesn't take the new PIN"
    repeats = [repeat for repeat in citizen.stand.central("repeats")["repeats"] if repeat["method"] == "PUT"]
    if otherwise := [repeat["path"] for repeat in repeats if not repeat["same"]]:
        return "answered otherwise", f"the second time: {otherwise}"
    return "changed once", f"{len(repeats)} PUT requests arrived twice and were answered alike; {len(HOLD)} operations"
