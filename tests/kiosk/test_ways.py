from collections.abc import Set

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.language import say
from kiosk.uplink.contract.policy import Evidence, Way
from kiosk.ways import ORDER, next_kinds, what_to_bring

LOSS: tuple[Way, ...] = (("id_card", "face"), ("id_card", "one_time_code"), ("e_card", "one_time_code"))
ENABLE: tuple[Way, ...] = (("card_pin", "id_card", "face"), ("card_pin", "id_card", "one_time_code"))


@pytest.mark.parametrize(
    ("ways", "shown", "expected"),
    [
        (LOSS, set(), ("id_card", "e_card")),
        (LOSS, {"id_card"}, ("face", "one_time_code")),
        (LOSS, {"e_card"}, ("one_time_code",)),
        (LOSS[:2], {"e_card"}, ("id_card",)),
        (ENABLE, set(), ("card_pin",)),
        (ENABLE, {"card_pin"}, ("id_card",)),
        (ENABLE, {"card_pin", "id_card"}, ("face", "one_time_code")),
        ((), set(), ()),
    ],
)
def test_what_comes_next(ways: tuple[Way, ...], shown: set[Evidence], expected: tuple[Evidence, ...]) -> None:
    """In a fixed order, and a way that was begun is gone on with before another is."""
    assert next_kinds(ways, shown) == expected


@pytest.mark.parametrize(
    ("ways", "chinese", "english"),
    [
        (LOSS, "身份证，或者手机里的电子社保卡", "your ID card, or the e-card on your phone"),
        (LOSS[1:], "身份证和手机，或者手机里的电子社保卡", "your ID card and your phone, or the e-card on your phone"),
        (LOSS[:2], "身份证", "your ID card"),
        (LOSS[1:2], "身份证和手机", "your ID card and your phone"),
        (ENABLE, "社保卡和身份证", "your card and your ID card"),
        (ENABLE[1:], "社保卡、身份证和手机", "your card, your ID card and your phone"),
        (
            (*LOSS, ("card_pin",)),
            "社保卡、身份证，或者手机里的电子社保卡",
            "your card, your ID card, or the e-card on your phone",
        ),
    ],
)
def test_what_to_bring(ways: tuple[Way, ...], chinese: str, english: str) -> None:
    """All that one way takes, and every way that takes something else; no thing that another way does without."""
    words = what_to_bring(ways)
    assert (say(words, "zh"), say(words, "en")) == (chinese, english)


WAYS = st.lists(st.sets(st.sampled_from(ORDER), min_size=1).map(tuple), min_size=1, max_size=4, unique=True)


@given(ways=WAYS, data=st.data())
def test_whoever_shows_what_comes_next_gets_to_an_end(ways: list[Way], data: st.DataObject) -> None:
    """Whatever is chosen: each proof is of a way that is open, none is asked for twice, and one way is complete."""
    shown: Set[Evidence] = frozenset()
    while not any(set(way) <= shown for way in ways):
        kinds = next_kinds(ways, shown)
        assert kinds
        assert not shown & set(kinds)
        assert list(kinds) == sorted(kinds, key=ORDER.index)
        shown = shown | {data.draw(st.sampled_from(kinds))}
        assert any(shown <= set(way) for way in ways), "nothing is shown in vain"
