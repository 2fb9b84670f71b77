"""What the benchmarks of pulling share: reading every page and no more, and a whole sync."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from cryptography.fernet import Fernet
from sqlmodel import col, select

from app.accounts import workspaces
from app.db import Database
from goals.metrics import refresh
from goals.records.connections import Connection
from goals.workspace import Workspace
from integrations import connections, sync
from integrations.crm.hubspot.fields import Mapper
from integrations.crm.hubspot.listing import asked
from integrations.crm.hubspot.paths import VERSION
from integrations.vault import Vault
from tests.fakes.hubspot.process import Remote

VAULT = Vault([Fernet.generate_key().decode()])
#: What a key needs so that deals are read with their companies, and nothing beside them.
DEALS_ONLY = [
    *(f"crm.objects.{one}.read" for one in ("deals", "companies", "owners")),
    "crm.schemas.deals.read",
]


def now() -> datetime:
    """Return the present instant."""
    return datetime.now(UTC)


def download(hub: Remote, history: str) -> int:
    """Read every page of deals that a sync reads, with urllib3, and throw it away.

    Returns how many pages there were.
    """
    import urllib3

    pool = urllib3.PoolManager(headers={"Authorization": f"Bearer {hub.token}"})
    words = _asked(pool, hub, history)
    after, pages = None, 0
    while True:
        query = urlencode({**words, **({"after": after} if after else {})})
        answer = pool.request("GET", f"{hub.url}/crm/objects/{VERSION}/deals?{query}")
        pages += 1
        tail = answer.data[-300:]
        place = tail.rfind(b'"after":"')
        if place < 0:
            return pages
        after = tail[place + 9 :].split(b'"')[0].decode()


def first_page(hub: Remote) -> list[str]:
    """Return the ids of the first hundred deals."""
    import urllib3

    pool = urllib3.PoolManager(headers={"Authorization": f"Bearer {hub.token}"})
    answer = pool.request("GET", f"{hub.url}/crm/objects/{VERSION}/deals?limit=100")
    return [one["id"] for one in json.loads(answer.data)["results"]]


def _asked(pool: Any, hub: Remote, history: str) -> dict[str, Any]:
    """Return what a sync asks for with each page of deals."""
    answer = pool.request("GET", f"{hub.url}/crm/properties/{VERSION}/deals")
    own = [one["name"] for one in json.loads(answer.data)["results"] if not one["hubspotDefined"]]
    mapper = Mapper("deals", own, zone="UTC", fields={}, stages={}, pipelines={})
    return asked(mapper, with_history=history == "on")


def pull(database: Database, url: str, token: str, history: str) -> None:
    """Make a workspace and pull everything into it."""
    connect(database, url, token, history)
    again(database)


def connect(database: Database, url: str, token: str, history: str) -> None:
    """Make a workspace with a connection that has pulled nothing yet."""
    with database.system() as system:
        here = workspaces.create(system, f"Bench {now()}", now=now()).id
    with database.session(here) as session:
        connections.add(
            session,
            "hubspot",
            "HubSpot",
            settings={"base_url": url, "history": history},
            secrets={"token": token},
            vault=VAULT,
            now=now(),
        )


def again(database: Database, clock: Callable[[], datetime] = now) -> sync.Run:
    """Pull what is new into the only workspace."""
    with database.system() as system:
        (here,) = system.exec(select(Workspace.id)).all()
    with database.session(here) as session:
        (connection,) = session.exec(
            select(Connection.id).where(col(Connection.workspace_id) == here)
        ).all()
    run = sync.pull(database.begin(here), connection, vault=VAULT, clock=clock, allow_private=True)
    assert run.status == "done", run.error
    return run


def count(database: Database) -> None:
    """Count what was pulled, as a worker does after each sync."""
    with database.system() as system:
        (here,) = system.exec(select(Workspace.id)).all()
    with database.session(here) as session:
        refresh.refresh(session, undated=True)
