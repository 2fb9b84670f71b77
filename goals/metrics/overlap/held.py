"""The records of one source as they are compared with another's."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import null, select
from sqlmodel import Session, col

from goals import workspace
from goals.records import kinds
from goals.records.demand import Contact, Lead
from goals.records.marketing import Campaign
from goals.records.record import Record
from goals.records.sales import Account, Deal, Owner
from goals.table import workspace_of

#: What is compared, and the columns that hold it: the first of them that a kind has.
_COLUMNS = {
    "name": ("name", "topic"),
    "email": ("email",),
    "domain": ("domain",),
    "account": ("account_id", "customer_id"),
    "owner": ("owner_id",),
    "status": ("status",),
    "stage": ("stage",),
    "word": ("category", "kind"),
    "amount": ("amount", "mrr"),
    "score": ("score",),
    "currency": ("currency",),
    "url": ("url",),
    "custom": ("custom",),
}
#: What a record may be about, the first that it names: the columns, and where the names stand.
_ABOUT: tuple[tuple[str, type[Record]], ...] = (
    ("deal_id", Deal),
    ("lead_id", Lead),
    ("contact_id", Contact),
    ("campaign_id", Campaign),
)


class Held(NamedTuple):
    """A record of a source: what it is found by, and what may differ from its twin's.

    `days` are its business days by column; `day` is the one to show it by. `word` is the kind of
    an activity or the category of money spent, `about` the name of what it was for. Without a
    currency an amount is in the workspace's.
    """

    id: int
    external_id: str
    name: str | None
    email: str | None
    domain: str | None
    account: str | None
    owner: str | None
    status: str | None
    stage: str | None
    word: str | None
    amount: Decimal | None
    score: Decimal | None
    currency: str
    url: str | None
    custom: Mapping[str, Any]
    about: str | None
    days: Mapping[str, date | None]

    @property
    def day(self) -> date | None:
        """Return the latest of its days, None where it has none."""
        return max((one for one in self.days.values() if one is not None), default=None)

    def touches(self, first: date, last: date) -> bool:
        """Tell whether it has a day within a window, stands open in it, or has no day at all."""
        is_dated = False
        for one in self.days.values():
            if one is None:
                continue
            if one <= last and (one >= first or self.status == "open"):
                return True
            is_dated = True
        return not is_dated


def of(session: Session, connection_id: int, record: str) -> list[Held]:
    """Return the living records of a kind that a connection delivered."""
    kind = kinds.KINDS[record]
    table: Any = kind.table
    has = table.__table__.columns
    chosen = {
        name: next((one for one in some if one in has), None) for name, some in _COLUMNS.items()
    }
    about = [(column, named) for column, named in _ABOUT if column in has]
    # Columns and no objects: of a hundred thousand rows the objects would take most of the time.
    statement = select(
        table.id,
        table.external_id,
        *(null() if one is None else getattr(table, one) for one in chosen.values()),
        *(getattr(table, one) for one in (*kind.happens, *(column for column, _ in about))),
    ).where(
        col(table.workspace_id) == workspace_of(session),
        col(table.connection_id) == connection_id,
        col(table.deleted_at).is_(None),
        col(table.is_stub).is_(False),
    )
    names = {
        name: _names(session, named, connection_id)
        for name, named in (("account", Account), ("owner", Owner))
        if chosen[name] is not None
    }
    subjects = [_names(session, named, connection_id) for _, named in about]
    found = session.execute(statement.execution_options(yield_per=2000))
    currency = workspace.of(session).currency
    return list(_each(found, kind.happens, names, subjects, currency))


def any_of(session: Session, connection_id: int, record: str) -> bool:
    """Tell whether a connection holds any living record of a kind."""
    table: Any = kinds.KINDS[record].table
    statement = select(table.id).where(
        col(table.workspace_id) == workspace_of(session),
        col(table.connection_id) == connection_id,
        col(table.deleted_at).is_(None),
    )
    return session.execute(statement.limit(1)).first() is not None


def _each(
    found: Iterable[Any],
    days: tuple[str, ...],
    names: Mapping[str, Mapping[int, str]],
    subjects: Sequence[Mapping[int, str]],
    currency: str,
) -> Iterator[Held]:
    accounts, owners = names.get("account", {}), names.get("owner", {})
    first = 2 + len(_COLUMNS)
    last = first + len(days)
    for row in found:
        (id_, external_id, name, email, domain, account, owner, status, stage, word, amount, score,
         own_currency, url, custom) = row[:first]  # fmt: skip
        named = zip(subjects, row[last:], strict=True)
        yield Held(
            id_,
            external_id,
            name,
            email,
            domain,
            accounts.get(account),
            owners.get(owner),
            status,
            stage,
            word,
            amount,
            score,
            own_currency or currency,
            url,
            custom or {},
            next((known[one] for known, one in named if one in known), None),
            dict(zip(days, row[first:last], strict=True)),
        )


def _names(session: Session, table: type[Record], connection_id: int) -> dict[int, str]:
    named: Any = table
    statement = select(col(named.id), col(named.name)).where(
        col(named.workspace_id) == workspace_of(session),
        col(named.connection_id) == connection_id,
    )
    return {id_: name for id_, name in session.execute(statement) if name is not None}
