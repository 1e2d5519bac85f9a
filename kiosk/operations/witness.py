"""What the card itself shows of an operation that was open or in doubt when it appears again. Pure.

The counter of tries is the only thing on the chip that can be looked at without spending a try. UNBLOCK and RESET set
it back to the card's limit, and nothing but them leads out of a blocked PIN. A change of the PIN leaves no mark: its
new PIN has to be asked for.
"""

from typing import Literal

from kiosk.uplink.contract import OperationKind, OperationState

Judgement = Literal[OperationState.DONE, OperationState.NOT_DONE]


def judge(kind: OperationKind, before: int | None, now: int | None, limit: int | None) -> Judgement | None:
    """What became of an operation on the chip.

    Args:
        kind: Of the operation.
        before: Tries left just before its command, as the intent tells; None: not known.
        now: Tries left now; None: the card can't be asked.
        limit: Tries that this card gives when its counter is whole; None: not known.

    Returns:
        None where the counter shows nothing: the PIN must be asked for, or nobody can tell.
    """
    if now is None or kind not in (OperationKind.UNBLOCK, OperationKind.PIN_RESET):
        return None
    if now == 0:  # Had it been done, the PIN would be open, or blocked once more: the record is right either way.
        return OperationState.NOT_DONE
    if kind is OperationKind.PIN_RESET:
        return OperationState.DONE if before == 0 else None
    return OperationState.DONE if before is None or now > before or now == limit else OperationState.NOT_DONE
