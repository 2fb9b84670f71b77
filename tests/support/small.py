"""A Headway beside a small Slack, as the sample company has one, but made in a moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from flask import Flask
from slack_sdk import WebClient

from app.demo.slack import company, server
from app.demo.slack.acting import Actor
from app.demo.slack.stage import Stage
from goals.alerts import ruling, stories
from goals.tracking import goals
from integrations.slack import teams
from tests.support import site
from tests.support.slack import NOW, Desk

SALES, LEADERS = company.OF_TEAMS["Sales"][0], company.LEADERS[0]


class Small(Desk):
    """The program and the small Slack, with the means to arrange both."""

    def __init__(self, stage: Stage, api_url: str, url: str) -> None:
        slack: Any = SimpleNamespace(
            api_url=api_url, signing_secret="", bot_token=None, app_token=None, client_id=None,
            client_secret=None,
        )  # fmt: skip
        super().__init__(slack, url)
        self.stage = stage
        stage.clock = lambda: self.moment
        self.add_member("eva@acme.test", "Eva Editor", "editor", "Sales")
        self.add_member("vic@acme.test", "Vic Viewer", "viewer", "Service")
        self.settle()

    def settle(self) -> None:
        """Bring everybody in, and the app."""
        with self.session() as session:
            company.settle(session, self.stage, self.wiring.slack.config.base_url, self.moment)
        teams.install(self.wiring.slack, self.workspace_id, company.granted(self.stage), move=True)

    def actor(self, name: str) -> Actor:
        """Somebody in the small Slack."""
        return Actor(self.stage, self.wiring.slack_bot.answer, self.user_named(name))

    def user_named(self, name: str) -> str:
        """The user with this short name."""
        return next(k for k, one in self.stage.data["users"].items() if one["name"] == name)

    def said(self, channel: str) -> list[dict]:
        """What stands in a channel."""
        return self.stage.data["messages"].get(channel, [])

    def alert(self, goal_id: int) -> str:
        """Tell of a goal in the sales channel, as a rule that begins a story does."""
        key = self.message(goal_id, SALES)
        with self.session() as session:
            # As a goal that was added by its form has it.
            goals.keep_currency(session, "THB")
            [rule] = ruling.every(session, self.moment)
            story = stories.begin(
                session, rule, str(goal_id), goal_id=goal_id, now=self.moment,
                today=self.moment.date(),
            )  # fmt: skip
            stories.told(session, story, "off_track", self.moment)
            row = session.merge(self.outbox()[key])
            row.facts = {**row.facts, "story": str(story.id)}
            row.story_id = story.id
            session.add(row)
        self.deliver()
        return key

    @property
    def client(self) -> WebClient:
        """What the bot calls Slack with."""
        return WebClient(token=self.stage.token, base_url=self.parts.config.api_url)

    def application(self) -> Flask:
        """The web side, which knows the small Slack."""
        app = site.application(self.wiring)
        app.extensions["small_slack"] = self.stage
        return app


@contextmanager
def small(url: str) -> Iterator[Small]:
    """Lend a Headway and a small Slack."""
    stage = Stage(lambda: NOW)
    with server.served(stage) as api_url:
        made = Small(stage, api_url, url)
        yield made
        site.application(made.wiring).extensions.pop("small_slack", None)
        made.wiring.close()
