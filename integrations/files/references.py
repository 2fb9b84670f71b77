"""What references of a file mean: a record's external id, its exact name, a person's e-mail."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import case, func, select, true
from sqlmodel import Session, col

from goals.records import kinds, stored
from goals.records.kind import Kind
from goals.records.ledger import PORTION
from goals.records.sales import Owner
from goals.table import id_from, workspace_of
from goals.tracking.goal import Goal

#: What texts refer to, by kind of record.
Known = Mapping[str, Mapping[str, int]]
#: References that are remembered; a file with more names forgets and asks again.
_MOST = 50_000


@dataclass
class References:
    """Resolves references to the records of one connection, and remembers them.

    `everywhere` takes names of records of other connections as well: a file of quotas names the
    people of the CRM. `doubtful` collects names that several records have; the first of them was
    taken.
    """

    session: Session
    connection_id: int
    everywhere: bool = False
    known: dict[str, dict[str, int]] = field(default_factory=dict)
    doubtful: dict[str, set[str]] = field(default_factory=dict)

    def learn(self, record: str, texts: Collection[str]) -> dict[str, int]:
        """Return the ids that texts refer to; those of no record are left out."""
        memory = self.known.setdefault(record, {})
        if len(memory) > _MOST:
            memory.clear()
        new = [one for one in dict.fromkeys(texts) if one not in memory]
        for start in range(0, len(new), PORTION):
            portion = new[start : start + PORTION]
            # A stub is what a text is taken for only as long as nobody goes by it: whoever was
            # named before their CRM was connected is found once it is.
            for stubs in (False, True):
                self._learn(record, [one for one in portion if one not in memory], memory, stubs)
        return memory

    def _learn(
        self, record: str, texts: Collection[str], memory: dict[str, int], stubs: bool
    ) -> None:
        if not texts:
            return
        memory.update(self._by_id(record, texts, stubs))
        kind = kinds.KINDS[record]
        if kind.named:
            name = kind.table.__table__.c["name"]  # type: ignore[attr-defined]
            self._by(kind, name, {one: one for one in texts if one not in memory}, memory, stubs)
        if record == kinds.OWNER.name:
            # Capitals mean nothing in an address.
            left = {one.casefold(): one for one in texts if "@" in one and one not in memory}
            self._by(kind, func.lower(col(Owner.email)), left, memory, stubs)

    def _by_id(self, record: str, texts: Iterable[str], stubs: bool) -> dict[str, int]:
        table = kinds.KINDS[record].table
        make_key = stored.key_maker(self.connection_id, record)
        wanted = {make_key(one): one for one in texts}
        statement = select(col(table.id)).where(
            col(table.workspace_id) == workspace_of(self.session),
            col(table.id).in_(wanted),
            col(table.is_stub).is_(stubs),
            col(table.deleted_at).is_(None),
        )
        return {wanted[id_]: id_ for id_ in self.session.scalars(statement)}

    def _by(
        self, kind: Kind, column: Any, texts: Mapping[str, str], memory: dict[str, int], stubs: bool
    ) -> None:
        """Learn who has in a column what texts say there."""
        if not texts:
            return
        table = kind.table
        is_own = col(table.connection_id) == self.connection_id
        statement = (
            select(column, col(table.id))
            .where(
                col(table.workspace_id) == workspace_of(self.session),
                column.in_(list(texts)),
                true() if self.everywhere else is_own,
                col(table.is_stub).is_(stubs),
                col(table.deleted_at).is_(None),
            )
            .order_by(case((is_own, 0), else_=1), col(table.external_id))
        )
        for found, id_ in self.session.execute(statement):
            text = texts[found]
            if memory.setdefault(text, id_) != id_:
                self.doubtful.setdefault(kind.name, set()).add(text)

    def forget(self, record: str) -> None:
        """Ask again for references to a kind whose records have changed."""
        self.known.pop(record, None)

    def goal(self, text: str) -> int | None:
        """Return the id of the goal that a text names by id or exact name, None if none."""
        memory = self.known.setdefault("goal", {})
        if text not in memory:
            number = id_from(text)
            one = col(Goal.name) == text if number is None else col(Goal.id) == number
            statement = select(col(Goal.id)).where(
                col(Goal.workspace_id) == workspace_of(self.session), one
            )
            found = list(self.session.scalars(statement.limit(2)))
            if len(found) != 1:
                return None
            memory[text] = found[0]
        return memory[text]
