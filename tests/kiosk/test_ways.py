from collections.abc import Set

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.uplink.contract.policy import Evidence, Way
from kiosk.ways import ORDER, next_kinds

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
