"""The pages as the steps build them, drawn in every variant: nothing is clipped, crowded or untranslated."""

from dataclasses import replace
from itertools import product
from types import SimpleNamespace
from typing import Any

import pytest

from kiosk import phrases
from kiosk.pages import Actions, Answer, Button, FaceView, Instruct, Page, Progress, Sign
from kiosk.screen import Preferences, View
from kiosk.steps.identity import choice, e_card, face, id_card, one_time_code
from kiosk.steps.identity.choice import WORDS
from kiosk.steps.identity.proof import Asking
from kiosk.text import T, Text
from screens.audit import audit
from screens.compose import compose

SIZES = ((1080, 1920), (1920, 1080), (1280, 1024))
PROGRESS = Progress(task=T("启用社保卡"), steps=(T("插卡"), T("验身份"), T("新密码"), T("完成")), at=1)
WHYS = (
    T("摄像头没有画面"),
    T("身份证读卡器没有反应"),
    T("没有登记照片，刷不了脸"),
    T("今天刷脸的次数用完了"),
    T("刷脸没有认出来"),
    T("短信现在发不出去"),
    T("证件不在有效期里"),
)
OTHERS = (
    None,
    *(Button(label=words.instead, answer=Answer.ANOTHER) for words in WORDS.values()),
    Button(label=T("换一种方式"), answer=Answer.ANOTHER),
)
SENT: Any = SimpleNamespace(phone_tail="8000", digits=6, expires_in_seconds=300.0)


def face_view(asking: Asking) -> FaceView:
    return face._view(asking, SimpleNamespace(preview=lambda: None))  # type: ignore[arg-type]


def plain(asking: Asking) -> dict[str, Page]:
    """Those that say why another way was left, or lead to another."""
    text: Any = SimpleNamespace(sent=SENT, again_at=-1.0)
    return {
        "consent": face._consent(asking, guardian=False),
        "guardian": face._consent(asking, guardian=True),
        "once more": face._once_more(asking, 4),
        "view": face_view(asking),
        "entry": one_time_code._entry(asking, SENT, None),
        "spent": one_time_code._spent(asking, T("输错太多次，这个码用不了了")),
        "late": one_time_code._spent(asking, T("时间过了，这个码用不了了")),
        "id card": id_card.page(asking),
        "e-card": e_card.page(asking),
        "not come": one_time_code._not_come(asking, text, one_time_code.NUMBER_CHANGED, now=0.0),
        "too early": one_time_code._not_come(asking, text, one_time_code.NUMBER_CHANGED, now=-2.0),
    }


def pages() -> dict[str, Page]:
    """Every page of identity."""
    found: dict[str, Page] = {}
    for number, other in enumerate(OTHERS):
        asking = Asking(progress=PROGRESS, why=WHYS[number], other=other)
        found |= {f"{name} {number}": page for name, page in plain(asking).items()}
    asking = Asking(progress=PROGRESS, why=None, other=None)
    found |= {f"{name} -": page for name, page in plain(asking).items()}
    found |= {f"hint {hint.value}": replace(face_view(asking), hint=text) for hint, text in face._HINTS.items()}
    id_page = id_card.page(asking)
    calls: tuple[Text, ...] = (T("拿早了，请再放一次"), T("读不出来，请再放一次"))
    found |= {f"call {number}": replace(id_page, call=call) for number, call in enumerate(calls)}
    found |= {f"wrong {left}": one_time_code._entry(asking, SENT, one_time_code.wrong(left)) for left in (1, 4)}
    kinds: tuple[Any, ...] = (("id_card", "e_card"), ("face", "one_time_code"), ("id_card", "face", "one_time_code"))
    found |= {f"choice {'-'.join(each)}": choice.page(PROGRESS, each, None) for each in kinds}
    found["choice why"] = choice.page(PROGRESS, kinds[0], WHYS[2])
    for number, title in enumerate((T("正在准备镜头"), T("正在核对"))):
        found[f"working {number}"] = face._working(asking, title)
    found["sending"] = one_time_code._working(asking, T("正在发短信，请稍等"))
    found["waiting"] = one_time_code._working(asking, T("正在发短信，请稍等"), seconds=60.0)
    found["take id card"] = phrases.take_id_card()
    return found


PAGES = pages()


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", PAGES)
def test_it_fits(name: str, size: tuple[int, int]) -> None:
    """Both languages, large, high contrast, low reach."""
    page, found = PAGES[name], []
    for language, (large, low) in product(("zh", "en"), product((False, True), repeat=2)):
        preferences = Preferences(language=language, large=large, contrast=large, low_reach=low)
        scene = compose(View(serial=1, page=page, preferences=preferences), size, tick=7)
        faults = audit(scene, language=language, large=large, low_reach=low)
        found += [f"{language}{' large' if large else ''}{' low' if low else ''}: {fault}" for fault in faults]
    assert found == []


def test_the_reason_is_on_the_page() -> None:
    """Whoever comes from another way is told why, whichever page is the first of this one."""
    for why in WHYS:
        asking = Asking(progress=PROGRESS, why=why, other=None)
        for name in ("consent", "guardian", "entry"):
            assert plain(asking)[name].subtitle == why
        for name in ("id card", "e-card"):
            page = plain(asking)[name]
            assert isinstance(page, Instruct)
            assert page.panel is not None
            assert (page.panel.sign, page.panel.heading) == (Sign.CARE, why)
    assert choice.page(PROGRESS, ("id_card", "e_card"), WHYS[0]).subtitle == WHYS[0]
    assert Actions() == phrases.take_id_card().actions
