"""The start page with fifty goals: how near it comes to a page without content (C1 to C4)."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from statistics import median
from typing import Any

from cryptography.fernet import Fernet
from flask import Flask, render_template_string
from sqlmodel import col, select

from app.accounts import sign_in
from app.db import Database
from app.factory import create_app
from app.settings import Settings
from benchmarks import measuring, serving
from goals import workspace
from goals.alerts import review
from goals.metrics import refresh
from goals.tracking.evaluation import Evaluation
from goals.tracking.goal import Goal, GoalVersion
from goals.workspace import Member, Person
from tests.support import company

GOALS, POINTS = 50, 26
FIRST = date(2026, 7, 1)
TODAY = date(2026, 8, 14)


def rows(*, small: bool = False) -> Iterator[dict[str, Any]]:
    """Yield C1 to C4 on both databases."""
    goals, seconds, runs = (5, 0.3, 1) if small else (GOALS, 2.0, measuring.RUNS)
    with measuring.databases() as kinds:
        for name, make in kinds:
            database = make()
            here = _company(database, goals)
            environment = _environment(database)
            cookie = f"headway={_signed_in(database, here)}"
            rates = _rates(environment, cookie, here, seconds, runs)
            against = f"of {goals} goals, {serving.CONNECTIONS} connections, against"
            for line, what, above, below, floor, goal in (
                ("C1", f"page drawn anew {against} a bare hello", "anew", "hello", ".08", ".20"),
                ("C1", f"and each of its rows too {against} a bare hello", "first", "hello",
                 ".08", ".20"),
                ("C2", f"unchanged page {against} a bare hello", "kept", "hello", ".45", ".70"),
                ("C3", f"page drawn anew {against} a query for each goal", "anew", "naive", "8",
                 "18"),
                ("C3", f"and each of its rows too {against} a query for each goal", "first",
                 "naive", "8", "18"),
            ):  # fmt: skip
                yield measuring.row(line, what, name, rates[above] / rates[below], floor, goal)
            what = f"statements for a page of {goals} goals, whatever their number"
            yield measuring.row("C4", what, name, _statements(environment, cookie), "5", "3")


def _rates(
    environment: dict[str, str], cookie: str, here: int, seconds: float, runs: int
) -> dict[str, float]:
    """Return the pages a second of each kind of server, measured in turn."""
    found: dict[str, list[float]] = {kind: [] for kind in SERVERS}
    with ExitStack() as stack:
        ports = {
            kind: stack.enter_context(
                serving.running("benchmarks.pages", kind, **environment, BENCH_HERE=str(here))
            )
            for kind in SERVERS
        }
        for port in ports.values():
            serving.rate(port, cookie, seconds / 4)
        for _ in range(runs):
            for kind, port in ports.items():
                found[kind].append(serving.rate(port, cookie, seconds))
    return {kind: median(each) for kind, each in found.items()}


def _statements(environment: dict[str, str], cookie: str) -> int:
    """Return how many statements the start page sends for a process that has drawn nothing."""
    from sqlalchemy import event

    app = _headway(environment)
    seen: list[str] = []
    database = app.extensions["headway"].database
    client = app.test_client()
    client.set_cookie(*cookie.split("=", 1))
    assert client.get("/more").status_code == 200
    database.unchanged.forget()

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    assert client.get("/").status_code == 200
    database.dispose()
    return len([one for one in seen if "set_config" not in one])


# --- The company -----------------------------------------------------------------------------


def _company(database: Database, goals: int) -> int:
    """Make a workspace with so many goals, each judged on as many days as a line has points."""
    here = company.make(database)
    start = FIRST - timedelta(days=180)
    company.win(database, here, [(start + timedelta(days=2 * n), 100) for n in range(110)])
    with database.session(here) as session:
        refresh.refresh(session)
        for number in range(goals):
            company.revenue_goal(session, name=f"Goal {number:02}", target=3000 + 60 * number)
    for back in range(POINTS - 1, -1, -1):
        day = TODAY - timedelta(days=back)
        with database.session(here) as session:
            review.review(session, now=workspace.of(session).end_of(day), today=day)
    return here


def _environment(database: Database) -> dict[str, str]:
    url = database.engine.url.render_as_string(hide_password=False)
    return {
        "HEADWAY_DATABASE_URL": url,
        "HEADWAY_SECRET_KEY": "bench " * 8,
        "HEADWAY_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
    }


def _signed_in(database: Database, here: int) -> str:
    """Return the secret of a sign-in of the workspace's owner."""
    from datetime import UTC, datetime

    with database.system() as session:
        person = session.exec(select(Person).order_by(col(Person.id))).first()
        assert person is not None
        now = datetime.now(UTC)
        return sign_in.start(session, person, workspace_id=here, device="bench", now=now)


