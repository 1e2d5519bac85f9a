"""How a scripted citizen proves who they are: ID card, face, text and e-card code, each when the page asks for it."""

import math
import re
import time

from PIL import Image

from simulator.scenarios import pages
from simulator.scenarios.citizen import Citizen
from simulator.scenarios.eye import HINT, NOTE
from simulator.scenarios.pages import Known

BY_ID_CARD, BY_E_CARD, BY_FACE, BY_TEXT = "刷身份证", "扫电子社保卡", "刷脸", "短信验证码"
"""What stands on the page where there is a choice."""
INSTEAD_FACE, INSTEAD_TEXT = "换成刷脸", "换成短信验证码"
"""What stands on the button that leads from one way to the only other."""
TRIES = 5
"""How often a code may be mistyped."""

_TURN_SECONDS = 8.0
"""For one turn and what a busy machine makes of it: who turns once more too soon is compared while turning."""
_CODE = re.compile(r"[0-9]{6}")
_ONCE_MORE = "再刷一次"
_TURNS = {"请慢慢向左转头，再转回来": "left", "请慢慢向右转头，再转回来": "right"}


def with_text(citizen: Citizen, person: str) -> None:
    """From the page that asks for the ID card: it, then a code that comes by text, chosen where there is a choice."""
    lays_id_card(citizen, person)
    chooses = citizen.sees_one_of(pages.CHOOSE_WAY, pages.TEXT) is pages.CHOOSE_WAY
    takes_id_card(citizen)
    if chooses:
        citizen.chooses(BY_TEXT)
    types_text(citizen, person)


def with_face(citizen: Citizen, person: str, *then: Known) -> None:
    """From the page that asks for the ID card: it, then the face, until one of the pages `then` comes."""
    lays_id_card(citizen, person)
    citizen.sees(pages.CHOOSE_WAY)
    takes_id_card(citizen)
    citizen.chooses(BY_FACE)
    shows_face(citizen, person, *then)


# ID card.


def lays_id_card(citizen: Citizen, card: str) -> None:
    """Lay an ID card on the reader when it is asked for; `card` is the person's, or another by its name."""
    citizen.sees(pages.LAY_ID_CARD)
    citizen.hesitates()
    citizen.report.act(f"lays down the ID card {card}")
    citizen.machine.control("id_reader")("place", card=card)


def takes_id_card(citizen: Citizen) -> None:
    """Take it away again."""
    citizen.report.act("takes the ID card")
    citizen.machine.control("id_reader")("lift")


# Face.


def shows_face(citizen: Citizen, person: str, *then: Known) -> Known:
    """Agree, stand before the camera, and do what the page says until one of the pages `then` comes; which one.

    Args:
        citizen: Who it is.
        person: Whose face they have.
        then: What may come.
    """
    citizen.sees(pages.FACE_CONSENT)
    face = citizen.persona(person).face
    assert face is not None, "a person with a face"
    citizen.touches("同意，刷脸")
    citizen.report.act(f"stands before the camera with the face of {face}")
    citizen.machine.control("camera")("stand", face=face)
    came = follows_hints(citizen, *then)
    citizen.machine.control("camera")("hide")
    return came


def follows_hints(citizen: Citizen, *then: Known, seconds: float = 60.0) -> Known:
    """Turn the head when the page asks for it, and again if it still does, until one of the pages `then` comes.

    Who isn't recognised tries once more where the page offers it: a busy machine may catch a head while it turns.
    """
    may_come = (*then, pages.FACE_DIFFERS)
    turned_at = -math.inf

    def follow(picture: Image.Image) -> Known | None:
        nonlocal turned_at
        if time.monotonic() - turned_at > _TURN_SECONDS and (to := _asked_to_turn(citizen, picture)) is not None:
            turned_at = time.monotonic()
            citizen.report.act(f"turns the head to the {to}")
            citizen.machine.control("camera")("turn", to=to)
        return next((page for page in may_come if citizen.finds(page.title, picture, page.sizes)), None)

    while True:
        found = citizen.waits_for(follow, seconds, " or ".join(page.name for page in then))
        citizen.sees(found)
        if found in then:
            return found
        citizen.touches(_ONCE_MORE)
        citizen.sees(pages.FACE, seconds=30)


def _asked_to_turn(citizen: Citizen, picture: Image.Image) -> str | None:
    """Where to; left and right look much alike, and the surer one counts."""
    found = {to: citizen.finds(words, picture, HINT) for words, to in _TURNS.items()}
    sure = {seen.sureness: to for to, seen in found.items() if seen is not None}
    return sure[max(sure)] if sure else None


# Phone.


def types_text(citizen: Citizen, person: str, *, wrong: int = 0) -> None:
    """Wait for the text on the person's phone, and type its code; first `wrong` times another."""
    citizen.sees(pages.TEXT, seconds=20)
    code = reads_text(citizen, person)
    for left in range(TRIES - 1, TRIES - 1 - wrong, -1):
        types_code(citizen, f"{(int(code) + left + 1) % 10**6:06}")
        if left:
            citizen.reads("验证码不对，还可以输 {n} 次", count=left, sizes=NOTE)
    if wrong < TRIES:
        types_code(citizen, code)


def types_code(citizen: Citizen, code: str) -> None:
    """Type a code and say that it is complete."""
    citizen.types_number(code)
    citizen.touches("输好了")


def reads_text(citizen: Citizen, person: str | None = None, phone: str | None = None) -> str:
    """The code in the newest text that has one, on the person's phone or the one with this number."""
    came = citizen.stand.central("texts", person=person, phone=phone)["texts"]
    *_, newest = (text for text in came if "验证码" in text)
    citizen.report.act("reads the text on the phone")
    code = _CODE.search(newest)
    assert code is not None, "a text holds a code"
    return code[0]


def shows_e_card(citizen: Citizen, person: str) -> None:
    """Hold the person's phone before the camera, with a fresh code, when it is asked for."""
    citizen.sees(pages.SHOW_CODE)
    citizen.shows_code(citizen.stand.central("issue_code", person=person)["code"], "the e-card code")
