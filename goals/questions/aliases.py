"""Other words for goals, people and teams, and the questions in which such a word is missing."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, UniqueConstraint, delete, func
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, col, select

from goals import names
from goals.errors import Refusal
from goals.questions import text
from goals.table import Scoped, UTCDateTime, added, one_of, reference, workspace_of
from goals.words import N_

#: What a word can stand for.
KINDS = ("goal", "member", "team")
#: The most characters of a word, and of a question that is kept.
LONGEST_WORD, LONGEST_KEPT = 80, 200
#: So many questions are kept, none longer than so long.
MOST_KEPT, KEPT_FOR = 300, timedelta(days=90)


class Alias(Scoped, table=True):
    """Another word for a goal, a member or a team; `form` is it as questions are compared.

    One of the three references is set.
    """

    __table_args__ = (
        reference("goal_id", "goal"),
        reference("member_id", "member"),
        reference("team_id", "team"),
        UniqueConstraint("workspace_id", "form"),
    )

    word: str
    form: str
    goal_id: int | None = Field(default=None, sa_type=BigInteger)
    member_id: int | None = Field(default=None, sa_type=BigInteger)
    team_id: int | None = Field(default=None, sa_type=BigInteger)
    made_at: datetime = Field(sa_type=UTCDateTime)


class Unanswered(Scoped, table=True):
    """A question that was not understood, and how often; `rest` are the words nobody knew.

    It holds what people typed and nothing of what they may see.
    """

    __table_args__ = (UniqueConstraint("workspace_id", "form"), one_of("locale", text.LOCALES))

    question: str
    form: str
    rest: str = ""
    locale: str = "en"
    count: int = 1
    asked_at: datetime = Field(sa_type=UTCDateTime)


@dataclass(frozen=True)
class Words:
    """The other words for goals, members and teams, by their ids."""

    goals: dict[int, tuple[str, ...]]
    members: dict[int, tuple[str, ...]]
    teams: dict[int, tuple[str, ...]]


def every(session: Session) -> list[Alias]:
    """Return all words, in their order."""
    statement = (
        select(Alias)
        .where(col(Alias.workspace_id) == workspace_of(session))
        .order_by(col(Alias.word), col(Alias.id))
    )
    return list(session.exec(statement))


def words(session: Session) -> Words:
    """Return what else goals, members and teams are called."""
    found = Words({}, {}, {})
    for one in every(session):
        for known, key in (
            (found.goals, one.goal_id),
            (found.members, one.member_id),
            (found.teams, one.team_id),
        ):
            if key is not None:
                known[key] = (*known.get(key, ()), one.word)
    return found


def add(session: Session, word: str, kind: str, target: int, now: datetime) -> Alias:
    """Let a word stand for a goal, a member or a team; raises Refusal where it cannot.

    Questions that wait for this word wait no longer.
    """
    word = names.clean(word)
    form = text.canonical(word)
    if not form or kind not in KINDS:
        raise Refusal("alias_missing", N_("Write the word that people use."), field="word")
    if len(word) > LONGEST_WORD:
        raise Refusal(
            "alias_long",
            N_("A word has at most %(most)s characters."),
            {"most": LONGEST_WORD},
            field="word",
        )
    here = workspace_of(session)
    new = Alias(workspace_id=here, word=word, form=form, made_at=now)
    setattr(new, f"{kind}_id", target)
    taken = select(Alias).where(col(Alias.workspace_id) == here, col(Alias.form) == form)
    found = added(session, new, lambda: session.exec(taken).first())
    if found is not new:
        raise Refusal(
            "alias_taken",
            N_("That word stands for something already. Remove it there first."),
            field="word",
        )
    session.exec(
        delete(Unanswered).where(col(Unanswered.workspace_id) == here, col(Unanswered.rest) == form)
    )
    session.flush()
    return found


def remove(session: Session, alias: int) -> None:
    """Let a word stand for nothing any more."""
    session.exec(
        delete(Alias).where(
            col(Alias.workspace_id) == workspace_of(session), col(Alias.id) == alias
        )
    )


def waiting(session: Session, most: int = MOST_KEPT) -> list[Unanswered]:
    """Return the questions that were not understood, the most frequent first."""
    statement = (
        select(Unanswered)
        .where(col(Unanswered.workspace_id) == workspace_of(session))
        .order_by(col(Unanswered.count).desc(), col(Unanswered.asked_at).desc())
        .limit(most)
    )
    return list(session.exec(statement))


def forget(session: Session, unanswered: int) -> None:
    """Forget a question that needs no answer."""
    session.exec(
        delete(Unanswered).where(
            col(Unanswered.workspace_id) == workspace_of(session),
            col(Unanswered.id) == unanswered,
        )
    )


def keep(session: Session, question: str, rest: str | None, locale: str, now: datetime) -> None:
    """Keep a question that was not understood, or count it once more; old ones make room.

    `rest` None tells that it was understood, and nothing is kept.
    """
    if rest is None:
        return
    here = workspace_of(session)
    form = text.canonical(question)[:LONGEST_KEPT]
    if not form:
        return
    same = select(Unanswered).where(
        col(Unanswered.workspace_id) == here, col(Unanswered.form) == form
    )
    known = session.exec(same).first()
    if known is not None:
        known.count, known.asked_at = known.count + 1, now
        session.add(known)
        return
    new = Unanswered(
        workspace_id=here,
        question=text.plain(question)[:LONGEST_KEPT],
        form=form,
        rest=rest[:LONGEST_KEPT],
        locale=locale if locale in text.LOCALES else "en",
        asked_at=now,
    )
    # Somebody else may have asked the same at the same moment.
    with suppress(IntegrityError), session.begin_nested():
        session.add(new)
    _make_room(session, here, now)


def _make_room(session: Session, here: int, now: datetime) -> None:
    mine = col(Unanswered.workspace_id) == here
    session.exec(delete(Unanswered).where(mine, col(Unanswered.asked_at) < now - KEPT_FOR))
    held = session.exec(select(func.count()).select_from(Unanswered).where(mine)).one()
    if held > MOST_KEPT:
        oldest = (
            select(Unanswered.id)
            .where(mine)
            .order_by(col(Unanswered.asked_at))
            .limit(held - MOST_KEPT)
        )
        ids = list(session.exec(oldest))
        session.exec(delete(Unanswered).where(mine, col(Unanswered.id).in_(ids)))
