"""The card of a technician, from the slot to the roles that it gives.

Whose word is what: the bureau's authority says who somebody is and what they may do; the card's key says that this is
their card; the PIN says that it is they. The card counts wrong PINs itself, and this machine makes everybody wait.
"""

import datetime
import secrets
from collections.abc import Awaitable, Callable

import structlog
from cryptography import x509

from drivers.card_reader.errors import PinBlocked, PinNotAccepted, WrongPin
from drivers.card_reader.piv import TechnicianCard
from drivers.card_reader.slot import CardTransport
from drivers.pin import Pin
from kiosk.access.certificate import CHALLENGE_BYTES, Technician, read_certificate
from kiosk.access.errors import AccessRefused
from kiosk.access.grant import Grants
from kiosk.access.tries import Tries
from kiosk.console.roles import Caller, Face, Role
from kiosk.text import T

log = structlog.get_logger()

_BY_NEED = (Role.TECHNICIAN, Role.OPERATOR, Role.ENGINEER, Role.AUDITOR)
"""Whoever comes to a machine whose clock is wrong comes to repair it."""


class ClockDoubtful(Exception):
    """The card is proven, and its dates can't be judged: the operations centre has to agree.

    Args:
        technician: Whose card it is.
        role: As what the operations centre is asked to let them in.
    """

    def __init__(self, technician: Technician, role: Role) -> None:
        super().__init__("the clock may be wrong")
        self.technician = technician
        self.role = role


class TechnicianAccess:
    """Lets technicians in by their cards.

    Args:
        authority: Whose certificates count.
        tries: Who was refused.
        grants: The operations centre's word where the clock is wrong; None: there is no such way here.
        now: The wall clock.
        clock_offset_seconds: How far the central server's clock is ahead of ours; None: it hasn't said in this boot.
    """

    def __init__(
        self,
        authority: x509.Certificate,
        tries: Tries,
        grants: Grants | None,
        *,
        now: Callable[[], datetime.datetime],
        clock_offset_seconds: Callable[[], float | None],
    ) -> None:
        self._authority = authority
        self._tries = tries
        self.grants = grants
        self._now = now
        self._clock_offset_seconds = clock_offset_seconds

    def seconds_left(self) -> int:
        """How long everybody still has to wait; the board tells, too."""
        return self._tries.seconds_left()

    async def admit(self, transport: CardTransport, enter_pin: Callable[[], Awaitable[Pin]]) -> Caller:
        """Let in whoever holds the card behind `transport` and knows its PIN.

        Args:
            transport: Of the connected card; the caller closes it.
            enter_pin: Has the PIN entered; it is wiped here.

        Raises:
            NotATechnicianCard: It is another kind of card; nothing was counted.
            AccessRefused: They aren't let in, and why.
            ClockDoubtful: Only with the operations centre's word: `admit_by_grant`.
            DeviceError: The card or the pad failed.
        """
        card = TechnicianCard(transport)
        await card.select()
        self._tries.require()
        try:
            technician = read_certificate(await card.certificate(), self._authority)
            await self._prove(card, technician, enter_pin)
            caller = self._judge(technician)
        except AccessRefused as refused:
            log.warning("access.refused", code=refused.code)
            raise
        self._tries.succeeded()
        log.info("access.admitted", who=caller.who, roles=" ".join(sorted(caller.roles)))
        return caller

    def admit_by_grant(self, doubtful: ClockDoubtful, code: str) -> Caller:
        """Let in somebody whose card is proven, on the operations centre's word.

        Raises:
            AccessRefused: The word isn't the centre's, or not for this machine, role and nonce.
        """
        self._tries.require()
        assert self.grants is not None, "only where there is such a way is it offered"
        try:
            self.grants.redeem(code, doubtful.role)
        except AccessRefused as refused:
            self._tries.failed()
            log.warning("access.refused", code=refused.code)
            raise
        self._tries.succeeded()
        log.warning("access.admitted_by_grant", who=doubtful.technician.who, roles=doubtful.role)
        return Caller(who=doubtful.technician.who, roles=frozenset({doubtful.role}), face=Face.GLASS)

    async def _prove(
        self, card: TechnicianCard, technician: Technician, enter_pin: Callable[[], Awaitable[Pin]]
    ) -> None:
        with await enter_pin() as pin:
            try:
                await card.verify_pin(pin)
            except WrongPin as wrong:
                self._tries.failed()
                raise AccessRefused("access.wrong_pin", T("密码不对，卡还能试 {n} 次", n=wrong.tries_left)) from None
            except PinBlocked:
                raise AccessRefused("access.card_blocked", T("卡被锁住了，请找发卡的人")) from None
            except PinNotAccepted:
                raise AccessRefused("access.wrong_pin", T("密码的位数不对")) from None
        challenge = secrets.token_bytes(CHALLENGE_BYTES)
        signature = await card.sign(technician.algorithm, technician.block(challenge))
        if not technician.proves(challenge, signature):
            self._tries.failed()
            raise AccessRefused("access.not_proven", T("这张卡证明不了自己，可能是复制的"))

    def _judge(self, technician: Technician) -> Caller:
        """By the server's clock where it has told the time, else by this machine's, which may be wrong."""
        offset = self._clock_offset_seconds()
        now = self._now() + datetime.timedelta(seconds=offset or 0.0)
        if technician.not_before <= now <= technician.not_after:
            return Caller(who=technician.who, roles=technician.roles, face=Face.GLASS)
        if offset is None and self.grants is not None:
            self._tries.succeeded()
            raise ClockDoubtful(technician, next(role for role in _BY_NEED if role in technician.roles))
        raise AccessRefused("access.expired", T("这张卡的证书过期了，或者还没有生效"))
