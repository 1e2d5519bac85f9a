"""Somebody's cards: those they have, and those in the making."""

from typing import Any

from sqlalchemy import bindparam, select

from central import cards, evidence
from central.application_stages import OF_CARDS
from central.drafts import UNDECIDED
from central.service_tables import Application
from central.transaction import Transaction
from kiosk.uplink.contract import (
    ApplicationStage,
    ApplicationStatus,
    Delivery,
    Lifecycle,
    PersonalQuestion,
    PersonCard,
    PersonCards,
    ProducedCard,
    ProductionProgress,
    ServiceKind,
)

MOST_TOLD = 20
"""Of either: more than anybody has."""

_MAKING = (Lifecycle.INITIAL, Lifecycle.IN_PRODUCTION, Lifecycle.AWAITING_COLLECTION)
_LIFECYCLE = {
    ApplicationStage.UNDER_REVIEW: Lifecycle.INITIAL,
    ApplicationStage.IN_PRODUCTION: Lifecycle.IN_PRODUCTION,
}


def person_cards(transaction: Transaction, question: PersonalQuestion) -> PersonCards:
    """All the cards of somebody, the one in use first.

    Raises:
        Refused: What was shown isn't enough for that, or they have none.
    """
    person = evidence.require_person(transaction, question.kiosk, question.evidence, ServiceKind.CARDS)
    first = cards.in_use(transaction, person)
    others = (card for card in cards.of_person(transaction, person) if card.id != first.id)
    told = [first, *sorted(others, key=lambda card: str(card.issued_on or ""), reverse=True)]
    return PersonCards(
        as_of=transaction.today,
        cards=tuple(_told(transaction, card, in_use=card.id == first.id) for card in told[:MOST_TOLD]),
    )


def production_progress(transaction: Transaction, question: PersonalQuestion) -> ProductionProgress:
    """The cards of somebody that are being made or wait for them.

    Raises:
        Refused: What was shown isn't enough for that.
    """
    person = evidence.require_person(transaction, question.kiosk, question.evidence, ServiceKind.PRODUCTION_PROGRESS)
    found = [_made(card) for card in cards.of_person(transaction, person) if card.lifecycle in _MAKING]
    found += [_applied_for(each) for each in transaction.connection.execute(_APPLICATIONS, {"person": person})]
    return ProductionProgress(as_of=transaction.today, cards=tuple(found[:MOST_TOLD]))


def _told(transaction: Transaction, card: cards.CardRow, *, in_use: bool) -> PersonCard:
    columns = card._mapping
    shared = PersonCard.model_fields.keys() - {"tail", "in_use", "bank_en"}
    usable = card.application_status != ApplicationStatus.CANCELLED
    reckoned = {
        "tail": card.card_number[-4:],
        "in_use": in_use and usable,
        "bank_en": transaction.settings.banks_en.get(card.bank, ""),
    }
    return PersonCard.model_validate({**{name: columns[name] for name in shared}, **reckoned})


def _made(card: cards.CardRow) -> ProducedCard:
    return ProducedCard.model_validate(
        {
            "tail": card.card_number[-4:],
            "lifecycle": card.lifecycle,
            "ordered_on": card.ordered_on,
            "expected_on": card.expected_on,
            "outlet": card.outlet,
        }
    )


def _applied_for(application: Any) -> ProducedCard:
    stage = ApplicationStage(application.stage)
    return ProducedCard(
        stage=stage,
        lifecycle=_LIFECYCLE.get(stage, Lifecycle.AWAITING_COLLECTION),
        ordered_on=application.decided_on,
        expected_on=application.expected_on,
        outlet=application.outlet,
        posted=application.delivery == Delivery.POST,
    )


_APPLICATIONS = (
    select(*Application.__table__.columns)
    .where(
        Application.person_id == bindparam("person"),
        Application.kind.in_([kind.value for kind in OF_CARDS]),
        Application.stage.in_(UNDECIDED),
    )
    .order_by(Application.id.desc())
)
