"""The card's own menu: what makes sense for the card that was put in, and what doesn't, with the reason.

Nothing is asked, so nothing about the person is told: what the chip says openly, and what the record says of the card.
"""

from collections.abc import Callable

from kiosk.applicability import why_not
from kiosk.card_facts import CardFacts
from kiosk.home import MORE, OFFERS, Offer, menu, menu_tile, offers
from kiosk.masking import tail
from kiosk.pages import Actions, Answer, Button, Chosen, Menu, MenuGroup, MenuTile, Progress
from kiosk.settings import Settings
from kiosk.steps.card import insert_card, read_card, reference
from kiosk.text import Local, T, Text
from kiosk.visit import Visit


async def card_menu(visit: Visit) -> Chosen:
    """Look at the card in the slot, and have one of the services chosen."""
    machine = visit.machine
    card = await insert_card(visit, Progress(task=T("看看能办什么")))
    assert card is not None, "there is no way without a card here"
    card_file, _ = await read_card(card)
    tries = await card.tries_left()
    record = await machine.uplink.card_status(reference(card_file))
    machine.operations.observe(record, tries)
    facts = CardFacts(
        record=record,
        proven=False,
        with_card=True,
        tries_left=tries,
        valid_until=card_file.valid_until or record.valid_until,
    )
    answer = await visit.ask(menu_of(facts, machine.settings, machine.board.closes))
    if not isinstance(answer, Chosen):
        visit.go_home()
    return answer


def menu_of(facts: CardFacts, settings: Settings, closes: Callable[[str], bool]) -> Menu:
    """What can be done with one card: first what it needs most, last what makes no sense for it.

    Args:
        facts: What chip and record say of it.
        settings: What the bureau allows here.
        closes: Whether a condition takes something away.
    """
    working = offers(settings, closes)
    fitting: list[Offer] = []
    others: list[MenuTile] = []
    for offer in (offer for offer in OFFERS if offer.of_card):
        reason = why_not(offer.tile.service, facts, settings.policy)
        if reason is None and offer in working:
            fitting.append(offer)
        else:
            others.append(menu_tile(offer.tile, reason or _not_here(offer, settings)))
    fitting.sort(key=lambda offer: _rank(offer.tile.service, facts))
    tiles = [menu_tile(offer.tile) for offer in fitting]
    if menu(settings, closes).groups:
        tiles.append(MenuTile(service=MORE, icon="next", name=T("更多业务"), situation=T("查询、补卡、问答")))
    machine = settings.machine
    unlocks = any(offer.tile.service == "unlock" for offer in fitting)
    title, subtitle = facts.answer(Local(machine.window, machine.window_en), settings.policy, unlocks=unlocks)
    card_tail = T("卡尾号 {tail}", tail=tail(facts.record.card_number.get_secret_value()))
    groups = (
        MenuGroup(name=T("现在可以办"), note=card_tail, tiles=tuple(tiles)),
        MenuGroup(name=T("现在不能办，或者不用办"), tiles=tuple(others)),
    )
    return Menu(
        title=title,
        subtitle=subtitle,
        groups=tuple(group for group in groups if group.tiles),
        actions=Actions(primary=Button(label=T("不办了，取卡"), answer=Answer.FINISH, icon="exit")),
    )


_NEEDED_SELDOM = ("reset_pin", "replace_card")
"""By whom the card works for."""


def _rank(service: str, facts: CardFacts) -> int:
    """What the card needs comes first, in its order; last what few ask for whose card works."""
    first = facts.next_services()
    if service in first:
        return first.index(service)
    return len(first) + (service in _NEEDED_SELDOM)


def _not_here(offer: Offer, settings: Settings) -> Text:
    """Why a service that would make sense can't be had at this machine."""
    if offer.identity is not None and not settings.policy.ways_of(offer.identity):
        return T("本地要到窗口办")
    return T("这台机器现在办不了")
