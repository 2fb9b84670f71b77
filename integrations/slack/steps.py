"""Steps of workflows: a goal's status, and a check-in.

Slack itself says who started the workflow, and nobody can name another. What a step gives may be
read by whoever built the workflow and wherever it goes on to, so it speaks only of goals that the
whole workspace may see, and only to a member.
"""

from collections.abc import Callable
from typing import Any

import structlog
from slack_bolt import App
from slack_sdk.errors import SlackApiError
from sqlmodel import Session

from goals import words, workspace
from goals.alerts.audiences import ANYBODY
from goals.errors import Refusal
from goals.questions import ask, offering, text
from goals.table import key
from goals.tracking.checkins import confidence, keeping
from goals.tracking.checkins.keeping import Said
from goals.tracking.standing import Standing
from goals.tracking.visibility import audience
from goals.words import N_, Message, Reader
from integrations.slack import acting, calls, people, roots
from integrations.slack.blocks import mrkdwn
from integrations.slack.conversation import Exchange, question_of
from integrations.slack.envelope import an_id
from integrations.slack.people import Asker

log = structlog.get_logger()

#: What the steps are called in the manifest.
STATUS, CHECKIN = "goal_status", "record_checkin"
_NOBODY = N_("Slack does not say who started this workflow. Start it with a link or a button.")
_UNKNOWN = N_(
    "There is no goal %(name)s that the whole workspace may see. Give its name or its number."
)
_SEVERAL = N_("More than one goal may be meant by %(name)s: %(goals)s. Write the whole name.")
_OVER = frozenset(("execution_not_in_running_state", "function_execution_not_found"))

Payload = dict[str, Any]
#: What a step comes to: its outputs, and what is to be changed with the delivery.
Result = tuple[dict[str, str], Callable[[Session], None] | None]


class _Failed(Exception):
    """A step that cannot be done, in words for whoever looks at the workflow."""

    def __init__(self, text: Message) -> None:
        super().__init__(text.id)
        self.text = text


def install(app: App) -> None:
    """Give the framework's app the steps."""

    @app.function(STATUS, auto_acknowledge=False)
    def status(ack: Any, event: Payload, context: Any) -> None:
        ack()
        _run(context["exchange"], event, _status)

    @app.function(CHECKIN, auto_acknowledge=False)
    def check_in(ack: Any, event: Payload, context: Any) -> None:
        ack()
        _run(context["exchange"], event, _check_in)


def _run(
    exchange: Exchange,
    event: Payload,
    step: Callable[[Session, Exchange, Asker, Payload], Result],
) -> None:
    """Do a step and end it, well or with words that say what to mend."""
    inputs = event.get("inputs")
    given = inputs if isinstance(inputs, dict) else {}
    who = _starter(exchange, given)
    with exchange.parts.session(exchange.team.workspace_id) as session:
        reader = who.reader if who is not None else people.reader_of(session)
        try:
            if who is None:
                raise _Failed(Message(_NOBODY))
            refused = acting.refused(session, who, acting.READS)
            if refused is not None:
                raise _Failed(refused)
            outputs, effect = step(session, exchange, who, given)
        except _Failed as failed:
            error = words.render(failed.text, reader)
            acting.afterwards(exchange, lambda: _end(exchange, event, {"error": error}))
            return
    if effect is not None:
        exchange.handling.effects.append(effect)
    acting.afterwards(exchange, lambda: _end(exchange, event, {"outputs": outputs}))


def _starter(exchange: Exchange, given: Payload) -> Asker | None:
    """Return who started the workflow as Slack says it, None where it does not."""
    said = given.get("user")
    user = an_id(said.get("id")) if isinstance(said, dict) else None
    if user is None:
        return None
    return people.asker(exchange.parts, exchange.team, exchange.look, user)


