"""The widgets of the look: button, tile, panel, card, signs. Each adds itself to a draft and returns where it ends."""

from collections.abc import Callable

from kiosk.pages import Answer, Button, Chosen, Entered, Panel, Sign
from screens import type
from screens.draft import Draft
from screens.scene import Box, Item, Key, Part, Rect, Tab, Touch, lowered
from screens.tokens import Role

LIP = 6
CONTROL_RADIUS = 24
PANEL_RADIUS = 28

SIGN_ICONS = {Sign.DONE: "ok", Sign.INFORMATION: "info", Sign.CARE: "warning", Sign.REFUSED: "refusal"}
_PANEL_COLOURS = {
    Sign.DONE: ("ok_tint", "ok"),
    Sign.INFORMATION: ("info_tint", "info_text"),
    Sign.CARE: ("warn_tint", "warn_text"),
    Sign.REFUSED: ("refuse_tint", "refuse_text"),
}


def sign(draft: Draft, which: Sign, x: float, y: float, size: float) -> None:
    """A state, told by its shape."""
    draft.icon(SIGN_ICONS[which], x, y, size, "sign")


def touchable(
    draft: Draft,
    rect: Rect,
    answer: Answer | Chosen | Entered | Tab | Key | None,
    label: str,
    part: Part,
    inside: Callable[[Draft], None],
    *,
    primary: bool = False,
    on: bool | None = None,
    tinted: bool = False,
    radius: float = CONTROL_RADIUS,
) -> None:
    """A box with a lip and what `inside` draws on it; pressed, the lip is gone and the face 6 u lower."""
    theme, filled = draft.theme, primary or bool(on)
    contents = draft.again(draft.ease)
    inside(contents)
    radii = (radius,) * 4
    footer = part is Part.FOOTER
    border = theme.control_border if theme.contrast or not (filled or footer) else 0
    if filled and theme.contrast:
        border = 0
    fill = "action" if filled else "info_tint" if tinted else "surface"
    lip = "action_lip" if filled else "foot_lip" if footer else "lip"
    edge = "edge"
    normal: tuple[Item, ...]
    if answer is None:
        normal = (Box(rect=rect, fill=None, radii=radii, border=theme.control_border, edge=edge, dashed=True),)
        pressed = normal
    else:
        normal = (Box(rect=rect, fill=fill, radii=radii, border=border, edge=edge, lip=lip),)
        low = Rect(rect.x, rect.y + LIP, rect.w, rect.h - LIP)
        down = "action_pressed" if filled else "info_tint"
        pressed = (Box(rect=low, fill=down, radii=radii, border=border, edge=edge),)
    draft.touches.append(
        Touch(
            rect=rect,
            answer=answer,
            label=label,
            part=part,
            items=normal + tuple(contents.items),
            pressed=pressed + tuple(lowered(item, LIP if answer is not None else 0) for item in contents.items),
            primary=primary,
            on=on,
        )
    )


def button(draft: Draft, rect: Rect, what: Button, *, primary: bool = False, part: Part = Part.ACTIONS) -> None:
    """A button: icon before the words, or after them on the primary one. Tight words lose the icon, then size."""
    labelled(draft, rect, draft.say(what.label), what.icon, what.answer, primary=primary, part=part)


def labelled(
    draft: Draft,
    rect: Rect,
    label: str,
    icon: str | None,
    answer: Answer | Chosen | Entered | Tab | Key | None,
    *,
    primary: bool = False,
    trailing: bool = False,
    part: Part = Part.ACTIONS,
    tinted: bool = False,
    icon_size: float | None = None,
    radius: float = CONTROL_RADIUS,
) -> None:
    """A button by its words; without an answer it is dashed, and the words say what is missing.

    `trailing`: the icon stands after the words, as it does on a primary button.
    """
    size = icon_size or (48.0 if primary else 56.0)
    between = 12 if icon_size else 20

    def inside(draft: Draft) -> None:
        role = draft.role("label")
        room = rect.w - 40
        shown = icon if icon and type.width(label, role.size, True) + between + size <= room else None
        lines = [label]
        if type.width(label, role.size, True) > room:
            smaller = max(34.0 if not draft.large else 40.0, role.size * room / type.width(label, role.size, True))
            role = Role(smaller, smaller * 1.25, True)
            lines = type.lines(label, room, role.size, True, balance=True)
        colour, on = (
            ("on_action", "action") if primary else ("info_text", "info_tint") if tinted else ("action", "surface")
        )
        if answer is None:
            colour, on = "ink_2", "paper"
        widest = max(type.width(line, role.size, True) for line in lines)
        whole = widest + (between + size if shown else 0)
        x = rect.x + (rect.w - whole) / 2
        middle = rect.y + (rect.h - LIP) / 2
        text_x = x
        if shown:
            palette = "icon_on_action" if primary else "icon_on_light"
            after = primary or trailing
            icon_x = x + widest + between if after else x
            text_x = x if after else x + size + between
            draft.icon(shown, icon_x, middle - size / 2, size, palette)
        y = middle - role.line * len(lines) / 2
        for line in lines:
            draft.line(line, text_x + widest / 2, y, role, colour, on=on, align="middle", limit=rect.right - 16)
            y += role.line

    touchable(draft, rect, answer, label, part, inside, primary=primary, tinted=tinted, radius=radius)


