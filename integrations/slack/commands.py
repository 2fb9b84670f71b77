"""The slash command: questions, and what it does beside: goals, check-ins, muting."""

import re
from typing import Any

from slack_bolt import App

from integrations.slack import acting, checkin_typed, conversation, following, setting
from integrations.slack.blocks import answers
from integrations.slack.blocks.mrkdwn import Post
from integrations.slack.conversation import Exchange
from integrations.slack.envelope import an_id

COMMAND = "/goals"

_NEW = re.compile(
    r"(?:(?:new|add|create|set)(?:\s+(?:a\s+)?(?:new\s+)?goal)?(?:\s*:\s*|\s+|$)"
    r"|(?:ตั้ง|สร้าง|เพิ่ม)?เป้าหมายใหม่\s*|(?:ตั้ง|สร้าง|เพิ่ม)เป้าหมาย\s*"
    r"|(?:新建|设定|添加|创建)目标\s*|新目标\s*)(?P<name>.*)$",
    re.IGNORECASE | re.DOTALL,
)


def install(app: App) -> None:
    """Listen to the command."""

    @app.command(COMMAND)
    def command(ack: Any, payload: dict[str, Any], context: Any) -> None:
        user, channel = an_id(payload.get("user_id")), an_id(payload.get("channel_id"))
        if user is None or channel is None:
            return
        exchange, typed = context["exchange"], conversation.question_of(payload.get("text"))
        name = _new(typed)
        if name is not None:
            said = _begun(exchange, payload, name)
        elif checkin_typed.is_meant(typed):
            said = checkin_typed.command(exchange, payload, typed)
        else:
            said = following.command(exchange, payload, typed, channel)
            said = said or conversation.command(exchange, user, channel, typed)
        if said is None:
            ack()
        else:
            ack({"response_type": "ephemeral", **said.payload()})


def opens(text: object) -> bool:
    """Tell whether what was typed after the command may open a form."""
    typed = conversation.question_of(text)
    return _new(typed) is not None or checkin_typed.is_meant(typed)


def _begun(exchange: Exchange, payload: dict[str, Any], name: str) -> Post | None:
    """Show the form of a new goal; returns why not to somebody who may not set one."""
    refused = setting.begin(exchange, payload, name)
    who = acting.who(exchange, payload) if refused is not None else None
    return None if refused is None or who is None else answers.notice(refused, who.reader)


def _new(typed: str) -> str | None:
    """Return what somebody wrote of a new goal, None where they ask for none.

    "Set" and its like belong to goals alone: "new customers" asks how those stand.
    """
    found = _NEW.match(typed)
    if found is None:
        return None
    word = typed[: found.start("name")].strip(" :").casefold()
    if word in ("new", "add", "create", "set"):
        return "" if not found["name"].strip() and word == "new" else None
    return found["name"].strip()
