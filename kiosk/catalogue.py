"""The services that this machine has, by the names under which the home page offers them."""

from collections.abc import Awaitable, Callable

from kiosk.pages import Chosen
from kiosk.services.card_status import card_status, card_status_without_card
from kiosk.services.change_pin import change_pin
from kiosk.services.enable import enable
from kiosk.services.release_loss import release_loss
from kiosk.services.report_loss import report_loss
from kiosk.services.reset_pin import reset_pin
from kiosk.services.unlock import unlock
from kiosk.visit import Result, Visit

Service = Callable[[Visit], Awaitable[Result | Chosen]]
"""What came of it, or the service that goes on in its place."""

SERVICES: dict[str, Service] = {
    "enable": enable,
    "change_pin": change_pin,
    "unlock": unlock,
    "reset_pin": reset_pin,
    "card_status": card_status,
    "report_loss": report_loss,
    "release_loss": release_loss,
    "card_status_without_card": card_status_without_card,
}
