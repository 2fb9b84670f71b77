"""The listeners: what people type and press in Slack, handed on to the conversation.

Everything that Slack may send has a listener, because an unhandled delivery counts as a
failure there. Listeners do no work of their own.
"""

import re
from collections.abc import Callable
from typing import Any

import structlog
from slack_bolt import App
from slack_sdk.errors import SlackApiError

from goals import words
from goals.words import N_, Message
from integrations.slack import (
    alert_acts,
    assigning,
    attaching,
    calls,
    channels,
    checkin_form,
    checkin_typed,
    choosing,
    commands,
    comments,
    conversation,
    following,
    home,
    languages,
    members,
    misread,
    people,
    remedying,
    routes,
    setting,
    starting,
    steps,
    teams,
    unfurling,
    verdicts,
)
from integrations.slack.blocks import answers
from integrations.slack.conversation import Exchange
from integrations.slack.envelope import an_id

log = structlog.get_logger()

#: Questions that are offered, and what is asked by each.
PROMPTS = (
    (N_("What is off track?"), N_("What is off track?")),
    (N_("All goals"), N_("Show all goals")),
    (N_("What can I ask?"), N_("Help")),
)
_EVERYTHING = re.compile(r"[\s\S]*")

Payload = dict[str, Any]

#: What listens to the command, to buttons and menus, to forms, shortcuts and steps.
_PARTS = (
    commands,
    choosing,
    alert_acts,
    checkin_form,
    comments,
    members,
    assigning,
    remedying,
    verdicts,
    setting,
    attaching,
    following,
    misread,
    starting,
    steps,
)


def install(app: App) -> None:
    """Give the framework's app a listener for everything that Slack may send."""
    _asking(app)
    _showing(app)
    _pressing(app)
    for part in _PARTS:
        part.install(app)
    _membership(app)
    _happening(app)
    _leaving(app)
    _rest(app)


def _asking(app: App) -> None:
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
            if checkin_typed.is_meant(question):
                body = {"user_id": user}
                checkin_typed.direct(context["exchange"], body, channel, question, thread)
            else:
                conversation.direct(context["exchange"], user, channel, question, thread)


def _pressing(app: App) -> None:
    @app.action(re.compile(rf"^{answers.ASK}\d+$"))
    def press(ack: Any, body: Payload, action: Payload, context: Any) -> None:
        ack()
        _pressed(context["exchange"], body, action)


def _showing(app: App) -> None:
    @app.event("app_home_opened")
    def opened(event: Payload, context: Any) -> None:
        channel = an_id(event.get("channel"))
        if event.get("tab") == "messages" and channel is not None:
            _prompt(context["exchange"], channel, an_id(event.get("user")))
        elif event.get("tab") == "home":
            home.opened(context["exchange"], event)

    @app.event("link_shared")
    def shared(event: Payload, context: Any) -> None:
        unfurling.shared(context["exchange"], event)


def _prompt(exchange: Exchange, channel: str, user: str | None) -> None:
    """Offer questions in the direct message that somebody opened, in their language."""
    if user is None:
        return
    reader = people.asker(exchange.parts, exchange.team, exchange.look, user).reader
    prompts = [
        {
            "title": words.render(Message(title), reader),
            "message": words.render(Message(text), reader),
        }
        for title, text in PROMPTS
    ]
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

    for name in ("channel_shared", "channel_unshared"):

        @app.event(name)
        def forget(event: Payload, context: Any) -> None:
            channel = an_id(event.get("channel"))
            if channel is not None:
                effects = context["exchange"].handling.effects
                effects.append(lambda session: channels.forget_members(session, channel))


def _happening(app: App) -> None:
    # Slack names the same thing otherwise where the channel is private.
    for event_type in ("archive", "deleted", "left", "rename", "unarchive"):
        for kind in ("channel", "group"):

            @app.event(f"{kind}_{event_type}")
            def happened(event: Payload, context: Any) -> None:
                routes.happened(context["exchange"], event)

    @app.event("user_change")
    def person(event: Payload, context: Any) -> None:
        exchange, told = context["exchange"], event.get("user")
        if isinstance(told, dict) and an_id(told.get("id")) is not None:
            team_id, now = exchange.team.team_id, exchange.parts.clock()
            exchange.handling.effects.append(
                lambda session: languages.changed(session, team_id, told, now)
            )


def _changed(event: Payload, exchange: Exchange, change: Callable[..., None]) -> None:
    user, channel = an_id(event.get("user")), an_id(event.get("channel"))
    if user is None or channel is None:
        return
    if user == exchange.team.bot_user_id:
        if change is channels.joined:
            channels.refresh(exchange.parts, exchange.team, exchange.look, channel)
            routes.resume(exchange, channel, "left")
        else:
            routes.pause(exchange, channel, "left")
        return
    exchange.handling.effects.append(lambda session: change(session, channel, user))


def _leaving(app: App) -> None:
    for name in ("app_uninstalled", "tokens_revoked"):

        @app.event(name)
        def gone(event: Payload, context: Any) -> None:
            exchange = context["exchange"]
            revoked = (event.get("tokens") or {}).get("bot")
            if event.get("type") == "app_uninstalled" or revoked:
                now, at = exchange.parts.clock(), exchange.handling.envelope.happened_at
                team_id = exchange.team.team_id
                exchange.handling.effects.append(
                    lambda session: teams.removed(session, team_id, now, at)
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
