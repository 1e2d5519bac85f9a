"""Who somebody is, by the card and its PIN where they have it with them, or as `identify` does without a card."""

from collections.abc import Collection

from kiosk.pages import Answer, Button, Progress
from kiosk.steps.card import insert_card, read_card, reference
from kiosk.steps.identity.proving import Identified, already_shown, identify, prove_identity
from kiosk.steps.pin import CURRENT, ISSUED, Accepted, not_proven, prove_pin
from kiosk.text import T
from kiosk.uplink.contract import ApplicationStatus
from kiosk.uplink.contract.policy import Way
from kiosk.visit import Visit
from kiosk.ways import open_ways

_NO_PIN = Button(label=T("不输密码"), answer=Answer.NEXT)
_FORGOTTEN = Button(label=T("忘记密码了"), answer=Answer.FORGOTTEN)


async def identify_holder(visit: Visit, progress: Progress, ways: Collection[Way]) -> Identified:
    """Learn who stands here, with their card where one of `ways` takes its PIN, or without it.

    Args:
        visit: Whose identity.
        progress: The service's steps, at this one.
        ways: Each is enough. Those with `card_pin` need the card; the others do without.

    Raises:
        Refused: Something that isn't taken, or no way is left.
        CentralError: The server gave no answer.
        DeviceError: The card can't be read.
    """
    if (shown := already_shown(visit, ways)) is not None:
        return shown
    machine = visit.machine
    with_card = open_ways([way for way in ways if "card_pin" in way], machine.settings, machine.board.closes)
    without_card = tuple(way for way in ways if "card_pin" not in way)
    others_open = bool(open_ways(without_card, machine.settings, machine.board.closes))
    if not with_card or machine.board.closes("card"):
        return await identify(visit, progress, without_card)
    card = await insert_card(visit, progress, without_card=others_open, without=T("没带卡也能办"), own_step=False)
    if card is None:
        return await identify(visit, progress, without_card)
    card_file, holder = await read_card(card)
    record = await machine.uplink.card_status(reference(card_file))
    tries = await card.tries_left()
    machine.operations.observe(record, tries)
    proven: Accepted | Answer = Answer.NEXT
    if tries != 0 or not others_open:  # A blocked PIN doesn't stop whoever has something else to show.
        title = ISSUED if record.application_status is ApplicationStatus.ARCHIVED else CURRENT
        other = _NO_PIN if others_open else _FORGOTTEN
        proven = await prove_pin(visit, card, record, progress, other=other, title=title)
    if not isinstance(proven, Accepted) and not others_open:
        raise not_proven(proven)
    accepted = isinstance(proven, Accepted)
    left = with_card if accepted else without_card
    evidence = await prove_identity(visit, progress, left, record=record, holder=holder, pin_proven=accepted)
    return Identified(evidence=evidence, record=record)
