"""The scripted citizen's eye: reads what stands there, and nothing else."""

import pytest
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from simulator.scenarios.eye import CALL, LABEL, TITLE, Eye

_NOTO = "/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc"


def sheet(words: str, size: float, *, at: tuple[float, float] = (72, 240), dark: bool = True) -> Image.Image:
    """A screen with `words` on it, as another rasteriser would set them: a little softer, between pixels."""
    picture = Image.new("RGB", (1080, 1920), "#0E4565" if dark else "#F4F3EE")
    font = ImageFont.truetype(_NOTO, size, index=2)
    ImageDraw.Draw(picture).text(at, words, font=font, fill="#FFFFFF" if dark else "#14232C")
    return picture.filter(ImageFilter.GaussianBlur(0.5))


@pytest.mark.parametrize("dark", [True, False])
@pytest.mark.parametrize("words", ["请输入现在的密码", "办好了", "Enter your current PIN", "只剩最后 1 次了"])
def test_words_are_read_light_on_dark_and_dark_on_light(words: str, dark: bool) -> None:
    seen = Eye(1080, 1920).find(words, sheet(words, 72, at=(72.4, 240.6), dark=dark), TITLE)

    assert seen is not None
    assert 66 <= seen.x <= 80
    assert 240 <= seen.y <= 280


@pytest.mark.parametrize(
    ("there", "wanted"),
    [
        ("请设一个新密码", "请再输一次新密码"),
        ("这个码过期了", "这张卡过期了"),
        ("网络断了，没有办成", "社保中心没有回答"),
        ("Enter your current PIN", "Enter your new PIN"),
    ],
)
def test_other_words_are_not_read_into_it(there: str, wanted: str) -> None:
    assert Eye(1080, 1920).find(wanted, sheet(there, 72), TITLE) is None


def test_size_tells_the_home_page_from_the_one_that_waits_for_a_card() -> None:
    """Both say 请插入社保卡."""
    eye = Eye(1080, 1920)

    assert eye.find("请插入社保卡", sheet("请插入社保卡", 92), CALL)
    assert eye.find("请插入社保卡", sheet("请插入社保卡", 72), CALL) is None


def test_the_lowest_of_the_same_words_is_the_one_to_touch() -> None:
    """Above they name the task, below they are the button."""
    picture = sheet("修改密码", 44, at=(170, 300))
    picture.paste(sheet("修改密码", 44, at=(170, 30), dark=False).crop((0, 0, 1080, 150)), (0, 1600))

    seen = Eye(1080, 1920).find("修改密码", picture, LABEL)
    assert seen is not None
    assert seen.y > 1600


def test_the_end_of_other_words_is_not_what_was_looked_for() -> None:
    """Side by side, and alone."""
    picture = sheet("解除挂失", 44, at=(690, 300), dark=False)
    eye = Eye(1080, 1920)
    assert eye.find("挂失", picture, LABEL) is None

    both = picture.copy()
    both.paste(sheet("挂失", 44, at=(210, 300), dark=False).crop((0, 0, 540, 1920)), (0, 0))
    seen = eye.find("挂失", both, LABEL)
    assert seen is not None
    assert seen.x < 540


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Enter your", "current PIN on the pad"),
        ("Enter your current", "PIN on the pad"),
        ("密码可能没有改，", "再查一次"),
    ],
)
def test_a_title_in_two_lines_is_read_to_its_end(first: str, second: str) -> None:
    """Wherever the line breaks."""
    picture = sheet(first, 72)
    ImageDraw.Draw(picture).text((72, 332), second, font=ImageFont.truetype(_NOTO, 72, index=2), fill="#FFFFFF")
    eye = Eye(1080, 1920)
    title = f"{first} {second}" if first.isascii() else first + second

    assert eye.find(title, picture, TITLE)
    assert eye.find(title + " now", picture, TITLE) is None
    assert eye.find(title.replace("on the", "at the").replace("再查", "又查"), picture, TITLE) is None
