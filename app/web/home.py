"""The start page: how many goals need somebody, which, and what is to be done next."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import Blueprint, render_template, request
from markupsafe import Markup
from sqlmodel import Session, col, exists, select

from app.web import frame, presets, rows, texts
from app.web.texts import gettext as _
from app.web.texts import ngettext
from goals import words
from goals.alerts.outbox import Channel
from goals.charts import small
from goals.records.connections import Connection
from goals.tracking import standing, status
from goals.tracking.standing import Standing
from strategy.worksheets.tables import Answer

blueprint = Blueprint("home", __name__)

#: The four cells, worst first; together they hold every status.
GROUPS = {
    "off_track": ("off_track", "missed"),
    "at_risk": ("at_risk",),
    "on_track": ("on_track", "ahead", "achieved"),
    "unknown": ("too_early", "no_data", "stale", "source_broken"),
}
#: A change is news for this long, and so is a result.
NEWS = timedelta(days=7)
FRESH = timedelta(days=14)


@dataclass(frozen=True)
class Tile:
    """A cell: how many goals are so, one fact about them, and the filter it stands for."""

    key: str
    count: int
    fact: str
    is_current: bool


@dataclass(frozen=True)
class Source:
    """A connection, as far as the start page speaks of it."""

    name: str
    needs_reconnect: bool
    heard_at: datetime | None


@dataclass(frozen=True)
class Begun:
    """What is done of the first steps."""

    has_answers: bool
    has_source: bool
    has_slack: bool

    @property
    def done(self) -> int:
        """Return how many of the four steps are complete; the goal itself is still missing."""
        return sum((self.has_answers, self.has_source, self.has_slack))


@blueprint.get("/")
def page() -> str:
    """Show the goals under way, those that need somebody first; begin where there is none."""
    session = frame.session()
    every = standing.board(session, frame.eyes())
    if not every:
        return render_template(
            "home/empty.html",
            begun=_begun(session),
            examples=_examples(),
            offered=[(one, "") for one in presets.PRESETS.values()],
        )
    today = frame.today()
    sources = _sources(session)
    running = [one for one in every if not _is_past(one, today)]
    past = [one for one in every if _is_past(one, today)]
    team = request.args.get("team", type=int)
    teams = _teams(running)
    if team in teams:
        running = [one for one in running if one.goal.team_id == team]
    else:
        team = None
    group = request.args.get("status", "")
    group = group if group in GROUPS else ""
    needing = [one for one in running if one.status in status.BAD]
    chosen = [one for one in running if one.status in GROUPS[group]] if group else needing
    rest = [one for one in running if one not in chosen] if not group else []
    return render_template(
        "home/page.html",
        total=len(running),
        needing=len(needing),
        summary=_summary(running, today),
        tiles=_tiles(running, today, group),
        group=group,
        team=team,
        teams=teams,
        chosen=rows.cards(chosen),
        rest=rows.lines(rest),
        results=rows.closed(past[:5]) if not running else "",
        steps=_steps(sources, running),
        stamp=_stamp(sources),
        evaluated=max(
            (one.evaluation.evaluated_at for one in every if one.evaluation), default=None
        ),
    )


def _examples() -> list[Markup]:
    """Return three made-up goals on the ruler, for those who have none yet."""
    return [
        Markup(small.ruler(0.30, 0.80, _("Example of a goal that is off track"))),
        Markup(small.ruler(0.39, 0.47, _("Example of a goal that is at risk"))),
        Markup(small.ruler(0.88, 0.86, _("Example of a goal that is on track"))),
    ]


def _is_past(one: Standing, today: date) -> bool:
    """Tell whether a goal is over and its result no longer news."""
    return rows.is_closed(one) and today - one.terms.last_day > FRESH


def _teams(standings: Iterable[Standing]) -> dict[int, str]:
    """Return the teams that have goals, by name."""
    found = {
        one.goal.team_id: one.team_name
        for one in standings
        if one.goal.team_id is not None and one.team_name is not None
    }
    return dict(sorted(found.items(), key=lambda item: item[1].casefold()))


def _sources(session: Session) -> list[Source]:
    statement = select(
        Connection.name, Connection.needs_reconnect, Connection.last_success_at
    ).where(col(Connection.workspace_id) == frame.here().id)
    return [Source(*row) for row in session.exec(statement)]


def _begun(session: Session) -> Begun:
    here = frame.here().id
    answers = exists().where(
        col(Answer.workspace_id) == here, col(Answer.removed_at).is_(None), col(Answer.version) > 0
    )
    sources = exists().where(col(Connection.workspace_id) == here)
    channels = exists().where(
        col(Channel.workspace_id) == here, col(Channel.kind) == "slack", col(Channel.is_on)
    )
    return Begun(*session.exec(select(answers, sources, channels)).one())


def _tiles(standings: list[Standing], today: date, current: str) -> list[Tile]:
    tiles = []
    for key, held in GROUPS.items():
        inside = [one for one in standings if one.status in held]
        tiles.append(Tile(key, len(inside), _fact(key, inside, today), key == current))
    return tiles


def _fact(key: str, inside: list[Standing], today: date) -> str:
    """Return the one thing to know about a cell's goals, "" for none."""
    counts = standing.tally(inside)
    if key in ("on_track", "unknown"):
        named = [token for token in GROUPS[key] if token not in ("on_track", "too_early")]
        return ", ".join(
            f"{counts[token]} {texts.status_word(token).lower()}"
            for token in named
            if token in counts
        )
    facts = []
    if "missed" in counts:
        facts.append(ngettext("%(num)d missed", "%(num)d missed", counts["missed"]))
    days = sorted({one.evaluation.since for one in inside if one.evaluation})
    new = sum(_is_new(one, today) for one in inside)
    if new:
        facts.append(ngettext("%(num)d new this week", "%(num)d new this week", new))
    elif days and not facts:
        facts.append(_("since %(day)s", day=rows.short_day(days[-1], today)))
    return ", ".join(facts)


