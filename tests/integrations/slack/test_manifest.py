"""The app's manifest: what is used and nothing else, at one address."""

import json

import pytest

from goals.errors import Refusal
from integrations.slack import attaching, manifest, starting, steps


def test_every_address_leads_to_the_host() -> None:
    made = manifest.manifest("https://headway.example/")
    text = json.dumps(made)
    assert text.count("https://headway.example/slack/") == 5
    assert "HOST" not in text
    [command] = made["features"]["slash_commands"]
    assert command["url"] == "https://headway.example/slack/events"
    assert command["should_escape"] is True


def test_socket_mode_needs_no_way_in() -> None:
    made = manifest.manifest("https://headway.example", socket_mode=True)
    assert "/slack/events" not in json.dumps(made)
    assert made["settings"]["socket_mode_enabled"] is True


def test_lengths_are_within_slacks() -> None:
    made = manifest.manifest("https://headway.example")
    assert len(made["display_information"]["name"]) <= 35
    assert len(made["display_information"]["description"]) <= 140
    assert len(made["features"]["agent_view"]["agent_description"]) <= 300
    assert len(made["features"]["agent_view"]["suggested_prompts"]) <= 4
    scopes = made["oauth_config"]["scopes"]
    assert not set(scopes["bot"]) & set(scopes["bot_optional"])
    assert len(json.dumps(made)) < 32_000


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("headway.example", "https://headway.example"),
        ("http://headway.example:8443/", "https://headway.example:8443"),
        ("  https://headway.example  ", "https://headway.example"),
    ],
)
def test_a_host_may_be_given_in_several_ways(given: str, kept: str) -> None:
    assert manifest.host_of(given) == kept


@pytest.mark.parametrize(
    "given",
    ["", "https://", "https://a b", "ftp://x.example", "https://u:p@x.example", "https://x/path"]
    + ["https://x.example?q=1", "https://x:99999"],
)
def test_what_slack_could_not_call_is_refused(given: str) -> None:
    with pytest.raises(Refusal) as refused:
        manifest.host_of(given)
    assert refused.value.code == "host_wrong"


def test_shortcuts_and_steps_are_those_that_are_listened_to() -> None:
    made = manifest.manifest("https://headway.example")
    shortcuts = {one["callback_id"]: one for one in made["features"]["shortcuts"]}
    assert set(shortcuts) == {starting.SHORTCUT, attaching.SHORTCUT}
    assert set(made["functions"]) == {steps.STATUS, steps.CHECKIN}
    assert "function_executed" in made["settings"]["event_subscriptions"]["bot_events"]
    assert made["settings"]["function_runtime"] == "remote"
    assert made["settings"]["org_deploy_enabled"] is True
    for one in shortcuts.values():
        assert len(one["name"]) <= 24
        assert len(one["description"]) <= 150


def test_a_step_asks_slack_for_who_started_it_and_needs_all_that_goes_in() -> None:
    for step in manifest.manifest("https://headway.example")["functions"].values():
        inputs = step["input_parameters"]
        assert set(inputs["required"]) == set(inputs["properties"])
        assert inputs["properties"]["user"]["type"] == "slack#/types/user_context"
        outputs = step["output_parameters"]
        assert set(outputs["required"]) == set(outputs["properties"])


def test_what_is_typed_into_menus_asks_the_same_address() -> None:
    made = manifest.manifest("https://headway.example")["settings"]["interactivity"]
    assert made["message_menu_options_url"] == made["request_url"]
