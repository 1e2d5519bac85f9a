"""What every page shares: header, steps, title on the stage; sheet; actions; footer. Actions and footer never move."""

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.pages import Actions, Answer, Button, Page, Progress
from kiosk.text import T, Text
from screens import tokens, type, widgets
from screens.draft import FORM_WIDTH, Canvas, Draft
from screens.scene import Part, Rect
from screens.tokens import Role

NAME = T("社会保障卡自助服务")
_SHEET_RADIUS = 48
ACTION_HEIGHT = 144
_TITLE_LEAST = 0.85
"""How much smaller a title may get to stay in one line."""

_MARK = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="76" height="56" viewBox="0 0 76 56">'
    '<rect x="3" y="3" width="70" height="50" rx="11" fill="none" stroke="{line}" stroke-width="6"/>'
    '<rect x="15" y="19" width="19" height="16" rx="4" fill="{gold}"/>'
    '<path d="M46 27 L53 34 L63 21" fill="none" stroke="{line}" stroke-width="6"'
    ' stroke-linecap="round" stroke-linejoin="round"/></svg>'
)


@dataclass(frozen=True, slots=True)
class Stage:
    """The reading zone: where its text may run, and where the text ended."""

    x: float
    w: float
    text_bottom: float


def stage_text_area(canvas: Canvas) -> tuple[float, float]:
    """Left edge and width of text on the stage."""
    return canvas.margin, canvas.stage_width - 2 * canvas.margin


def whole_stage(draft: Draft) -> None:
    """A page with nothing to touch: the stage alone."""
    canvas = draft.canvas
    draft.stage = Rect(0, 0, canvas.w, canvas.footer_top)
    draft.box(draft.stage, "stage")


def backdrop(draft: Draft, sheet_top: float, stage: str = "stage") -> Rect:
    """Stage and sheet; `sheet_top` counts in portrait only. Returns the sheet."""
    canvas = draft.canvas
    draft.box(Rect(0, 0, canvas.w, canvas.h), "paper")
    if canvas.landscape:
        draft.box(Rect(0, 0, canvas.stage_width + 60, canvas.footer_top), stage)
        sheet = Rect(canvas.stage_width, 0, canvas.w - canvas.stage_width, canvas.footer_top)
        draft.stage = Rect(0, 0, canvas.stage_width, canvas.footer_top)
        radii = (_SHEET_RADIUS, 0, 0, _SHEET_RADIUS)
    else:
        draft.box(Rect(0, 0, canvas.w, min(sheet_top + 60, canvas.footer_top)), stage)
        draft.stage = Rect(0, 0, canvas.w, sheet_top)
        sheet = Rect(0, sheet_top, canvas.w, canvas.footer_top - sheet_top)
        radii = (_SHEET_RADIUS, _SHEET_RADIUS, 0, 0)
    if draft.theme.contrast:
        # A white line parts the two black zones; it runs off the canvas elsewhere.
        line = (
            Rect(sheet.x, -4, sheet.w + 4, sheet.h + 8)
            if canvas.landscape
            else Rect(-4, sheet.y, sheet.w + 8, sheet.h + 8)
        )
        draft.box(line, "paper", radii=radii, border=4)
    else:
        draft.box(sheet, "paper", radii=radii)
    return sheet


def header(draft: Draft, name: str, right: str, stage: str = "stage") -> None:
    """The mark, the task's name, and the counter or the clock; which gives way where both are too long."""
    canvas = draft.canvas
    x, w = stage_text_area(canvas)
    svg = _MARK.format(line=draft.theme.hex("on_stage"), gold=draft.theme.hex("gold"))
    draft.drawing(Rect(x, 32, 76, 56), svg)
    counter = tokens.shell("counter", draft.large)
    size, least = tokens.shell("header", draft.large), 40 if draft.large else 34
    taken = type.width(right, counter, False) + 24 if right else 0.0
    if type.width(name, least, True) > w - 100 - taken:
        right, taken = "", 0.0
    if right:
        role = Role(counter, 56, False)
        draft.line(right, x + w, 60 - 28, role, "on_stage_2", on=stage, align="right", limit=x + w + 1)
    while size > least and type.width(name, size, True) > w - 100 - taken:
        size -= 1
    draft.line(name, x + 100, 60 - 28, Role(size, 56, True), "on_stage", on=stage, limit=x + w - taken + 16)


def counter(progress: Progress) -> Text:
    """第 2 步，共 5 步."""
    if progress.at >= len(progress.steps):
        return T("全部完成")
    return T("第 {n} 步，共 {total} 步", n=progress.at + 1, total=len(progress.steps))


