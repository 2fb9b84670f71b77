"""Messages elsewhere that somebody attached to a goal: where they are, and what they say."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Text, UniqueConstraint
from sqlmodel import Field, Session, col, select

from goals.errors import Refusal
from goals.table import Json, Scoped, UTCDateTime, added, reference, workspace_of
from goals.tracking import visibility
from goals.tracking.goal import Goal
from goals.tracking.visibility import Viewer
from goals.words import N_
from goals.workspace import Member, Person

#: The most characters of what a message says, and of what is said about it.
EXCERPT, COMMENT = 300, 1000


class Mention(Scoped, table=True):
    """A message that a member attached to a goal, by its address.

    `excerpt` is None where not everybody who reads the goal may read the message; `author` is who
    wrote it and `place` where, as they were called then (None: not told). `readers` are the
    members who can read it where not everybody can (None: everybody can). One member attaches a
    message once. `removed_at` None means that it is shown.
    """

    __table_args__ = (
        reference("goal_id", "goal"),
        reference("made_by", "member"),
        UniqueConstraint("workspace_id", "goal_id", "url", "made_by"),
    )

    goal_id: int = Field(sa_type=BigInteger)
    url: str
    excerpt: str | None = Field(default=None, sa_type=Text)
    author: str | None = None
    place: str | None = None
    readers: list[int] | None = Field(default=None, sa_type=Json)
    comment: str | None = Field(default=None, sa_type=Text)
    made_by: int = Field(sa_type=BigInteger)
    made_at: datetime = Field(sa_type=UTCDateTime)
    removed_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


@dataclass(frozen=True)
class Found:
    """A message to be attached: its address, and what may be kept of it."""

    url: str
    excerpt: str | None = None
    author: str | None = None
    place: str | None = None
    readers: tuple[int, ...] | None = None


def attach(
    session: Session, goal: Goal, found: Found, comment: str, *, by: int, now: datetime
) -> Mention:
    """Attach a message to a goal; one that this member attached before says something else now.

    A comment that is left empty leaves the earlier one. Raises Refusal at the field for one that
    is too long.
    """
    check(comment)
    comment = comment.strip()

    def there() -> Mention | None:
        statement = select(Mention).where(
            col(Mention.workspace_id) == workspace_of(session),
            col(Mention.goal_id) == goal.id,
            col(Mention.url) == found.url,
            col(Mention.made_by) == by,
        )
        return session.exec(statement).first()

    row = there()
    if row is None:
        new = Mention(
            workspace_id=goal.workspace_id,
            goal_id=goal.id,
            url=found.url,
            made_by=by,
            made_at=now,
        )
        row = added(session, new, there)
    row.excerpt = found.excerpt
    row.author, row.place = found.author, found.place
    row.readers = None if found.readers is None else list(found.readers)
    row.comment, row.removed_at = comment or row.comment, None
    session.add(row)
    session.flush()
    return row


def check(comment: str) -> None:
    """Raise Refusal for a comment that is too long."""
    if len(comment.strip()) > COMMENT:
        raise Refusal(
            "text_long",
            N_("This has at most %(most)s characters."),
            {"most": COMMENT},
            field="comment",
        )


def of_goal(session: Session, goal: Goal) -> list[tuple[Mention, str]]:
    """Return the messages attached to a goal with who attached each, the latest first."""
    here = workspace_of(session)
    statement = (
        select(Mention, Person.name)
        .join(
            Member,
            (col(Member.workspace_id) == col(Mention.workspace_id))
            & (col(Member.id) == col(Mention.made_by)),
        )
        .join(Person, col(Person.id) == col(Member.person_id))
        .where(
            col(Member.workspace_id) == here,
            col(Mention.workspace_id) == here,
            col(Mention.goal_id) == goal.id,
            col(Mention.removed_at).is_(None),
        )
        .order_by(col(Mention.made_at).desc(), col(Mention.id).desc())
    )
    return list(session.exec(statement))


def find(session: Session, goal: Goal, mention_id: int) -> Mention:
    """Return a message attached to a goal, removed or not; raises Refusal `unknown_mention`."""
    statement = select(Mention).where(
        col(Mention.workspace_id) == workspace_of(session),
        col(Mention.goal_id) == goal.id,
        col(Mention.id) == mention_id,
    )
    found = session.exec(statement).first()
    if found is None:
        raise Refusal("unknown_mention", N_("This message is not attached to the goal."))
    return found


def remove(session: Session, row: Mention, *, now: datetime) -> None:
    """Take a message off a goal; it can be brought back."""
    row.removed_at = row.removed_at or now
    session.add(row)
    session.flush()


def bring_back(session: Session, row: Mention) -> None:
    """Bring back a message that was taken off."""
    row.removed_at = None
    session.add(row)
    session.flush()


def is_quoted(row: Mention, seen_by: set[int]) -> bool:
    """Tell whether a message's words are shown to all who may see its goal by now.

    More may see it than when the message was attached; without its place it was never quoted.
    """
    return row.place is not None and (row.readers is None or seen_by <= set(row.readers))


def readers(session: Session, goal: Goal) -> set[int]:
    """Return the members who may see a goal."""
    here = workspace_of(session)
    statement = (
        select(Member)
        .join(Person, col(Person.id) == col(Member.person_id))
        .where(col(Member.workspace_id) == here, col(Person.disabled_at).is_(None))
    )
    found = set()
    for member in session.exec(statement).all():
        who = visibility.audience([Viewer(member.id, member.role, member.team_id)])
        sees = select(Goal.id).where(visibility.sees(here, who), col(Goal.id) == goal.id)
        if session.exec(sees).first() is not None:
            found.add(member.id)
    return found
