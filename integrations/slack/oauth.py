"""Installing the app through Slack's consent page: an owner's wish, good once and not for long."""

from typing import Any
from urllib.parse import urlencode

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from goals.errors import Refusal
from goals.words import N_
from integrations.slack import calls
from integrations.slack.manifest import BOT_SCOPES, OPTIONAL_SCOPES
from integrations.slack.parts import Config, Parts

CONSENT = "https://slack.com/oauth/v2/authorize"


def redirect_uri(config: Config) -> str:
    """Return the address to which Slack sends the browser back."""
    return f"{config.base_url}/slack/oauth_redirect"


def consent_url(config: Config, state: str, team_id: str | None = None) -> str:
    """Return the address of Slack's consent page, for one Slack workspace where it is known."""
    asked = {
        "client_id": config.client_id or "",
        "scope": ",".join((*BOT_SCOPES, *OPTIONAL_SCOPES)),
        "redirect_uri": redirect_uri(config),
        "state": state,
    }
    if team_id is not None:
        asked["team"] = team_id
    return f"{CONSENT}?{urlencode(asked)}"


def exchange(parts: Parts, code: str) -> dict[str, Any]:
    """Return what Slack grants for the code that it sent along.

    Raises Refusal `slack_install_failed` when it grants nothing.
    """
    config = parts.config
    client: WebClient = calls.client(parts, None)
    try:
        answer: Any = client.oauth_v2_access(
            client_id=config.client_id or "",
            client_secret=config.client_secret or "",
            code=code,
            redirect_uri=redirect_uri(config),
        ).data
    except (SlackApiError, *calls.BROKEN) as error:
        raise Refusal(
            "slack_install_failed",
            N_("Slack did not finish the installation (%(code)s). Start once more."),
            {"code": calls.code_of(error)},
            misused=False,
        ) from error
    return dict(answer) if isinstance(answer, dict) else {}