def steps(draft: Draft, progress: Progress, stage: str = "stage") -> None:
    """Equal segments: done thin with a check, the current one thick and gold, coming ones faint."""
    canvas = draft.canvas
    x, w = stage_text_area(canvas)
    y = 128 if canvas.landscape else 120
    each = (w - 16 * (len(progress.steps) - 1)) / len(progress.steps)
    size = tokens.shell("step", draft.large)
    names = [draft.say(step) for step in progress.steps]
    # The current name is always written; the last ones would run off the stage and end with it.
    shown = (0.0, 0.0)
    if progress.at < len(names):
        wide = type.width(names[progress.at], size, True)
        start = min(x + progress.at * (each + 16), x + w - wide)
        shown = (start, start + wide)
    text_y = y + (23 if draft.large else 25)
    for index, name in enumerate(names):
        left = x + index * (each + 16)
        done = index < progress.at
        if index == progress.at:
            draft.box(Rect(left, y, each, 16), "gold", radius=8)
            role = Role(size, 66 if draft.large else 49, True)
            draft.line(name, shown[0], text_y, role, "on_stage", on=stage, limit=x + w + 1)
            continue
        draft.box(Rect(left, y + 4, each, 8), "on_stage" if done else "step_todo", radius=4)
        start = left + 36 if done else left
        end = start + type.width(name, size, False)
        crowded = end > left + each + 12 or (start < shown[1] + 12 and shown[0] < end + 12)
        if draft.large or crowded:
            continue
        if done:
            draft.icon("check", left, text_y + 11, 28, "icon_on_stage")
        draft.line(name, start, text_y, Role(size, 49, False), "on_stage_2", on=stage, limit=left + each + 14)


def title_block(
    draft: Draft, title: str, subtitle: str | None, top: float, *, stage: str = "stage", personal: bool = False
) -> float:
    """Title and subtitle on the stage. Returns where they end."""
    x, w = stage_text_area(draft.canvas)
    role = draft.role("title")
    wide = type.width(title, 1, True)
    if w < wide * role.size and wide * role.size * _TITLE_LEAST <= w:
        # A little too long: smaller in one line, rather than two lines parted in the middle of a word.
        role = Role((w - 1) / wide, role.line, True)
    role = widgets.fitting(draft, title, w, role)
    y = draft.paragraph(title, x, top, w, role, "on_stage", on=stage, balance=True)
    if subtitle:
        limit = min(w, 640) if draft.canvas.landscape else w
        in_sentences = not draft.canvas.landscape
        body = draft.role("body")
        y = draft.paragraph(
            subtitle, x, y + 16, limit, body, "on_stage_2", on=stage, sentences=in_sentences, personal=personal
        )
    return y


def title_top(draft: Draft, with_steps: bool) -> float:
    """Where the title begins."""
    if draft.canvas.landscape:
        return (276 if draft.large else 264) if with_steps else 176
    if not with_steps:
        return 168
    return 252 if draft.large else 240


def heading(draft: Draft, page: Page, stage: str = "stage") -> None:
    """Header and steps of a page within a visit."""
    progress = page.progress
    if progress is None:
        header(draft, draft.say(NAME), "", stage)
    else:
        header(draft, draft.say(progress.task), draft.say(counter(progress)) if progress.steps else "", stage)
        if progress.steps:
            steps(draft, progress, stage)


def opening(draft: Draft, page: Page, whose: Text | None = None) -> Stage:
    """Header, steps, title and subtitle of a page within a visit. Sizes here never ease.

    Args:
        draft: Where it is drawn.
        page: What is shown.
        whose: Stands in place of a subtitle: masked, and never spoken.
    """
    progress = page.progress
    x, w = stage_text_area(draft.canvas)
    heading(draft, page)
    top = title_top(draft, bool(progress and progress.steps))
    below = whose or page.subtitle
    subtitle = draft.say(below) if below else None
    end = title_block(draft, draft.say(page.title), subtitle, top, personal=whose is not None)
    return Stage(x, w, end)


def form_sheet_top(draft: Draft, opened: Stage) -> float:
    """Where the sheet of a form begins in portrait: lower if the title or subtitle has more lines."""
    if draft.large:
        return max(528.0, opened.text_bottom + 72)
    return max(484.0, opened.text_bottom + 78)


def reading_sheet_top(draft: Draft, opened: Stage, page: Page) -> float:
    """Where the sheet of a page to read begins in portrait: as a form's, higher without steps."""
    if page.progress is not None and page.progress.steps:
        return form_sheet_top(draft, opened)
    return max(400.0, opened.text_bottom + 56)


def any_action(what: Actions) -> bool:
    """Whether there is a row of actions at all."""
    return bool(what.secondary or what.primary or what.other)


def call(draft: Draft, words: str, middle: float, y: float, w: float) -> None:
    """A live hint on the stage, in gold, one at a time; it takes 96 u from `y`."""
    size = 62.0 if draft.large else 52.0
    while size > 40 and type.width(words, size, True) > w:
        size -= 1
    role = Role(size, 76, True)
    draft.line(words, middle, y + 10, role, "gold_text", on="stage", align="middle", limit=middle + w / 2)


