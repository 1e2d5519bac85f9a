"""Lines break as Chinese readers expect, and rare characters of names are drawn, not boxed."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screens import type

WORDS = "不知道办哪一项？插卡后，机器会告诉您能办什么。（也可以打 12333 问）点“完成，取卡”。Wait for 2 hours."
NEVER_FIRST = "。，、；：？！）”’》"
NEVER_LAST = "（“‘《"


@given(limit=st.floats(120, 1200), size=st.sampled_from([34.0, 40.0, 54.0]), text=st.text(WORDS, max_size=60))
def test_lines_fit_and_lose_nothing(limit: float, size: float, text: str) -> None:
    """Every line fits unless a single piece can't, and all characters but spaces are there in order."""
    lines = type.lines(text, limit, size, False)

    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    for line in lines:
        assert type.width(line, size, False) <= limit or len(type.lines(line, limit, size, False)) == 1


@pytest.mark.parametrize("limit", range(200, 900, 20))
def test_signs_and_numbers_stay_where_they_belong(limit: int) -> None:
    """No line begins with 。 or ）, none ends with （, and 12333 is never split."""
    lines = type.lines(WORDS, limit, 40, False)

    assert not [line for line in lines[1:] if line[0] in NEVER_FIRST]
    assert not [line for line in lines if line[-1] in NEVER_LAST]
    assert any("12333" in line for line in lines)


@pytest.mark.parametrize("limit", range(300, 900, 20))
def test_a_number_stays_with_what_it_counts(limit: int) -> None:
    """A date is broken behind 年, 月 or 日, never before; nor are tries parted from their number."""
    lines = type.lines("临时挂失的卡办不了这一项。到 2026 年 3 月 15 日自动解除，还可以输 6 次。", limit, 40, False)

    assert not [line for line in lines if line[-1].isdigit()]


def test_no_line_of_one_character() -> None:
    """The last character doesn't stand alone: the lines share."""
    text = "按金属键盘上的数字，要输两次。"
    limit = type.width(text[:-2], 40, False) + 1

    assert type.width(type.lines(text, limit, 40, False)[-1], 40, False) >= 120


def test_rare_names_are_drawn() -> None:
    """What the main font lacks comes from another; a character that no font has is known as such."""
    assert not type.is_tofu("张")
    rare = next(c for c in map(chr, range(0x20000, 0x20100)) if type.font_of(c, False) is not type.font(False))
    assert not type.is_tofu(rare)
    assert [piece for _, piece in type.runs(f"张{rare}三", False)] == ["张", rare, "三"]
    assert type.is_tofu("\ue000")


def test_chinese_face_of_the_collection() -> None:
    """Face 2 is Simplified Chinese: 骨 has its inner corner on the left, unlike the Japanese face."""
    import pygame.freetype

    path = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
    japanese = pygame.freetype.Font(str(path), font_index=0)
    ours = type.font(False)

    assert "SC" in ours.name or ours.render_raw("骨", size=100) != japanese.render_raw("骨", size=100)
    assert ours.render_raw("骨", size=100) != japanese.render_raw("骨", size=100)


def test_widths_are_those_of_the_font() -> None:
    """A measured width is what the letters take, within a hundredth."""
    words = "Bring your ID 12333"
    drawn = type.font(True).get_rect(words, size=400)

    assert type.width(words, 400, True) == pytest.approx(drawn.w, rel=0.02)
