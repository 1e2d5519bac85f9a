"""Dialogs: a higher sheet over the darkened page. The footer stays live; each has one primary button."""

import math

from kiosk.pages import AccessSheet, Answer, Notice, Overlay, StillThere
from kiosk.text import T
from screens import frame, type, widgets
from screens.draft import FORM_WIDTH, Draft
from screens.scene import Part, Rect
from screens.tokens import Role

_RING, _STROKE = 360, 20


def area_of(draft: Draft) -> Rect:
    """Where a dialog stands: from 776 in portrait; the sheet's place in landscape."""
    canvas = draft.canvas
    if canvas.landscape:
        top = 96
        return Rect(canvas.stage_width, top, canvas.w - canvas.stage_width, canvas.footer_top - top)
    return Rect(0, 776, canvas.w, canvas.footer_top - 776)


def draw(draft: Draft, overlay: Overlay) -> Rect:
    """Darken what is drawn so far and put the dialog over it; what could be touched below no longer can."""
    for touch in draft.touches:
        draft.items += touch.items
    draft.touches.clear()
    canvas = draft.canvas
    scrim = draft.theme.scrim_alpha
    draft.box(Rect(0, 0, canvas.w, canvas.footer_top), "scrim", alpha=scrim)
    dialog = area_of(draft)
    border = 4 if draft.theme.contrast else 0
    corner = 48
    radii = (corner, 0, 0, 0) if canvas.landscape else (corner, corner, 0, 0)
    outer = Rect(dialog.x - border, dialog.y, dialog.w + 2 * border, dialog.h + border) if border else dialog
    draft.box(outer, "surface", radii=radii, border=border)
    w = min(FORM_WIDTH, dialog.w - 2 * canvas.margin)
    inner = Rect(dialog.x + (dialog.w - w) / 2, dialog.y, w, dialog.h)
    bottom = frame.actions_top(canvas)
    content = Rect(inner.x, inner.y, inner.w, bottom - inner.y - 32)
    match overlay:
        case StillThere():
            frame.fit(draft, content, lambda trial, room: _still_there(trial, overlay, room))
            button = overlay.button
        case AccessSheet():
            frame.fit(draft, content, lambda trial, room: _access(trial, overlay, room))
            button = overlay.button
        case Notice():
            frame.fit(draft, content, lambda trial, room: _notice(trial, overlay, room))
            button = overlay.button
        case _:
            raise TypeError(overlay.__class__.__name__)
    rect = Rect(inner.x, bottom, inner.w, frame.ACTION_HEIGHT)
    widgets.button(draft, rect, button, primary=True)
    return dialog


def _centred(draft: Draft, title: str, body: str, area: Rect, y: float) -> float:
    middle = area.x + area.w / 2
    role, text = draft.role("title"), draft.role("body")
    for line in type.lines(title, area.w, role.size, True, balance=True):
        draft.line(line, middle, y, role, "ink", on="surface", align="middle", limit=area.right)
        y += role.line
    y += draft.gap(16)
    for line in type.lines(body, area.w, text.size, False, sentences=True):
        draft.line(line, middle, y, text, "ink_2", on="surface", align="middle", limit=area.right)
        y += text.line
    return y


def _still_there(draft: Draft, overlay: StillThere, area: Rect) -> float:
    title, body = draft.say(overlay.title), draft.say(overlay.body)
    words = _centred(draft.again(draft.ease), title, body, area, 0)
    # The ring has what the words leave, up to its own size.
    spare = area.h - words - draft.gap(72) - draft.gap(40)
    ring = max(200.0, min(_RING, spare))
    top = area.y + (draft.gap(72) if not draft.canvas.landscape else max(draft.gap(48), (spare - ring) / 2))
    _ring(draft, overlay, area.x + area.w / 2, top + ring / 2, ring)
    return _centred(draft, title, body, area, top + ring + draft.gap(40))


def _ring(draft: Draft, overlay: StillThere, x: float, y: float, size: float) -> None:
    """Seconds left, inside a ring that runs out."""
    theme = draft.theme
    around = math.tau * 150
    part = around * max(0, min(1, overlay.seconds / max(1, overlay.of)))
    track = theme.hex("hairline") if not theme.contrast else "#3A3A3A"
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="360" height="360" viewBox="0 0 360 360">'
        f'<circle cx="180" cy="180" r="150" fill="none" stroke="{track}" stroke-width="{_STROKE}"/>'
        f'<path d="{_arc(overlay.seconds / max(1, overlay.of))}" fill="none" stroke="{theme.hex("action")}"'
        f' stroke-width="{_STROKE}" stroke-linecap="round"/></svg>'
    )
    if part <= 0:
        svg = svg[: svg.index("<path")] + "</svg>"
    draft.drawing(Rect(x - size / 2, y - size / 2, size, size), svg)
    scale = size / _RING
    number = Role(120 * scale, 174 * scale, True)
    top = y - 111 * scale
    draft.line(str(overlay.seconds), x, top, number, "ink", on="surface", align="middle", limit=x + size / 2)
    unit = Role(max(34.0 if not draft.large else 40.0, 34 * scale), 49, False)
    draft.line(
        draft.say(T("秒")), x, top + 150 * scale, unit, "ink_2", on="surface", align="middle", limit=x + size / 2
    )


