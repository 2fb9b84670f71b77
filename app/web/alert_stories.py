"""The story of an alert: what was told, who took it on, what was said; by its buttons."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask import abort, flash, redirect, render_template, request, url_for
from sqlmodel import Session
from werkzeug.wrappers import Response

from app.accounts import people
from app.web import access, frame, texts
from app.web.texts import gettext as _
from goals import words
from goals.alerts import ruling, stories, timing, verdicts
from goals.alerts.rule import AlertAct, AlertRule, AlertStory
from goals.errors import Refusal
from goals.tracking import standing
from goals.tracking.goal import Goal
from goals.words import N_, Message

#: Days for which an alert may be put off, as offered.
SNOOZES = (1, 3, 7, 14)
#: It comes back at this hour of the day.
MORNING = time(8)
_ACTS = {
    "opened": N_("The alert began"),
    "told": N_("It was told"),
    "acknowledged": N_("Taken on"),
    "snoozed": N_("Put off"),
    "comment": N_("Comment"),
    "escalated": N_("Somebody else was told"),
    "closed": N_("It is over"),
}
STATES = {
    "waiting": N_("Kept back"),
    "firing": N_("Nobody has taken it on"),
    "acknowledged": N_("Taken on"),
    "snoozed": N_("Put off"),
    "closed": N_("Over"),
}


_AGAIN = N_("It went on: nobody had heard that it was over")
#: What a member says of an alert, by what the form sends; "" takes it back.
SAID = {"useful": True, "noise": False, "": None}


@dataclass(frozen=True)
class Line:
    """Something that happened, with who did it (None: the program) and what was said."""

    kind: str
    word: str
    text: str | None
    by: str | None
    at: datetime


@dataclass(frozen=True)
class Shown:
    """A story as pages show it."""

    story: AlertStory
    rule: str
    state: str
    by: str | None


def of_goal(session: Session, goal: Goal) -> list[Shown]:
    """Return the stories of a goal that run and were told."""
    names = _names(session)
    return [_shown(session, one, names) for one in stories.of_goal(session, goal.id)]


def _shown(session: Session, story: AlertStory, names: dict[int, str]) -> Shown:
    rule = session.get_one(AlertRule, (story.workspace_id, story.rule_id))
    by = names.get(story.acknowledged_by or 0)
    return Shown(story, texts.say(ruling.name(rule)), texts.say(Message(STATES[story.state])), by)


def _names(session: Session) -> dict[int, str]:
    return {member.id: person.name for member, person in people.everybody(session)}


def page(story_id: int) -> str:
    """Show a story and, while it runs, what can be done about it."""
    return _page(*_found(story_id))


def _page(story: AlertStory, goal: Goal | None, problem: str | None = None) -> str:
    session = frame.session()
    names = _names(session)
    acts = [_line(one, names) for one in stories.acts(session, [story])]
    return render_template(
        "alerts/story.html",
        shown=_shown(session, story, names),
        story=story,
        goal=goal,
        lines=acts,
        snoozes=SNOOZES,
        mine=verdicts.of_member(session, story, frame.me().id),
        verdicts=verdicts.of_story(session, story),
        problem=problem,
        typed=request.form.get("text", ""),
    )


def _found(story_id: int) -> tuple[AlertStory, Goal | None]:
    """Return a story and its goal; a goal that the reader may not see has no story for them."""
    session = frame.session()
    story = stories.find(session, story_id)
    if story is None:
        abort(404)
    if story.goal_id is None:
        return story, None
    seen = standing.board(session, frame.eyes(), ids=[story.goal_id])
    if not seen:
        abort(404)
    return story, seen[0].goal


def _line(act: AlertAct, names: dict[int, str]) -> Line:
    text, word = act.text, _ACTS[act.kind]
    if act.kind == "opened" and text == stories.AGAIN:
        text, word = None, _AGAIN
    elif act.kind == "told" and text in words.STATUS:
        text = texts.say(words.status(text))
    elif act.kind == "told":
        text = None
    elif act.kind == "snoozed" and text is not None:
        text = _("until %(at)s", at=texts.instant(datetime.fromisoformat(text)))
    elif act.kind == "escalated":
        text = names.get(int(text)) if text and text.isdecimal() else None
    return Line(act.kind, texts.say(Message(word)), text, names.get(act.by_id or 0), act.at)


@access.needs("commenter")
def acknowledge(story_id: int) -> Response:
    """Take a story on."""
    story, _goal = _found(story_id)
    try:
        done = stories.acknowledge(frame.session(), story, by=frame.me().id, now=frame.now())
    except Refusal as error:
        flash(texts.say(error.message))
    else:
        flash(_("You have taken it on.") if done else _("Somebody has taken it on already."))
    return _back(story)


@access.needs("commenter")
def snooze(story_id: int) -> Response:
    """Put a story off until a morning."""
    story, _goal = _found(story_id)
    days = request.form.get("days", "")
    if days not in map(str, SNOOZES):
        abort(400)
    zone = ZoneInfo(frame.here().zone)
    day = frame.now().astimezone(zone).date() + timedelta(days=int(days))
    until = timing.instant(day, MORNING, zone).astimezone(UTC)
    try:
        stories.snooze(frame.session(), story, until, by=frame.me().id, now=frame.now())
    except Refusal as error:
        flash(texts.say(error.message))
    else:
        flash(_("Put off until %(at)s.", at=texts.instant(until)))
    return _back(story)


@access.needs("commenter")
def comment(story_id: int) -> Response | tuple[str, int]:
    """Say something to a story."""
    story, goal = _found(story_id)
    text = request.form.get("text", "")
    try:
        stories.comment(frame.session(), story, text, by=frame.me().id, now=frame.now())
    except Refusal as error:
        return _page(story, goal, texts.say(error.message)), 422
    return _back(story)


@access.needs("commenter")
def verdict(story_id: int) -> Response:
    """Say that an alert was useful, or noise, or take that back."""
    story, _goal = _found(story_id)
    said = request.form.get("said", "")
    if said not in SAID:
        abort(400)
    try:
        verdicts.give(frame.session(), story, frame.me().id, SAID[said], now=frame.now())
    except Refusal as error:
        flash(texts.say(error.message))
    else:
        flash(_("Noted.") if said else _("Taken back."))
    return _back(story)


def _back(story: AlertStory) -> Response:
    if request.form.get("back") == "goal" and story.goal_id is not None:
        return redirect(url_for("goals.goal", goal_id=story.goal_id), 303)
    return redirect(url_for("alerts.story", story_id=story.id), 303)
