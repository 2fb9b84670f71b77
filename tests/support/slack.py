"""A Headway beside a fake Slack: one workspace with people, goals and evaluations of its own."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from cryptography.fernet import Fernet
from flask import Flask

from app.accounts import people, sign_in, workspaces
from app.settings import Settings
from app.wiring import Wiring
from goals import words
from goals.alerts.outbox import Outbox
from goals.records.connections import Connection
from goals.table import new_id
from goals.tracking import facts, standing
from goals.tracking.evaluation import Evaluation, StatusChange
from goals.tracking.goal import Goal, GoalVersion
from goals.tracking.reasons import PROJECTED
from goals.workspace import Member
from integrations.slack import channels, links
from tests.fakes.slack.server import FakeSlack
from tests.fakes.slack.user import SlackUser
from tests.fakes.slack.world import Channel, User
from tests.support import site

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
OWNER = "dana@acme.test"


class Desk:
    """The program and the Slack beside it, with the means to arrange both."""

    def __init__(self, slack: FakeSlack, url: str, **also: Any) -> None:
        self.slack = slack
        self.moment = NOW
        given = {
            "database_url": url,
            "secret_key": "s" * 40,
            "encryption_keys": Fernet.generate_key().decode(),
            "base_url": "http://127.0.0.1:8000",
            "slack_api_url": slack.api_url,
            "slack_signing_secret": slack.signing_secret,
            "slack_bot_token": slack.bot_token,
            "slack_app_token": slack.app_token,
            "slack_client_id": slack.client_id,
            "slack_client_secret": slack.client_secret,
        }
        self.wiring = Wiring(Settings(**{**given, **also}), clock=lambda: self.moment)
        with self.wiring.database.system() as system:
            made = workspaces.create(
                system, "Acme", now=NOW, zone="Asia/Bangkok", currency="THB", is_sample=False
            )
            self.workspace_id = made.id
        self.teams = {name: self._team(name) for name in ("Sales", "Service")}
        self.add_member(OWNER, "Dana Keller", "owner")

    def session(self) -> Any:
        """Open a transaction in the workspace."""
        return self.wiring.database.session(self.workspace_id)

    @property
    def parts(self) -> Any:
        """What Slack's side is given."""
        return self.wiring.slack

    def _team(self, name: str) -> int:
        with self.session() as session:
            return people.add_team(session, name).id

    def add_member(self, email: str, name: str, role: str, team: str | None = None) -> int:
        """Add a member and return their id."""
        with self.session() as session:
            made = people.add(
                session, email=email, name=name, role=role, team=team, now=self.moment
            )
            return made.id

    def link(self, user: User, member_id: int) -> None:
        """Link a Slack user to a member."""
        with self.session() as session:
            member = session.get(Member, (self.workspace_id, member_id))
            links.link(session, user.team_id, user.id, member, self.moment)

    def person(self, name: str, role: str = "viewer", team: str | None = None, **also: Any) -> User:
        """Add somebody to Slack and to Headway, linked; returns the Slack user."""
        user = self.slack.add_user(name, **also)
        self.link(user, self.add_member(f"{user.name}@headway.test", name, role, team))
        return user

    def goal(
        self, name: str, status: str = "at_risk", *, actual: str = "16200000", **also: Any
    ) -> int:
        """Add a goal that was evaluated; `also` are fields of Goal. Returns its id."""
        here = self.workspace_id
        with self.session() as session:
            goal = Goal(
                workspace_id=here,
                name=name,
                metric="revenue",
                kind="cumulative",
                direction="up",
                created_at=self.moment,
                **also,
            )
            session.add(goal)
            session.flush()
            session.add(
                GoalVersion(
                    id=new_id(),
                    workspace_id=here,
                    goal_id=goal.id,
                    version=1,
                    target_kind="target",
                    target_input=Decimal(42_000_000),
                    target_value=Decimal(42_000_000),
                    first_day=date(2026, 10, 1),
                    last_day=date(2026, 12, 31),
                    changed_at=self.moment,
                )
            )
            session.flush()
            goal_id = goal.id
        self.evaluate(goal_id, status, actual=actual)
        return goal_id

    def evaluate(self, goal_id: int, status: str, *, actual: str = "16200000") -> int:
        """Judge a goal as somebody says; returns the evaluation's id."""
        value, expected, end = Decimal(actual), Decimal("17900000"), Decimal("41000000")
        thb = "THB"
        reason = words.Message(
            PROJECTED,
            {
                "actual": words.amount(value, "money", thb),
                "expected": words.amount(expected, "money", thb),
                "end": words.amount(end, "money", thb),
            },
        )
        with self.session() as session:
            goal = session.get(Goal, (self.workspace_id, goal_id))
            seen = Evaluation(
                id=new_id(),
                workspace_id=self.workspace_id,
                goal_id=goal_id,
                version=1,
                day=date(2026, 11, 22),
                fingerprint=str(new_id()),
                status=status,
                judged=status,
                since=date(2026, 11, 16),
                actual=value,
                expected=expected,
                projection=end,
                pace=0.9,
                unit="money",
                currency=thb,
                reason=words.to_json(reason),
                data_to=date(2026, 11, 22),
                evaluated_at=self.moment,
            )
            session.add(seen)
            session.flush()
            goal.evaluation_id = seen.id
            session.add(goal)
            return seen.id

    def message(
        self,
        goal_id: int,
        destination: str,
        kind: str = "alert",
        before: str | None = "on_track",
        continues: str | None = None,
    ) -> str:
        """Put a message about a goal in the outbox; returns its key."""
        with self.session() as session:
            goal = session.get(Goal, (self.workspace_id, goal_id))
            found = standing.one(session, goal)
            change = StatusChange(
                id=new_id(),
                workspace_id=self.workspace_id,
                goal_id=goal_id,
                evaluation_id=goal.evaluation_id,
                day=date(2026, 11, 22),
                before=before,
                after=found.status,
                created_at=self.moment,
            )
            content = facts.of_change(session, goal, change)
            content["continues"] = continues
            key = f"{goal_id}:{change.id}:{kind}:slack:{destination}"
            session.add(
                Outbox(
                    id=new_id(),
                    workspace_id=self.workspace_id,
                    dedupe_key=key,
                    kind=kind,
                    channel_kind="slack" if destination else "preview",
                    destination=destination,
                    goal_id=goal_id,
                    facts=content,
                    next_attempt_at=self.moment,
                    created_at=self.moment,
                )
            )
            return key

    def outbox(self) -> dict[str, Outbox]:
        """The messages, by key."""
        from sqlmodel import col, select

        with self.session() as session:
            statement = select(Outbox).where(col(Outbox.workspace_id) == self.workspace_id)
            return {row.dedupe_key: row for row in session.exec(statement)}

    def hold(self, key: str, reason: str) -> None:
        """Hold a message as the decision to send it would have done."""
        with self.session() as session:
            row = session.merge(self.outbox()[key])
            row.state, row.error = "held", {"code": reason}
            session.add(row)

    def deliver(self) -> int:
        """Send what is due, as the worker does."""
        from app import work

        return work.run_deliveries(self.wiring, self.workspace_id, "worker")

    def catch_up(self, seconds: float = 20.0) -> None:
        """Wait until everybody who was only told that their question arrived has an answer."""
        from integrations.slack import backlog

        end = time.monotonic() + seconds
        while backlog.is_any(self.parts):
            assert time.monotonic() < end, "somebody still waits for an answer"
            time.sleep(0.02)

    def later(self, **time: float) -> None:
        """Let time pass for Headway."""
        self.moment += timedelta(**time)

    def bring_files(self) -> None:
        """Let the deals come from files that reach to the end of the quarter."""
        with self.session() as session:
            session.add(
                Connection(
                    id=new_id(),
                    workspace_id=self.workspace_id,
                    name="Files",
                    provider="file",
                    records=["deal"],
                    newest_on=date(2026, 9, 30),
                    last_success_at=self.moment,
                    created_at=self.moment,
                )
            )

    def switch_on(self, channel: Channel, clearance: str = "none") -> None:
        """Switch a channel on as an owner does, with what Slack says about it."""
        from integrations.slack import calls

        told = channels.told(
            calls.client(self.parts, self.slack.bot_token),
            channel.id,
            self.slack.team.bot_user_id,
        )
        with self.session() as session:
            channels.keep(session, channel.id, told, self.moment)
            row = channels.switch(session, channel.id, True, self.moment)
            row.clearance = clearance
            session.add(row)

    def application(self) -> Flask:
        """The web side."""
        return site.application(self.wiring)

    def browser(self, email: str = OWNER) -> site.Visitor:
        """Somebody who is signed in, by default the owner."""
        client = self.application().test_client()
        client.set_cookie("headway", self.cookie(email))
        return site.Visitor(client)

    def cookie(self, email: str) -> str:
        """The secret of a new sign-in."""
        with self.wiring.database.system() as session:
            person = people.person_with(session, email)
            assert person is not None
            return sign_in.start(
                session, person, workspace_id=self.workspace_id, device="test", now=self.moment
            )

    def user(self, user: User, **also: Any) -> SlackUser:
        """A person in front of Slack, whose Slack reaches our web side."""
        return SlackUser(self.slack, user, self.application().wsgi_app, **also)


@contextmanager
def desk(url: str, **also: Any) -> Iterator[Desk]:
    """Lend a Headway and a Slack."""
    with FakeSlack() as slack:
        made = Desk(slack, url, **also)
        yield made
        made.wiring.close()
        assert slack.crashes == []
