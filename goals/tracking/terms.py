"""The terms of a goal checked and completed before anything is written."""

import re
from dataclasses import replace

from sqlmodel import Session

from goals import names
from goals.errors import Refusal
from goals.metrics import asking, catalogue, library
from goals.metrics.catalogue import Metric
from goals.tracking import milestones, plan_table
from goals.tracking.drafts import Draft
from goals.tracking.goal import (
    CHANGES,
    DIRECTIONS,
    JUDGES,
    KINDS,
    PERIODS,
    PLANS,
    ROLLUPS,
    VISIBILITIES,
)
from goals.tracking.rollup import SUM
from goals.words import N_, Message

MAX_NAME = 200
#: Numbers with a digit further than so many places from the point are slips.
MOST_PLACES = 15
#: The id of a channel in Slack.
CHANNEL_ID = re.compile(r"[CG][A-Z0-9]{2,31}")
NO_CHANNEL_ID = N_(
    "Give the channel's id, such as C0123456789: it stands at the end of its details."
)
#: What a maintained goal keeps to: a number at its lower or upper end.
LOWER, UPPER = ("up", "at_least"), ("down", "at_most")


def metric_of(session: Session, draft: Draft) -> Metric:
    """Return the metric of a draft; a milestone needs none. Raises Refusal without one."""
    if not draft.metric and draft.kind == "milestone":
        return catalogue.MILESTONE
    if not draft.metric:
        raise Refusal(
            "metric_missing", N_("Choose the number that shows progress."), field="metric"
        )
    return library.find(session, draft.metric)


def checked(draft: Draft, metric: Metric) -> Draft:
    """Return a draft with its defaults filled in; raises Refusal for terms that cannot be."""
    name = names.clean(draft.name)
    if not name:
        raise Refusal("name_missing", N_("Give the goal a name."), field="name")
    if len(name) > MAX_NAME:
        raise Refusal(
            "name_long",
            N_("A name has at most %(most)s characters."),
            {"most": MAX_NAME},
            field="name",
        )
    draft = _of_kind(replace(draft, name=name, metric=metric.id), metric)
    _word("plan", draft.plan, PLANS)
    if draft.plan == "seasonal" and draft.kind != "cumulative":
        raise Refusal(
            "plan_unfit",
            N_("A seasonal plan needs a number that adds up. Choose the linear plan."),
            field="plan",
        )
    if draft.plan != "linear" and draft.kind in ("maintain", "milestone"):
        raise Refusal(
            "plan_unfit",
            N_("What is kept, or done or not, has no curve to follow. Choose the linear plan."),
            field="plan",
        )
    _word("visibility", draft.visibility, VISIBILITIES)
    _word("judge", draft.judge, ("auto", *JUDGES))
    _of_parts(draft, metric)
    _endless(draft)
    if draft.channel is not None and not CHANNEL_ID.fullmatch(draft.channel):
        raise Refusal("channel_wrong", NO_CHANNEL_ID, field="channel")
    if draft.first_day is None or draft.last_day is None:
        raise Refusal(
            "window_missing",
            N_("Say from which day to which day."),
            field="from" if draft.first_day is None else "to",
        )
    if draft.last_day < draft.first_day:
        raise Refusal("window_reversed", N_("The last day is before the first."), field="to")
    _written_right(draft)
    steps = milestones.checked(draft.steps, draft.first_day, draft.last_day)
    draft = plan_table.checked(draft)
    draft = _aimed(draft, metric)
    asking.check_segment(metric, draft.segment)
    done_when = (draft.done_when or "").strip() or None
    return replace(draft, steps=steps, done_when=done_when)


def _of_kind(draft: Draft, metric: Metric) -> Draft:
    """Return a draft with its kind and direction; raises Refusal where they do not fit."""
    kind = draft.kind or ("cumulative" if metric.kind == "flow" else "level")
    _word("kind", kind, KINDS)
    if kind == "cumulative" and metric.kind != "flow" and metric is not catalogue.MILESTONE:
        raise Refusal(
            "kind_unfit",
            N_("%(metric)s does not add up over time. Track it as a level."),
            {"metric": metric.name},
            field="kind",
        )
    if kind == "maintain" and metric.kind == "flow":
        raise Refusal(
            "kind_unfit",
            N_(
                "%(metric)s adds up from zero and cannot be kept at a level. Track what it comes"
                " to in the window."
            ),
            {"metric": metric.name},
            field="kind",
        )
    if metric is catalogue.MILESTONE and kind != "milestone":
        raise Refusal(
            "kind_unfit", N_("Only a milestone is done or not done. Choose a number."), field="kind"
        )
    falls = metric.direction == "down"
    direction = draft.direction or ("down" if falls else "up")
    if draft.direction is None and kind == "maintain":
        direction = "at_most" if falls else "at_least"
    _word("direction", direction, DIRECTIONS)
    if direction == "band" and kind != "maintain":
        raise Refusal(
            "direction_unfit",
            N_("A band belongs to a goal that is maintained. Choose up or down."),
            field="direction",
        )
    return replace(draft, kind=kind, direction=direction)