def panel_height(draft: Draft, what: Panel, w: float, icon: str | None = None) -> float:
    """How high a panel becomes at a width."""
    return panel(draft.again(draft.ease), what, Rect(0, 0, w, 0), icon)


def panel(draft: Draft, what: Panel, rect: Rect, icon: str | None = None) -> float:
    """A tinted panel: sign (or `icon` in its place), heading in the colour of the state, body.

    Returns its lower edge; `rect.h` is the least.
    """
    tint, heading_colour = _PANEL_COLOURS[what.sign]
    contents = draft.again(draft.ease)
    size = 80 if draft.large else 72
    pad = draft.gap(32 if icon is None else 28)
    x, y = rect.x + 36, rect.y + pad
    if icon is None:
        sign(contents, what.sign, x, y, size)
    else:
        contents.icon(icon, x, y, size)
    x += size + 28
    limit = rect.right - 36 - x
    label, body = draft.role("label"), draft.role("body")
    heading = draft.say(what.heading)
    lines = type.lines(heading, limit, label.size, True)
    if what.body is None:
        y += max(0, (size - label.line * len(lines)) / 2)
    else:
        y += 2
    end = contents.paragraph(heading, x, y, limit, label, heading_colour, on=tint)
    if what.body is not None:
        end = contents.paragraph(draft.say(what.body), x, end + 12, limit, body, "ink", on=tint)
    under = max(24, pad - 16) if what.body is not None else pad
    bottom = max(end + under, rect.y + 2 * pad + size, rect.bottom)
    plate(draft, Rect(rect.x, rect.y, rect.w, bottom - rect.y), what.sign)
    draft.take(contents)
    return bottom


def plate(draft: Draft, rect: Rect, which: Sign) -> None:
    """The tint of a panel; in high contrast a border instead, widest for a refusal."""
    border: float = 0
    edge = "edge"
    if draft.theme.contrast:
        border = 8 if which is Sign.REFUSED else 4
        edge = "warn" if which is Sign.CARE else "edge"
    draft.box(rect, _PANEL_COLOURS[which][0], radius=PANEL_RADIUS, border=border, edge=edge)


def card(draft: Draft, rect: Rect) -> None:
    """A white card that only tells; its fine outline says that it can't be pressed."""
    border, edge = (4, "edge") if draft.theme.contrast else (2, "hairline")
    draft.box(rect, "surface", radius=PANEL_RADIUS, border=border, edge=edge)


def rule(draft: Draft, x: float, y: float, w: float) -> None:
    """A hairline between two rows."""
    draft.box(Rect(x + 2, y - 2, w - 4, 2), "hairline")


def two_texts(
    draft: Draft,
    title: str,
    note: str | None,
    x: float,
    middle: float,
    limit: float,
    roles: tuple[Role, Role],
    colours: tuple[str, str] = ("ink", "ink_2"),
    on: str = "surface",
    personal: bool = False,
) -> float:
    """A title over a note, centred on a height. Returns how high the two are together."""
    first, second = fitting(draft, title, limit, roles[0]), roles[1]
    above = type.lines(title, limit, first.size, first.bold)
    below = type.lines(note, limit, second.size, second.bold) if note else []
    high = len(above) * first.line + len(below) * second.line + (1 if below else 0)
    y = middle - high / 2
    for line in above:
        draft.line(line, x, y, first, colours[0], on=on, limit=x + limit, personal=personal)
        y += first.line
    y += 1
    for line in below:
        draft.line(line, x, y, second, colours[1], on=on, limit=x + limit)
        y += second.line
    return high


def fitting(draft: Draft, text: str, limit: float, role: Role) -> Role:
    """The role, smaller if a single word of `text` is wider than `limit`; never under the smallest size."""
    size, least = role.size, 40.0 if draft.large else 34.0
    while (
        size > least and max(type.width(w, size, role.bold) for w in type.lines(text, limit, size, role.bold)) > limit
    ):
        size -= 1
    return Role(max(size, least), role.line, role.bold) if size != role.size else role


def texts_height(title: str, note: str | None, limit: float, roles: tuple[Role, Role]) -> float:
    """How high `two_texts` becomes."""
    first, second = roles
    above = len(type.lines(title, limit, first.size, first.bold)) * first.line
    below = len(type.lines(note, limit, second.size, second.bold)) * second.line + 1 if note else 0
    return above + below


def bold_row(draft: Draft) -> tuple[Role, Role]:
    """The two kinds of text in a row of a list: 42 Bold over small; large: as labels."""
    label, small = draft.role("label"), draft.role("small")
    return Role(label.size - 2, label.line, True) if not draft.large else label, small


def number(draft: Draft, n: int, x: float, y: float, filled: bool) -> None:
    """A number in a circle of 64: outlined for steps to take, filled for things to take."""
    if filled:
        draft.circle(x + 32, y + 32, 64, "action")
    else:
        draft.circle(x + 32, y + 32, 64, "surface", border=4, edge="action")
    colour, on = ("on_action", "action") if filled else ("action", "surface")
    draft.line(str(n), x + 32, y + 32 - 29, Role(40, 58, True), colour, on=on, align="middle", limit=x + 64)
