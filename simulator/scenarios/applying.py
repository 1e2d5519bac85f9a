"""What every citizen does who applies for something: finds it, types another number, hands it in, looks it up."""

import time

from simulator.scenarios import pages, proving
from simulator.scenarios.citizen import Citizen
from simulator.scenarios.pages import Known

_TURNED_SECONDS = 0.7
"""Until the next page of a menu stands still."""


def finds(citizen: Citizen, service: str) -> None:
    """From the home page to a service of the menu behind it, turning its pages until it is there."""
    citizen.sees(pages.HOME)
    citizen.touches("更多业务")
    citizen.sees(pages.MENU)
    while not citizen.has_seen(service):
        citizen.touches("下一页")
        time.sleep(_TURNED_SECONDS)
        citizen.sees(pages.MENU)
    citizen.touches(service)


def types_phone(citizen: Citizen, number: str) -> None:
    """Type a phone's number when it is asked for, and prove it by the code that comes to that phone."""
    citizen.sees(pages.PHONE_NUMBER)
    citizen.types_number(number)
    citizen.touches("输好了")
    citizen.sees(pages.TEXT, seconds=20)
    proving.types_code(citizen, proving.reads_text(citizen, phone=number))


def types_phone_wrong(citizen: Citizen, number: str) -> None:
    """Mistype a phone's number, see that no code comes, and go back to it."""
    citizen.sees(pages.PHONE_NUMBER)
    citizen.types_number(number)
    citizen.touches("输好了")
    citizen.sees(pages.TEXT, seconds=20)
    citizen.touches("没收到短信")
    citizen.sees(pages.NO_TEXT)
    citizen.touches("换一个号码")


def hands_in(citizen: Citizen, confirm: str) -> None:
    """From the last question home, with the receipt."""
    citizen.touches(confirm)
    citizen.sees(pages.HANDED_IN, seconds=30)
    citizen.takes_receipt()
    citizen.touches("完成")


def without_card(citizen: Citizen, person: str) -> None:
    """From the page that asks for the social security card: by ID card and text."""
    citizen.sees(pages.INSERT_CARD)
    citizen.touches("没带卡也能办")
    if citizen.sees_one_of(pages.CHOOSE_WAY, pages.LAY_ID_CARD) is pages.CHOOSE_WAY:
        citizen.chooses(proving.BY_ID_CARD)
    proving.with_text(citizen, person)


def looks_up(citizen: Citizen, person: str, page: Known, why: str | None = None) -> None:
    """Come back another day, without the card; see by the ID card how far it is, print it, and go.

    Args:
        citizen: Who comes.
        person: Whose ID card they have.
        page: What they see.
        why: A reason that stands there too, in the bureau's words.
    """
    finds(citizen, "我的申请")
    citizen.sees(pages.INSERT_CARD)
    citizen.touches("没带卡也能办")
    citizen.sees(pages.CHOOSE_WAY)
    citizen.chooses(proving.BY_ID_CARD)
    proving.lays_id_card(citizen, person)
    citizen.sees(page)
    proving.takes_id_card(citizen)
    if why is not None:
        citizen.reads(why)
    citizen.touches("打印")
    citizen.takes_receipt()
    citizen.touches("看完了")
    citizen.sees(pages.HOME)
