"""Sign-in: server-side sessions, one-time links, attempts; and the instance's own settings."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger
from sqlmodel import Field

from goals.table import Json, Table, UTCDateTime, new_id


class SignInSession(Table, table=True):
    """A signed-in browser; the cookie holds the secret, the table only its hash.

    `workspace_id` is the workspace the person works in now.
    """

    __tablename__ = "sign_in_session"

    token_hash: str = Field(primary_key=True)
    person_id: int = Field(foreign_key="person.id", sa_type=BigInteger, index=True)
    workspace_id: int | None = Field(default=None, foreign_key="workspace.id", sa_type=BigInteger)
    device: str | None = None
    created_at: datetime = Field(sa_type=UTCDateTime)
    seen_at: datetime = Field(sa_type=UTCDateTime)
    ended_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class SignInLink(Table, table=True):
    """A link that signs one person in once, until it is used or too old."""

    __tablename__ = "sign_in_link"

    token_hash: str = Field(primary_key=True)
    person_id: int = Field(foreign_key="person.id", sa_type=BigInteger, index=True)
    workspace_id: int = Field(foreign_key="workspace.id", sa_type=BigInteger)
    expires_at: datetime = Field(sa_type=UTCDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class SignInAttempt(Table, table=True):
    """A failed sign-in, counted per account and per address."""

    __tablename__ = "sign_in_attempt"

    id: int = Field(
        default_factory=new_id,
        primary_key=True,
        sa_type=BigInteger,
        sa_column_kwargs={"autoincrement": False},
    )
    subject: str = Field(index=True)
    at: datetime = Field(sa_type=UTCDateTime)


class Setting(Table, table=True):
    """A setting of this installation, by name."""

    name: str = Field(primary_key=True)
    value: Any = Field(default=None, sa_type=Json)
