"""Every request arrives twice, from the enabling of a card to its loss and back: each changes the server once."""

from simulator.scenarios import pages, proving
from simulator.scenarios.citizen import Citizen

EXPECTS = "changed once"
CARD = "archived"


def play(citizen: Citizen) -> tuple[str, str]:
    """See the module."""
    new = citizen.thinks_of_a_pin()
    version = citizen.record(CARD)["version"]
    citizen.sees(pages.HOME)
    citizen.stand.central("fault", mode="duplicate")
    citizen.report.act("from now on every request arrives twice")
    citizen.touches("启用社保卡")
    citizen.sees(pages.INSERT_CARD)
    citizen.inserts(CARD)
    citizen.types_initial_pin(citizen.persona(CARD).pin)
    proving.with_text(citizen, CARD)
    citizen.changes_initial_pin(citizen.persona(CARD).pin, new)
    citizen.sees(pages.DONE, seconds=30)
    citizen.takes_receipt()
    citizen.touches("完成，取卡")
    citizen.leaves_with_card()
    for service, question, confirm in (
        ("挂失", pages.LOSS_QUESTION, "确认挂失"),
        ("解除挂失", pages.RELEASE_QUESTION, "确认解除"),
    ):
        citizen.touches(service)
        citizen.sees(pages.CHOOSE_WAY)
        citizen.chooses(proving.BY_ID_CARD)
        proving.with_face(citizen, CARD, question)
        citizen.touches(confirm)
        citizen.sees(pages.DONE, seconds=30)
        citizen.takes_receipt()
        citizen.touches("完成")
        citizen.sees(pages.HOME)

    held = citizen.operations(CARD, 3)
    if held != [("enable", "done"), ("temporary_loss", "done"), ("loss_release", "done")]:
        return "not once", f"the central server holds {held}"
    if citizen.record(CARD)["version"] != version + len(held) or not citizen.is_enabled(CARD):
        return "not once", f"the record was at version {version}, and now says {citizen.record(CARD)}"
    repeats = [repeat for repeat in citizen.stand.central("repeats")["repeats"] if repeat["method"] == "PUT"]
    if otherwise := [repeat["path"] for repeat in repeats if not repeat["same"]]:
        return "answered otherwise", f"the second time: {otherwise}"
    return "changed once", f"{len(repeats)} PUT requests arrived twice and were answered alike; {len(held)} operations"
