"""The spoken form of a view: title, subtitle, then the primary action. Never a name or a number, masked or not.

Who can't see the page hears as well what there is to choose from, what there is to read, the camera's hints, and what
was wrong with a number. What stands in a table is personal.
"""

from kiosk.pages import AccessSheet, Article, Choose, FaceView, Menu, NumberEntry, Overlay, Page
from kiosk.screen import View
from kiosk.text import Text


def spoken(view: View) -> tuple[Text, ...]:
    """What the voice says when a view appears."""
    if view.overlay is not None:
        return _overlay(view.overlay)
    return _page(view.page)


def _page(page: Page) -> tuple[Text, ...]:
    said = [page.title]
    if page.subtitle is not None and not _personal(page.subtitle):
        said.append(page.subtitle)
    match page:
        case Choose():
            said += [option.name for option in page.options]
        case Menu():
            said += [tile.name for group in page.groups for tile in group.tiles if tile.why_not is None]
        case Article():
            said += _article(page)
        case FaceView() if page.hint is not None:
            said.append(page.hint)
        case NumberEntry() if page.problem is not None:
            said.append(page.problem)
    if page.actions.primary is not None:
        said.append(page.actions.primary.label)
    return tuple(said)


def _article(page: Article) -> list[Text]:
    said = [] if page.short is None else [page.short.heading, *([page.short.body] if page.short.body else [])]
    for section in page.sections:
        said += [section.heading] if section.heading else []
        said += [*section.paragraphs, *section.points]
    return said


def _personal(text: Text) -> bool:
    """Whether it tells somebody's name, or the end of a number of theirs."""
    return any(name in ("name", "tail") for name, _ in text.arguments)


def _overlay(overlay: Overlay) -> tuple[Text, ...]:
    said = [overlay.title]
    if isinstance(overlay, AccessSheet):
        said.append(overlay.subtitle)
    else:
        body = getattr(overlay, "body", None)
        if body is not None:
            said.append(body)
    button = getattr(overlay, "button", None)
    if button is not None:
        said.append(button.label)
    return tuple(said)
