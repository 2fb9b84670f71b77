"""What the start page says about all goals together: cells, the sentence, the next steps."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.web import frame, rows, texts
from app.web.texts import gettext as _
from app.web.texts import ngettext
from goals.tracking.glance import Glance

#: The four cells, worst first; together they hold every status.
GROUPS = {
    "off_track": ("off_track", "missed"),
    "at_risk": ("at_risk",),
    "on_track": ("on_track", "ahead", "achieved"),
    "unknown": ("too_early", "no_data", "stale", "source_broken"),
}
#: A change is news for this long.
NEWS = timedelta(days=7)
#: A result is shown among the goals under way for this long.
FRESH = timedelta(days=14)


@dataclass(frozen=True)
class Tile:
    """A cell: how many goals are so, one fact about them, and the filter it stands for."""

    key: str
    count: int
    fact: str
    is_current: bool


@dataclass(frozen=True)
class Step:
    """Something to be done next, and where."""

    endpoint: str
    text: str
    detail: str


def tiles(goals: Sequence[Glance], today: date, current: str) -> list[Tile]:
    """Return the cells with their counts; they add up to all goals."""
    found = []
    for key, held in GROUPS.items():
        inside = [one for one in goals if one.status in held]
        found.append(Tile(key, len(inside), _fact(key, inside, today), key == current))
    return found


def _fact(key: str, inside: Sequence[Glance], today: date) -> str:
    """Return the one thing to know about a cell's goals, "" for none."""
    counts = Counter(one.status for one in inside)
    if key in ("on_track", "unknown"):
        named = [token for token in GROUPS[key] if token not in ("on_track", "too_early")]
        return texts.listed(
            f"{counts[token]} {texts.status_word(token).lower()}"
            for token in named
            if counts[token]
        )
    facts = []
    if counts["missed"]:
        facts.append(ngettext("%(num)d missed", "%(num)d missed", counts["missed"]))
    new = sum(is_new(one, today) for one in inside)
    latest = max((one.since for one in inside if one.since is not None), default=None)
    if new:
        facts.append(ngettext("%(num)d new this week", "%(num)d new this week", new))
    elif latest is not None and not facts:
        facts.append(_("since %(day)s", day=rows.short_day(latest, today)))
    return texts.listed(facts)


def is_new(one: Glance, today: date) -> bool:
    """Tell whether a goal's status changed lately; its very first status is no change."""
    if one.since is None or today - one.since > NEWS:
        return False
    added = frame.here().local_day(one.created_at)
    return not timedelta(0) <= one.since - added <= timedelta(days=1)


def summary(goals: Sequence[Glance], today: date) -> str:
    """Return the sentence under the headline: how the rest stands and what is new."""
    counts = Counter(one.status for one in goals)
    parts = []
    if count := counts["off_track"]:
        parts.append(ngettext("%(num)d is off track", "%(num)d are off track", count))
    if count := counts["missed"]:
        parts.append(ngettext("%(num)d was missed", "%(num)d were missed", count))
    if count := counts["at_risk"]:
        parts.append(ngettext("%(num)d is at risk", "%(num)d are at risk", count))
    if not parts:
        fine = sum(counts[token] for token in GROUPS["on_track"])
        parts.append(ngettext("%(num)d is on track", "%(num)d are on track", fine))
        if count := len(goals) - fine:
            parts.append(
                ngettext("%(num)d cannot be judged yet", "%(num)d cannot be judged yet", count)
            )
    said = _("%(parts)s.", parts=texts.listed(parts))
    new = sum(is_new(one, today) for one in goals)
    if new:
        news = ngettext("%(num)d changed this week.", "%(num)d changed this week.", new)
    else:
        news = _("Nothing new this week.")
    return f"{said} {news}"


def steps(goals: Sequence[Glance], any_goal: Glance) -> list[Step]:
    """Return what is to be done next; any goal tells about the sources."""
    found = []
    if any_goal.to_reconnect is not None:
        text = _("Reconnect %(name)s", name=any_goal.to_reconnect)
        found.append(Step("data.page", text, _("Nothing is read from there until then")))
    if not any_goal.sources:
        text = _("Connect your CRM, or send a file")
        found.append(Step("data.page", text, _("No goal has data before")))
    alone = [one for one in goals if one.owner_id is None]
    if len(alone) == 1:
        found.append(Step("goals.page", _("Choose an owner"), alone[0].name))
    elif alone:
        detail = ngettext("%(num)d goal has none", "%(num)d goals have none", len(alone))
        found.append(Step("goals.page", _("Choose an owner"), detail))
    loose = sum(one.origin_question is None for one in goals)
    if loose:
        detail = ngettext(
            "%(num)d goal comes from no answer yet", "%(num)d goals come from no answer yet", loose
        )
        found.append(Step("strategy.hub", _("Tie goals to the strategy"), detail))
    return found
