"""A workspace with one goal whose evaluations a test writes itself, and rules about it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from app.accounts import people
from app.db import Database
from goals.alerts import checking, conditions, ruling
from goals.alerts import rules as looks
from goals.alerts.checking import Judged
from goals.alerts.drafts import Draft
from goals.alerts.outbox import Channel, Outbox
from goals.alerts.rule import AlertRule, AlertStory, RuleCheck
from goals.tracking.evaluation import Evaluation, StatusChange
from goals.tracking.goal import Goal
from goals.words import Message
from tests.support import company

FIRST = date(2026, 7, 20)


class Watch:
    """A workspace in Bangkok, a goal, and the means to say how it stands day by day."""

    def __init__(self, url: str) -> None:
        self.database = Database(url)
        self.here = company.make(self.database, zone="Asia/Bangkok")
        self.now = datetime(2026, 7, 20, 3, 0, tzinfo=UTC)
        self.spoken: str | None = None
        with self.session() as session:
            owner = people.with_email(session, "owner@acme.example")
            self.owner = owner.id
            self.ann = people.add(
                session, email="ann@acme.example", name="Ann", role="editor", team=None,
                now=self.now,
            ).id  # fmt: skip
            self.goal = company.revenue_goal(session, channel="C01", owner_id=self.ann).id
            for channel in ("C01", "C02"):
                session.add(
                    Channel(
                        workspace_id=self.here, external_id=channel, is_on=True, created_at=self.now
                    )
                )

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Open a transaction in the workspace."""
        with self.database.session(self.here) as session:
            yield session

    def rule(self, kind: str = "status_change", **terms: Any) -> int:
        """Add a rule and switch the default one off, so that what is told is the rule's."""
        with self.session() as session:
            [default, *_others] = ruling.every(session, self.now)
            ruling.switch(session, default, False, self.now)
            given = {"name": f"Rule {kind} {len(_others)}", "kind": kind, **terms}
            return ruling.add(session, Draft(**given), by=self.owner, now=self.now).id

    def say(
        self, status: str, *, jump: Message | None = None, version: int = 1, **numbers: Any
    ) -> int:
        """Evaluate the goal at the present instant and let the rules look; returns what is told.

        With `jump` good news is by a number that nobody believes yet.
        """
        with self.session() as session:
            goal = session.get_one(Goal, (self.here, self.goal))
            last = self._last(session)
            day = (self.now + timedelta(hours=7)).date()
            seen = Evaluation(
                workspace_id=self.here,
                goal_id=goal.id,
                version=version,
                day=day,
                fingerprint=self.now.isoformat(),
                status=status,
                judged=status,
                since=day,
                unit="money",
                evaluated_at=self.now,
                **numbers,
            )
            session.add(seen)
            session.flush()
            goal.evaluation_id = seen.id
            before = None if last is None else last.status
            change = None
            if before != status:
                change = StatusChange(
                    workspace_id=self.here,
                    goal_id=goal.id,
                    evaluation_id=seen.id,
                    day=day,
                    before=before,
                    after=status,
                    created_at=self.now,
                )
                session.add(change)
            session.flush()
            rules = ruling.active(session, conditions.OF_GOALS, self.now)
            spoken = looks.spoken(before, lambda: self.spoken)
            self.spoken = status if status in looks.BAD | looks.GOOD else self.spoken
            judged = Judged(seen, change, spoken, change is not None, None, jump)
            return checking.goal(session, rules, goal, judged, self.now)

    def _last(self, session: Session) -> Evaluation | None:
        goal = session.get_one(Goal, (self.here, self.goal))
        if goal.evaluation_id is None:
            return None
        return session.get(Evaluation, (self.here, goal.evaluation_id))

    def later(self, **time: float) -> "Watch":
        """Let time pass."""
        self.now += timedelta(**time)
        return self

    def rows(self, table: type[Any]) -> list[Any]:
        """Return the rows of a table in their order."""
        with self.session() as session:
            statement = select(table).where(col(table.workspace_id) == self.here)
            return list(session.exec(statement.order_by(col(table.id))))

    def told(self) -> list[str]:
        """Return the kinds of the messages that were decided, in order."""
        return [row.kind for row in self.rows(Outbox)]

    def log(self) -> list[str]:
        """Return the reasons in the log, the latest last."""
        return [row.code for row in sorted(self.rows(RuleCheck), key=lambda one: one.at)]

    def story(self) -> AlertStory:
        """Return the latest story."""
        found: AlertStory = self.rows(AlertStory)[-1]
        return found

    def the_rule(self, rule_id: int) -> AlertRule:
        """Return a rule as it is now."""
        with self.session() as session:
            return session.get_one(AlertRule, (self.here, rule_id))