def _arc(share: float) -> str:
    """The path of a part of the ring, clockwise from the top."""
    share = max(0.0, min(share, 0.9999))
    angle = math.tau * share
    x, y = 180 + 150 * math.sin(angle), 180 - 150 * math.cos(angle)
    return f"M180 30A150 150 0 {1 if share > 0.5 else 0} 1 {x:.2f} {y:.2f}"


def _notice(draft: Draft, overlay: Notice, area: Rect) -> float:
    title, body = draft.say(overlay.title), draft.say(overlay.body)
    words = _centred(draft.again(draft.ease), title, body, area, 0)
    size = min(160.0, max(72.0, area.h - words - draft.gap(150)))
    whole = size + draft.gap(40) + words
    y = area.y + max(draft.gap(56), (area.h - whole) / 2)
    widgets_sign = area.x + (area.w - size) / 2
    draft.icon("info", widgets_sign, y, size, "sign")
    return _centred(draft, title, body, area, y + size + draft.gap(40))


def _access(draft: Draft, overlay: AccessSheet, area: Rect) -> float:
    on = draft.preferences
    every = (
        (Answer.LARGE, "text-size", T("大字"), T("字放大三成"), on.large),
        (Answer.CONTRAST, "contrast", T("黑底白字"), T("看得更清"), on.contrast),
        (Answer.VOICE, "voice", T("语音播报"), T("读出每一步"), on.voice),
        (Answer.LOW_REACH, "low-reach", T("坐着用"), T("按钮都放低"), on.low_reach),
    )
    switches = [switch for switch in every if overlay.voice or switch[0] is not Answer.VOICE]
    title, body = draft.role("title"), draft.role("body")
    y = draft.paragraph(
        draft.say(overlay.title), area.x, area.y + draft.gap(56), area.w, title, "ink", on="surface", balance=True
    )
    y = draft.paragraph(draft.say(overlay.subtitle), area.x, y + draft.gap(8), area.w, body, "ink_2", on="surface")
    y += draft.gap(34)
    if draft.preferences.low_reach:
        y = max(y, draft.canvas.low_reach_top)
    w = (area.w - 24) / 2
    room = (area.bottom - y - 24) / 2
    high = max(152.0, min(232.0, room))
    for index, (answer, icon, name, use, state) in enumerate(switches):
        row, column = divmod(index, 2)
        rect = Rect(area.x + column * (w + 24), y + row * (high + 24), w, high)
        _switch(draft, rect, answer, icon, draft.say(name), draft.say(use), state)
    return y + 2 * high + 24


def _switch(draft: Draft, rect: Rect, answer: Answer, icon: str, name: str, use: str, on: bool) -> None:
    """A switch: its picture, its name, what it does, and a tag that says whether it is on."""

    def inside(draft: Draft) -> None:
        label, small = draft.role("label"), draft.role("small")
        face = "action" if on else "surface"
        ink, quiet = ("on_action", "on_action") if on else ("ink", "ink_2")
        left, top = rect.x + 34, rect.y + 21
        tight = rect.h < 21 + 72 + 4 + label.line + small.line + 16
        state = draft.say(T("已开") if on else T("关"))
        tag = Role(small.size, 52, True)
        wide = type.width(state, tag.size, True) + 32
        tag_rect = Rect(rect.right - 34 - wide, top + 10, wide, max(52, small.size * 1.3))
        if on:
            draft.box(tag_rect, "gold" if not draft.theme.contrast else "on_action", radius=12)
            tag_ink, behind = ("ink", "gold") if not draft.theme.contrast else ("action", "on_action")
        else:
            draft.box(tag_rect, "surface", radius=12, border=draft.theme.control_border)
            tag_ink, behind = "ink_2", "surface"
        y = tag_rect.y + (tag_rect.h - 52) / 2
        middle = tag_rect.x + tag_rect.w / 2
        draft.line(state, middle, y, tag, tag_ink, on=behind, align="middle", limit=tag_rect.right)
        palette = "icon_on_action" if on else "icon_on_light"
        draft.icon(icon, left, top, 72 if not tight else 60, palette)
        limit = rect.right - 16
        size = min(label.size, label.size * (limit - left) / type.width(name, label.size, True))
        role = Role(size, label.line, True)
        if tight:
            name_y = rect.bottom - 6 - 12 - label.line
            draft.line(name, left, name_y, role, ink, on=face, limit=limit)
            return
        draft.line(name, left, top + 76 + 4, role, ink, on=face, limit=limit)
        second = min(small.size, small.size * (limit - left) / type.width(use, small.size, False))
        if second >= (34 if not draft.large else 40):
            note = Role(second, small.line, False)
            draft.line(use, left, top + 80 + label.line + 2, note, quiet, on=face, limit=limit)

    widgets.touchable(draft, rect, answer, name, Part.CONTENT, inside, on=on)
