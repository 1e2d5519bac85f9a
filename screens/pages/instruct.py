"""A hand must go somewhere: the picture of the hardware on the stage; the page moves on by itself."""

from kiosk.pages import Instruct
from screens import frame, widgets
from screens.draft import Draft
from screens.scene import Rect

_PICTURE, _PICTURE_ALONE = 640, 880


def draw(draft: Draft, page: Instruct) -> None:
    """Draw the page."""
    canvas = draft.canvas
    stage = draft.again(0)
    opened = frame.opening(stage, page)
    has_actions = frame.any_action(page.actions)
    if not page.panel and not has_actions:
        frame.whole_stage(draft)
        draft.take(stage)
        _alone(draft, page, opened)
        return
    if canvas.landscape:
        frame.backdrop(draft, 0)
        draft.take(stage)
        bottom = canvas.footer_top - 24
        if page.call:
            bottom -= 96
            frame.call(draft, draft.say(page.call), opened.x + opened.w / 2, bottom, opened.w)
        top = opened.text_bottom + 24
        size = max(0, min(opened.w, bottom - top))
        draft.illustration(
            page.picture.value, opened.x + (opened.w - size) / 2, (top + bottom - size) / 2, size, "illus_on_stage"
        )
        if page.panel:
            area = frame.content_area(canvas, 0)
            high = widgets.panel_height(draft, page.panel, area.w)
            widgets.panel(draft, page.panel, Rect(area.x, area.y + (area.h - high) / 2, area.w, 0))
        frame.actions(draft, page.actions)
        return
    # The sheet is as low as what stands on it lets it be; the picture has the stage for itself.
    panel_high = widgets.panel_height(draft, page.panel, 936) if page.panel else 0
    bottom = frame.actions_top(canvas) - 40 if has_actions else canvas.footer_top - 48
    sheet_top = min(1196.0, bottom - panel_high - (56 if page.panel else 0))
    frame.backdrop(draft, sheet_top)
    draft.take(stage)
    end = sheet_top - 24
    if page.call:
        end -= 96
        frame.call(draft, draft.say(page.call), canvas.w / 2, end, 936)
    room = end - opened.text_bottom
    size = min(_PICTURE, room - 24)
    top = opened.text_bottom + max(12, min(70, room - size))
    draft.illustration(page.picture.value, (canvas.w - size) / 2, top, size, "illus_on_stage")
    if page.panel:
        widgets.panel(draft, page.panel, Rect(72, sheet_top + 56, 936, 0))
    frame.actions(draft, page.actions)


def _alone(draft: Draft, page: Instruct, opened: frame.Stage) -> None:
    """Nothing to touch: the picture has all the room, below the words or beside them."""
    canvas = draft.canvas
    left = canvas.stage_width if canvas.landscape else 0
    top = 64 if canvas.landscape else opened.text_bottom
    end = canvas.footer_top - (96 + 24 if page.call else 24)
    size = min(_PICTURE_ALONE, end - top - 48)
    middle = left + (canvas.w - left) / 2
    draft.illustration(page.picture.value, middle - size / 2, (top + end - size) / 2, size, "illus_on_stage")
    if page.call:
        frame.call(draft, draft.say(page.call), middle, end, canvas.w - left - 2 * canvas.margin)
