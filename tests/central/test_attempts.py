"""Tries by address and by everybody."""

from datetime import UTC, datetime, timedelta

from central.attempts import MOST_KEYS, Attempts

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def test_an_address_has_so_many_and_everybody_together() -> None:
    attempts = Attempts(2, 3, timedelta(minutes=1))
    assert attempts.wait("a", NOW) == 0
    for second in range(2):
        attempts.count("a", NOW + timedelta(seconds=second))
    later = NOW + timedelta(seconds=10)
    assert (attempts.wait("a", later), attempts.wait("b", later)) == (50, 0)
    attempts.count("b", later)
    assert attempts.wait("c", later) == 50, "three of everybody's"
    assert attempts.wait("a", NOW + timedelta(seconds=60)) == 0


def test_what_is_too_long_ago_to_matter_is_forgotten() -> None:
    """However often somebody goes on trying."""
    attempts = Attempts(2, 3, timedelta(minutes=1))
    for second in range(10):
        attempts.count("a", NOW + timedelta(seconds=second))
    assert attempts.wait("a", NOW + timedelta(seconds=10)) == 58
    assert attempts.wait("b", NOW + timedelta(seconds=10)) == 57


def test_no_more_addresses_are_remembered_than_there_is_room_for() -> None:
    attempts = Attempts(1, MOST_KEYS * 2, timedelta(hours=1))
    for count in range(MOST_KEYS + 1):
        attempts.count(str(count), NOW)
    assert attempts.wait("0", NOW) == 0
    assert attempts.wait("1", NOW) > 0
