"""Dimensions as people name them: members by name, teams and regions folded from their owners."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, func, select, true

from goals.errors import Refusal
from goals.metrics import subjects
from goals.metrics.rollup import Rollup
from goals.metrics.subjects import SUBJECTS
from goals.records import kinds
from goals.records.marketing import Campaign
from goals.records.record import Record
from goals.records.sales import Account, Owner, PipelineStage, Product
from goals.table import workspace_of
from goals.words import N_

#: Dimension -> (the dimension it is rolled up by, the attribute it is folded by).
FOLDED = {
    "team": ("owner", "team"),
    "manager": ("owner", "manager"),
    "owner.region": ("owner", "region"),
}
#: Dimension -> the attribute of accounts that it is.
OF_ACCOUNT = {"account.region": "region", "customer_type": "customer_type"}
PLAIN = ("owner", "source", "product", "campaign", "pipeline", "stage", "account")
NAMES = (*PLAIN, *FOLDED, *OF_ACCOUNT, "region")
CUSTOM = "custom."
#: How a member without a name is shown.
NOBODY = "(none)"
_TABLES: dict[str, type[Owner] | type[Product] | type[Account]] = {
    "owner": Owner,
    "product": Product,
    "account": Account,
}


@dataclass(frozen=True)
class Dimension:
    """A dimension as asked for: what it is rolled up by, and each key's member.

    `members` maps keys of the base dimension to member names; keys not in it name
    themselves. `listed` are the members to show even when nothing counts for them.
    """

    name: str
    base: str
    members: Mapping[str, str]
    listed: tuple[str, ...]

    def member(self, key: str) -> str:
        """Return the member that a key belongs to."""
        if key in self.members:
            return self.members[key]
        return key or NOBODY

    def keys(self, member: str) -> set[str]:
        """Return the keys of a member; raises Refusal `unknown_member` if there is none."""
        found = {key for key, name in self.members.items() if name == member}
        if self.base not in _TABLES:
            found.add("" if member == NOBODY else member)
            if self.listed and member not in self.listed and member != NOBODY:
                found.clear()
        elif member == NOBODY:
            found.add("")
        if not found:
            raise Refusal(
                "unknown_member",
                N_("%(dim)s has no member %(member)s."),
                {"dim": self.name, "member": member},
                field="where",
            )
        return found


def dimension(session: Session, name: str, of: tuple[str, ...]) -> Dimension:
    """Return a dimension of some subjects.

    Plain `region` is the records' own where they have one, else the owner's where owners have
    one, else the account's. Raises Refusal `unknown_dimension`, and `dimension_unfit` for one
    that not all the subjects have.
    """
    found = _found(session, name, of)
    if found.base not in subjects.dimensions(of):
        raise Refusal(
            "dimension_unfit",
            N_("There is no %(name)s by which to split %(records)s."),
            {"records": kinds.called(of[0]), "name": name},
            field="by",
        )
    return found


def fitting(of: tuple[str, ...]) -> frozenset[str]:
    """Return the names of the dimensions that all of some subjects have."""
    have = subjects.dimensions(of)
    folded = {name for name, (base, _) in FOLDED.items() if base in have}
    regional = {"region"} if have & {"region", "owner", "account.region"} else set()
    return have | folded | regional


def _found(session: Session, name: str, of: tuple[str, ...]) -> Dimension:
    if name == "region":
        dims = subjects.dimensions(of)
        if "region" in dims:
            return _plain(session, "region", of)
        if "owner" in dims and (_has(session, Owner) or not _has(session, Account)):
            return _folded(session, "region", *FOLDED["owner.region"])
        return _of_account(session, "region", "account.region")
    if name in FOLDED:
        return _folded(session, name, *FOLDED[name])
    if name in OF_ACCOUNT:
        return _of_account(session, name, name)
    if name in _TABLES:
        return _named(session, name)
    if name in PLAIN:
        return _plain(session, name, of)
    raise unknown(name)


def custom_field(session: Session, name: str, of: tuple[str, ...]) -> str:
    """Return the custom field of a dimension; raises Refusal where no record has it."""
    field = name.removeprefix(CUSTOM)
    tables = [SUBJECTS[one].table for one in of]
    if all(_holds(session, table, field) for table in tables):
        return field
    known = [custom_fields(session, table) for table in tables]
    raise unknown(name, sorted(f"{CUSTOM}{one}" for one in set.intersection(*known)))


def _holds(session: Session, table: type[Record], field: str) -> bool:
    held = col(table.custom)[field].as_string().is_not(None)
    here = col(table.workspace_id) == workspace_of(session)
    return session.exec(select(table.id).where(here, held).limit(1)).first() is not None


def custom_fields(session: Session, table: type[Record]) -> set[str]:
    """Return the names of the custom fields that any record of a kind has."""
    if session.connection().dialect.name == "sqlite":
        each = func.json_each(col(table.custom)).table_valued("key")
        keys = select(each.c.key).select_from(table).join(each, true())
    else:
        keys = select(func.jsonb_object_keys(col(table.custom)))
    here = col(table.workspace_id) == workspace_of(session)
    return set(session.exec(keys.where(here, col(table.custom).is_not(None)).distinct()))


def unknown(name: str, custom: Sequence[str] = ()) -> Refusal:
    """Return what is said of a dimension that does not exist."""
    return Refusal(
        "unknown_dimension",
        N_("There is no dimension %(name)s. The dimensions are %(names)s."),
        {"name": name, "names": ", ".join((*NAMES, *custom))},
        field="by",
    )


def _has(session: Session, table: type[Owner] | type[Account]) -> bool:
    statement = select(table.id).where(
        col(table.workspace_id) == workspace_of(session),
        col(table.region).is_not(None),
        col(table.deleted_at).is_(None),
    )
    return session.exec(statement.limit(1)).first() is not None


def _named(session: Session, name: str) -> Dimension:
    table = _TABLES[name]
    statement = select(col(table.id), col(table.name)).where(
        col(table.workspace_id) == workspace_of(session), col(table.deleted_at).is_(None)
    )
    rows = list(session.exec(statement.order_by(col(table.name), col(table.id))))
    members = {str(row_id): label for row_id, label in rows}
    return Dimension(name, name, members, tuple(dict.fromkeys(members.values())))


def _folded(session: Session, name: str, base: str, attribute: str) -> Dimension:
    table = _TABLES[base]
    statement = select(col(table.id), getattr(table, attribute)).where(
        col(table.workspace_id) == workspace_of(session), col(table.deleted_at).is_(None)
    )
    members = {str(row_id): label or NOBODY for row_id, label in session.exec(statement)}
    listed = sorted(set(members.values()) - {NOBODY})
    return Dimension(name, base, members, tuple(listed))


def _of_account(session: Session, name: str, base: str) -> Dimension:
    attribute = getattr(Account, OF_ACCOUNT[base])
    statement = select(attribute).where(
        col(Account.workspace_id) == workspace_of(session), col(Account.deleted_at).is_(None)
    )
    found = {str(value) for value in session.exec(statement.distinct()) if value}
    return Dimension(name, base, {}, tuple(sorted(found)))


def _plain(session: Session, name: str, of: tuple[str, ...]) -> Dimension:
    """Return a dimension whose members are all words that any kind of record has for it.

    Campaigns with a record of their own are members before anything counts for them.
    """
    here = workspace_of(session)
    statement = (
        select(Rollup.key)
        .where(
            col(Rollup.workspace_id) == here,
            col(Rollup.dim) == name,
            col(Rollup.measure).in_(subjects.known_by(SUBJECTS)),
        )
        .distinct()
    )
    found = {key for key in session.exec(statement) if key}
    if name == "stage":
        stages = select(PipelineStage.name).where(col(PipelineStage.workspace_id) == here)
        found.update(session.exec(stages.distinct()))
    if name == "campaign":
        found.update(session.exec(_texts(session, Campaign.name)))
    for one in of:
        if name in SUBJECTS[one].words:
            found.update(session.exec(_texts(session, SUBJECTS[one].words[name])))
    return Dimension(name, name, {}, tuple(sorted(found)))


def _texts(session: Session, attribute: Any) -> Any:
    """Return the statement of all texts that living records have in a column."""
    table = attribute.class_
    return (
        select(attribute)
        .where(
            col(table.workspace_id) == workspace_of(session),
            col(table.deleted_at).is_(None),
            attribute.is_not(None),
        )
        .distinct()
    )
