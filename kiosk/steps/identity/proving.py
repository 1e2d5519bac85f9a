"""The loop: which proofs are still to be had, which of them comes next, and what is left when one isn't had."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from uuid import UUID

from drivers.card_reader.files import HolderFile
from kiosk import refusals
from kiosk.pages import Answer, Button, Progress
from kiosk.refusals import RefusalKind, Refused
from kiosk.steps.identity.choice import WORDS, choose
from kiosk.steps.identity.e_card import show_e_card
from kiosk.steps.identity.id_card import show_id_card
from kiosk.steps.identity.one_time_code import show_one_time_code
from kiosk.steps.identity.proof import Asking, GivenUp, Proof
from kiosk.text import T, Text
from kiosk.uplink.contract import CardPinEvidence, CardRecord, EvidenceAccepted
from kiosk.uplink.contract.policy import Evidence, Way
from kiosk.visit import Visit
from kiosk.ways import next_kinds, open_ways, what_to_bring

_Show = Callable[[Visit, Asking, Proof], Awaitable[EvidenceAccepted | Answer]]
"""Has one proof shown. The answer is `BACK`, or what the server holds; `GivenUp` says that it isn't to be had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identified:
    """Somebody without a card, and what the server holds of who they are.

    Attributes:
        evidence: The server's ids of what was shown, for the operation's intent.
        record: Of the person's card in use.
    """

    evidence: tuple[UUID, ...]
    record: CardRecord = field(repr=False)


def refuse_unless_offered(visit: Visit, ways: Collection[Way]) -> None:
    """Stop at once where this machine can't get what is asked for.

    Raises:
        Refused: The bureau lists no way, or each needs a device that isn't here or is out of order.
    """
    if not open_ways(ways, visit.machine.settings, visit.machine.board.closes):
        raise Refused(refusals.identity.UNAVAILABLE)


async def prove_identity(
    visit: Visit,
    progress: Progress,
    ways: Collection[Way],
    *,
    record: CardRecord,
    holder: HolderFile | None = None,
    pin_proven: bool = False,
) -> tuple[UUID, ...]:
    """Have whoever brought a card prove to be its holder.

    Args:
        visit: Whose identity.
        progress: The service's steps, at this one.
        ways: Each is enough.
        record: Of the card that is in.
        holder: What the card's chip says of its holder, where it does.
        pin_proven: The card has just accepted its PIN, in this visit.

    Returns:
        The server's ids of what was shown, for the operation's intent.

    Raises:
        Refused: Somebody else's, something that contradicts the record, or no way is left.
        CentralError: The server gave no answer.
    """
    proof = _begin(visit, Proof(ways=ways, record=record, holder=holder))
    if pin_proven and any("card_pin" in way for way in ways):
        told = CardPinEvidence(kiosk=visit.machine.settings.machine.name, card=record.handle)
        proof.accept("card_pin", await visit.machine.uplink.card_pin_evidence(told))
    await _prove(visit, progress, proof)
    return tuple(proof.shown.values())


async def identify(visit: Visit, progress: Progress, ways: Collection[Way]) -> Identified:
    """Learn who stands here without a card.

    Args:
        visit: Whose identity.
        progress: The service's steps, at this one.
        ways: Each is enough, and says who it is.

    Raises:
        Refused: Something that isn't taken, or no way is left.
        CentralError: The server gave no answer.
    """
    proof = _begin(visit, Proof(ways=ways))
    await _prove(visit, progress, proof)
    assert proof.record is not None, "each way names somebody"
    return Identified(evidence=tuple(proof.shown.values()), record=proof.record)


def already_shown(visit: Visit, ways: Collection[Way]) -> Identified | None:
    """Who stands here, where the service that was refused before this one has had enough shown; None: it hasn't."""
    proof = Proof(ways=ways)
    if visit.proof is not None:
        proof.go_on_from(visit.proof)
    if not proof.complete or proof.record is None:
        return None
    visit.proof = proof
    return Identified(evidence=tuple(proof.shown.values()), record=proof.record)


def _begin(visit: Visit, proof: Proof) -> Proof:
    """The visit's proof from now on, with what was shown before a refusal led here: nobody proves a thing twice."""
    if visit.proof is not None:
        proof.go_on_from(visit.proof)
    visit.proof = proof
    return proof


async def _prove(visit: Visit, progress: Progress, proof: Proof) -> None:
    """Have one of the ways gone to its end."""
    why: Text | None = None
    refusal = refusals.identity.UNAVAILABLE
    while not proof.complete:
        kinds = _candidates(visit, proof)
        if not kinds:
            without_phone = proof.without_phone and not proof.given_up
            raise _refused(visit, proof, refusals.identity.NO_PHONE if without_phone else refusal)
        kind = kinds[0] if len(kinds) == 1 else await choose(visit, progress, kinds, why)
        if kind is None:
            raise _refused(visit, proof, refusals.identity.NOTHING_AT_HAND)
        asking = Asking(progress=progress, why=why, other=_other(visit, proof, kind))
        try:
            answer = await _SHOW[kind](visit, asking, proof)
        except GivenUp as given_up:
            proof.given_up.add(kind)
            why, refusal = given_up.why, given_up.refusal
            continue
        if isinstance(answer, EvidenceAccepted):
            if not proof.is_of(answer.record):
                raise Refused(refusals.identity.FOREIGN)
            proof.accept(kind, answer)
            why = None
        elif len(kinds) == 1:
            visit.go_home()


def _refused(visit: Visit, proof: Proof, kind: RefusalKind) -> Refused:
    """No way is left, for that reason; who came with nothing hears what to bring."""
    if kind is not refusals.identity.NOTHING_AT_HAND:
        return Refused(kind)
    machine = visit.machine
    return Refused(
        kind, bring=what_to_bring(open_ways(proof.ways, machine.settings, machine.board.closes) or proof.ways)
    )


def _candidates(visit: Visit, proof: Proof, *, without: Evidence | None = None) -> tuple[Evidence, ...]:
    """What can be shown next."""
    gone = proof.given_up | {without} | ({"one_time_code"} if proof.without_phone else set())
    shown = proof.shown.keys()
    left = [way for way in proof.ways if not gone & (set(way) - shown)]
    # What was shown needs its device no more.
    still = {way: tuple(kind for kind in way if kind not in shown) for way in left}
    machine = visit.machine
    ways = [way for way in left if open_ways([still[way]], machine.settings, machine.board.closes)]
    return next_kinds(ways, shown)


def _other(visit: Visit, proof: Proof, kind: Evidence) -> Button | None:
    """The button that leads from `kind` to another way, where there is one; it names it where it is the only one."""
    others = _candidates(visit, proof, without=kind)
    if not others:
        return None
    label = WORDS[others[0]].instead if len(others) == 1 else T("换一种方式")
    return Button(label=label, answer=Answer.ANOTHER)


async def _show_face(visit: Visit, asking: Asking, proof: Proof) -> EvidenceAccepted | Answer:
    from kiosk.steps.identity.face import show_face  # With the driver: the home page comes 30 ms sooner without.

    return await show_face(visit, asking, proof)


async def _show_card_pin(visit: Visit, asking: Asking, proof: Proof) -> EvidenceAccepted | Answer:
    raise AssertionError("only a service that has the PIN proven may ask for it")


_SHOW: dict[Evidence, _Show] = {
    "card_pin": _show_card_pin,
    "id_card": show_id_card,
    "e_card": show_e_card,
    "face": _show_face,
    "one_time_code": show_one_time_code,
}
