"""The first and the last day on which measures count anything, looked up once for many."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import String, func, literal, select, union_all
from sqlmodel import Session, col

from goals.metrics import counting, measures
from goals.metrics import refresh as rollups
from goals.metrics.measures import MEASURES, UNDATED
from goals.metrics.rollup import TOTAL, Rollup
from goals.table import workspace_of


class Edges:
    """The days of measures in one transaction, in which the records stay as they are."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._found: dict[str, list[date]] = {}

    def of(self, names: Iterable[str]) -> list[date]:
        """Return the first and the last day of each of some measures that counts anything."""
        wanted = dict.fromkeys(names)
        self.find(wanted)
        return [day for name in wanted for day in self._found[name]]

    def find(self, names: Iterable[str]) -> None:
        """Look up the days of some measures, those that are rolled up in one statement."""
        missing = [one for one in dict.fromkeys(names) if one not in self._found]
        if not missing:
            return
        base = rollups.base_of(self.session)
        rolled = [one for one in missing if base.rolled and one in MEASURES]
        if rolled:
            self._found.update(self._rolled(rolled))
        for name in (one for one in missing if one not in rolled):
            days = counting.edges(self.session, measures.find(name), base)
            self._found[name] = [day for day in days if day is not None]

    def _rolled(self, names: list[str]) -> dict[str, list[date]]:
        """Look each end up by itself, for an index leads to it whatever lies between them."""
        each = union_all(*(select(literal(one, String).label("name")) for one in names))
        wanted = each.subquery("wanted").c.name
        ends = (
            select(end(col(Rollup.day)))
            .where(
                col(Rollup.workspace_id) == workspace_of(self.session),
                col(Rollup.measure) == wanted,
                col(Rollup.dim) == TOTAL,
                col(Rollup.day) > date.fromisoformat(UNDATED),
            )
            .scalar_subquery()
            for end in (func.min, func.max)
        )
        rows = self.session.execute(select(wanted, *ends))
        return {name: [day for day in days if day is not None] for name, *days in rows}