def _end(exchange: Exchange, event: Payload, result: dict[str, Any]) -> None:
    """Tell Slack that a step is over; one that Slack has ended meanwhile stays so."""
    method = "functions.completeError" if "error" in result else "functions.completeSuccess"
    client = calls.client(exchange.parts, str(event.get("bot_access_token") or ""))
    execution = str(event.get("function_execution_id") or "")
    try:
        client.api_call(method, json={"function_execution_id": execution, **result})
    except SlackApiError as error:
        if calls.code_of(error) not in _OVER:
            raise


def _goal(session: Session, who: Asker, given: Payload) -> Standing:
    """Return the goal that a step names, among those that the whole workspace may see."""
    assert who.viewer is not None
    typed = question_of(given.get("goal"))
    everybody = audience([who.viewer, ANYBODY])
    found, near = ask.named(session, typed, everybody)
    # Nobody looks on, so nothing is guessed.
    if len(found) == 1 and _is_whole(typed, found[0]):
        return found[0]
    found = found or near or offering.goals(session, everybody, typed)
    name = {"name": f"“{typed}”"}
    if not found or not typed:
        raise _Failed(Message(_UNKNOWN, name))
    goals = ", ".join(one.goal.name for one in found[:5])
    raise _Failed(Message(_SEVERAL, {**name, "goals": goals}))


def _is_whole(typed: str, one: Standing) -> bool:
    return text.canonical(typed) in (text.canonical(one.goal.name), str(one.goal.id))


def _status(session: Session, exchange: Exchange, who: Asker, given: Payload) -> Result:
    one = _goal(session, who, given)
    reader = who.reader
    parts: list[Message | None] = [one.reason, one.target]
    told = " ".join(words.render(part, reader) for part in parts if part is not None)
    status = _plain(words.render(words.status(one.status), reader))
    return {"status": status, "summary": _plain(f"{one.goal.name}: {status}. {told}")}, None


def _plain(text: str) -> str:
    """Return text for Slack to put into a message; it pings nobody and leads nowhere."""
    return mrkdwn.escape(text)


def _check_in(session: Session, exchange: Exchange, who: Asker, given: Payload) -> Result:
    refused = acting.refused(session, who)
    if refused is not None or who.viewer is None:
        raise _Failed(refused or Message(_NOBODY))
    one = _goal(session, who, given)
    viewer, goal_id, now = who.viewer, one.goal.id, exchange.parts.clock()
    said = Said(_confidence(str(given.get("confidence") or ""), who.reader), _note(given))
    today = workspace.of(session).local_day(now)
    checkin_id = key(exchange.team.team_id, "step", exchange.handling.key)

    def add(session: Session) -> None:
        goal = acting.goal(session, viewer, goal_id)
        if goal is not None:
            keeping.add(
                session,
                goal,
                said,
                by=viewer.member_id,
                today=today,
                now=now,
                checkin_id=checkin_id,
            )

    try:
        keeping.check(said)
    except Refusal as error:
        raise _Failed(error.message) from error
    summary = Message(
        N_("%(goal)s: %(confidence)s"),
        {"goal": one.goal.name, "confidence": confidence.said(said.confidence)},
    )
    acting.afterwards(exchange, lambda: roots.reminders(exchange, goal_id))
    return {"summary": _plain(words.render(summary, who.reader))}, add


def _note(given: Payload) -> str:
    return question_of(given.get("note"))


def _confidence(typed: str, reader: Reader) -> str:
    """Return how sure somebody is, from its percent or its word in their language or English."""
    asked = typed.strip().removesuffix("%").strip().casefold()
    for percent, word in confidence.WORDS.items():
        spoken = {words.render(Message(word), one).casefold() for one in (reader, "en")}
        if asked == percent or asked in spoken:
            return percent
    offered = ", ".join(
        words.render(confidence.said(percent), reader) for percent in confidence.WORDS
    )
    raise _Failed(
        Message(N_("“%(typed)s” is not one of: %(words)s."), {"typed": typed, "words": offered})
    )
