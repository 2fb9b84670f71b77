"""A new goal from Slack: a small form, what the coach says of it, and then the goal.

It goes through the same checks and the same coach as the page. The form is shown with what it
comes to before anything is kept; what is sent twice is one goal.
"""

from dataclasses import replace
from typing import Any

from slack_bolt import App
from sqlmodel import Session

from goals import workspace
from goals.errors import Refusal
from goals.metrics import library
from goals.table import id_from, new_id, repeated_id
from goals.tracking import goals as use_cases
from goals.tracking import spoken, standing
from goals.tracking.drafts import Draft
from goals.tracking.smart import check
from goals.tracking.spoken import Said
from goals.tracking.visibility import Viewer
from goals.words import N_, Message
from integrations.slack import acting, choosing, links, modals
from integrations.slack.blocks import answers, coaching, inputs
from integrations.slack.blocks.mrkdwn import Block
from integrations.slack.conversation import Exchange
from integrations.slack.envelope import an_id
from integrations.slack.people import Asker

#: What the form is called.
FORM = "goal_form"
_TITLE, _LOOK = N_("Set a goal"), N_("See what it comes to")
#: What the fields of the form are called where a refusal speaks of them.
_FIELDS = {"from": "first", "to": "last"}


def install(app: App) -> None:
    """Give the framework's app what sets goals."""

    @app.action(answers.NEW)
    def pressed(ack: Any, body: dict[str, Any], context: Any) -> None:
        ack()
        begin(context["exchange"], body)

    @app.view(FORM)
    def submitted(ack: Any, body: dict[str, Any], context: Any) -> None:
        answer = _submitted(context["exchange"], body)
        ack(answer) if answer is not None else ack()


def begin(exchange: Exchange, body: dict[str, Any], name: str = "") -> Message | None:
    """Show the form to somebody who may set goals; returns why not to one who may not.

    `name` is what they typed so far. Where nothing else answers them, they are told why not.
    """
    who = acting.who(exchange, body)
    if who is None:
        return None
    with exchange.parts.session(exchange.team.workspace_id) as session:
        refused = acting.refused(session, who, acting.CHANGES)
        kept = {"begun": str(new_id())}
        first = Said(name[: use_cases.MAX_NAME])
        view = _view(session, who, first, who.user_id, kept) if refused is None else None
    if view is not None:
        modals.show(exchange, body, who, view)
    elif refused is not None and "command" not in body:
        acting.tell(exchange, body, who, refused)
    return refused


def _view(
    session: Session,
    who: Asker,
    said: Said,
    owner: str | None,
    kept: dict[str, str],
    above: list[Block] | None = None,
) -> modals.View:
    reader = who.reader
    metric = library.get(session, said.metric) if said.metric else None
    sentence = Message(N_("Empty: as the sentence says."))
    blocks = [
        *(above or []),
        inputs.line(
            "name",
            Message(N_("The goal in one sentence")),
            reader,
            use_cases.MAX_NAME,
            value=said.name,
            hint=Message(N_("Such as: raise revenue to 27 M by 31 December")),
        ),
        choosing.metric_field(
            "metric", Message(N_("Metric")), reader, metric, hint=sentence, is_optional=True
        ),
        inputs.line(
            "target",
            Message(N_("Target")),
            reader,
            60,
            value=said.target,
            hint=Message(N_("Such as 27 M, 25%%, +10%% or -500. Empty: as the sentence says.")),
            is_optional=True,
        ),
        inputs.day(
            "last",
            Message(N_("By when")),
            reader,
            value=said.last,
            hint=Message(N_("Empty: as the sentence says, else by the end of this quarter.")),
            is_optional=True,
        ),
        inputs.day(
            "first",
            Message(N_("From")),
            reader,
            value=said.first,
            hint=Message(N_("Empty: from the first day of this quarter, or from today.")),
            is_optional=True,
        ),
        choosing.person_field("owner", Message(N_("Owner")), reader, value=owner, is_optional=True),
    ]
    submit = _LOOK if above is None else _TITLE
    return modals.form(FORM, Message(_TITLE), Message(submit), blocks, kept, reader)


