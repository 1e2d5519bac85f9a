"""Ways to break the kiosk on purpose: seeds that don't find each of these prove nothing."""

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from typing import Any
from unittest import mock

from drivers.card_reader.errors import CardGone, CardHung, CardMute
from drivers.card_reader.session import SocialCard, _require_pin_accepted
from drivers.errors import DeviceError, Outcome
from drivers.receipt_printer.session import ReceiptPrinter
from kiosk.masking import Masked
from kiosk.operations import operation
from kiosk.operations.store import Store
from kiosk.screen import Press
from kiosk.services import card_status, change_pin
from kiosk.uplink.client import Central
from kiosk.uplink.errors import CentralError
from kiosk.visit import Ending, Visit

Sabotage = Callable[[], AbstractContextManager[Any]]


def _resend() -> AbstractContextManager[Any]:
    send = SocialCard._send_pin

    async def send_pin(card: SocialCard, command: Any) -> None:
        if not command.mutating:
            await send(card, command)
            return
        try:
            answer = await card._exchange(command)
        except DeviceError:
            answer = await card._exchange(command)
        _require_pin_accepted(answer)

    return mock.patch.object(SocialCard, "_send_pin", send_pin)


def _verify_again() -> AbstractContextManager[Any]:
    verify = SocialCard.verify_pin

    async def again(card: SocialCard, pin: Any) -> None:
        try:
            await verify(card, pin)
        except (CardGone, CardMute, CardHung):
            await verify(card, pin)

    return mock.patch.object(SocialCard, "verify_pin", again)


def _done_for_unknown() -> AbstractContextManager[Any]:
    write = change_pin._write

    async def hopeful(*arguments: Any) -> None:
        try:
            await write(*arguments)
        except Exception as error:
            if getattr(getattr(error, "kind", None), "code", "") != "pin.change_unknown":
                raise

    return mock.patch.object(change_pin, "_write", hopeful)


def _without_intent() -> AbstractContextManager[Any]:
    async def bare(visit: Any, card: SocialCard, record: Any, old: Any, new: Any) -> None:
        try:
            await card.change_pin_command(old, new).send()
        except DeviceError as error:
            raise change_pin._refusal(error) from None

    return mock.patch.object(change_pin, "_write", bare)


def _any_press() -> AbstractContextManager[Any]:
    take = Visit._take
    return mock.patch.object(Visit, "_take", lambda visit, press: take(visit, Press(visit.serial, press.answer)))


def _this_boot_only() -> AbstractContextManager[Any]:
    unsent = Store.unsent
    return mock.patch.object(Store, "unsent", lambda store: [row for row in unsent(store) if row.boot == store.boot])


def _hopeful_report() -> AbstractContextManager[Any]:
    report = Central.report

    async def hopeful(central: Central, message: Any) -> None:
        with suppress(CentralError):
            await report(central, message)

    return mock.patch.object(Central, "report", hopeful)


def _printed_when_sent() -> AbstractContextManager[Any]:
    async def attempt(printer: ReceiptPrinter, link: Any, body: bytes) -> None:
        await link.send(body)

    return mock.patch.object(ReceiptPrinter, "_attempt", attempt)


def _never_idle() -> AbstractContextManager[Any]:
    end = Visit.end
    return mock.patch.object(Visit, "end", lambda visit, why: None if why is Ending.IDLE else end(visit, why))


def _outcome(unknown_becomes: str) -> Sabotage:
    return lambda: mock.patch.object(operation, "IN_DOUBT", unknown_becomes)


def _garbled_is_refused() -> AbstractContextManager[Any]:
    return mock.patch("drivers.card_reader.session._outcome_of", return_value=Outcome.NOT_DONE)


SABOTAGES: dict[str, Sabotage] = {
    "CHANGE PIN is sent again after a lost answer": _resend,
    "VERIFY is sent again after a lost answer": _verify_again,
    "an unknown outcome is recorded as done": _outcome("done"),
    "an unknown outcome is recorded as not done": _outcome("not_done"),
    "a garbled status word counts as a refusal": _garbled_is_refused,
    "Done is shown for an unknown outcome": _done_for_unknown,
    "CHANGE PIN leaves without an intent": _without_intent,
    "a press on a page that has gone is taken": _any_press,
    "PINs are not wiped": lambda: mock.patch.object(Visit, "wipe"),
    "what a power cut left open is forgotten": lambda: mock.patch.object(Store, "unfinished", return_value=[]),
    "reports of an earlier boot are not sent": _this_boot_only,
    "a report counts as sent whatever the answer": _hopeful_report,
    "a slip counts as printed when it is sent": _printed_when_sent,
    "a full name is shown": lambda: mock.patch.object(card_status, "masked_name", Masked),
    "nobody's silence ends a visit": _never_idle,
}