def _summary(standings: list[Standing], today: date) -> str:
    """Return the sentence under the headline: how the rest stands and what is new."""
    counts = standing.tally(standings)
    parts = []
    if count := counts.get("off_track", 0):
        parts.append(ngettext("%(num)d is off track", "%(num)d are off track", count))
    if count := counts.get("missed", 0):
        parts.append(ngettext("%(num)d was missed", "%(num)d were missed", count))
    if count := counts.get("at_risk", 0):
        parts.append(ngettext("%(num)d is at risk", "%(num)d are at risk", count))
    if not parts:
        fine = sum(counts.get(token, 0) for token in GROUPS["on_track"])
        parts.append(ngettext("%(num)d is on track", "%(num)d are on track", fine))
        if count := len(standings) - fine:
            parts.append(
                ngettext("%(num)d cannot be judged yet", "%(num)d cannot be judged yet", count)
            )
    said = _("%(parts)s.", parts=", ".join(parts))
    new = sum(1 for one in standings if _is_new(one, today))
    if new:
        news = ngettext("%(num)d changed this week.", "%(num)d changed this week.", new)
    else:
        news = _("Nothing new this week.")
    return f"{said} {news}"


def _is_new(one: Standing, today: date) -> bool:
    """Tell whether a goal's status changed lately; its very first status is no change."""
    seen = one.evaluation
    if seen is None or today - seen.since > NEWS:
        return False
    added = frame.here().local_day(one.goal.created_at)
    return not timedelta(0) <= seen.since - added <= timedelta(days=1)


def _steps(sources: list[Source], standings: list[Standing]) -> list[tuple[str, str, str]]:
    """Return what is to be done next as (endpoint, text, detail)."""
    steps = [
        (
            "data.page",
            _("Reconnect %(name)s", name=one.name),
            _("Nothing is read from there until then"),
        )
        for one in sources
        if one.needs_reconnect
    ]
    if not sources:
        steps.append(
            ("data.page", _("Connect your CRM, or send a file"), _("No goal has data before"))
        )
    alone = [one for one in standings if one.goal.owner_id is None]
    if alone:
        steps.append(("goals.page", _("Choose an owner"), _named(alone)))
    loose = [one for one in standings if one.goal.origin_question is None]
    if loose:
        detail = ngettext(
            "%(num)d goal comes from no answer yet",
            "%(num)d goals come from no answer yet",
            len(loose),
        )
        steps.append(("strategy.hub", _("Tie goals to the strategy"), detail))
    return steps


def _named(standings: list[Standing]) -> str:
    """Return the name of a single goal, or how many there are."""
    if len(standings) == 1:
        return standings[0].goal.name
    return ngettext("%(num)d goal has none", "%(num)d goals have none", len(standings))


def _stamp(sources: list[Source]) -> str:
    """Return to when the data go, "" while nothing has been read."""
    heard = max((one.heard_at for one in sources if one.heard_at is not None), default=None)
    if heard is None:
        return ""
    return words.format_value(words.Instant(heard, named=True), frame.reader())