# --- The servers -----------------------------------------------------------------------------


def _hello(environment: dict[str, str]) -> Flask:
    app = Flask("hello")
    app.add_url_rule("/", view_func=lambda: "hello")
    return app


def _headway(environment: dict[str, str]) -> Flask:
    names = ("database_url", "secret_key", "encryption_keys")
    given: dict[str, Any] = {name: environment[f"HEADWAY_{name.upper()}"] for name in names}
    return create_app(Settings(**given))


def _anew(environment: dict[str, str]) -> Flask:
    """Return Headway as it is after a change: the page is put together, of rows that it knows."""
    return _forgetting(environment, "headway_home")


def _first(environment: dict[str, str]) -> Flask:
    """Return Headway without memory: each row is drawn as for the first time as well."""
    return _forgetting(environment, "headway_home", "headway_rows")


def _forgetting(environment: dict[str, str], *kept: str) -> Flask:
    app = _headway(environment)

    def forget() -> None:
        for name in kept:
            app.extensions.pop(name, None)
        app.extensions["headway"].database.unchanged.forget()

    # Before anything looks at who asks.
    app.before_request_funcs[None].insert(0, forget)
    return app


NAIVE = """<!doctype html><title>Goals</title><main>{% for one in goals %}<article>
<h2>{{ one.goal.name }}</h2><p>{{ one.owner }}: {{ one.seen[-1].status }} since
{{ one.seen[-1].since }}, {{ one.seen[-1].actual }} of {{ one.terms.target_value }}</p>
<svg viewBox="0 0 120 44"><polyline points="{% for each in one.seen %}{{ loop.index0 * 4 }},{{
44 - 44 * (each.actual or 0) / one.terms.target_value }} {% endfor %}"/><polyline points="{%
for each in one.seen %}{{ loop.index0 * 4 }},{{ 44 - 44 * (each.expected or 0) /
one.terms.target_value }} {% endfor %}"/></svg></article>{% endfor %}</main>"""


def _naive(environment: dict[str, str]) -> Flask:
    """Return the page as it is written first: each goal asks for what belongs to it."""
    app = Flask("naive")
    database = Database(environment["HEADWAY_DATABASE_URL"])
    here = int(environment["BENCH_HERE"])

    @app.get("/")
    def page() -> str:
        with database.session(here) as session:
            found = []
            for goal in session.exec(select(Goal).where(col(Goal.workspace_id) == here)):
                terms = session.exec(
                    select(GoalVersion).where(
                        col(GoalVersion.workspace_id) == here,
                        col(GoalVersion.goal_id) == goal.id,
                        col(GoalVersion.version) == goal.version,
                    )
                ).one()
                seen = session.exec(
                    select(Evaluation)
                    .where(col(Evaluation.workspace_id) == here, col(Evaluation.goal_id) == goal.id)
                    .order_by(col(Evaluation.day))
                ).all()
                owner = session.exec(
                    select(Person.name)
                    .join(Member, col(Member.person_id) == col(Person.id))
                    .where(col(Member.workspace_id) == here)
                ).first()
                found.append({"goal": goal, "terms": terms, "seen": seen, "owner": owner})
            return render_template_string(NAIVE, goals=found)

    return app


SERVERS: dict[str, Callable[[dict[str, str]], Flask]] = {
    "hello": _hello,
    "anew": _anew,
    "first": _first,
    "kept": _headway,
    "naive": _naive,
}

if __name__ == "__main__":
    serving.serve(SERVERS[sys.argv[1]](dict(os.environ)), int(sys.argv[2]))
