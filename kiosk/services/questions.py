"""Questions and answers (常见问题): what people ask about the card, each a page and a slip. No proof is asked for.

The answers are content (`kiosk.questions`); here they become pages, with a region's days and fees in them.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import replace

from kiosk.home import offers
from kiosk.pages import (
    Actions,
    Answer,
    Article,
    Button,
    Chosen,
    Menu,
    MenuGroup,
    MenuTile,
    Panel,
    Progress,
    Section,
    Sign,
)
from kiosk.questions import QUESTIONS, Law, Question, Subject
from kiosk.questions.facts import facts, fill
from kiosk.questions.rules import LEGAL_BASIS, PUBLISHED_RULES, basis, published
from kiosk.settings import Settings
from kiosk.slips import Slip
from kiosk.text import T, Text, Tn
from kiosk.visit import Printed, Result, Visit

_BACK = Actions(secondary=Button(label=T("返回"), answer=Answer.BACK, icon="back"))
_PROGRESS = Progress(task=T("常见问题"))
_FURTHER = 2
"""As many buttons as an article has room for."""


async def questions(visit: Visit) -> Chosen:
    """Two menus: what about, and which question; back leads from the second to the first."""
    settings = visit.machine.settings
    while True:
        about = await visit.ask(subjects())
        if not isinstance(about, Chosen):
            visit.go_home()
        answer = await visit.ask(questions_about(Subject[about.service], settings))
        if isinstance(answer, Chosen):
            return answer


def subjects() -> Menu:
    """One tile a subject, named after its questions."""
    return Menu(
        progress=_PROGRESS,
        title=T("您想问什么？"),
        subtitle=T("不用插卡，不用身份证。"),
        groups=(
            MenuGroup(
                name=T("先选一类"),
                tiles=tuple(
                    MenuTile(
                        service=subject.name,
                        icon=subject.value.icon,
                        name=subject.value.name,
                        situation=Tn("{n} 个问题", len(_about(subject))),
                    )
                    for subject in Subject
                ),
            ),
        ),
        actions=_BACK,
    )


def questions_about(subject: Subject, settings: Settings) -> Menu:
    """One tile a question; each leads to the service that answers it."""
    names = facts(settings)
    tiles = tuple(
        MenuTile(service=q.name, icon=q.icon, name=q.label, situation=fill(q.title, names)) for q in _about(subject)
    )
    return Menu(
        progress=_PROGRESS,
        title=T("点一个问题，看答案"),
        subtitle=T("答案可以打印带走。"),
        groups=(MenuGroup(name=subject.value.name, tiles=tiles),),
        actions=_BACK,
    )


def _about(subject: Subject) -> tuple[Question, ...]:
    return tuple(q for q in (*QUESTIONS, PUBLISHED_RULES, LEGAL_BASIS) if q.subject is subject)


def answering(question: Question) -> Callable[[Visit], Awaitable[Result]]:
    """The service that answers one question."""

    async def answer(visit: Visit) -> Result:
        return advice(visit, question)

    answer.__name__ = question.name
    return answer


async def published_rules(visit: Visit) -> Result:
    """What the bureau has to display where people are served: issue, use, loss and reissue of the card (E6)."""
    return advice(visit, PUBLISHED_RULES, sections=published(visit.machine.settings.policy.texts.rules))


async def legal_basis(visit: Visit) -> Result:
    """The law behind each service, and what the region has beside it."""
    notes = published(visit.machine.settings.policy.texts.legal_notes)
    return advice(visit, LEGAL_BASIS, sections=(*basis(), *notes))


def advice(
    visit: Visit,
    question: Question,
    *,
    short: Panel | None = None,
    sections: Iterable[Section] = (),
    facts_of_theirs: tuple[tuple[Text, Text], ...] = (),
) -> Result:
    """The page and the slip of an answered question.

    Args:
        visit: Who asked.
        question: What was asked.
        short: What is so for whoever asked; None: the answer as it is for everybody.
        sections: What stands before the question's own parts.
        facts_of_theirs: What is so for whoever asked, on the slip.
    """
    settings = visit.machine.settings
    names = facts(settings)
    page = article(question, settings, short=short, sections=sections, further=_further(visit, question))
    slip = Slip(
        title=T("办事指引"),
        result=page.title,
        number=visit.machine.receipt_number(),
        at=visit.machine.now(),
        facts=(
            (T("回答"), fill(question.answer, names)),
            *facts_of_theirs,
            *((T("依据"), law.name) for law in question.laws),
        ),
        steps=tuple(fill(step, names) for step in question.steps_for(settings.policy)),
    )
    return Result(
        page=lambda printed: replace(page, subtitle=_PRINTED.get(printed)),
        slip=slip,
        card_gone_seconds=settings.visit.success_seconds,
        long=True,
    )


def article(
    question: Question,
    settings: Settings,
    *,
    short: Panel | None = None,
    sections: Iterable[Section] = (),
    further: tuple[Button, ...] = (),
) -> Article:
    """An answered question as a page.

    Args:
        question: What was asked.
        settings: Whose days, fees and places it names.
        short: What is so for whoever asked; None: the answer as it is for everybody.
        sections: What stands before the question's own parts, behind what to do.
        further: What this machine can do about it now.
    """
    names = facts(settings)
    own = (
        _section(fill(part.heading, names), tuple(fill(point, names) for point in part.points))
        for part in question.parts_for(settings.policy)
    )
    steps = Section(
        heading=T("您可以这样办"),
        points=tuple(fill(step, names) for step in question.steps_for(settings.policy)),
        numbered=True,
    )
    written = Section(heading=T("写在哪里"), paragraphs=tuple(map(_law, question.laws)))
    return Article(
        progress=_PROGRESS,
        title=fill(question.title, names),
        short=short or Panel(sign=Sign.INFORMATION, heading=fill(question.answer, names)),
        sections=(steps, *sections, *own, *((written,) if question.laws else ())),
        further_title=T("您还可以"),
        further=(*further, _OTHERS),
        actions=Actions(primary=Button(label=T("看完了"), answer=Answer.FINISH, icon="next")),
    )


def _section(heading: Text, points: tuple[Text, ...]) -> Section:
    """One sentence alone needs no dot before it."""
    return Section(heading=heading, paragraphs=points) if len(points) == 1 else Section(heading=heading, points=points)


_OTHERS = Button(label=T("看别的问题"), answer=Chosen("questions"), icon="help")


def _further(visit: Visit, question: Question) -> tuple[Button, ...]:
    """What this machine can do about it now, the likeliest first; one place is the list's."""
    tiles = {offer.tile.service: offer.tile for offer in offers(visit.machine.settings, visit.machine.board.closes)}
    here = [tiles[service] for service in question.here if service in tiles]
    return tuple(Button(label=tile.name, answer=Chosen(tile.service), icon=tile.icon) for tile in here[: _FURTHER - 1])


def _law(law: Law) -> Text:
    return T("{law}：{says}", law=law.name, says=law.says)


_PRINTED = {
    Printed.DONE: T("打好了，请从出纸口取走。"),
    Printed.FAILED: T("没有打出来，可以用手机扫码存下来。"),
    Printed.UNKNOWN: T("可能没有打完，请看一下出纸口。"),
}
