"""One operation on a chip, from its opened intent to its recorded outcome."""

from typing import TYPE_CHECKING
from uuid import UUID

import structlog
import trio
from pydantic import SecretStr

from drivers.card_reader.errors import CardReaderError
from drivers.errors import DeviceError
from drivers.errors import Outcome as DeviceOutcome
from kiosk.operations import steps
from kiosk.operations.errors import AlreadySent
from kiosk.uplink.contract import (
    AuthenticationRequest,
    CommandRequest,
    EncipheredPin,
    OperationState,
    Outcome,
)
from kiosk.uplink.errors import Cause, CentralError

if TYPE_CHECKING:
    from drivers.card_reader.mutation import Mutation
    from drivers.pin_pad.dukpt import EncryptedPin
    from kiosk.operations.operations import Operations

log = structlog.get_logger()


class Operation:
    """What a service may do within `Operations.begin`. Made there only.

    Args:
        operations: Whose it is.
        operation_id: Its name here, at the server and on the receipt's record.
        tries_before: The witness.
    """

    def __init__(self, operations: "Operations", operation_id: UUID, *, tries_before: int | None) -> None:
        self.id = operation_id
        self.outcome: Outcome = OperationState.NOT_DONE
        """What is known so far."""
        self.status_word: str | None = None
        self.tries_left: int | None = None
        self._operations = operations
        self._tries_before = tries_before
        self._attempt = 0
        self._authorised_until: float | None = None

    async def transmit(self, mutation: "Mutation") -> None:
        """Write down durably that the command leaves, then have it sent. Once, unless the card refused it before.

        Raises:
            ChangesClosed: It can't be written down; nothing was sent.
            CentralError: The issuer's authority lapsed before it was sent.
            AlreadySent: A command of this operation was or may have been applied.
            DeviceError: What the card made of it; see the mutation's own maker.
        """
        if self.outcome is not OperationState.NOT_DONE:
            raise AlreadySent(f"operation {self.id} has sent its command")
        if self._authorised_until is not None and trio.current_time() >= self._authorised_until:
            raise CentralError(Cause.SLOW, "the issuer's authority lapsed before the command was sent")
        self._operations.write(
            lambda store: steps.sent(
                store,
                self.id,
                at=self._operations.at(),
                header=mutation.header,
                digest=mutation.digest,
                tries_before=self._tries_before,
            )
        )
        self.outcome = OperationState.IN_DOUBT
        try:
            await mutation.send()
        except DeviceError as error:
            if error.outcome is DeviceOutcome.NOT_DONE:
                self.outcome = OperationState.NOT_DONE
            if isinstance(error, CardReaderError):
                self.status_word, self.tries_left = error.status_word, error.tries_left
            raise
        self.outcome, self.status_word = OperationState.DONE, "9000"

    async def authentication(self, challenge: bytes) -> bytes:
        """The data of EXTERNAL AUTHENTICATE for this challenge of the card's: the issuer proves itself.

        Raises:
            OperationRefused: The server said no.
            CentralError: No answer.
        """
        self._attempt += 1
        request = AuthenticationRequest(
            operation_id=self.id, kiosk=self._operations.kiosk, attempt=self._attempt, challenge=_hidden(challenge)
        )
        answer = await self._operations.insist(lambda: self._operations.central.authenticate(request))
        return bytes.fromhex(answer.data.get_secret_value())

    async def secured_command(
        self, challenge: bytes, pin: "EncryptedPin | None" = None, pin_again: "EncryptedPin | None" = None
    ) -> bytes:
        """The data of the issuer's command for this challenge; it may be transmitted for so long as the server says.

        Args:
            challenge: A fresh one, got after the authentication.
            pin: The new PIN as the pad enciphered it, for a reset.
            pin_again: The same entered once more.

        Raises:
            OperationRefused: The server said no; the two PINs differ, for one.
            CentralError: No answer.
        """
        request = CommandRequest(
            operation_id=self.id,
            kiosk=self._operations.kiosk,
            attempt=self._attempt,
            challenge=_hidden(challenge),
            pin=None if pin is None else _enciphered(pin),
            pin_again=None if pin_again is None else _enciphered(pin_again),
        )
        asked_at = trio.current_time()
        answer = await self._operations.insist(lambda: self._operations.central.secure(request))
        self._authorised_until = asked_at + answer.expires_in_seconds
        return bytes.fromhex(answer.data.get_secret_value())

    async def acknowledged(self, seconds: float) -> bool:
        """After the block: whether the server holds the outcome by then."""
        return await self._operations.acknowledged(self.id, seconds=seconds)


def _hidden(content: bytes) -> SecretStr:
    return SecretStr(content.hex().upper())


def _enciphered(pin: "EncryptedPin") -> EncipheredPin:
    return EncipheredPin(
        key_serial_number=pin.ksn.hex().upper(), block=_hidden(pin.block), account=SecretStr(pin.account)
    )
