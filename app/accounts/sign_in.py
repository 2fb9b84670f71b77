"""Signing in and out: server-side sessions, one-time links, and a brake on guessing."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, update
from sqlalchemy import select as columns
from sqlmodel import Session, col, func, select

from app.accounts import passwords, people
from app.accounts.tables import SignInAttempt, SignInLink, SignInSession
from goals.errors import Refusal
from goals.table import Table
from goals.words import N_
from goals.workspace import Member, Person, Workspace

IDLE = timedelta(hours=12)
LONGEST = timedelta(days=14)
LINK_LIFE = timedelta(hours=72)
#: A session's last use is written at most this often.
TOUCH = timedelta(minutes=5)
WINDOW = timedelta(minutes=15)
#: Failures allowed within the window, per account and per address.
PER_ACCOUNT = 5
PER_ADDRESS = 30


@dataclass(frozen=True)
class SignedIn:
    """Who is at the browser, and in which workspace.

    Requests share these objects, so whoever changes a row reads it for itself.
    """

    person: Person
    workspace: Workspace | None
    member: Member | None
    token_hash: str


@dataclass(frozen=True)
class Held:
    """What is kept of a sign-in; `who` is whom it belongs to as long as it holds."""

    created_at: datetime
    seen_at: datetime
    ended_at: datetime | None
    who: SignedIn


def token_hash(token: str) -> str:
    """Return what the database keeps of a secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def with_password(
    session: Session, *, email: str, password: str, address: str, now: datetime
) -> Person:
    """Return who an address and password belong to.

    Raises Refusal: one and the same text whatever was wrong, and another once too many
    tries failed within a quarter of an hour.
    """
    account = f"account:{email.strip().lower()[:254]}"
    origin = f"address:{address}"
    if _failures(session, account, now) >= PER_ACCOUNT or (
        _failures(session, origin, now) >= PER_ADDRESS
    ):
        raise Refusal(
            "too_many_tries",
            N_("Too many tries. Wait a quarter of an hour, or ask an owner for a sign-in link."),
            misused=False,
        )
    person = people.person_with(session, email.strip().lower())
    fits = passwords.matches(password, person.password_hash if person is not None else None)
    if person is None or not fits or person.disabled_at is not None:
        session.add_all(SignInAttempt(subject=one, at=now) for one in (account, origin))
        session.flush()
        raise Refusal(
            "sign_in_failed",
            N_("The e-mail address or the password is not right."),
            field="password",
            misused=False,
        )
    session.execute(delete(SignInAttempt).where(col(SignInAttempt.subject) == account))
    return person


def too_many(session: Session, subject: str, now: datetime) -> bool:
    """Tell whether an address failed so often that it has to wait, whatever it tried to open."""
    return _failures(session, subject, now) >= PER_ADDRESS


def note_failure(session: Session, subject: str, now: datetime) -> None:
    """Count a failure of an address."""
    session.add(SignInAttempt(subject=subject, at=now))
    session.flush()


def _failures(session: Session, subject: str, now: datetime) -> int:
    statement = select(func.count()).where(
        col(SignInAttempt.subject) == subject, col(SignInAttempt.at) > now - WINDOW
    )
    return session.exec(statement).one()


def start(
    session: Session, person: Person, *, workspace_id: int | None, device: str, now: datetime
) -> str:
    """Begin a session and return its secret, which only the cookie keeps."""
    token = secrets.token_urlsafe(32)
    session.add(
        SignInSession(
            token_hash=token_hash(token),
            person_id=person.id,
            workspace_id=workspace_id or first_workspace(session, person.id),
            device=device[:200],
            created_at=now,
            seen_at=now,
        )
    )
    session.flush()
    return token


def first_workspace(session: Session, person_id: int) -> int | None:
    """Return a workspace the person is a member of, None if there is none."""
    statement = (
        select(Member.workspace_id)
        .where(col(Member.person_id) == person_id)
        .order_by(col(Member.created_at))
    )
    return session.exec(statement).first()


