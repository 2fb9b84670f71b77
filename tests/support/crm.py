"""A workspace beside a fake HubSpot, with one clock for both, for tests of syncs."""

import shutil
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from sqlmodel import col, select

from app.db import Database
from goals.records.connections import Checkpoint, Connection, SyncRun
from goals.records.sales import PipelineStage
from goals.table import new_id
from integrations import checking, connections, sync
from integrations.http import Client
from integrations.vault import Vault
from tests.fakes.hubspot.hub import FakeHubSpot
from tests.support.records import Room

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
KEY = Fernet.generate_key().decode()
#: A token that must be seen nowhere but at its vendor.
CANARY = "pat-na1-canary-2f6c"
COUNTED = ("created", "updated", "deleted", "unchanged", "rejected")


class Clock:
    """Time that passes when somebody waits; the account's time goes along."""

    def __init__(self):
        self.now = NOW
        self.waits = []
        self.hub = None

    def __call__(self):
        return self.now

    def advance(self, seconds):
        self.now += timedelta(seconds=seconds)
        if self.hub is not None:
            self.hub.advance(seconds)

    def sleep(self, seconds):
        self.waits.append(seconds)
        self.advance(seconds)

    def monotonic(self):
        return self.now.timestamp()


class Desk(Room):
    """A workspace with a connection to a vendor, whose clock goes along with ours."""

    def __init__(self, database, vendor, clock, provider, settings, secrets):
        super().__init__(database, f"Acme {new_id()}")
        self.hub, self.clock = vendor, clock
        clock.hub = vendor
        self.vault = Vault([KEY])
        self.add(provider, settings, secrets)

    def add(self, provider, settings, secrets):
        """Add a connection, which is then the one that is pulled."""
        with self.session() as session:
            self.connection = connections.add(
                session,
                provider,
                f"{provider} {self.connection}",
                settings=settings,
                secrets=secrets,
                vault=self.vault,
                now=self.clock(),
            ).id

    def pull(self, **options):
        return sync.pull(
            self.database.begin(self.here),
            self.connection,
            vault=self.vault,
            clock=self.clock,
            **{"allow_private": True, **options},
        )

    def check(self, **options):
        """Test the connection as a person does; return what was looked at."""
        return checking.check(
            self.database.begin(self.here),
            self.connection,
            **{"vault": self.vault, "clock": self.clock, "allow_private": True, **options},
        )

    def done(self, **options):
        """Pull and see that all went well."""
        run = self.pull(**options)
        assert (run.status, run.error) == ("done", None)
        return run

    def later(self, seconds=3600, **options):
        """Pull again after some time."""
        self.clock.advance(seconds)
        return self.done(**options)

    def _all(self, table):
        with self.session() as session:
            return list(session.exec(select(table).where(col(table.workspace_id) == self.here)))

    def connected(self):
        return next(one for one in self._all(Connection) if one.id == self.connection)

    def runs(self):
        return [one for one in self._all(SyncRun) if one.connection_id == self.connection]

    def places(self):
        return {one.stream: one.cursor for one in self._all(Checkpoint)}

    def stages(self):
        return {one.name: one for one in self._all(PipelineStage)}

    def visits(self, deal):
        """Return the stages a deal went through, with their days."""
        found = [one for one in self.rows("stage_event").values() if one.deal_id == deal.id]
        return [(one.stage, one.entered_on.isoformat()) for one in sorted(found, key=_order)]


class Office(Desk):
    """A workspace with a connection to a HubSpot account."""

    def __init__(self, database, hub, clock, **settings):
        settings = {"base_url": hub.url, **settings}
        super().__init__(database, hub, clock, "hubspot", settings, {"token": hub.token})


def _order(event):
    return event.entered_on, event.entered_at, event.position


def stream(run, name):
    """Return what one stream of a run did."""
    return next(one for one in run.streams if one.name == name)


def counts(run, name):
    """Return the counts of a stream that are not zero."""
    told = stream(run, name).to_json()
    return {word: told[word] for word in ("read", *COUNTED) if told[word]}


def changes(run):
    """Return how many rows a run changed."""
    return sum(one.created + one.updated + one.deleted for one in run.streams)


@pytest.fixture
def clock(monkeypatch):
    made = Clock()
    for name, one in (("sleep", made.sleep), ("monotonic", made.monotonic)):
        monkeypatch.setitem(Client.__init__.__kwdefaults__, name, one)
    return made


@pytest.fixture
def hub(clock):
    with FakeHubSpot(CANARY, now=NOW) as made:
        clock.hub = made
        yield made


@pytest.fixture(scope="module")
def shop(sqlite_template, tmp_path_factory):
    """A database for all tests of a module; each works in a workspace of its own."""
    file = shutil.copy(sqlite_template, tmp_path_factory.mktemp("shop") / "headway.db")
    made = Database(f"sqlite:///{file}")
    yield made
    made.dispose()


@pytest.fixture(scope="module")
def postgres_shop(postgres_server, postgres_template):
    with postgres_server.database(postgres_template, f"shop_{new_id()}") as made:
        database = Database(made.app_url)
        yield database
        database.dispose()


@pytest.fixture
def office(shop, hub, clock):
    return Office(shop, hub, clock)


@pytest.fixture(params=["shop", "postgres_shop"])
def offices(request, hub, clock):
    """The same on both databases, one after the other."""
    return Office(request.getfixturevalue(request.param), hub, clock)
