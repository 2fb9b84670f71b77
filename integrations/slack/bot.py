"""The bot: takes a delivery, finds out for whom it is, and has its listener answer it."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import structlog
from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError

from goals.words import N_, Message, Reader
from integrations.slack import calls, home, later, listeners, teams
from integrations.slack.backlog import Backlog
from integrations.slack.blocks import answers
from integrations.slack.conversation import Exchange
from integrations.slack.envelope import Envelope
from integrations.slack.inbound import OWED, Answered, Handling, take, tidy
from integrations.slack.parts import Parts
from integrations.slack.teams import Installed

log = structlog.get_logger()

_NOT_CONNECTED = N_(
    "Headway is not connected to this Slack workspace. Ask an owner of Headway to do that."
)
#: Seconds between two looks for what may be forgotten.
TIDY_EVERY = 3600


class Bot:
    """Answers deliveries, whichever way they came."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._app = _app(parts)
        self._backlog = Backlog(parts, self._handle)
        self._lock, self._taking = threading.Lock(), 0
        self._meeting = threading.Lock()
        self._met: set[str] = set()

    def answer(self, envelope: Envelope) -> Answered:
        """Return the answer to a delivery; a repeat gets the first one.

        What may be answered later and comes while others are being taken, or while answers are
        owed, is only kept: Slack hears that it arrived, and what is said to it follows.
        """
        turn = later.turn(envelope)
        with self._taken() as has_others:
            is_busy = has_others or (turn is not None and self._backlog.is_behind)
            answered = take(self._parts, envelope, self._handle, turn=turn, is_busy=is_busy)
        if answered is OWED:
            self._backlog.wake(is_urgent=turn is not None and turn.is_urgent)
        self._tidy()
        return answered

    def resume(self) -> None:
        """Go on in the background with what earlier processes owe."""
        self._backlog.wake()

    def work_off(self, workspace_id: int) -> int:
        """Answer what a workspace is owed for a while already; returns how much that was."""
        return self._backlog.work_off(workspace_id)

    def close(self) -> None:
        """Begin no more answers in the background."""
        self._backlog.close()

    @contextmanager
    def _taken(self) -> Iterator[bool]:
        """Count a delivery among those being taken; lends whether there are others."""
        with self._lock:
            self._taking += 1
            has_others = self._taking > 1
        try:
            yield has_others
        finally:
            with self._lock:
                self._taking -= 1

    def _tidy(self) -> None:
        """Forget old deliveries now and then."""
        now = time.monotonic()
        if now - self._parts.recent.setdefault("tidy", now) > TIDY_EVERY:
            self._parts.recent["tidy"] = now
            tidy(self._parts)

    def _team(self, team_id: str) -> Installed | None:
        """Return a Slack workspace that the app is in.

        The first delivery from one may bind the environment's token to it, which those that come
        at the same moment wait for.
        """
        if team_id in self._met:
            return teams.installed(self._parts, team_id)
        with self._meeting:
            found = teams.installed(self._parts, team_id)
        if found is not None:
            self._met.add(team_id)
        return found

    def _handle(self, handling: Handling) -> Answered:
        envelope = handling.envelope
        if envelope.is_enterprise:
            log.warning("slack_enterprise_refused", why=teams.ENTERPRISE)
            return _refused(envelope, teams.ENTERPRISE)
        team = self._team(envelope.team_id) if envelope.team_id else None
        if team is None or team.token is None:
            return _refused(envelope, _NOT_CONNECTED)
        handling.workspace_id = team.workspace_id
        exchange = Exchange(
            self._parts,
            team,
            client=calls.client(self._parts, team.token),
            look=calls.client(self._parts, team.token, calls.LOOK),
            handling=handling,
        )
        try:
            request = BoltRequest(
                body=envelope.payload, mode="socket_mode", context={"exchange": exchange}
            )
            answered = _answered(self._app.dispatch(request))
            home.touched(exchange)
            return answered
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            # Listeners report their own errors; this is a payload without what all have.
            log.warning("slack_payload_strange", kind=type(error).__name__)
            return Answered(400)


def _answered(response: BoltResponse) -> Answered:
    body = response.body
    if response.status == 404:
        # What nobody here listens for has arrived all the same.
        return Answered()
    if isinstance(body, dict):
        payload: Any = body
    else:
        try:
            payload = json.loads(body) if body else None
        except ValueError:
            payload = {"text": body}
    return Answered(response.status, payload or None)


def _refused(envelope: Envelope, why: str) -> Answered:
    """Say why nothing is done, where somebody waits for words."""
    if "command" not in envelope.payload:
        return Answered()
    said = answers.notice(Message(why), Reader())
    return Answered(payload={"response_type": "ephemeral", **said.payload()})


def _app(parts: Parts) -> App:
    def authorize(context: Any) -> AuthorizeResult:
        team = context["exchange"].team
        return AuthorizeResult(
            enterprise_id=None,
            team_id=team.team_id,
            bot_token=team.token,
            bot_id=team.bot_id,
            bot_user_id=team.bot_user_id,
        )

    app = App(
        logger=calls.QUIET,
        name="headway",
        signing_secret="verified before",
        client=calls.client(parts, None),
        authorize=authorize,
        process_before_response=True,
        request_verification_enabled=False,
        ssl_check_enabled=False,
        url_verification_enabled=False,
        raise_error_for_unhandled_request=False,
    )
    listeners.install(app)

    @app.error
    def failed(error: Exception) -> BoltResponse:
        if isinstance(error, (SlackApiError, *calls.BROKEN)):
            code = calls.code_of(error)
            log.warning("slack_call_failed", code=code)
            # Slack sends again what is answered with an error; that helps only where it passes.
            return BoltResponse(status=503 if code in calls.PASSING else 200)
        log.error("slack_listener_failed", exc_info=error)
        return BoltResponse(status=503)

    return app