_HELD, _PERSON, _WORKSPACE, _MEMBER = (
    Table.metadata.tables[name] for name in ("sign_in_session", "person", "workspace", "member")
)
#: Put together once, of tables: every request asks it, and classes would make objects anew.
_WHO = (
    columns(_HELD.c.created_at, _HELD.c.seen_at, _HELD.c.ended_at)
    .add_columns(*_PERSON.c, *_WORKSPACE.c, *_MEMBER.c)
    .select_from(_HELD)
    .join(_PERSON, _PERSON.c.id == _HELD.c.person_id)
    .outerjoin(_WORKSPACE, _WORKSPACE.c.id == _HELD.c.workspace_id)
    .outerjoin(
        _MEMBER,
        and_(
            _MEMBER.c.workspace_id == _HELD.c.workspace_id,
            _MEMBER.c.person_id == _HELD.c.person_id,
        ),
    )
    .where(_HELD.c.token_hash == bindparam("token_hash"))
)
#: Where the values of a workspace and of a member begin.
_SECOND = 3 + len(_PERSON.c)
_THIRD = _SECOND + len(_WORKSPACE.c)


def held(connection: Connection, token_hash: str) -> Held | None:
    """Return what is kept of a sign-in, whether it still holds or not; None for none."""
    found = connection.execute(_WHO, {"token_hash": token_hash}).first()
    if found is None:
        return None
    person: Person = _made(Person, found[3:_SECOND])
    here = SignedIn(person, None, None, token_hash)
    if found[_THIRD] is not None:
        workspace: Workspace = _made(Workspace, found[_SECOND:_THIRD])
        here = SignedIn(person, workspace, _made(Member, found[_THIRD:]), token_hash)
    return Held(found[0], found[1], found[2], here)


def who(held: Held, now: datetime) -> SignedIn | None:
    """Return who a session belongs to; None when it ended, idled out or grew too old."""
    too_old = now - held.seen_at > IDLE or now - held.created_at > LONGEST
    if held.ended_at is not None or too_old or held.who.person.disabled_at is not None:
        return None
    return held.who


def is_to_touch(held: Held, now: datetime) -> bool:
    """Tell whether the last use that is kept is too long ago."""
    return now - held.seen_at > TOUCH


def touch(connection: Connection, token_hash: str, now: datetime) -> None:
    """Keep that a session is used."""
    connection.execute(update(_HELD).where(_HELD.c.token_hash == token_hash).values(seen_at=now))


@lru_cache(maxsize=2048)
def _made(kind: type[Table], values: tuple[Any, ...]) -> Any:
    """Return an object with the values of a row, the same for equal rows."""
    names = Table.metadata.tables[kind.__name__.lower()].columns.keys()
    return kind(**dict(zip(names, values, strict=True)))


def end(session: Session, token_hash: str, now: datetime) -> None:
    """End one session."""
    statement = (
        update(SignInSession)
        .where(col(SignInSession.token_hash) == token_hash, col(SignInSession.ended_at).is_(None))
        .values(ended_at=now)
    )
    session.execute(statement)


def end_all(session: Session, person_id: int, now: datetime, *, but: str | None = None) -> None:
    """End every session of a person, but for one that may go on."""
    statement = update(SignInSession).where(
        col(SignInSession.person_id) == person_id, col(SignInSession.ended_at).is_(None)
    )
    if but is not None:
        statement = statement.where(col(SignInSession.token_hash) != but)
    session.execute(statement.values(ended_at=now))


def make_link(session: Session, person: Person, workspace_id: int, now: datetime) -> str:
    """Return the secret of a new one-time sign-in link."""
    token = secrets.token_urlsafe(32)
    session.add(
        SignInLink(
            token_hash=token_hash(token),
            person_id=person.id,
            workspace_id=workspace_id,
            expires_at=now + LINK_LIFE,
        )
    )
    session.flush()
    return token


def use_link(session: Session, token: str, now: datetime) -> tuple[Person, int]:
    """Return who a link is for and into which workspace; a link works once.

    Raises Refusal for a link that is unknown, used or too old.
    """
    used = (
        update(SignInLink)
        .where(
            col(SignInLink.token_hash) == token_hash(token),
            col(SignInLink.used_at).is_(None),
            col(SignInLink.expires_at) > now,
        )
        .values(used_at=now)
    )
    if session.execute(used).rowcount != 1:  # type: ignore[attr-defined]
        raise Refusal(
            "link_spent",
            N_("This sign-in link was used already or is too old. Ask an owner for a new one."),
            misused=False,
        )
    link = session.exec(
        select(SignInLink).where(col(SignInLink.token_hash) == token_hash(token))
    ).one()
    person = session.get(Person, link.person_id)
    assert person is not None
    return person, link.workspace_id
