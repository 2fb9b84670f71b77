"""functions.*: steps of workflows, run by people or by a timer, and how the app ends them."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from .api import Ask, method
from .world import Execution, Json, SlackError, Token, User

if TYPE_CHECKING:
    from .server import FakeSlack

_CONTEXT = "slack#/types/user_context"


@method("functions.completeSuccess", "function_execution_id* outputs*:json", token=None)
def succeed(ask: Ask) -> Json:
    """End a step well; its outputs have to be those that the manifest declares."""
    execution = _running(ask)
    outputs = ask.args["outputs"]
    declared = execution.function.get("output_parameters", {})
    known, required = declared.get("properties", {}), declared.get("required", [])
    fits = isinstance(outputs, dict) and set(required) <= set(outputs) <= set(known)
    if not fits or any(
        known[name]["type"] == "string" and not isinstance(value, str)
        for name, value in outputs.items()
    ):
        raise SlackError("parameter_validation_failed")
    execution.outputs = outputs
    ask.slack.note("function")
    return {}


@method("functions.completeError", "function_execution_id* error*", token=None)
def fail(ask: Ask) -> Json:
    """End a step badly; its words reach whoever looks at the workflow."""
    execution = _running(ask)
    execution.error = ask.args["error"]
    ask.slack.note("function")
    return {}


def _running(ask: Ask) -> Execution:
    """Find the step; only the token that was given with it may end it, and once."""
    execution = ask.slack.executions.get(ask.args["function_execution_id"])
    if execution is None:
        raise SlackError("function_execution_not_found")
    if ask.token.value != execution.token:
        raise SlackError("access_denied")
    if execution.is_over:
        raise SlackError("execution_not_in_running_state")
    return execution


def begin(
    slack: FakeSlack, function: Json, callback_id: str, inputs: Json, starter: User | None
) -> tuple[Execution, Json]:
    """Start a step and give the inner event that tells the app.

    Whoever caused the workflow to run is filled in by Slack itself where the function asks for a
    user_context: nobody can type another one.
    """
    declared = function.get("input_parameters", {})
    known, required = declared.get("properties", {}), declared.get("required", [])
    given = dict(inputs)
    for name, parameter in known.items():
        if parameter["type"] == _CONTEXT:
            assert name not in inputs, f"Slack fills in {name!r} itself"
            if starter is not None:
                given[name] = {"id": starter.id, "secret": secrets.token_hex(8)}
    missing, unknown = set(required) - set(given), set(given) - set(known)
    assert not missing and not unknown, f"a step without {missing} or with {unknown}"
    team = slack.team if starter is None else slack.teams[starter.team_id]
    execution = Execution(
        id=slack.new_id("Fx"),
        team_id=team.id,
        callback_id=callback_id,
        function=function,
        token=f"xwfp-{secrets.token_hex(12)}",
    )
    slack.executions[execution.id] = execution
    slack.tokens[execution.token] = Token(
        execution.token, f"workflow:{execution.id}", "workflow", team.id, set()
    )
    return execution, {
        "type": "function_executed",
        "function": {
            "id": "Fn" + secrets.token_hex(5).upper(),
            "callback_id": callback_id,
            "title": function["title"],
            "description": function.get("description", ""),
            "type": "app",
            "input_parameters": _listed(known, required),
            "output_parameters": _listed(
                function.get("output_parameters", {}).get("properties", {}),
                function.get("output_parameters", {}).get("required", []),
            ),
            "app_id": team.app_id,
            "date_created": 1_694_727_597,
            "date_updated": 1_698_947_481,
            "date_deleted": 0,
        },
        "inputs": given,
        "function_execution_id": execution.id,
        "workflow_execution_id": slack.new_id("Wx"),
        "bot_access_token": execution.token,
    }


def _listed(properties: dict[str, Any], required: list[str]) -> list[Json]:
    return [
        {
            "type": one["type"],
            "name": name,
            "title": one.get("title", name),
            "description": one.get("description", ""),
            "is_required": name in required,
        }
        for name, one in properties.items()
    ]
