"""The fake's steps of workflows, by the official client."""

from collections.abc import Iterator

import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from tests.fakes.slack.server import FakeSlack
from tests.fakes.slack.user import SlackUser

STEP = {
    "title": "Count",
    "input_parameters": {
        "properties": {
            "what": {"type": "string"},
            "who": {"type": "slack#/types/user_context"},
        },
        "required": ["what"],
    },
    "output_parameters": {
        "properties": {"count": {"type": "string"}, "more": {"type": "string"}},
        "required": ["count"],
    },
}


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    with FakeSlack(strict=False) as fake:
        yield fake


@pytest.fixture
def ann(slack: FakeSlack) -> SlackUser:
    def app(environ, start_response):
        start_response("200 OK", [])
        return [b""]

    return SlackUser(slack, slack.add_user("Ann"), app)


def client(slack: FakeSlack, token: str) -> WebClient:
    return WebClient(token=token, base_url=slack.api_url, retry_handlers=[])


def error(call, **given) -> str:
    with pytest.raises(SlackApiError) as caught:
        call(**given)
    return str(caught.value.response["error"])


def test_a_step_tells_who_started_it_and_ends_once(slack: FakeSlack, ann: SlackUser) -> None:
    execution, reply = ann.run_step(STEP, "count", {"what": "goals"})
    event = reply.sent.payload["event"]
    assert event["type"] == "function_executed"
    assert event["function"]["callback_id"] == "count"
    assert event["inputs"]["who"]["id"] == ann.id
    web = client(slack, event["bot_access_token"])
    ends = {"function_execution_id": execution.id}
    assert error(web.functions_completeSuccess, outputs={"more": "x"}, **ends) == (
        "parameter_validation_failed"
    )
    web.functions_completeSuccess(outputs={"count": "3"}, **ends)
    assert execution.outputs == {"count": "3"}
    assert error(web.functions_completeError, error="late", **ends) == (
        "execution_not_in_running_state"
    )


def test_a_step_that_fails_says_why(slack: FakeSlack, ann: SlackUser) -> None:
    execution, _ = ann.run_step(STEP, "count", {"what": "goals"})
    web = client(slack, execution.token)
    web.functions_completeError(function_execution_id=execution.id, error="No goals.")
    assert (execution.error, execution.is_over) == ("No goals.", True)


def test_only_the_token_of_a_step_ends_it(slack: FakeSlack, ann: SlackUser) -> None:
    execution, _ = ann.run_step(STEP, "count", {"what": "goals"})
    web = client(slack, slack.bot_token)
    ends = {"outputs": {"count": "3"}, "function_execution_id": execution.id}
    assert error(web.functions_completeSuccess, **ends) == "access_denied"
    ends["function_execution_id"] = "Fx1"
    assert error(web.functions_completeSuccess, **ends) == "function_execution_not_found"


def test_a_workflow_by_timer_knows_nobody_and_nobody_types_who(
    slack: FakeSlack, ann: SlackUser
) -> None:
    _, reply = ann.run_step(STEP, "count", {"what": "goals"}, by_timer=True)
    assert "who" not in reply.sent.payload["event"]["inputs"]
    with pytest.raises(AssertionError):
        ann.run_step(STEP, "count", {"what": "goals", "who": {"id": "U1"}})
    with pytest.raises(AssertionError):
        ann.run_step(STEP, "count", {})
