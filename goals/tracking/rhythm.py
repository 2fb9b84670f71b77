"""The rhythm of a goal: what a draft asks for, and the days that follow from it."""

from datetime import date

from goals.errors import Refusal
from goals.tracking import cadence
from goals.tracking.cadence import Rhythm
from goals.tracking.drafts import Draft
from goals.tracking.goal import Goal, GoalVersion
from goals.words import N_


def give(goal: Goal, draft: Draft, today: date) -> None:
    """Give a goal the rhythm of a draft; one that changes begins anew today.

    A draft without a rhythm leaves the one there is, a new goal gets what fits its window.
    Raises Refusal for a word that is none.
    """
    word = draft.cadence
    if word is not None and word not in cadence.CADENCES:
        raise Refusal(
            "cadence_unknown",
            N_("%(value)s is not one of %(words)s."),
            {"value": word, "words": ", ".join(cadence.CADENCES)},
            field="cadence",
        )
    goal.reminds = draft.reminds
    if goal.cadence_since is None and word is None:
        assert draft.first_day is not None and draft.last_day is not None
        word = cadence.default(draft.first_day, draft.last_day)
    if goal.cadence_since is None or word not in (None, goal.cadence):
        goal.cadence, goal.cadence_since = word or goal.cadence, today


def of(goal: Goal, terms: GoalVersion) -> Rhythm:
    """Return the days on which a goal with these terms is to be looked at."""
    since = goal.cadence_since or terms.first_day
    return Rhythm(goal.cadence, terms.first_day, terms.last_day, since)
