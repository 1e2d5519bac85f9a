"""Where lines break, and how wide they are."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from uniseg.graphemecluster import grapheme_clusters  # type: ignore[import-untyped]

from drivers.receipt_printer.columns import clean, width, wrap

TEXT = st.text(st.sampled_from("abc 12，。（）《》“”张𠮷é-/\n"), max_size=80)


@pytest.mark.parametrize(
    ("text", "columns"),
    [("abc", 3), ("张三", 4), ("张a", 3), ("𠮷", 2), ("“", 2), ("é", 2), ("e\u0301", 2), ("葛\U000e0100", 2), ("", 0)],
)
def test_width(text: str, columns: int) -> None:
    """Only ASCII is half as wide; what joins the character before it takes nothing."""
    assert width(text) == columns


@given(text=st.text(max_size=20) | TEXT)
@example(text="が葛\u302a\U000e0100，")
def test_width_is_by_the_rules(text: str) -> None:
    """Also where the rules weren't asked, because each character stands alone."""
    assert width(text) == sum(1 if cluster.isascii() else 2 for cluster in grapheme_clusters(text))


@pytest.mark.parametrize(
    ("text", "columns", "lines"),
    [
        ("请拨打12333。", 12, ["请拨打", "12333。"]),  # Never "1233|3", never 。 at the start.
        ("请妥善保管（密码）。", 12, ["请妥善保管", "（密码）。"]),
        ("一二三四五", 4, ["一二", "三四", "五"]),
        ("one two three", 7, ["one two", "three"]),
        ("K0317-20260305", 6, ["K0317-", "202603", "05"]),
        ("一\n二", 10, ["一", "二"]),
        ("", 10, [""]),
    ],
)
def test_wrap(text: str, columns: int, lines: list[str]) -> None:
    assert wrap(text, columns) == lines


@given(text=TEXT, columns=st.integers(4, 48))
@example(text="éé ）", columns=4)  # The break rules allow none before ）, not even after a space.
def test_no_line_is_too_wide_and_no_character_lost(text: str, columns: int) -> None:
    lines = wrap(text, columns)
    assert all(width(line) <= columns for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "").replace("\n", "")


@given(text=st.text(st.sampled_from("一二三四ab，。）》"), min_size=1, max_size=60))
def test_closing_punctuation_never_starts_a_line(text: str) -> None:
    """In text that has no run of it longer than a line."""
    lines = wrap("字" + text, 48)
    if not any(mark * 2 in text for mark in "，。）》") and len(set("，。）》") & set(text)) < 2:
        assert all(line[:1] not in "，。）》" for line in lines[1:])


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("¥10", "￥10"),
        ("a\x1b@b\x10\x04\x01", "a□@b□□□"),
        ("a\tb\xa0c", "a b c"),
        ("a\r\nb", "a\nb"),
        ("\ud800", "□"),
        ("\u202e", "□"),
        ("\ue863\U0003106c", "\ue863\U0003106c"),  # Private use and a newer Unicode's: names have them.
    ],
)
def test_clean(text: str, cleaned: str) -> None:
    """A name from a card can't become a printer command; what can't be kept stays visible."""
    assert clean(text) == cleaned


@given(st.text(max_size=60))
def test_fuzz_clean_and_wrap(text: str) -> None:
    """Any text ends as lines that hold nothing a printer would obey."""
    for line in wrap(clean(text), 48):
        assert not any(byte < 0x20 or byte == 0x7F for byte in line.encode("gb18030"))
