"""The methods of the Web API that the small Slack knows, by name."""

import json
from collections.abc import Callable
from typing import Any

import structlog

from app.demo.slack.stage import Failed, Json, Stage

log = structlog.get_logger()

Method = Callable[[Stage, Json], Json]
#: Every method by its name; modules add theirs when they are imported.
METHODS: dict[str, Method] = {}
#: Arguments that come as JSON also where the rest comes as a form.
_STRUCTURED = ("blocks", "attachments", "metadata", "view", "files", "unfurls", "prompts")


def method(name: str) -> Callable[[Method], Method]:
    """Let a function answer a method."""

    def mark(function: Method) -> Method:
        METHODS[name] = function
        return function

    return mark


def call(stage: Stage, name: str, given: Json) -> Json:
    """Answer a call as Slack does: with what came of it, or with the code of an error."""
    known = METHODS.get(name)
    if known is None:
        log.info("small_slack_unknown", method=name)
        return {"ok": False, "error": "unknown_method"}
    try:
        return {"ok": True, **known(stage, _read(given))}
    except Failed as error:
        return {"ok": False, "error": str(error)}
    except (LookupError, TypeError, ValueError):
        log.exception("small_slack_failed", method=name)
        return {"ok": False, "error": "invalid_arguments"}


def _read(given: Json) -> Json:
    found: Json = {}
    for key, value in given.items():
        is_json = key in _STRUCTURED and isinstance(value, str) and value
        found[key] = json.loads(value) if is_json else value
    return found


def fill(blocks: Any) -> list[Json]:
    """Return blocks with the ids that Slack gives to those without; raises Failed."""
    if blocks is None:
        return []
    if not isinstance(blocks, list) or len(blocks) > 100:
        raise Failed("invalid_blocks")
    found: list[Json] = []
    for number, block in enumerate(blocks):
        if not isinstance(block, dict) or not isinstance(block.get("type"), str):
            raise Failed("invalid_blocks")
        found.append({**block, "block_id": block.get("block_id") or f"b{number}"})
    return found
