"""A citizen without a card holds up a medical-insurance code, then an expired code, then the right one."""

from simulator.scenarios import pages, proving
from simulator.scenarios.citizen import Citizen

EXPECTS = "shown"


def play(citizen: Citizen) -> tuple[str, str]:
    """See the module."""
    central = citizen.stand.central
    expired = central("issue_code", person="normal")["code"]
    central("expire_codes")
    citizen.sees(pages.HOME)
    citizen.touches("不插卡查状态")
    for code, what, answer in (
        (central("medical_code")["code"], "a medical-insurance code", pages.CODE_MEDICAL),
        (expired, "an expired code", pages.CODE_EXPIRED),
        (central("issue_code", person="normal")["code"], "the e-card code", pages.STATUS),
    ):
        citizen.sees(pages.CHOOSE_WAY)
        citizen.chooses(proving.BY_E_CARD)
        citizen.sees(pages.SHOW_CODE)
        citizen.shows_code(code, what)
        citizen.sees(answer)
        citizen.takes_phone_away()
        citizen.touches("看完了" if answer is pages.STATUS else "再扫一次")
    citizen.sees(pages.HOME)
    return "shown", "wrong codes were told apart, the right one gave the status"
