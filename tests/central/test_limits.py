"""How often is too often: what counts, and since when."""

from datetime import UTC, datetime, timedelta

import pytest
from fleet import Fleet
from sqlalchemy import insert

from central.limits import HOUR, Count
from central.tables import RefusedIdCard
from central.transaction import Refused
from kiosk.uplink.contract import ProblemType

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


def minutes_ago(*minutes: float, kiosk: str = "kiosk-1") -> list[dict[str, object]]:
    return [{"kiosk": kiosk, "refused_at": NOW - timedelta(minutes=each)} for each in minutes]


def test_what_counts_is_ones_own_and_within_the_time() -> None:
    """Exactly so long ago is over; and it is said when the first of them will be."""
    count = Count(RefusedIdCard.kiosk, RefusedIdCard.refused_at)
    rows = [*minutes_ago(1, 20, 45, 60, 90), *minutes_ago(2, 50, kiosk="kiosk-2")]
    few = Count(RefusedIdCard.kiosk, RefusedIdCard.refused_at, RefusedIdCard.refused_at < NOW - timedelta(minutes=30))
    with Fleet(now=NOW).registry.transaction() as transaction:
        transaction.connection.execute(insert(RefusedIdCard), rows)
        assert [count.left(transaction, kiosk, 5, HOUR) for kiosk in ("kiosk-1", "kiosk-2", "kiosk-3")] == [2, 3, 5]
        assert count.left(transaction, "kiosk-1", 5, timedelta(minutes=20)) == 4
        assert count.left(transaction, "kiosk-1", 3, HOUR) == 0
        assert count.left(transaction, "kiosk-1", 2, HOUR) == 0, "it was lowered"
        assert few.left(transaction, "kiosk-1", 5, HOUR) == 4, "only some of the rows count"
        count.require_one_more(transaction, "kiosk-1", 4, HOUR)
        count.require_one_more(transaction, "kiosk-2", 3, HOUR)
        for most in (3, 2):
            with pytest.raises(Refused) as refused:
                count.require_one_more(transaction, "kiosk-1", most, HOUR)
            assert (refused.value.type, refused.value.retry_after_seconds) == (ProblemType.LIMIT_REACHED, 15 * 60)
