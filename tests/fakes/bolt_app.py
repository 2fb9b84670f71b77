"""A small app made with Slack's official framework, to try the fake Slack against."""

from flask import Flask, request
from slack_bolt import App
from slack_bolt.adapter.flask import SlackRequestHandler
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from tests.fakes.slack.server import FakeSlack


def make_bolt(slack: FakeSlack) -> App:
    """Make a Bolt app without listeners, installed in every workspace of the fake."""

    def authorize(enterprise_id: str | None, team_id: str) -> AuthorizeResult:
        team = slack.teams[team_id]
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team.id,
            bot_token=team.bot_token,
            bot_id=team.bot_id,
            bot_user_id=team.bot_user_id,
        )

    return App(
        signing_secret=slack.signing_secret,
        client=WebClient(base_url=slack.api_url, retry_handlers=[]),
        authorize=authorize,
        process_before_response=True,
    )


def make_flask(bolt: App) -> Flask:
    """Serve a Bolt app at /slack/events."""
    flask, handler = Flask("tried"), SlackRequestHandler(bolt)
    flask.post("/slack/events")(lambda: handler.handle(request))
    return flask
