"""The one sentence, with numbers in it, that says why a status is what it is (pure)."""

from decimal import Decimal

from goals import words
from goals.metrics import catalogue
from goals.tracking import status
from goals.tracking.evaluate import Measured
from goals.tracking.goal import Goal, GoalVersion
from goals.tracking.status import Verdict
from goals.words import N_, Message

#: What is said of a goal under way, with and without where its pace leads.
PROJECTED = N_("%(actual)s, the plan expects %(expected)s by now. At this pace it ends at %(end)s.")
BY_NOW = N_("%(actual)s, the plan expects %(expected)s by now.")


def unit_of(goal: Goal) -> str:
    """Return the unit of a goal's numbers."""
    return catalogue.find(goal.metric).unit


def never_reviewed() -> Message:
    """Return the sentence for a goal that nobody has reviewed yet."""
    return Message(N_("Not reviewed yet. The first review comes with the next sync."))


def reason(goal: Goal, terms: GoalVersion, measured: Measured, verdict: Verdict) -> Message:
    """Return why a goal has the status shown, in one sentence."""

    def amount(value: Decimal | None) -> object:
        return words.amount(value, measured.unit, measured.currency)

    if verdict.status in status.PLUMBING:
        return _plumbing(goal, terms, measured, verdict.status)
    numbers = {
        "actual": amount(measured.actual),
        "target": amount(terms.target_value),
        "expected": amount(measured.expected),
        "end": amount(measured.projection),
        "day": words.Day(terms.last_day),
    }
    return Message(_sentence(measured, verdict), numbers)


def _sentence(measured: Measured, verdict: Verdict) -> str:
    if verdict.status == "achieved":
        if verdict.final:
            return N_("%(actual)s reached; the target was %(target)s.")
        return N_("Met so far: %(actual)s, the target is %(target)s on %(day)s.")
    if verdict.status == "missed":
        return N_("Ended at %(actual)s of %(target)s.")
    if verdict.status == "too_early":
        return N_("Too early to judge: 15%% of the time and three whole steps come first.")
    if verdict.status != verdict.judged and verdict.judged in status.JUDGED:
        return N_("%(actual)s, the plan expects %(expected)s. A new status needs a second day.")
    return BY_NOW if measured.projection is None else PROJECTED


def _plumbing(goal: Goal, terms: GoalVersion, measured: Measured, shown: str) -> Message:
    if shown == "no_data":
        return _no_data(goal, terms, measured)
    if shown == "source_broken":
        return Message(
            N_("%(sources)s must be connected again; nothing is read from there meanwhile."),
            {"sources": list(measured.feed.broken)},
        )
    return Message(
        N_("The newest data are from %(day)s, too old to judge by."),
        {"day": words.Day(measured.feed.data_to) if measured.feed.data_to else None},
    )


def _no_data(goal: Goal, terms: GoalVersion, measured: Measured) -> Message:
    if terms.target_value is None:
        return Message(
            N_("The target is a change from a baseline, and no baseline is known yet. Set one.")
        )
    needs = catalogue.find(goal.metric).needs
    if not measured.feed.names:
        return Message(
            N_("Nothing has been read yet that this could be counted from (%(needs)s)."),
            {"needs": list(needs)},
        )
    return Message(N_("There is nothing to count in this window yet."))
