"""What follows when a workspace's days mean something else, and taking the sample away."""

import threading
from datetime import date

import pytest
from sqlmodel import col, select

from app import rebuilding, removal
from app.db import Database
from app.due import Due
from app.tables import metadata
from app.wiring import clock_of, system_clock
from benchmarks.metrics import Company
from goals.alerts.channel import Outgoing
from goals.errors import Refusal
from goals.metrics import readings, turns
from goals.metrics.query import Query
from goals.records.connections import Checkpoint, Connection
from goals.records.record import DirtyDay
from goals.workspace import Workspace
from tests.support import company


def of(site, table):
    return select(table).where(col(table.workspace_id) == site.here)


def add_sources(session, site):
    """Add a source with a place in a stream, and one that is paused."""
    made = []
    for name, paused in (("CRM", False), ("Old", True)):
        row = Connection(
            workspace_id=site.here, name=name, provider="hubspot", is_paused=paused,
            created_at=site.now,
        )  # fmt: skip
        session.add(row)
        session.flush()
        session.add(
            Checkpoint(
                workspace_id=site.here,
                connection_id=row.id,
                stream="deals",
                cursor={"after": 7},
                updated_at=site.now,
            )  # fmt: skip
        )
        made.append(row.id)
    return made


def test_all_sources_that_are_pulled_are_read_from_the_beginning(sites):
    with sites.session() as session:
        pulled, _paused = add_sources(session, sites)
        assert rebuilding.read_again(session, sites.now) == 1
    with sites.session() as session:
        assert session.exec(of(sites, Checkpoint)).all() == []
        due = [(one.task, one.subject, one.due_at) for one in session.exec(of(sites, Due))]
        assert due == [("sync", str(pulled), sites.now)]


def test_counting_again_changes_no_number_and_has_the_goals_reviewed(sites):
    query = Query("revenue", date(2026, 1, 1), date(2026, 6, 30))

    def value():
        with sites.session() as session:
            return readings.read(session, query, today=sites.now.date(), now=sites.now).value

    before = value()
    with sites.session() as session:
        rebuilding.count_again(session, sites.now)
        assert [one.task for one in session.exec(of(sites, Due))] == ["review"]
    assert value() == before > 0


def test_others_write_while_much_is_counted(sqlite_url, monkeypatch):
    monkeypatch.setattr(rebuilding, "SECONDS", 0.3)
    monkeypatch.setattr(rebuilding, "ROWS", 400)
    much = Company(Database(sqlite_url), 1_000, owners=5)
    with much.database.session(much.workspace_id) as session:
        turns.mark_everything(session)
    over, other = threading.Event(), Database(sqlite_url)
    #: How many turns were begun when each write got its turn.
    between: list[int] = []
    begun: list[None] = []

    def write():
        while not over.is_set():
            with other.session(much.workspace_id) as session:
                session.get(Workspace, much.workspace_id).name = f"Company {len(between)}"
            between.append(len(begun))
            over.wait(0.02)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        rebuilding.count_marked(much.database.begin(much.workspace_id), lambda: begun.append(None))
    finally:
        over.set()
        writer.join()
    # Counted in one go, nobody would have written after it began and before it ended.
    assert len(begun) > 6
    assert sum(1 < one < len(begun) for one in between) >= 3
    with much.database.session(much.workspace_id) as session:
        left = select(DirtyDay).where(col(DirtyDay.workspace_id) == much.workspace_id)
        assert session.exec(left).all() == []
    other.dispose()
    much.database.dispose()


def test_a_sample_leaves_no_row_behind_and_the_neighbour_untouched(sites):
    other = company.make(sites.database, name="Borealis")
    with sites.database.session(other) as session:
        company.revenue_goal(session)
    before = rows(sites, other)
    with sites.session() as session:
        company.revenue_goal(session)
        add_sources(session, sites)
        here = session.get(Workspace, sites.here)
        here.is_sample = True
        session.add(here)
    with sites.session() as session:
        removal.remove_sample(session)
    assert rows(sites, sites.here) == {}
    assert rows(sites, other) == before


def rows(site, workspace_id):
    """Count the rows of a workspace by table, those without any left out."""
    found = {}
    with site.database.session(workspace_id) as session:
        for table in metadata.sorted_tables:
            if "workspace_id" in table.columns and table.name != "sign_in_session":
                statement = table.select().where(table.c.workspace_id == workspace_id)
                if number := len(session.execute(statement).all()):
                    found[table.name] = number
    return found


def test_what_is_no_sample_cannot_be_removed(site):
    with pytest.raises(Refusal, match="not_a_sample"), site.session() as session:
        removal.remove_sample(session)
    assert site.workspace().name == "Acme"


def test_a_command_lives_at_the_end_of_the_local_day_that_it_was_given():
    here = Workspace(name="Acme", zone="Pacific/Kiritimati", created_at=system_clock())
    at = clock_of(here, date(2026, 3, 31))()
    assert at.isoformat() == "2026-03-31T09:59:59.999999+00:00"
    assert clock_of(here, None) is system_clock


def test_without_slack_messages_go_to_the_preview(site):
    message = Outgoing(site.here, "key", "alert", "C01")
    with site.session() as session:
        channel = site.wiring.alert_channel(session)
    assert (channel.send(message), channel.find(message)) == ("preview:key", None)


def test_what_was_never_opened_can_be_closed(tmp_path):
    from app.wiring import Wiring
    from tests.support.site import settings_for

    Wiring(settings_for("sqlite:////nowhere/headway.db", tmp_path)).close()
