"""Slack: the address of signed deliveries, and the pages around it."""

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import RequestEntityTooLarge

from app import slack_heard
from app.web import (
    access,
    frame,
    slack_install,
    slack_people,
    slack_preview,
    slack_setup,
    slack_small,
)
from integrations.slack import envelope, signature

blueprint = Blueprint("slack", __name__, url_prefix="/slack")
blueprint.add_url_rule("", "preview", slack_preview.page)
blueprint.add_url_rule(
    "/messages/<int:message_id>/retry", "retry", slack_preview.retry, methods=["POST"]
)
blueprint.add_url_rule("/small", "act", slack_small.act, methods=["POST"])
blueprint.add_url_rule("/small/offer", "offer", slack_small.offer)
blueprint.add_url_rule("/small/now", "now", slack_small.now)
blueprint.add_url_rule("/small/files/<token>", "file", slack_small.file)
blueprint.add_url_rule("/setup", "setup", slack_setup.page)
blueprint.add_url_rule("/setup/test", "test", slack_setup.test, methods=["POST"])
blueprint.add_url_rule("/setup/bind", "bind", slack_setup.bind, methods=["POST"])
blueprint.add_url_rule("/channels", "add_channel", slack_setup.add_channel, methods=["POST"])
blueprint.add_url_rule("/channels/<channel_id>", "switch", slack_setup.switch, methods=["POST"])
blueprint.add_url_rule("/install", "install", slack_install.install)
blueprint.add_url_rule("/oauth_redirect", "oauth_redirect", slack_install.oauth_redirect)
blueprint.add_url_rule("/link", "link_page", slack_people.ask)
blueprint.add_url_rule("/link", "link", slack_people.link, methods=["POST"])
blueprint.add_url_rule("/unlink", "unlink", slack_people.leave, methods=["POST"])
blueprint.add_url_rule("/people", "people", slack_people.page)
blueprint.add_url_rule("/people", "add_link", slack_people.add, methods=["POST"])
blueprint.add_url_rule("/people/end", "end_link", slack_people.end, methods=["POST"])
blueprint.add_url_rule("/move", "move", slack_install.move, methods=["POST"])

#: Slack's own requests are far smaller.
MOST_BYTES = 1024 * 1024


@blueprint.post("/events")
@access.public
def events() -> Response:
    """Answer one delivery: an event, a command, a button.

    Slack signs what it sends, so no token of ours protects this view. The signature is good
    for the real time only, whatever day the program is told to live in.
    """
    request.max_content_length = MOST_BYTES
    try:
        body = request.get_data(cache=True)
    except RequestEntityTooLarge:
        return _refused(413)
    parts = frame.wiring()
    stamp = request.headers.get("X-Slack-Request-Timestamp", "")
    signed = request.headers.get("X-Slack-Signature", "")
    secret = parts.slack.config.signing_secret
    if not signature.is_good(secret, body, stamp, signed, parts.slack.wall()):
        return _refused(401)
    slack_heard.note(parts, slack_heard.SIGNED)
    try:
        payload = envelope.read(body, request.headers.get("Content-Type", ""))
        if payload.get("type") == "url_verification":
            return jsonify({"challenge": str(payload.get("challenge", ""))})
        if "ssl_check" in payload:
            return Response(status=200)
        found = envelope.envelope(payload)
    except envelope.Malformed:
        return _refused(400)
    answered = parts.slack_bot.answer(found)
    if answered.payload is None:
        return Response(status=answered.status)
    response = jsonify(answered.payload)
    response.status_code = answered.status
    return response


def _refused(code: int) -> Response:
    response = jsonify({"error": "invalid request"})
    response.status_code = code
    return response


#: Views that are protected by another signature than ours.
UNSIGNED = (events,)