def _submitted(exchange: Exchange, body: dict[str, Any]) -> dict[str, Any] | None:
    """Return what the form is answered with: problems, the coach's view, or that it is set."""
    who = acting.who(exchange, body)
    if who is None:
        return None
    kept, typed = modals.kept(body), modals.typed(body)
    said = _said(typed)
    owner = an_id(typed.get("owner"))
    begun = id_from(kept.get("begun")) or new_id()
    goal_id = repeated_id(begun, *map(str, (said, owner)))
    now = exchange.parts.clock()
    with exchange.parts.session(exchange.team.workspace_id) as session:
        refused = acting.refused(session, who, acting.CHANGES)
        if refused is not None or who.viewer is None:
            return modals.refuse(body, {"": refused or Message("")}, who.reader)
        viewer = who.viewer
        try:
            draft = _draft(exchange, session, viewer, said, owner)
            above = _looked_at(exchange, session, who, draft, goal_id)
        except Refusal as error:
            return modals.refuse(body, _problems(error), who.reader)
        # What is set is what was shown: anything that was changed since is shown first.
        if kept.get("shown") != str(goal_id):
            kept = {"begun": str(begun), "shown": str(goal_id)}
            view = _view(session, who, said, owner, kept, above)
            return {"response_action": "update", "view": view}

    def add(session: Session) -> None:
        today = workspace.of(session).local_day(now)
        use_cases.add(session, draft, by=viewer.member_id, today=today, now=now, goal_id=goal_id)

    exchange.handling.effects.append(add)
    return {"response_action": "update", "view": _done(exchange, who, draft, goal_id)}


def _said(typed: dict[str, Any]) -> Said:
    return Said(
        str(typed.get("name") or ""),
        str(typed.get("metric") or ""),
        str(typed.get("target") or ""),
        modals.day(typed.get("first")),
        modals.day(typed.get("last")),
    )


def _draft(
    exchange: Exchange,
    session: Session,
    viewer: Viewer,
    said: Said,
    owner: str | None,
) -> Draft:
    """Return the terms that were typed; raises Refusal at the field."""
    if said.metric and library.get(session, said.metric) is None:
        raise Refusal("metric_gone", N_("There is no such metric any more."), field="metric")
    today = workspace.of(session).local_day(exchange.parts.clock())
    draft = spoken.draft(session, said, today=today)
    owner_id = None
    if owner is not None:
        found = links.member(session, exchange.team.team_id, owner)
        if found is None:
            raise Refusal(
                "owner_unknown",
                N_("This person is not linked to a member. Ask %(name)s to link them."),
                {"name": links.who_to_ask(session)},
                field="owner",
            )
        owner_id = found[0].id
    return replace(draft, owner_id=owner_id, team_id=viewer.team_id, reminds=True)


def _looked_at(
    exchange: Exchange, session: Session, who: Asker, draft: Draft, goal_id: int
) -> list[Block]:
    """Return what a draft comes to and what the coach says; raises Refusal as setting it does."""
    now = exchange.parts.clock()
    today = workspace.of(session).local_day(now)
    lint = check.draft(session, draft, today=today, now=now)
    shown: list[Block] = []

    def look() -> None:
        goal = use_cases.add(session, draft, by=None, today=today, now=now, goal_id=goal_id)
        shown.extend(coaching.looked_at(standing.one(session, goal), lint, who.reader))

    refused = acting.tried(session, look)
    if refused is not None:
        raise refused
    return shown


def _problems(error: Refusal) -> dict[str, Message]:
    """Return a problem with what mends it, at the field that the form has for it."""
    told = error.message
    if error.fix is not None:
        said = {"problem": error.message, "fix": error.fix}
        told = Message("%(problem)s %(fix)s", said)
    field = error.field or ""
    return {_FIELDS.get(field, field): told}


def _done(exchange: Exchange, who: Asker, draft: Draft, goal_id: int) -> modals.View:
    """Return the form's end: the goal by its name, and the way to its page."""
    blocks = coaching.done(draft.name, goal_id, exchange.parts.config.base_url, who.reader)
    return modals.form(FORM, Message(_TITLE), None, blocks, {}, who.reader)
