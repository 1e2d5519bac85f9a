"""How often is too often: so many within a time that slides along."""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, func, select
from sqlalchemy.orm import InstrumentedAttribute

from central.transaction import Refused, Transaction
from kiosk.uplink.contract import ProblemType

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


class Count:
    """Counts rows of one table that are one person's, or one kiosk's.

    Args:
        whose: The column that says so.
        at: The column that says since when each counts.
        only: Which rows count.
    """

    def __init__(
        self, whose: InstrumentedAttribute[Any], at: InstrumentedAttribute[Any], *only: ColumnElement[bool]
    ) -> None:
        counted = select(func.count().label("made"), func.min(at).label("first"))
        self._of = counted.where(*only, whose == bindparam("whose"), at > bindparam("after"))

    def left(self, transaction: Transaction, whose: int | str, most: int, within: timedelta) -> int:
        """How many more there may be; 0 where that was lowered below what there is."""
        found = transaction.connection.execute(self._of, {"whose": whose, "after": transaction.now - within}).one()
        return max(most - int(found.made), 0)

    def require_one_more(self, transaction: Transaction, whose: int | str, most: int, within: timedelta) -> None:
        """That there may be one more now.

        Raises:
            Refused: There were `most` of them `within` that time; it says when the first stops counting.
        """
        found = transaction.connection.execute(self._of, {"whose": whose, "after": transaction.now - within}).one()
        if found.made >= most:
            seconds = (found.first + within - transaction.now).total_seconds()
            raise Refused(ProblemType.LIMIT_REACHED, "as many as there may be for now", retry_after_seconds=seconds)
