"""Choosing among more than a menu holds: goals and metrics, offered while somebody types."""

from collections.abc import Sequence
from typing import Any

from slack_bolt import App
from sqlmodel import Session

from goals import words
from goals.metrics import library
from goals.metrics.catalogue import Metric
from goals.questions import lexicon, offering, text
from goals.tracking.standing import Standing
from goals.tracking.visibility import audience
from goals.words import N_, Message, Reader
from integrations.slack import acting
from integrations.slack.blocks import inputs
from integrations.slack.blocks.inputs import Choice
from integrations.slack.blocks.mrkdwn import Block
from integrations.slack.blocks.status import marked
from integrations.slack.conversation import Exchange, question_of
from integrations.slack.people import Asker

#: What the menus are called whose choices are asked for while somebody types.
GOAL, METRIC = "goal_typed", "metric_typed"
_TYPE = N_("Type a part of its name")


def goal_field(name: str, label: Message, reader: Reader, chosen: Standing | None = None) -> Block:
    """Return a field to choose a goal in."""
    value = None if chosen is None else _goal(chosen, reader)
    return _field(GOAL, name, label, reader, value)


def metric_field(
    name: str, label: Message, reader: Reader, chosen: Metric | None = None, **also: object
) -> Block:
    """Return a field to choose a metric in."""
    value = None if chosen is None else (chosen.id, words.render(chosen.name, reader), None)
    return _field(METRIC, name, label, reader, value, **also)


def person_field(name: str, label: Message, reader: Reader, **also: object) -> Block:
    """Return a field to choose a person of Slack in; `value` is chosen at first."""
    value = also.pop("value", None)
    element: Block = {"type": "users_select", "action_id": inputs.VALUE}
    if value:
        element["initial_user"] = value
    return {**inputs.line(name, label, reader, 1, **also), "element": element}


def _field(
    action: str,
    name: str,
    label: Message,
    reader: Reader,
    chosen: Choice | None,
    **also: object,
) -> Block:
    field = inputs.line(name, label, reader, 1, **also)
    element: Block = {
        "type": "external_select",
        "action_id": action,
        "min_query_length": 0,
        "placeholder": inputs.plain(Message(_TYPE), 150, reader),
    }
    if chosen is not None:
        element["initial_option"] = inputs.option(chosen, reader)
    return {**field, "element": element}


def install(app: App) -> None:
    """Give the framework's app what offers choices."""

    @app.options(GOAL)
    def goals(ack: Any, body: dict[str, Any], context: Any) -> None:
        ack(options=_offered(context["exchange"], body, _goals))

    @app.options(METRIC)
    def metrics(ack: Any, body: dict[str, Any], context: Any) -> None:
        ack(options=_offered(context["exchange"], body, _metrics))


def _offered(exchange: Exchange, body: dict[str, Any], find: Any) -> list[Block]:
    """Return what is offered to a person for what they typed; nothing to one who is no member."""
    who = acting.who(exchange, body)
    if who is None or who.viewer is None:
        return []
    typed = question_of(body.get("value"))
    with exchange.parts.session(exchange.team.workspace_id) as session:
        found: Sequence[Choice] = find(session, who, typed)
        return [inputs.option(one, who.reader) for one in found[: inputs.MOST_CHOICES]]


def _goals(session: Session, who: Asker, typed: str) -> list[Choice]:
    assert who.viewer is not None
    found = offering.goals(session, audience([who.viewer]), typed)
    return [_goal(one, who.reader) for one in found]


def _goal(one: Standing, reader: Reader) -> Choice:
    """Return a goal with what tells it from others of its name: its status, days and owner."""
    days = words.DayRange(one.terms.first_day, one.terms.last_day)
    parts = [marked(one.status, reader), words.format_value(days, reader), one.owner_name]
    return str(one.goal.id), one.goal.name, " · ".join(part for part in parts if part)


def _metrics(session: Session, who: Asker, typed: str) -> list[Choice]:
    asked = text.canonical(typed)
    found = []
    for metric in library.every(session).values():
        name = words.render(metric.name, who.reader)
        others = lexicon.metric_words().get(metric.id, ())
        rank = 0 if not asked else offering.fitting(asked, (name,))
        if rank is None and offering.fitting(asked, (metric.id.replace("_", " "), *others)) in (
            offering.NAME,
            offering.WORD,
        ):
            rank = offering.OTHER
        if rank is not None:
            found.append((rank, name.casefold(), (metric.id, name, None)))
    return [one for _, _, one in sorted(found, key=lambda each: each[:2])]