def _of_parts(draft: Draft, metric: Metric) -> None:
    """Raise Refusal where a goal cannot be rolled up from its parts by its rule."""
    _word("rollup", draft.rollup, ROLLUPS)
    if draft.weight is not None and not (draft.weight.is_finite() and draft.weight > 0):
        raise Refusal("weight_wrong", N_("A weight is a number greater than zero."), field="weight")
    adds_up = metric.kind in ("flow", "stock") and draft.kind in ("cumulative", "level")
    if draft.rollup == SUM and (metric is catalogue.MILESTONE or not adds_up):
        raise Refusal(
            "rollup_unfit",
            N_("%(metric)s of the parts has no sum. Count the goal's own number."),
            {"metric": metric.name},
            field="rollup",
        )
    if draft.rollup not in ("own", SUM) and metric is not catalogue.MILESTONE:
        raise Refusal(
            "rollup_unfit",
            N_(
                "A goal with a number of its own is judged by it, or by the sum of its parts."
                " Choose the kind without a number."
            ),
            field="rollup",
        )
    if draft.rollup != "own" and draft.steps:
        raise Refusal(
            "rollup_steps",
            N_("Its parts are its steps: leave the steps out, or let it count its own."),
            field="steps",
        )
    if draft.rollup != "own" and draft.judge == "chance":
        raise Refusal(
            "judge_unfit",
            N_("What is rolled up from its parts has no chance of its own."),
            fix=Message(N_("Judge it by its pace, or leave the choice to the program.")),
            field="judge",
        )


def _endless(draft: Draft) -> None:
    """Raise Refusal where a goal cannot go on without an end."""
    if draft.every is None:
        return
    _word("every", draft.every, PERIODS)
    if draft.kind == "milestone" or draft.rollup != "own":
        raise Refusal(
            "every_unfit",
            N_("Only a goal that counts a number of its own goes on without an end."),
            field="every",
        )
    if draft.plan == "points":
        raise Refusal(
            "plan_unfit",
            N_("A plan by hand is that of one period. Choose the linear or the seasonal plan."),
            field="plan",
        )


def _aimed(draft: Draft, metric: Metric) -> Draft:
    """Return a draft with what it aims at; raises Refusal where that is missing."""
    if metric is catalogue.MILESTONE:
        return replace(draft, target_kind="target", target_input=catalogue.ONE, baseline=None)
    if draft.direction == "band":
        for field, value in (("low", draft.low), ("high", draft.high)):
            if value is None:
                raise Refusal(
                    "band_missing", N_("Say between which two numbers it should stay."), field=field
                )
        assert draft.low is not None and draft.high is not None
        if draft.high < draft.low:
            raise Refusal(
                "band_reversed", N_("The upper number is below the lower one."), field="high"
            )
        return replace(draft, target_kind="target", target_input=None)
    if draft.kind == "maintain" and draft.target_input is None:
        # The one end that it keeps to may be said as an end, too.
        end = draft.low if draft.direction in LOWER else draft.high
        draft = replace(draft, target_kind="target", target_input=end)
    if draft.target_kind not in CHANGES or draft.target_input is None:
        raise Refusal("target_missing", N_("Say the number to reach."), field="target")
    return draft


def _word(field: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise Refusal(
            f"{field}_unknown",
            N_("%(value)s is not one of %(words)s."),
            {"value": value, "words": ", ".join(allowed)},
            field=field,
        )


def _written_right(draft: Draft) -> None:
    numbers = {"target": draft.target_input, "baseline": draft.baseline}
    numbers |= {"commit": draft.commit, "stretch": draft.stretch}
    for field, value in (numbers | {"low": draft.low, "high": draft.high}).items():
        if value and not (value.is_finite() and abs(value.adjusted()) < MOST_PLACES):
            raise Refusal(
                "number_wrong",
                N_("%(value)s is too large or too small for a goal."),
                {"value": f"{value:.3e}"},
                fix=Message(N_("Correct the number.")),
                field=field,
            )
