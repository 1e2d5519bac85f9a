"""This machine can't serve: where to go instead."""

from kiosk.pages import Elsewhere, OutOfService
from screens import frame, type, widgets
from screens.draft import Draft
from screens.scene import Rect
from screens.tokens import Role

_PICTURE = 580


def draw(draft: Draft, page: OutOfService) -> None:
    """Draw the page."""
    canvas = draft.canvas
    stage = draft.again(0)
    clock = page.clock if canvas.landscape or draft.large else f"{draft.say(page.machine)}　{page.clock}"
    frame.header(stage, draft.say(frame.NAME), clock)
    subtitle = "\n".join(type.sentences_of(draft.say(page.subtitle))) if page.subtitle else None
    x, w = frame.stage_text_area(canvas)
    end = frame.title_block(stage, draft.say(page.title), subtitle, frame.title_top(draft, False))
    if canvas.landscape:
        frame.backdrop(draft, 0)
        bottom = canvas.footer_top - 48
        size = max(0, min(w, bottom - end - 24))
        area = frame.content_area(canvas, 0)
        draft.take(stage)
        draft.illustration("out-of-service", x + (w - size) / 2, (end + 24 + bottom - size) / 2, size, "illus_on_stage")
        trial = draft.again(0)
        high = _content(trial, page, Rect(area.x, 0, area.w, area.h))
        area = Rect(area.x, area.y + max(0, (area.h - high) / 2), area.w, min(area.h, high))
    else:
        bottom = frame.actions_top(canvas) - 40
        trial = draft.again(0)
        high = _content(trial, page, Rect(72, 0, 936, 0))
        sheet_top = max(end + 300, min(1056.0, bottom - high - 48))
        frame.backdrop(draft, sheet_top)
        draft.take(stage)
        room = sheet_top - end - 48
        size = min(_PICTURE, room)
        top = end + min(36, room - size + 12)
        draft.illustration("out-of-service", (canvas.w - size) / 2, top, size, "illus_on_stage")
        area = Rect(72, sheet_top + 56, 936, bottom - sheet_top - 56)
    frame.fit(draft, area, lambda trial, room: _content(trial, page, room))
    frame.actions(draft, page.actions)


def _content(draft: Draft, page: OutOfService, area: Rect) -> float:
    heading = draft.role("heading")
    y = draft.paragraph(draft.say(page.elsewhere_title), area.x, area.y, area.w, heading, "ink") + draft.gap(16)
    return _list(draft, page.elsewhere, area, y) if page.elsewhere else y


def _list(draft: Draft, places: tuple[Elsewhere, ...], area: Rect, top: float) -> float:
    contents = draft.again(draft.ease)
    roles = (Role(draft.role("label").size, draft.role("label").line, True), draft.role("small"))
    left, limit = area.x + 130, area.w - 130 - 28
    y = top + 2
    for index, place in enumerate(places):
        if index:
            widgets.rule(contents, area.x, y, area.w)
        name, note = draft.say(place.place), draft.say(place.note)
        high = max(draft.gap(136), 100, widgets.texts_height(name, note, limit, roles) + draft.gap(28))
        middle = y + (high - 2) / 2
        contents.icon(place.icon, area.x + 38, middle - 32, 64)
        widgets.two_texts(contents, name, note, left, middle, limit, roles)
        y += high
    widgets.card(draft, Rect(area.x, top, area.w, y + 2 - top))
    draft.take(contents)
    return y + 2
