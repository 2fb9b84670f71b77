"""Rules that leadership set for the fields of records."""

from decimal import Decimal

from sqlmodel import Field

from goals.table import Exact, Json, Scoped, one_of

#: Whether two records may have the same entry; "alike" looks past capitals and blanks at its ends.
DUPLICATES = ("may_repeat", "unique", "alike")


class DataRule(Scoped, table=True):
    """What was decided about a field of a kind of record, as the strategy last agreed on it.

    `field` is its name as people wrote it. `allowed` are the entries it may have (None: any);
    `low` and `high` the limits of a number, None for no limit.
    """

    __tablename__ = "data_rule"
    __table_args__ = (one_of("duplicates", DUPLICATES),)

    record: str
    field: str
    position: int = 0
    is_required: bool = False
    allowed: list[str] | None = Field(default=None, sa_type=Json)
    low: Decimal | None = Field(default=None, sa_type=Exact)
    high: Decimal | None = Field(default=None, sa_type=Exact)
    duplicates: str = "may_repeat"
