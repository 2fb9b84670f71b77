"""Links by which anybody may read the strategy, for a while and until they are revoked.

The secret stands in the link alone. The link also names the workspace, so that it is looked for
there and nowhere else.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from goals.errors import Refusal
from goals.table import MOST_ID, workspace_of
from goals.tracking.visibility import Audience
from goals.words import N_
from strategy.worksheets.setting import Setting
from strategy.worksheets.tables import ShareLink

#: Readers who are no members of the workspace see no goal by its name.
STRANGERS = Audience(clearance="none")
#: For how many days a link may hold.
DAYS = (1, 7, 30)
#: More links than these at a time are a slip.
MOST = 50
#: That a link was opened is written at most this often.
TOUCH = timedelta(minutes=1)

_TOKEN = re.compile(r"([0-9a-f]{1,16})\.([\w-]{20,64})", re.ASCII)


@dataclass(frozen=True)
class Shared:
    """A link for reading; `state` is "open", "expired" or "revoked", `opened_at` None for never."""

    id: int
    by_name: str | None
    made_at: datetime
    expires_at: datetime
    opened_at: datetime | None
    state: str


def make(session: Session, days: int, *, by: int | None, now: datetime) -> str:
    """Make a link that holds for so many days, and return the token that stands in it.

    Raises Refusal for another number of days, and for too many links at once.
    """
    if days not in DAYS:
        raise Refusal("share_days", N_("Choose for how long the link should work."), field="days")
    here = workspace_of(session)
    open_links = select(ShareLink.id).where(
        col(ShareLink.workspace_id) == here,
        col(ShareLink.revoked_at).is_(None),
        col(ShareLink.expires_at) > now,
    )
    if len(session.exec(open_links).all()) >= MOST:
        raise Refusal(
            "share_many",
            N_("There are %(most)s links already. Revoke one to make another."),
            {"most": MOST},
            field="days",
            misused=False,
        )
    token = f"{here:x}.{secrets.token_urlsafe(32)}"
    session.add(
        ShareLink(
            workspace_id=here,
            token_hash=_hash(token),
            made_by=by,
            made_at=now,
            expires_at=now + timedelta(days=days),
        )
    )
    session.flush()
    return token


def links(session: Session, setting: Setting, *, now: datetime) -> list[Shared]:
    """Return the links that were made, the latest first."""
    statement = (
        select(ShareLink)
        .where(col(ShareLink.workspace_id) == workspace_of(session))
        .order_by(col(ShareLink.made_at).desc(), col(ShareLink.id).desc())
        .limit(2 * MOST)
    )
    return [
        Shared(
            id=one.id,
            by_name=setting.who(one.made_by),
            made_at=one.made_at,
            expires_at=one.expires_at,
            opened_at=one.opened_at,
            state=_state(one, now),
        )
        for one in session.exec(statement)
    ]


def revoke(session: Session, link_id: int, *, now: datetime) -> None:
    """Let a link work no more; raises Refusal `unknown_link`."""
    found = session.exec(
        select(ShareLink).where(
            col(ShareLink.workspace_id) == workspace_of(session), col(ShareLink.id) == link_id
        )
    ).first()
    if found is None:
        raise Refusal("unknown_link", N_("There is no such link."), field="link")
    if found.revoked_at is None:
        found.revoked_at = now


def workspace_in(token: str) -> int | None:
    """Return the workspace that a token names, None for what is no token."""
    found = _TOKEN.fullmatch(token)
    named = int(found.group(1), 16) if found is not None else 0
    return named if 0 < named <= MOST_ID else None


def opened(session: Session, token: str, *, now: datetime) -> ShareLink | None:
    """Return the link that a token opens in this workspace, None unless it works now."""
    found = session.exec(
        select(ShareLink).where(
            col(ShareLink.workspace_id) == workspace_of(session),
            col(ShareLink.token_hash) == _hash(token),
        )
    ).first()
    if found is None or _state(found, now) != "open":
        return None
    if found.opened_at is None or now - found.opened_at >= TOUCH:
        found.opened_at = now
    return found


def _state(link: ShareLink, now: datetime) -> str:
    if link.revoked_at is not None:
        return "revoked"
    return "open" if now < link.expires_at else "expired"


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
