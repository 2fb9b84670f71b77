"""What a measure is: rows, a day, a condition, a value."""

from collections.abc import Callable
from dataclasses import dataclass

from goals.metrics.rows import Base, Expression, Rows

#: Members of one key, one after the other, in a pair of dimensions.
SEPARATOR = "\x1f"
#: Records that are counted as deals.
OF_DEALS = {"stage_event": "deal", "customer": "deal"}
#: The day under which stands what has no day.
UNDATED = "0001-01-01"


@dataclass(frozen=True)
class Measure:
    """A count and a sum by day.

    `record` and `column` name the marks that make a day due for re-rolling. `value` None
    counts only; rows whose value is unknown are not counted. `spread` keeps the distribution
    of the values as well, for medians and percentiles. What is `seldom` asked for is rolled
    up in total and by owner only; by anything else it is counted from the records. `unit`
    tells what the values are: money, days, since (a day's ordinal), hours (kept in seconds),
    points (kept as money is) or whole numbers. `leaves` is the day on which what came goes
    again, and `turns` the day of an outcome that may come after the measure's own day, with
    the measure that counts outcomes by theirs (None: the records are looked at). `distinct` is
    what is counted in place of the rows, once however many of them have it; such a measure
    adds up over nothing and is never rolled up. `came` is the day on which what `leaves` came,
    and `stood` the condition of whatever stands between the two. `decides` is the day on which
    the source of a record must count, where that is not the measure's own.
    """

    id: str
    record: str
    column: str
    rows: Callable[[Base], Rows]
    day: Expression
    only: Expression
    value: Callable[[Base], Expression] | None = None
    spread: bool = False
    pairs: tuple[tuple[str, str], ...] = ()
    seldom: bool = False
    unit: str = ""
    leaves: Expression | None = None
    turns: tuple[Expression, str | None] | None = None
    distinct: Expression | None = None
    came: Expression | None = None
    stood: Expression | None = None
    decides: Expression | None = None

    @property
    def subject(self) -> str:
        """Return the kind of record that people meet where this measure is listed."""
        return OF_DEALS.get(self.record, self.record)

    @property
    def family(self) -> tuple[str, str, str]:
        """Return what tells which measures look at the same rows by the same day."""
        return (f"{self.rows.__module__}.{self.rows.__name__}", self.column, str(self.pairs))
