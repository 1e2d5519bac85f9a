"""The issuer's authority, relayed: the card gives a challenge, the server answers it, and no key is ever here.

Each command needs the issuer proven just before, and a challenge of its own.
"""

from drivers.card_reader.errors import IssuerRefused, SecuredCommandRefused
from drivers.card_reader.session import SocialCard
from drivers.errors import DeviceError
from drivers.pin_pad.dukpt import EncryptedPin
from kiosk import refusals
from kiosk.operations.operation import Operation
from kiosk.pages import Progress, Work, Working, WorkItem
from kiosk.refusals import RefusalKind, Refused
from kiosk.steps.card import refusal_for
from kiosk.text import T, Text
from kiosk.uplink.contract import OperationState


async def authorised(
    card: SocialCard, operation: Operation, pin: EncryptedPin | None = None, pin_again: EncryptedPin | None = None
) -> bytes:
    """Prove the issuer to the card, and get the data of its secured command.

    Args:
        card: In the slot.
        operation: Under which the server answers.
        pin: The new PIN as the pad enciphered it, for a reset.
        pin_again: The same entered once more.

    Raises:
        OperationRefused: The server said no.
        CentralError: No answer.
        IssuerRefused: The card doesn't take the issuer's proof; a try of its key may be spent.
    """
    proof = await operation.authentication(await card.get_challenge())
    await card.authenticate_issuer(proof)
    return await operation.secured_command(await card.get_challenge(), pin, pin_again)


def refused_by_card(error: DeviceError, operation: Operation, unknown: RefusalKind) -> Refused:
    """What a citizen is told where the card didn't do what the issuer wanted.

    Args:
        error: Of any command on the way; the secured command alone changes something.
        operation: Knows whether that one may have been applied.
        unknown: The entry for that.
    """
    if operation.outcome is OperationState.IN_DOUBT:
        return Refused(unknown)
    if isinstance(error, IssuerRefused | SecuredCommandRefused):
        return Refused(refusals.operation.ISSUER_REFUSED)
    return Refused(refusal_for(error))


async def tries_afterwards(card: SocialCard) -> int | None:
    """How many tries the card gives once its command is done; None where it no longer says."""
    try:
        return await card.tries_left()
    except DeviceError:
        return None  # What was done stays done.


def working(progress: Progress, title: Text, what: Text) -> Working:
    """The issuer's command is fetched and goes to the card."""
    return Working(
        progress=progress,
        title=title,
        subtitle=T("要问社保中心，大约要十几秒钟。"),
        items=(
            WorkItem(label=T("问社保中心"), state=Work.RUNNING),
            WorkItem(label=what, state=Work.WAITING),
            WorkItem(label=T("打印凭条"), state=Work.WAITING),
        ),
        can_exit=False,
    )
