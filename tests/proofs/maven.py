"""A real year of deals: two spellings of the same files and a CRM give the same readings.

And one quarter of it, judged day by day: a straight plan cries wolf, the seasonal one does not.
Needs the public data set beside the project; says so where it is missing.
"""

import tempfile
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet

from app import db
from app.accounts import workspaces
from app.db import Database
from goals import workspace
from goals.alerts import review
from goals.metrics import readings, refresh
from goals.metrics.query import Query
from goals.tracking import goals
from goals.tracking.drafts import Draft
from integrations import connections, sync
from integrations.files.importing import import_file
from integrations.vault import Vault
from tests.fakes.hubspot.hub import FakeHubSpot
from tests.fakes.hubspot.maven import load_maven

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "maven_crm"
NOW = datetime(2026, 11, 24, tzinfo=UTC)
FIRST, LAST = date(2016, 10, 1), date(2017, 12, 31)
FILES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    (
        "sales_teams.csv",
        "owner",
        {"columns": {"name": "sales_agent", "manager": "manager", "region": "regional_office"}},
    ),
    (
        "products.csv",
        "product",
        {"columns": {"name": "product", "list_price": "sales_price", "family": "series"}},
    ),
    ("accounts.csv", "account", {"columns": {"name": "account", "industry": "sector"}}),
    (
        "sales_pipeline.csv",
        "deal",
        {
            "columns": {
                "external_id": "opportunity_id",
                "owner": "sales_agent",
                "stage": "deal_stage",
                "created_on": "engage_date",
                "closed_on": "close_date",
                "amount": "close_value",
                "product": "product",
                "account": "account",
            },
            "stages": {"Prospecting": "open", "Engaging": "open", "Won": "won", "Lost": "lost"},
            "events": [
                {"stage": "Engaging", "on": "engage_date"},
                {"stage": "@stage", "on": "close_date"},
            ],
            "constants": {"currency": "USD", "pipeline": "Sales"},
            "aliases": {"product": {"GTXPro": "GTX Pro"}},
            "key": ["external_id"],
        },
    ),
)
#: What is read from each source, and compared.
READ: tuple[tuple[str, dict[str, str], dict[str, str]], ...] = (
    ("revenue", {}, {}),
    ("win_rate", {}, {}),
    ("win_rate", {"weight": "list_value"}, {}),
    ("win_rate", {"basis": "created_closed"}, {}),
    ("sales_cycle", {}, {}),
    ("sales_cycle", {"stat": "median"}, {}),
    ("sales_cycle", {"stat": "p90"}, {}),
    ("avg_deal_size", {"stat": "median"}, {}),
    ("new_customers", {}, {}),
    ("new_revenue", {}, {}),
    ("open_deals", {}, {"stage": "Engaging"}),
    ("open_deals", {"measure": "list_value"}, {"stage": "Engaging"}),
    ("open_deals", {"measure": "age"}, {"stage": "Engaging"}),
)


def run(*, seed: int = 1) -> bool:
    """Load the set three ways, compare, and judge its third quarter day by day."""
    if not DATA.exists():
        print(f"  the data set is not beside the project ({DATA.name}); nothing was proven")
        return False
    with tempfile.TemporaryDirectory() as folder:
        made = {
            "files": from_files(Path(folder) / "iso.db", DATA),
            "files, US dates": from_files(Path(folder) / "us.db", DATA / "us_dates_variant"),
            "HubSpot": from_hubspot(Path(folder) / "hub.db"),
        }
        same = _compare(made)
        judged = _quarter(*made["files"])
        for database, _ in made.values():
            database.dispose()
    return same and judged


def fresh(file: Path) -> tuple[Database, int]:
    """Return a prepared database with an empty workspace."""
    url = f"sqlite:///{file}"
    db.upgrade(url)
    database = Database(url)
    with database.system() as system:
        return database, workspaces.create(system, "Maven", now=NOW).id


def from_files(file: Path, folder: Path) -> tuple[Database, int]:
    """Return a workspace with the data set imported from its files."""
    database, here = fresh(file)
    for name, record, mapping in FILES:
        with (folder / name).open("rb") as content, database.session(here) as session:
            import_file(session, content, record, mapping, now=NOW, label=name)
    with database.session(here) as session:
        refresh.refresh(session, undated=True)
    return database, here


def from_hubspot(file: Path) -> tuple[Database, int]:
    """Return a workspace with the same deals pulled from a CRM."""
    database, here = fresh(file)
    vault = Vault([Fernet.generate_key().decode()])
    with FakeHubSpot() as hub:
        hub.now = datetime(2017, 12, 31, 12, tzinfo=UTC)
        load_maven(hub, DATA)
        fields = {"deal": {"created_on": "engage_date"}}
        with database.session(here) as session:
            made = connections.add(
                session,
                "hubspot",
                "HubSpot",
                settings={"base_url": hub.url, "fields": fields},
                secrets={"token": hub.token},
                vault=vault,
                now=NOW,
            )
            connection = made.id
        done = sync.pull(
            database.begin(here), connection, vault=vault, clock=lambda: NOW, allow_private=True
        )
        assert done.status == "done", done.error
    return database, here


def _compare(made: dict[str, tuple[Database, int]]) -> bool:
    equal = True
    for metric, params, where in READ:
        values = []
        for database, here in made.values():
            query = Query(metric, FIRST, LAST, params, where)
            with database.session(here) as session:
                found = readings.read(session, query, today=NOW.date(), now=NOW)
            values.append(found.value)
        same = len(set(values)) == 1 and values[0] is not None
        equal &= same
        name = " ".join([metric, *params.values(), *where.values()])
        shown = "none" if values[0] is None else f"{values[0]:.6f}"
        print(f"  {name:<34}{shown:>18}  {'equal in all three' if same else values}")
    return equal


def _quarter(database: Database, here: int) -> bool:
    """Judge the third quarter by both plans; the story must be the one that is known."""
    first, last = date(2017, 7, 1), date(2017, 9, 30)
    with database.session(here) as session:
        for plan in ("linear", "seasonal"):
            draft = Draft(
                name=plan,
                metric="revenue",
                kind="cumulative",
                direction="up",
                target_kind="target",
                target_input=Decimal(2_800_000),
                first_day=first,
                last_day=last,
                plan=plan,
                judge="pace",
            )
            goals.add(session, draft, by=None, today=NOW.date(), now=NOW)
    told: dict[str, list[tuple[str, str]]] = {"linear": [], "seasonal": []}
    alerts = dict.fromkeys(told, 0)
    day = first
    while day <= last:
        with database.session(here) as session:
            now = workspace.of(session).end_of(day)
            for one in review.review(session, now=now, today=day):
                if one.evaluation.changed:
                    told[one.goal.name].append((day.isoformat()[5:], one.evaluation.status))
                alerts[one.goal.name] += one.evaluation.status == "off_track" and one.queued
        day += timedelta(days=1)
    for plan, changes in told.items():
        print(f"  {plan:<10}" + ", ".join(f"{day} {status}" for day, status in changes))
    return told == KNOWN and alerts == {"linear": 1, "seasonal": 0}


KNOWN = {
    "linear": [
        ("07-01", "too_early"),
        ("07-22", "off_track"),
        ("07-28", "at_risk"),
        ("08-21", "on_track"),
        ("09-27", "achieved"),
    ],
    "seasonal": [("07-01", "too_early"), ("07-22", "on_track"), ("09-27", "achieved")],
}
