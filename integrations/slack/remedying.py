"""Choosing from Slack what is tried for a goal that is off, with what speaks for it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from slack_bolt import App
from sqlmodel import Session

from goals import words, workspace
from goals.errors import Refusal
from goals.records import numbers
from goals.table import id_from, new_id, repeated_id
from goals.tracking.goal import Goal
from goals.tracking.remedies import attempts, catalogue, evidence, hoping
from goals.tracking.remedies.evidence import Suggestion
from goals.tracking.remedies.fact import Fact
from goals.tracking.standing import Standing
from goals.words import N_, Message
from integrations.slack import acting, members, modals, roots
from integrations.slack.blocks import inputs, mrkdwn
from integrations.slack.blocks.mrkdwn import Block
from integrations.slack.conversation import Exchange
from integrations.slack.modals import View
from integrations.slack.people import Asker

FORM = "alert_remedy"
_TITLE, _SUBMIT = N_("Choose a remedy"), N_("Take it on")
_WAIT = N_("Looking at the records\u2026")
_WHAT, _OWN = N_("What will be done"), N_("Or in your own words")
_WHO, _WHEN = N_("Who"), N_("Look back on")
_HOPED = N_("Expected effect")
_HOPED_HINT = N_(
    "By how much the number that it is to move changes by that day, beyond what would come"
    " anyway: 5 for five points of a rate, 20 for twenty of what is counted. Without a sign it"
    " means better."
)
_WHEN_HINT = N_("The day on which it should have shown.")
_DONE = N_("%(by)s chose for %(goal)s: %(what)s. Who: %(name)s. To look back on %(day)s.")

Body = dict[str, Any]


@dataclass(frozen=True)
class Wish:
    """What is to be tried, by whom and until when."""

    text: str
    remedy: str | None
    owner: int | None
    due: date | None
    hoped: str
    attempt_id: int | None


def install(app: App) -> None:
    """Listen to the form."""

    @app.view(FORM)
    def submitted(ack: Any, body: Body, context: Any) -> None:
        ack(**_submitted(context["exchange"], body))


def opened(exchange: Exchange, body: Body, story_id: str) -> None:
    """Show what can be tried for the goal of an alert.

    The form is there at once, because Slack waits for three seconds; what the records say
    follows when they were looked at.
    """
    who = acting.who(exchange, body)
    if who is None:
        return
    one = None
    with exchange.parts.session(exchange.team.workspace_id) as session:
        hindered = acting.refused(session, who)
        if hindered is None and who.viewer is not None:
            story = acting.story(session, who.viewer, story_id)
            if story is not None:
                one = acting.stands(session, who.viewer, story.goal_id)
    if one is None:
        roots.stale(exchange, body, who, story_id, hindered or Message(acting.GONE))
        return
    waits = [mrkdwn.section(mrkdwn.escape(acting.say(Message(_WAIT), who)))]
    kept = {"goal": str(one.goal.id), "story": story_id, "begun": str(new_id())}
    view_id = modals.show(exchange, body, who, _view(waits, {}, who, can_submit=False))
    if view_id is not None:
        with exchange.parts.session(exchange.team.workspace_id) as session:
            blocks = _blocks(session, exchange, one, who)
        modals.change(exchange, view_id, _view(blocks, kept, who))


def _view(
    blocks: list[Block], kept: dict[str, str], who: Asker, *, can_submit: bool = True
) -> View:
    submit = Message(_SUBMIT) if can_submit else None
    return modals.form(FORM, Message(_TITLE), submit, blocks, kept, who.reader)


def _blocks(session: Session, exchange: Exchange, one: Standing, who: Asker) -> list[Block]:
    now = exchange.parts.clock()
    today = workspace.of(session).local_day(now)
    found = evidence.suggest(session, one, today=today, now=now)
    blocks = [mrkdwn.section(mrkdwn.bold(mrkdwn.name(one.goal.name)))]
    for each in found:
        blocks += mrkdwn.sections(_evidence(each, who))
    offered = {remedy.id: remedy for each in found for remedy in each.remedies}
    choices = [(remedy.id, remedy.message, None) for remedy in offered.values()]
    if choices:
        what = inputs.select("remedy", Message(_WHAT), choices, who.reader, is_optional=True)
        blocks.append(what)
    own = Message(_OWN if choices else _WHAT)
    blocks.append(inputs.line("text", own, who.reader, attempts.TEXT, is_optional=bool(choices)))
    mine = who.viewer.member_id if who.viewer is not None else None
    owner = one.goal.owner_id or mine
    hint = Message(_WHEN_HINT)
    return [
        *blocks,
        members.field(session, Message(_WHO), who.reader, owner, is_optional=True),
        inputs.day("due", Message(_WHEN), who.reader, value=today + attempts.LATER, hint=hint),
        *_hoped(session, one, choices, who),
    ]


def _hoped(session: Session, one: Standing, choices: list[Any], who: Asker) -> list[Block]:
    """Return the field for the expected effect, nothing where none of it could be counted."""
    if all(
        hoping.driver_of(session, one.goal, remedy) is None
        for remedy in (None, *(choice[0] for choice in choices))
    ):
        return []
    hint = Message(_HOPED_HINT)
    return [
        inputs.line("hoped", Message(_HOPED), who.reader, 40, is_optional=True, hint=hint),
    ]


def _evidence(one: Suggestion, who: Asker) -> list[str]:
    """Return where to look first and what the records say, in lines."""
    return [
        mrkdwn.bold(mrkdwn.escape(acting.say(one.first_look, who))),
        *(mrkdwn.escape(_fact(fact, who)) for fact in one.facts),
    ]


def _fact(fact: Fact, who: Asker) -> str:
    parts = [words.render(part.text, who.reader) for part in fact.parts]
    said = " \u00b7 ".join(parts)
    return mrkdwn.clip(f"{words.render(fact.text, who.reader)} {said}".strip(), 600)


def _submitted(exchange: Exchange, body: Body) -> dict[str, Any]:
    """Take an action on; return what the form is answered with."""
    who = acting.who(exchange, body)
    if who is None:
        return {}
    kept, typed = modals.kept(body), modals.typed(body)
    with exchange.parts.session(exchange.team.workspace_id) as session:
        hindered = acting.refused(session, who)
        one = None
        if hindered is None and who.viewer is not None:
            one = acting.stands(session, who.viewer, kept.get("goal"))
        if one is None or who.viewer is None:
            return modals.refuse(body, {"": hindered or Message(acting.NO_GOAL)}, who.reader)
        wish = _wish(session, kept, typed, who)
        goal_id = one.goal.id
        error = acting.tried(session, lambda: _take(session, exchange, goal_id, who, wish))
        if error is not None:
            return modals.refuse(body, error, who.reader)
        name = members.named(session, wish.owner)
    done = {
        "by": acting.name(exchange, who),
        "goal": one.goal.name,
        "what": wish.text.rstrip("."),
        "name": name or Message(N_("Nobody yet")),
        "day": None if wish.due is None else words.Day(wish.due),
    }
    story = id_from(kept.get("story"))

    def take(session: Session) -> None:
        acting.tried(session, lambda: _take(session, exchange, goal_id, who, wish), keep=True)

    exchange.handling.effects.append(take)
    if story is not None:
        acting.afterwards(exchange, lambda: roots.say(exchange, story, Message(_DONE, done)))
    return {}


def _wish(session: Session, kept: dict[str, str], typed: dict[str, Any], who: Asker) -> Wish:
    remedy = catalogue.find(str(typed.get("remedy") or "") or None)
    own = str(typed.get("text") or "").strip()
    begun = id_from(kept.get("begun"))
    said = sorted((key, str(value)) for key, value in typed.items())
    text = own or (acting.say(remedy.message, who) if remedy is not None else "")
    return Wish(
        text,
        remedy.id if remedy is not None else None,
        members.chosen(session, typed.get("owner")),
        modals.day(typed.get("due")),
        str(typed.get("hoped") or "").strip(),
        None if begun is None else repeated_id(begun, said),
    )


def _take(session: Session, exchange: Exchange, goal_id: int, who: Asker, wish: Wish) -> None:
    """Take the action on as the page does; raises Refusal for what is missing."""
    goal = None if who.viewer is None else acting.goal(session, who.viewer, goal_id)
    if goal is None or who.viewer is None:
        return
    if wish.due is None:
        raise Refusal("due_missing", N_("Say on which day to look back."), field="due")
    now = exchange.parts.clock()
    attempts.take(
        session,
        goal,
        wish.text,
        owner_id=wish.owner,
        due_on=wish.due,
        by=who.viewer.member_id,
        today=workspace.of(session).local_day(now),
        now=now,
        remedy=wish.remedy,
        hoped=_change(session, goal, wish),
        attempt_id=wish.attempt_id,
    )


def _change(session: Session, goal: Goal, wish: Wish) -> Decimal | None:
    """Return the change that is expected, None for not said; raises Refusal for what is none."""
    if not wish.hoped:
        return None
    driver, value = hoping.driver_of(session, goal, wish.remedy), numbers.number(wish.hoped)
    if driver is None:
        raise Refusal(
            "hoped_uncounted",
            N_("What it moves is not counted from records. Leave this empty."),
            field="hoped",
        )
    if value is None:
        raise Refusal("hoped_wrong", N_("Write a number, such as 27 M or -5."), field="hoped")
    is_share = wish.hoped.rstrip().endswith("%")
    return driver.meant(wish.hoped, value * 100 if is_share else value, is_share=is_share)
