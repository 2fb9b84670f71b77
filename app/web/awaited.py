"""What waits for a browser to come back from another site: good once, soon, for that browser.

It is kept under a name that nobody can find without the ticket and the browser's own sign-in.
"""

import hashlib
import secrets as tickets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from app.accounts.tables import Setting
from app.web import frame
from goals.errors import Refusal
from integrations.vault import Vault

#: How long another site's page may stay open.
LIFE = timedelta(minutes=10)
#: How long a used ticket is remembered; longer than any lives.
LIFE_OF_USED = timedelta(hours=1)


def new_ticket() -> str:
    """Return a secret that ties an answer to the browser that asked."""
    return tickets.token_urlsafe(32)


def keep(
    kind: str,
    value: Mapping[str, Any],
    secrets: Mapping[str, str] | None = None,
    *,
    ticket: str | None = None,
) -> str:
    """Keep something of this workspace until the browser is back; returns its ticket.

    `secrets` are sealed. Called before the request's own transaction writes anything.
    """
    wiring, now = frame.wiring(), frame.now()
    ticket = ticket or new_ticket()
    kept = {
        **value,
        "workspace": frame.here().id,
        "until": (now + LIFE).isoformat(),
        "sealed": wiring.vault.seal(dict(secrets)) if secrets else None,
    }
    with wiring.database.system() as system:
        _sweep(system, kind, now)
        system.add(Setting(name=_name(kind, ticket), value=kept))
    return ticket


def take(kind: str, ticket: str) -> tuple[dict[str, Any], dict[str, str]] | None:
    """Return what was kept with its secrets, so that nobody takes it again.

    None when it is gone, too old, another browser's or another workspace's.
    """
    wiring = frame.wiring()
    with wiring.database.system() as system:
        row = system.get(Setting, _name(kind, ticket))
        if row is None:
            return None
        value: dict[str, Any] = dict(row.value)
        gone = system.execute(delete(Setting).where(col(Setting.name) == row.name))
        if gone.rowcount != 1:  # type: ignore[attr-defined]
            return None
    is_good = datetime.fromisoformat(value.pop("until")) > frame.now()
    if not is_good or value.pop("workspace") != frame.here().id:
        return None
    return value, wiring.vault.open(value.pop("sealed"))


def spend(session: Session, kind: str, ticket: str) -> bool:
    """Take note that a ticket was used, with whatever it was used for; False where it was before.

    For tickets that carry what they are for and until when, and are nobody's browser's.
    """
    now = frame.now()
    _sweep(session, kind, now)
    name = f"{kind}:{hashlib.sha256(ticket.encode()).hexdigest()}"
    if session.get(Setting, name) is not None:
        return False
    try:
        with session.begin_nested():
            session.add(Setting(name=name, value={"until": (now + LIFE_OF_USED).isoformat()}))
    except IntegrityError:
        return False  # At the same moment, by another press of the button.
    return True


def reseal(session: Session, vault: Vault) -> int:
    """Seal what waits with the newest key; return how many secrets that are.

    What none of the keys opens is of no use to whoever comes back, so it is forgotten.
    """
    done = 0
    for row in session.exec(select(Setting).with_for_update()):
        sealed = row.value.get("sealed") if isinstance(row.value, dict) else None
        if sealed is None:
            continue
        try:
            row.value = {**row.value, "sealed": vault.reseal(sealed)}
        except Refusal:
            session.delete(row)
            continue
        session.add(row)
        done += 1
    session.flush()
    return done


def _name(kind: str, ticket: str) -> str:
    found = frame.signed_in()
    browser = found.token_hash if found is not None else ""
    return f"{kind}:{hashlib.sha256(f'{ticket}:{browser}'.encode()).hexdigest()}"


def _sweep(session: Session, kind: str, now: datetime) -> None:
    """Forget what nobody came back for."""
    for row in session.exec(select(Setting).where(col(Setting.name).startswith(f"{kind}:"))):
        if datetime.fromisoformat(row.value["until"]) <= now:
            session.delete(row)
