"""What a rule would have said over the past, as its page shows it, and what it might be set to."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from threading import Lock
from typing import Any

from flask import abort, current_app, flash, redirect, url_for
from markupsafe import Markup
from sqlmodel import Session
from werkzeug.wrappers import Response

from app.accounts import people
from app.web import access, frame, texts
from app.web.texts import gettext as _
from app.web.texts import ngettext
from goals import words
from goals.alerts import ruling, verdicts
from goals.alerts.replay import past, proposing, saying, states
from goals.alerts.replay.past import Replay
from goals.alerts.replay.proposing import Proposal
from goals.alerts.replay.score import Firing, Score
from goals.alerts.rule import AlertRule, RuleTuning
from goals.alerts.verdicts import Precision
from goals.charts import strip
from goals.errors import Refusal

#: Firings that are listed; the command line lists all. Subjects that get a strip.
MOST, MOST_STRIPS = 50, 12
#: How what came of a firing looks.
TONES = {"missed": "bad", "met": "ok", "open": "none", "over": "none"}


@dataclass(frozen=True)
class Row:
    """One of the settings that are compared, all in words."""

    name: str
    fired: str
    caught: str
    false: str
    lead: str
    week: str
    is_own: bool


@dataclass(frozen=True)
class Fired:
    """A time at which the rule would have fired: what about, and how or when that ended."""

    day: date
    goal_id: int | None
    name: str
    outcome: str
    until: date | None


@dataclass(frozen=True)
class Strip:
    """When it would have fired about one subject, drawn along the days of the replay."""

    name: str
    goal_id: int | None
    drawn: Markup


@dataclass(frozen=True)
class Tuned:
    """A proposal that was taken, by whom, and whether it can still be undone."""

    id: int
    at: datetime
    by: str | None
    why: str
    undone_at: datetime | None
    can_undo: bool


@dataclass(frozen=True)
class Shown:
    """A replay in words; `proposal` only where there is one and the rule is kept."""

    said: list[str]
    history: str
    rows: list[Row]
    firings: list[Fired]
    strips: list[Strip]
    first: date
    last: date
    is_state: bool
    more: int
    proposal: str | None
    is_empty: bool


def at_a_time(session: Session, rule: AlertRule, *, is_kept: bool) -> Shown | None:
    """Return a replay as its page shows it; None while another one of the workspace runs here.

    A page that is loaded again and again would else keep every thread and connection busy.
    """
    running: dict[int, Lock] = current_app.extensions.setdefault("headway_replays", {})
    turn = running.setdefault(frame.here().id, Lock())
    if not turn.acquire(blocking=False):
        return None
    try:
        return shown(session, rule, is_kept=is_kept)
    finally:
        turn.release()


def shown(session: Session, rule: AlertRule, *, is_kept: bool) -> Shown:
    """Return what a rule, kept or not, would have said of the goals that the reader may see."""
    found = _replay(session, rule)
    proposal = proposing.of(found) if is_kept else None
    rows = [_row(rule, found.settings, found.score, own=True)]
    rows += [_row(rule, settings, score) for settings, score in found.alternatives]
    latest = list(reversed(found.score.firings))
    return Shown(
        said=[texts.say(one) for one in saying.sentences(found)],
        history=texts.say(saying.history(found)),
        rows=rows,
        firings=[
            Fired(one.day, one.goal_id, one.name, one.outcome, one.until) for one in latest[:MOST]
        ],
        strips=_strips(found),
        first=found.first,
        last=found.last,
        is_state=rule.kind in states.KINDS,
        more=len(latest[MOST:]),
        proposal=None if proposal is None else texts.say(proposal.why),
        is_empty=not found.days,
    )


def _strips(found: Replay) -> list[Strip]:
    """Return a strip for each subject that it fired about, the latest first; not too many."""
    groups: dict[str, list[Firing]] = {}
    for one in reversed(found.score.firings):
        groups.setdefault(one.subject, []).append(one)
    strips = []
    for subject, inside in list(groups.items())[:MOST_STRIPS]:
        marks = [(one.day, _until(one, found.last), TONES[one.outcome]) for one in inside]
        times = ngettext("%(num)d time", "%(num)d times", len(inside))
        label = f"{inside[0].name}: {times}"
        window = found.windows.get(subject)
        drawn = Markup(strip.strip(found.first, found.last, marks, label, window=window))
        strips.append(Strip(inside[0].name, inside[0].goal_id, drawn))
    return strips


def _until(one: Firing, last: date) -> date | None:
    """Return the day to which a firing is drawn; None for a moment."""
    if one.outcome == "open" and one.is_state:
        return last + timedelta(days=1)
    return one.until


def _replay(session: Session, rule: AlertRule) -> Replay:
    return past.replay(session, rule, today=frame.today(), seen_by=frame.eyes())


def _row(rule: AlertRule, settings: Any, score: Score, *, own: bool = False) -> Row:
    def number(value: float | None) -> str:
        return "–" if value is None else texts.written(words.Number(Decimal(f"{value:g}")))

    caught = "–"
    if score.caught is not None and score.missed:
        caught = _("%(part)s of %(n)s", part=number(score.caught), n=number(score.missed))
    lead = score.lead_days
    return Row(
        name=texts.say(saying.named(rule.kind, settings, rule.cool_down)),
        fired=number(len(score.firings)),
        caught=caught,
        false=number(score.false_alarms),
        lead="–" if lead is None else texts.written(words.Days(Decimal(f"{lead:g}"))),
        week=texts.written(saying.a_week(score)),
        is_own=own,
    )


def tunings(session: Session, rule: AlertRule) -> list[Tuned]:
    """Return the proposals that were taken for a rule, the latest first."""
    names = {member.id: person.name for member, person in people.everybody(session)}
    found = proposing.taken(session, rule)
    return [_tuned(one, names, is_last=one is found[0]) for one in found]


def _tuned(one: RuleTuning, names: dict[int, str], *, is_last: bool) -> Tuned:
    return Tuned(
        id=one.id,
        at=one.at,
        by=names.get(one.by_id or 0),
        why=texts.say(words.from_json(one.why)),
        undone_at=one.undone_at,
        can_undo=is_last and one.undone_at is None,
    )


def how_right(found: Precision) -> list[str]:
    """Return how right a rule is, in sentences: by what members say, and by how goals ended."""
    word, end = found.by_word, found.by_end
    if word.value is None:
        told = ngettext(
            "%(num)d verdict, not enough yet", "%(num)d verdicts, not enough yet", word.n
        )
    else:
        told = _("%(share)s useful, of %(n)s verdicts", share=_rate(word.value), n=word.n)
    if end is None:
        return [told]
    if end.value is None:
        came = ngettext(
            "%(num)d of its goals ended, not enough yet",
            "%(num)d of its goals ended, not enough yet",
            end.n,
        )
    else:
        came = _("%(share)s came true, of %(n)s that ended", share=_rate(end.value), n=end.n)
    return [told, came]


def _rate(value: float) -> str:
    return texts.written(words.Rate(Decimal(str(round(value, 4))), 0))


def precision(session: Session, rules: list[AlertRule]) -> dict[int, list[str]]:
    """Return how right each rule is, in sentences."""
    return {one: how_right(found) for one, found in verdicts.precision(session, rules).items()}


def _found(session: Session, rule_id: int) -> AlertRule:
    found = [one for one in ruling.every(session, frame.now()) if one.id == rule_id]
    if not found:
        abort(404)
    return found[0]


@access.needs("owner")
def tune(rule_id: int) -> Response:
    """Give a rule the settings that its past proposes."""
    session = frame.session()
    rule = _found(session, rule_id)
    proposal: Proposal | None = None
    if past.can_replay(rule.kind):
        proposal = proposing.of(_replay(session, rule))
    if proposal is None:
        flash(_("There is nothing to propose for this rule any more."))
        return redirect(url_for("alerts.rules"), 303)
    proposing.take(session, rule, proposal, by=frame.me().id, now=frame.now())
    flash(_("The rule is set so. It can be undone here."))
    return redirect(url_for("alerts.rule", rule_id=rule_id), 303)


@access.needs("owner")
def untune(rule_id: int) -> Response:
    """Take back the latest proposal that was taken for a rule."""
    session = frame.session()
    rule = _found(session, rule_id)
    latest = proposing.taken(session, rule)[:1]
    if not latest:
        flash(_("There is nothing to undo."))
        return redirect(url_for("alerts.rules"), 303)
    try:
        proposing.undo(session, rule, latest[0], by=frame.me().id, now=frame.now())
    except Refusal as error:
        flash(texts.say(error.message))
    else:
        flash(_("The rule is as it was before."))
    return redirect(url_for("alerts.rule", rule_id=rule_id), 303)
