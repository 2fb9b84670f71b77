"""Replaying a rule: what it would have said of its goals, beside what its neighbours would."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlmodel import Session, col, select

from goals import words, workspace
from goals.alerts import conditions, drafts, ruling
from goals.alerts.drafts import LIMITS
from goals.alerts.replay import neighbours, score, states, walk
from goals.alerts.replay.score import Firing, Score
from goals.alerts.replay.walk import Rule
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
    readings are taken as of the day. `windows` has the days of each goal by its subject.
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
    windows: Mapping[str, tuple[date, date]] = field(default_factory=dict)

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
                "goal": None if one.goal_id is None else {"id": str(one.goal_id), "name": one.name},
                "outcome": one.outcome,
                **_state(one),
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


def _state(one: Firing) -> dict[str, Any]:
    """Return what the firing of a rule about a state says more than that of one about goals."""
    return {"about": one.name, "until": one.until} if one.is_state else {}


def can_replay(kind: str) -> bool:
    """Tell whether the past of a kind of rule is kept."""
    return kind in conditions.OF_GOALS or kind in states.KINDS


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
    only: Goal | None = None,
) -> Replay:
    """Return what a rule would have said, kept or not, with other settings where some are `given`.

    Days after `today` are none of the past. With `seen_by` only goals count that these may see,
    with `only` this one alone.
    Raises Refusal `no_replay` for a kind of rule whose past is not kept, `window` for a last day
    before the first, and at settings that are wrong.
    """
    if not can_replay(rule.kind):
        raise Refusal(
            "no_replay",
            N_("A digest is no alert: it has nothing to replay."),
            field="rule",
            misused=False,
        )
    last = min(last or today, today)
    first = first or last - USUAL + timedelta(days=1)
    if first > last:
        raise Refusal("window", N_("The last day lies before the first."), field="to")
    settings = changed(rule, given or {})
    here = workspace.of(session)
    asked = _goals(session, seen_by) if only is None else [only]
    chosen = [one for one in asked if ruling.covers(rule, one)]
    with_chance = rule.kind == "chance_below"
    if rule.kind == "failing_source":
        chosen = []  # It looks at sources, not at what rests on them.
    pasts = past_days.of_goals(session, chosen, today, with_chance=with_chance)
    until = here.end_of(last)
    begun = min((one.said[0].at for one in pasts if one.said), default=here.end_of(first))
    if rule.kind in states.KINDS:
        seen = states.subjects(session, rule.kind, settings, pasts, until)
        begun = min((one.at for each in seen for one in each.moments), default=begun)
    hours = ruling.hours(session, rule, begun, until)

    def scored(some: Mapping[str, Any]) -> Score:
        if rule.kind in states.KINDS:
            found = states.subjects(session, rule.kind, some, pasts, until)
            looks = [look for one in found for look in one.looks()]
            told = walk.told(_ruled(rule, some), looks, until, hours.earliest)
            by_key = {one.key: one for one in found}
            return score.of_states(
                [(here.local_day(one.leaves), one) for one in told],
                {one.key: (one.name, one.goal_id) for one in found},
                lambda one: by_key[one.subject].ended(one),
                first,
                last,
            )
        sent = walk.walk(_ruled(rule, some), pasts, until, hours.earliest)
        dated = [(here.local_day(one.leaves), one) for one in sent]
        return score.of(rule.kind, dated, pasts, first, last)

    every = [(one, scored(one)) for one in neighbours.tried(rule.kind, settings, rule.cool_down)]
    beside = neighbours.beside(rule.kind, settings, rule.cool_down)
    inside = [one for past in pasts for one in past.said if first <= one.day <= last]
    days, stored = len(inside), sum(one.is_stored for one in inside)
    if rule.kind in ("failing_source", "missed_checkin"):
        # Pulls and check-ins are kept as they were.
        days = stored = sum(first <= one.day <= last for each in seen for one in each.moments)
    return Replay(
        rule=rule,
        first=first,
        last=last,
        settings=settings,
        score=scored(settings),
        alternatives=every[: len(beside)],
        goals=sum(any(first <= one.day <= last for one in past.said) for past in pasts),
        days=days,
        stored=stored,
        tried=every,
        windows={str(one.goal.id): (one.terms.first_day, one.terms.last_day) for one in pasts},
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
