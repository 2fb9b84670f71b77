"""Socket Mode: the same deliveries through a connection that we open, so that nobody calls in."""

import threading
from collections.abc import Callable
from typing import Any

import structlog
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from goals.errors import Refusal
from goals.words import N_
from integrations.slack import calls, envelope
from integrations.slack.envelope import Envelope
from integrations.slack.inbound import Answered
from integrations.slack.parts import Parts

log = structlog.get_logger()

#: Seconds between two looks at the connection.
BEAT = 30.0


def listen(
    parts: Parts,
    answer: Callable[[Envelope], Answered],
    stop: threading.Event,
    ready: Callable[[], None] = lambda: None,
    alive: Callable[[], None] = lambda: None,
) -> None:
    """Answer what comes through the connection until told to stop; it is renewed by itself.

    `alive` is called now and then while the connection is open.

    Raises Refusal without an app-level token, or where Slack does not take it.
    """
    token = parts.config.app_token
    if not token:
        raise Refusal(
            "no_app_token", N_("Set HEADWAY_SLACK_APP_TOKEN to the app-level token."), misused=False
        )

    def on_request(client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        payload = respond(request.payload, answer)
        if payload is not None:
            client.send_socket_mode_response(
                SocketModeResponse(envelope_id=request.envelope_id, payload=payload or None)
            )

    client = SocketModeClient(
        app_token=token,
        logger=calls.QUIET,
        web_client=calls.client(parts, None),
        on_error_listeners=[lambda error: log.warning("slack_socket", kind=type(error).__name__)],
    )
    client.socket_mode_request_listeners.append(on_request)
    try:
        client.connect()
    except Exception as error:
        raise Refusal(
            "slack_socket_refused",
            N_("Slack did not open a connection (%(code)s)."),
            {"code": calls.code_of(error)},
            misused=False,
        ) from error
    ready()
    try:
        alive()
        while not stop.wait(BEAT):
            if client.is_connected():
                alive()
    finally:
        client.close()


def respond(payload: Any, answer: Callable[[Envelope], Answered]) -> dict[str, Any] | None:
    """Return what a delivery is answered with, {} for a bare acknowledgement.

    None is no answer: Slack sends the delivery again.
    """
    try:
        if not isinstance(payload, dict):
            raise envelope.Malformed("no payload")
        found = envelope.envelope(payload)
    except envelope.Malformed:
        return {}
    try:
        answered = answer(found)
    except Exception:
        log.exception("slack_delivery_failed")
        return None
    return None if answered.status >= 500 else answered.payload or {}