def content_area(canvas: Canvas, top: float, *, bottom: float | None = None) -> Rect:
    """The part of the sheet for content, above the actions. `top` counts in portrait only."""
    if canvas.landscape:
        inner = canvas.w - canvas.stage_width - 2 * canvas.margin
        w = min(FORM_WIDTH, inner)
        x = canvas.stage_width + canvas.margin + (inner - w) / 2
        return Rect(x, 48, w, (actions_top(canvas) - 32 if bottom is None else bottom) - 48)
    return Rect(canvas.margin, top, 936, (actions_top(canvas) - 40 if bottom is None else bottom) - top)


def fit(draft: Draft, area: Rect, body: Callable[[Draft, Rect], float]) -> float:
    """Lay out the content, drawn together just as much as it needs to end within `area`; returns where it ends."""
    for ease in (0, 0.25, 0.5, 0.75, 1, 1.25, 1.5):
        trial = draft.again(ease)
        bottom = body(trial, area)
        if bottom <= area.bottom + 0.5:
            break
    draft.take(trial)
    return bottom


def actions_top(canvas: Canvas) -> float:
    """Where the row of actions begins."""
    return canvas.footer_top - 184


def actions(draft: Draft, what: Actions) -> None:
    """The row above the footer: back 296, primary 616; or two of the same width; or one across."""
    area = content_area(draft.canvas, 0)
    y = actions_top(draft.canvas)
    left, right = what.secondary, what.primary or what.other
    if left and right:
        half = (area.w - 24) / 2
        narrow = half if what.equal else round((area.w - 48) / 3)
        widgets.button(draft, Rect(area.x, y, narrow, ACTION_HEIGHT), left)
        rest = Rect(area.x + narrow + 24, y, area.w - narrow - 24, ACTION_HEIGHT)
        widgets.button(draft, rest, right, primary=what.primary is not None)
    elif left or right:
        only = left or right
        assert only is not None
        narrow = left is not None and type.width(draft.say(left.label), draft.role("label").size, True) < 200
        w = round((area.w - 48) / 3) if narrow else area.w
        widgets.button(draft, Rect(area.x, y, w, ACTION_HEIGHT), only, primary=what.primary is not None)


_FOOTER = (
    (Answer.EXIT, "exit", T("退出")),
    (Answer.CALL_STAFF, "call-staff", T("叫工作人员")),
    (Answer.LANGUAGE, "language", T("English")),
    (Answer.ACCESS, "accessibility", T("大字语音")),
)


def footer(draft: Draft, page: Page) -> None:
    """Four buttons that are the same on every citizen page."""
    canvas = draft.canvas
    top = canvas.footer_top
    draft.box(Rect(0, top, canvas.w, canvas.h - top), "foot")
    if draft.theme.contrast:
        draft.box(Rect(0, top, canvas.w, 4), "edge")
    w = (canvas.w - 2 * canvas.margin - 48) / 4
    for index, (answer, icon, label) in enumerate(_FOOTER):
        x = canvas.margin + index * (w + 16)
        rect = Rect(x, top + 16, w, 120) if canvas.landscape else Rect(x, top + 24, w, 128)
        able = page.can_exit or answer is not Answer.EXIT
        words = label if able else page.exit_waits or T("办完可退")
        _footer_button(draft, rect, Button(label=words, answer=answer, icon=icon), able=able)


def _footer_button(draft: Draft, rect: Rect, what: Button, *, able: bool) -> None:
    label = draft.say(what.label)

    def inside(draft: Draft) -> None:
        size = tokens.shell("footer", draft.large)
        room = rect.w - 20 if not draft.canvas.landscape else rect.w - 108
        while size > 34 and type.width(label, size, True) > room:
            size -= 1
        role = Role(size, 52, True)
        wide = type.width(label, size, True)
        palette = "icon_on_light" if able else "icon_muted"
        colour, on = ("ink", "surface") if able else ("ink_2", "foot")
        assert what.icon is not None
        if draft.canvas.landscape:
            x = rect.x + (rect.w - wide - 68) / 2
            draft.icon(what.icon, x, rect.y + 31, 52, palette)
            draft.line(label, x + 68, rect.y + 31, role, colour, on=on, limit=rect.right)
        else:
            draft.icon(what.icon, rect.x + (rect.w - 52) / 2, rect.y + 10, 52, palette)
            draft.line(label, rect.x + rect.w / 2, rect.y + 62, role, colour, on=on, align="middle", limit=rect.right)

    widgets.touchable(draft, rect, what.answer if able else None, label, Part.FOOTER, inside)
