"""Which owner of deals a member is, and whose numbers a member may see."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from goals.errors import Refusal
from goals.records.connections import Connection
from goals.records.sales import Deal, Owner
from goals.table import workspace_of
from goals.words import N_
from goals.workspace import Member, Person


@dataclass(frozen=True)
class Seller:
    """Somebody who owns deals, as the sources say; sources that share a name share a seller."""

    name: str
    email: str | None = None
    team: str | None = None
    manager: str | None = None
    is_active: bool = True


def every(session: Session) -> dict[str, Seller]:
    """Return everybody who owns deals, by name; what one source leaves out another may say."""
    statement = (
        select(Owner)
        .where(col(Owner.workspace_id) == workspace_of(session), col(Owner.deleted_at).is_(None))
        .order_by(col(Owner.name), col(Owner.id))
    )
    found: dict[str, Seller] = {}
    for one in session.exec(statement):
        known = found.get(one.name, Seller(one.name, is_active=False))
        found[one.name] = Seller(
            one.name,
            known.email or one.email,
            known.team or one.team,
            known.manager or one.manager,
            known.is_active or one.is_active,
        )
    return found


@dataclass(frozen=True)
class Holder:
    """An owner of deals of one connection, to whom a quota may belong.

    `word` tells namesakes apart: the e-mail address, or else the source's own id.
    """

    id: int
    name: str
    word: str
    email: str | None
    is_active: bool


def holders(session: Session) -> dict[str, list[Holder]]:
    """Return who is meant by a name, an address or a word, all small; namesakes are several.

    Of namesakes those count who own deals, if any does: the others are what files made of a name.
    Namesakes of one address are one person in several sources, of whom one stands for all.
    """
    statement = (
        select(Owner, Connection.name)
        .join(Connection, (col(Connection.workspace_id) == col(Owner.workspace_id))
              & (col(Connection.id) == col(Owner.connection_id)))
        .where(col(Owner.workspace_id) == workspace_of(session), col(Owner.deleted_at).is_(None))
        .order_by(col(Owner.name), col(Owner.is_active).desc(), col(Owner.is_stub), col(Owner.id))
    )  # fmt: skip
    named: dict[str, list[Holder]] = {}
    for one, source in session.exec(statement):
        word = one.email or f"{source}: {one.external_id}"
        holder = Holder(one.id, one.name, word, one.email, one.is_active)
        named.setdefault(one.name.casefold(), []).append(holder)
    doubted = [one.id for same in named.values() if len(same) > 1 for one in same]
    selling = _selling(session, doubted) if doubted else frozenset()
    found: dict[str, list[Holder]] = {}
    for name, same in named.items():
        meant = [one for one in same if one.id in selling] or same
        kept = {one.word.casefold(): one for one in reversed(meant)}
        found.setdefault(name, []).extend(reversed(kept.values()))
        for word, holder in kept.items():
            found.setdefault(word, [holder])
    return found


def _selling(session: Session, ids: Sequence[int]) -> frozenset[int]:
    """Return which owners own deals."""
    deals = select(col(Deal.id)).where(
        col(Deal.workspace_id) == workspace_of(session),
        col(Deal.owner_id) == col(Owner.id),
        col(Deal.deleted_at).is_(None),
    )
    statement = select(col(Owner.id)).where(
        col(Owner.workspace_id) == workspace_of(session), col(Owner.id).in_(ids), deals.exists()
    )
    return frozenset(session.exec(statement))


def of_member(session: Session, member: Member) -> str | None:
    """Return the name of the owner of deals that a member is, None where nobody knows.

    It is the one that was chosen, or else the one with the member's e-mail address.
    """
    email = select(func.lower(Person.email)).where(col(Person.id) == member.person_id)
    chosen = col(Owner.name) == member.sells_as
    if member.sells_as is None:
        chosen = func.lower(Owner.email) == email.scalar_subquery()
    statement = (
        select(Owner.name)
        .where(
            col(Owner.workspace_id) == workspace_of(session),
            col(Owner.deleted_at).is_(None),
            chosen,
        )
        .order_by(col(Owner.is_active).desc(), col(Owner.id))
    )
    return session.exec(statement).first()


def choose(session: Session, member: Member, name: str) -> None:
    """Say which owner of deals a member is; "" leaves it to the e-mail address.

    Raises Refusal `unknown_owner`.
    """
    wanted = name.strip()
    if wanted and wanted not in every(session):
        raise Refusal(
            "unknown_owner",
            N_("No deal has an owner called %(name)s."),
            {"name": wanted},
            field="owner",
        )
    member.sells_as = wanted or None
    session.add(member)
    session.flush()


def seen_by(sellers: Iterable[Seller], own: str | None, *, is_owner: bool) -> frozenset[str]:
    """Return whose numbers somebody may see who sells under a name of their `own` (None: does not).

    Workspace owners see everybody, managers those who have them as manager, all see themselves.
    """
    if is_owner:
        return frozenset(one.name for one in sellers)
    if own is None:
        return frozenset()
    return frozenset(one.name for one in sellers if own in (one.name, one.manager))
