"""Long content in pages, since nothing scrolls: blocks one under the other, a white card around rows, and the pager."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from kiosk.pages import Actions
from kiosk.text import T
from screens import frame, widgets
from screens.draft import Draft
from screens.scene import Part, Rect, Tab
from screens.tokens import Role

PAGER_HEIGHT = 120
_GAP = 24
_EASES = (0.0, 0.25, 0.5)
"""How far sizes are drawn together where that saves a page: less than on a page that must end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A piece of content that is never parted.

    Attributes:
        high: Its height.
        draw: Draws it, given where its upper edge is.
        above: Free space to what stands before it on the same page.
        keep: Never the last on a page: a heading, the first line of several.
        under: The heading that is repeated where a page begins with this block.
        row: Shares a white card with the rows before and after it, a hairline between.
    """

    high: float
    draw: Callable[[Draft, float], None]
    above: float = 0
    keep: bool = False
    under: "Block | None" = None
    row: bool = False


def parted(blocks: Sequence[Block], room: float) -> list[list[Block]]:
    """The blocks of each page, none higher than `room` unless a block is; groups whole where that costs no page."""
    broken = _pages([_kept(blocks, index) for index in _starts(blocks)], room)
    whole = _pages(_groups(blocks, room), room)
    return whole if len(whole) <= len(broken) else broken


def _starts(blocks: Sequence[Block]) -> list[int]:
    """Where a page may begin."""
    return [index for index in range(len(blocks)) if not index or not blocks[index - 1].keep]


def _kept(blocks: Sequence[Block], index: int) -> list[Block]:
    """The block, and those that have to follow on the same page."""
    end = index
    while blocks[end].keep and end + 1 < len(blocks):
        end += 1
    return list(blocks[index : end + 1])


def _groups(blocks: Sequence[Block], room: float) -> list[list[Block]]:
    """As few chunks as there are headings; a group that is higher than a page stays in its pieces."""
    groups: list[list[list[Block]]] = []
    for index in _starts(blocks):
        chunk = _kept(blocks, index)
        if groups and chunk[0].under is not None and chunk[0].under is groups[-1][0][0]:
            groups[-1].append(chunk)
        else:
            groups.append([chunk])
    chunks: list[list[Block]] = []
    for group in groups:
        joined = [block for chunk in group for block in chunk]
        chunks += [joined] if _high(joined) <= room else group
    return chunks


def _high(blocks: Sequence[Block]) -> float:
    """Of blocks at the top of a page."""
    return sum(block.above + block.high for block in blocks) - blocks[0].above


def _pages(chunks: Sequence[list[Block]], room: float) -> list[list[Block]]:
    """Chunk after chunk, each on the next page where it has no room on this one, its heading repeated there."""
    pages: list[list[Block]] = []
    for chunk in chunks:
        if pages and _high([*pages[-1], *chunk]) <= room:
            pages[-1] += chunk
            continue
        under = chunk[0].under
        pages.append([*([] if under is None or not pages else [under]), *chunk])
    return pages or [[]]


def draw(draft: Draft, area: Rect, at: int, blocks: Callable[[Draft], Sequence[Block]]) -> None:
    """Draw one page of the content, and the pager where there are several.

    Args:
        draft: Where it is drawn.
        area: For the content and the pager below it.
        at: Which page, from 0; the last one if there are fewer.
        blocks: The content as it is at a draft's sizes.
    """
    best: tuple[list[list[Block]], Draft] | None = None
    for ease in _EASES:
        trial = draft.again(ease)
        content = blocks(trial)
        pages = parted(content, area.h)
        if len(pages) > 1:
            pages = parted(content, area.h - PAGER_HEIGHT - _GAP)
        if best is None or len(pages) < len(best[0]):
            best = (pages, trial)
        if len(pages) == 1:
            break
    assert best is not None, "there is a first size"
    pages, trial = best
    at = min(at, len(pages) - 1)
    _page(trial, pages[at], area)
    draft.take(trial)
    if len(pages) > 1:
        form = frame.content_area(draft.canvas, 0)
        _pager(draft, Rect(form.x, area.bottom - PAGER_HEIGHT, form.w, PAGER_HEIGHT), at, len(pages))


def _page(draft: Draft, blocks: Sequence[Block], area: Rect) -> None:
    """One page's blocks; neighbouring rows in a card of their own."""
    y, index = area.y, 0
    while index < len(blocks):
        y += blocks[index].above if index else 0
        rows = 0
        while index + rows < len(blocks) and blocks[index + rows].row and (not rows or not blocks[index + rows].above):
            rows += 1
        if not rows:
            blocks[index].draw(draft, y)
            y += blocks[index].high
            index += 1
            continue
        contents, top = draft.again(draft.ease), y
        for number, block in enumerate(blocks[index : index + rows]):
            if number:
                widgets.rule(contents, area.x, y, area.w)
            block.draw(contents, y)
            y += block.high
        widgets.card(draft, Rect(area.x, top, area.w, y - top))
        draft.take(contents)
        index += rows


def _pager(draft: Draft, rect: Rect, at: int, count: int) -> None:
    """上一页, which page this is, 下一页; where there is no such page its place stays free."""
    narrow = round((rect.w - 48) / 3)
    left, right = replace(rect, w=narrow), Rect(rect.right - narrow, rect.y, narrow, rect.h)
    if at > 0:
        widgets.labelled(draft, left, draft.say(T("上一页")), "back", Tab(at - 1), part=Part.CONTENT)
    if at < count - 1:
        widgets.labelled(draft, right, draft.say(T("下一页")), "next", Tab(at + 1), part=Part.CONTENT, trailing=True)
    small = draft.role("small")
    words = draft.say(T("第 {n}/{total} 页", n=at + 1, total=count))
    role = widgets.fitting(draft, words, rect.w - 2 * narrow - 24, Role(small.size, small.line, False))
    middle = rect.x + rect.w / 2
    y = rect.y + (rect.h - widgets.LIP - role.line) / 2
    draft.line(words, middle, y, role, "ink_2", align="middle", limit=right.x - 8)


def area_above(draft: Draft, top: float, actions: Actions) -> Rect:
    """The sheet down to the actions, or to the footer where there are none. `top` counts in portrait only."""
    canvas = draft.canvas
    bottom = frame.actions_top(canvas) - 24 if frame.any_action(actions) else canvas.footer_top - 40
    return frame.content_area(canvas, top, bottom=bottom)
