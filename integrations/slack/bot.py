"""The listeners: what people type and press in Slack, handed on to the conversation.

Everything that Slack may send has a listener, because an unhandled delivery counts as a
failure there. Listeners do no work of their own.
"""

import json
import re
import time
from collections.abc import Callable
from typing import Any

import structlog
from slack_bolt import App, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.errors import SlackApiError

from goals.words import N_, Message, Reader
from integrations.slack import calls, channels, conversation, teams
from integrations.slack.blocks import answers
from integrations.slack.conversation import Exchange
from integrations.slack.envelope import Envelope, an_id
from integrations.slack.inbound import Answered, Handling, take, tidy
from integrations.slack.parts import Parts

log = structlog.get_logger()

COMMAND = "/goals"
#: Seconds between two looks for what may be forgotten.
TIDY_EVERY = 3600
PROMPTS = (
    ("What is off track?", "What is off track?"),
    ("All goals", "Show all goals"),
    ("What can I ask?", "help"),
)
_EVERYTHING = re.compile(r"[\s\S]*")

Payload = dict[str, Any]


class Bot:
    """Answers deliveries, whichever way they came."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._app = _app(parts)

    def answer(self, envelope: Envelope) -> Answered:
        """Return the answer to a delivery; a repeat gets the first one."""
        answered = take(self._parts, envelope, self._handle)
        self._tidy()
        return answered

    def _tidy(self) -> None:
        """Forget old deliveries now and then."""
        now = time.monotonic()
        if now - self._parts.recent.setdefault("tidy", now) > TIDY_EVERY:
            self._parts.recent["tidy"] = now
            tidy(self._parts)

    def _handle(self, handling: Handling) -> Answered:
        envelope = handling.envelope
        team = teams.installed(self._parts, envelope.team_id) if envelope.team_id else None
        if team is None or team.token is None:
            return _not_installed(envelope)
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
            return _answered(self._app.dispatch(request))
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            # Listeners report their own errors; this is a payload without what all have.
            log.warning("slack_payload_strange", kind=type(error).__name__)
            return Answered(400)


def _answered(response: BoltResponse) -> Answered:
    body = response.body
    if isinstance(body, dict):
        payload: Any = body
    else:
        try:
            payload = json.loads(body) if body else None
        except ValueError:
            payload = {"text": body}
    return Answered(response.status, payload or None)


def _not_installed(envelope: Envelope) -> Answered:
    if "command" not in envelope.payload:
        return Answered()
    text = Message(
        N_("Headway is not connected to this Slack workspace. Ask an owner of Headway to do that.")
    )
    said = answers.notice(text, Reader())
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
    _asking(app)
    _membership(app)
    _leaving(app)
    _rest(app)

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


def _asking(app: App) -> None:
    @app.command(COMMAND)
    def command(ack: Any, payload: Payload, context: Any) -> None:
        user, channel = an_id(payload.get("user_id")), an_id(payload.get("channel_id"))
        if user is not None and channel is not None:
            question = conversation.question_of(payload.get("text"))
            said = conversation.command(context["exchange"], user, channel, question)
            ack({"response_type": "ephemeral", **said.payload()})

    @app.event("app_mention")
    def mention(event: Payload, context: Any) -> None:
        found = _written(event)
        if found is not None:
            user, channel, ts, thread = found
            question = conversation.question_of(event.get("text"))
            conversation.publicly(
                context["exchange"], user, channel, question, thread or ts, top=thread is None
            )

    @app.event("message")
    def message(event: Payload, context: Any) -> None:
        found = _written(event)
        if found is not None and event.get("channel_type") == "im":
            user, channel, _, thread = found
            question = conversation.question_of(event.get("text"))
            conversation.direct(context["exchange"], user, channel, question, thread)

    @app.action(re.compile(rf"^{answers.ASK}\d+$"))
    def press(ack: Any, body: Payload, action: Payload, context: Any) -> None:
        ack()
        _pressed(context["exchange"], body, action)

    @app.event("app_home_opened")
    def opened(event: Payload, context: Any) -> None:
        channel = an_id(event.get("channel"))
        if event.get("tab") == "messages" and channel is not None:
            _prompt(context["exchange"], channel)


def _prompt(exchange: Exchange, channel: str) -> None:
    """Offer questions in the direct message that somebody opened."""
    prompts = [{"title": title, "message": text} for title, text in PROMPTS]
    try:
        exchange.client.api_call(
            "assistant.threads.setSuggestedPrompts",
            json={"channel_id": channel, "prompts": prompts},
        )
    except (SlackApiError, *calls.BROKEN) as error:
        log.info("slack_prompts_refused", code=calls.code_of(error))


def _written(event: Payload) -> tuple[str, str, str, str | None] | None:
    """Return who wrote what where; None for bots, edits and anything that is no new message."""
    if event.get("subtype") or event.get("bot_id") or event.get("edited") or event.get("hidden"):
        return None
    user, channel = an_id(event.get("user")), an_id(event.get("channel"))
    ts, thread = event.get("ts"), event.get("thread_ts")
    if user is None or channel is None or not isinstance(ts, str):
        return None
    return user, channel, ts, thread if isinstance(thread, str) and thread != ts else None


def _pressed(exchange: Exchange, body: Payload, action: Payload) -> None:
    container, channel = body.get("container") or {}, an_id((body.get("channel") or {}).get("id"))
    user = an_id((body.get("user") or {}).get("id"))
    question = conversation.question_of(action.get("value"))
    if user is None or channel is None or not question:
        return
    ts, thread = container.get("message_ts"), container.get("thread_ts")
    if container.get("is_ephemeral"):
        url = body.get("response_url")
        if isinstance(url, str):
            conversation.again(exchange, user, channel, question, url)
    elif channel.startswith("D"):
        conversation.direct(exchange, user, channel, question, thread)
    elif isinstance(ts, str):
        conversation.publicly(exchange, user, channel, question, thread or ts, top=False)


def _membership(app: App) -> None:
    @app.event("member_joined_channel")
    def joined(event: Payload, context: Any) -> None:
        _changed(event, context["exchange"], channels.joined)

    @app.event("member_left_channel")
    def left(event: Payload, context: Any) -> None:
        _changed(event, context["exchange"], channels.left)

    for name in ("channel_left", "channel_shared", "channel_unshared"):

        @app.event(name)
        def forget(event: Payload, context: Any) -> None:
            channel = an_id(event.get("channel"))
            if channel is not None:
                effects = context["exchange"].handling.effects
                effects.append(lambda session: channels.forget_members(session, channel))


def _changed(event: Payload, exchange: Exchange, change: Callable[..., None]) -> None:
    user, channel = an_id(event.get("user")), an_id(event.get("channel"))
    if user is None or channel is None:
        return
    if user == exchange.team.bot_user_id:
        if change is channels.joined:
            channels.refresh(exchange.parts, exchange.team, exchange.look, channel)
        else:
            exchange.handling.effects.append(
                lambda session: channels.forget_members(session, channel)
            )
        return
    exchange.handling.effects.append(lambda session: change(session, channel, user))


def _leaving(app: App) -> None:
    for name in ("app_uninstalled", "tokens_revoked"):

        @app.event(name)
        def gone(event: Payload, context: Any) -> None:
            exchange = context["exchange"]
            revoked = (event.get("tokens") or {}).get("bot")
            if event.get("type") == "app_uninstalled" or revoked:
                now = exchange.parts.clock()
                team_id = exchange.team.team_id
                exchange.handling.effects.append(
                    lambda session: teams.removed(session, team_id, now)
                )


def _rest(app: App) -> None:
    """Take note of everything else, so that Slack hears that it arrived."""

    @app.event(_EVERYTHING)
    def event() -> None:
        return None

    @app.command(_EVERYTHING)
    def command(ack: Any) -> None:
        ack()

    @app.action(_EVERYTHING)
    def action(ack: Any) -> None:
        ack()

    @app.shortcut(_EVERYTHING)
    def shortcut(ack: Any) -> None:
        ack()

    @app.view(_EVERYTHING)
    def view(ack: Any) -> None:
        ack()

    @app.view_closed(_EVERYTHING)
    def view_closed(ack: Any) -> None:
        ack()

    @app.options(_EVERYTHING)
    def options(ack: Any) -> None:
        ack(options=[])

    @app.function(_EVERYTHING)
    def function() -> None:
        return None
