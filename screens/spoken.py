"""The spoken form of a view: title, subtitle, then the primary action. Never a name or a number, masked or not."""

from kiosk.pages import AccessSheet, Overlay, Page
from kiosk.screen import View
from kiosk.text import Text


def spoken(view: View) -> tuple[Text, ...]:
    """What the voice says when a view appears."""
    if view.overlay is not None:
        return _overlay(view.overlay)
    return _page(view.page)


def _page(page: Page) -> tuple[Text, ...]:
    said = [page.title]
    if page.subtitle is not None:
        said.append(page.subtitle)
    if page.actions.primary is not None:
        said.append(page.actions.primary.label)
    return tuple(said)


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
