"""Replaying a rule: what it would have said of its goals, beside what its neighbours would."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlmodel import Session, col, select

from goals import words, workspace
from goals.alerts import conditions, drafts, ruling
from goals.alerts.drafts import LIMITS
from goals.alerts.replay import neighbours, score
from goals.alerts.replay.score import Score
from goals.alerts.replay.walk import Rule, walk
from goals.alerts.rule import AlertRule
from goals.errors import Refusal
from goals.table import workspace_of
from goals.tracking import past_days, visibility
from goals.tracking.goal import Goal
from goals.tracking.visibility import Audience
from goals.words import N_

#: Without a first day, a replay looks back so far.
USUAL = timedelta(days=365)


@dataclass(frozen=True)
class Replay:
    """What a rule would have said from `first` to `last`, and what others beside it would.

    `stored` of the `days` (one for each goal and day) were evaluated then; of the others the
    readings are taken as of the day.
    """

    rule: AlertRule
    first: date
    last: date
    settings: Mapping[str, Any]
    score: Score
    alternatives: Sequence[tuple[Mapping[str, Any], Score]]
    goals: int
    days: int
    stored: int
    tried: Sequence[tuple[Mapping[str, Any], Score]] = field(default=())

    @property
    def history(self) -> str:
        """Return "known_then" where every day was evaluated then, else "event_time"."""
        return "known_then" if self.days and self.stored == self.days else "event_time"

    def to_json(self, reader: words.Reader) -> dict[str, Any]:
        """Return the contract's object."""
        name = words.render(ruling.name(self.rule), reader)
        firings = [
            {
                "day": one.day,
                "goal": {"id": str(one.past.goal.id), "name": one.past.goal.name},
                "outcome": one.outcome,
            }
            for one in self.score.firings
        ]
        return {
            "rule": {"id": str(self.rule.id), "name": name},
            "settings": dict(self.settings),
            "history": self.history,
            **_figures(self.score),
            "alternatives": [
                {"settings": dict(settings), **_figures(found)}
                for settings, found in self.alternatives
            ],
            "firings": firings,
        }


def _figures(found: Score) -> dict[str, Any]:
    return {
        "fired": len(found.firings),
        "misses": found.missed,
        "caught": found.caught,
        "false_alarms": found.false_alarms,
        "recall": found.recall,
        "lead_days_median": found.lead_days,
        "messages_per_week": found.messages_a_week,
    }


def replay(
    session: Session,
    rule: AlertRule,
    *,
    today: date,
    first: date | None = None,
    last: date | None = None,
    given: Mapping[str, object] | None = None,
    seen_by: Audience | None = None,
) -> Replay:
    """Return what a rule would have said, kept or not, with other settings where some are `given`.

    Days after `today` are none of the past. With `seen_by` only goals count that these may see.
    Raises Refusal `no_replay` for a kind of rule whose past is not kept, `window` for a last day
    before the first, and at settings that are wrong.
    """
    if rule.kind not in conditions.OF_GOALS:
        raise Refusal(
            "no_replay",
            N_("Only rules that look at goals can be replayed: the rest is not kept day by day."),
            field="rule",
            misused=False,
        )
    last = min(last or today, today)
    first = first or last - USUAL + timedelta(days=1)
    if first > last:
        raise Refusal("window", N_("The last day lies before the first."), field="to")
    settings = changed(rule, given or {})
    here = workspace.of(session)
    chosen = [one for one in _goals(session, seen_by) if ruling.covers(rule, one)]
    with_chance = rule.kind == "chance_below"
    pasts = past_days.of_goals(session, chosen, today, with_chance=with_chance)
    begun = min((one.said[0].at for one in pasts if one.said), default=here.end_of(first))
    until = here.end_of(last)
    hours = ruling.hours(session, rule, begun, until)

    def scored(some: Mapping[str, Any]) -> Score:
        sent = walk(_ruled(rule, some), pasts, until, hours.earliest)
        dated = [(here.local_day(one.leaves), one) for one in sent]
        return score.of(rule.kind, dated, pasts, first, last)

    every = [(one, scored(one)) for one in neighbours.tried(rule.kind, settings, rule.cool_down)]
    beside = neighbours.beside(rule.kind, settings, rule.cool_down)
    inside = [one for past in pasts for one in past.said if first <= one.day <= last]
    return Replay(
        rule=rule,
        first=first,
        last=last,
        settings=settings,
        score=scored(settings),
        alternatives=every[: len(beside)],
        goals=sum(any(first <= one.day <= last for one in past.said) for past in pasts),
        days=len(inside),
        stored=sum(one.is_stored for one in inside),
        tried=every,
    )


def changed(rule: AlertRule, given: Mapping[str, object]) -> dict[str, Any]:
    """Return a rule's settings with others in their place, its limits among them if given.

    Raises Refusal for what the rule does not have, or what is out of its limits.
    """
    limits = {name: LIMITS[name].read(name, given[name]) for name in given if name in LIMITS}
    own = {name: value for name, value in given.items() if name not in LIMITS}
    return {**drafts.settings(rule.kind, {**rule.settings, **own}), **limits}


def _ruled(rule: AlertRule, settings: Mapping[str, Any]) -> Rule:
    own = {name: value for name, value in settings.items() if name not in LIMITS}
    return Rule(
        kind=rule.kind,
        settings=own,
        cool_down=int(settings.get("cool_down", rule.cool_down)),
        weekly_most=settings.get("weekly_most", rule.weekly_most),
    )


def _goals(session: Session, seen_by: Audience | None) -> list[Goal]:
    statement = select(Goal).where(col(Goal.workspace_id) == workspace_of(session))
    if seen_by is not None:
        statement = statement.where(visibility.may_see(seen_by))
    return list(session.exec(statement.order_by(col(Goal.id))))
