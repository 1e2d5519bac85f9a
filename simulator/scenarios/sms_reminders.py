"""Reminders are applied for, to a phone whose number is typed; the bureau approves, and the citizen looks it up.

The number is proved by a code to it. What was decided is told by text, without a link, and stands under the citizen's
applications at any machine.
"""

from simulator.scenarios import applying, desk, pages
from simulator.scenarios.citizen import Citizen

EXPECTS = "in effect"
PERSON = "third_generation"
OTHER_PHONE = "12000009009"
"""No mobile number begins like that."""


def play(citizen: Citizen) -> tuple[str, str]:
    """See the module."""
    applying.finds(citizen, "短信提醒")
    applying.without_card(citizen, PERSON)
    citizen.sees(pages.WHICH_PHONE)
    citizen.chooses("别的手机")
    applying.types_phone(citizen, OTHER_PHONE)
    citizen.sees(pages.SUBSCRIBE_QUESTION)
    applying.hands_in(citizen, "确认开通")
    desk.confirms(citizen, "已受理，正在审核", person=PERSON)

    desk.decides(citizen, desk.newest(citizen, "sms_subscribe"), "approve")
    desk.confirms(citizen, "已生效", person=PERSON)
    applying.looks_up(citizen, PERSON, pages.EFFECTIVE)
    if (held := citizen.operations(PERSON, 1)) != [("application", "done")]:
        return "not reported", f"the central server holds {held}"
    return "in effect", "approved at the staff's desk, told by text, seen under the citizen's applications"
