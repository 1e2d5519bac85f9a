"""The services that this machine has, by the names under which the home page offers them."""

from collections.abc import Awaitable, Callable

from kiosk.home import MORE
from kiosk.pages import Chosen
from kiosk.questions import BY_NAME
from kiosk.services.card_menu import card_menu
from kiosk.services.card_status import card_status, card_status_without_card
from kiosk.services.cards import cards
from kiosk.services.certificate import insured_certificate, rights_record
from kiosk.services.change_pin import change_pin
from kiosk.services.eligibility_check import eligibility_check
from kiosk.services.enable import enable
from kiosk.services.financial_function import financial_function
from kiosk.services.formal_loss import formal_loss
from kiosk.services.insurance_records import insurance_records
from kiosk.services.more import more
from kiosk.services.my_applications import my_applications
from kiosk.services.outlets import outlets
from kiosk.services.phone_number import phone_number
from kiosk.services.production_progress import production_progress
from kiosk.services.questions import answering, legal_basis, published_rules, questions
from kiosk.services.release_loss import release_loss
from kiosk.services.replace_card import renew_card, replace_card
from kiosk.services.report_loss import report_loss
from kiosk.services.reset_pin import reset_pin
from kiosk.services.sms_reminders import sms_reminders
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
    MORE: more,
    "card_menu": card_menu,
    "production_progress": production_progress,
    "formal_loss": formal_loss,
    "cards": cards,
    "insurance_records": insurance_records,
    "insured_certificate": insured_certificate,
    "rights_record": rights_record,
    "eligibility_check": eligibility_check,
    "replace_card": replace_card,
    "renew_card": renew_card,
    "financial_function": financial_function,
    "my_applications": my_applications,
    "sms_reminders": sms_reminders,
    "phone_number": phone_number,
    "questions": questions,
    "outlets": outlets,
    "published_rules": published_rules,
    "legal_basis": legal_basis,
    **{name: answering(question) for name, question in BY_NAME.items()},
}
