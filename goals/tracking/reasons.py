"""The one sentence, with numbers in it, that says why a status is what it is (pure)."""

from decimal import Decimal

from goals import words
from goals.records import kinds
from goals.tracking import pace, status, units
from goals.tracking.evaluate import Measured
from goals.tracking.goal import Goal, GoalVersion
from goals.tracking.milestones import Reached
from goals.tracking.rollup import SUM, Rolled
from goals.tracking.status import Verdict
from goals.words import N_, P_, Message

#: What is said of a goal under way, with and without where its pace leads.
PROJECTED = N_("%(actual)s, the plan expects %(expected)s by now. At this pace it ends at %(end)s.")
#: What is said of a goal that is judged by its chance.
CHANCE = N_(
    "%(actual)s, the plan expects %(expected)s by now. Chance to reach %(target)s: %(chance)s;"
    " likely end %(likely)s, 8 in 10 between %(low)s and %(high)s."
)
#: What is added where a word holds though the chance alone would say another one.
RECOVERING = N_(
    "%(reason)s It is on track again from a chance of %(line)s on, or once its likely end is"
    " %(part)s beyond the target."
)
BESIDE = N_("%(reason)s That is within %(part)s of the target, so it stays on track.")
BY_NOW = N_("%(actual)s, the plan expects %(expected)s by now.")
#: What is said before a goal is judged, by what its window's units are called.
EARLY = {
    "day": N_(
        "Too early to judge. That begins on %(from)s, after 15%% of the time and three whole days."
    ),
    "week": N_(
        "Too early to judge. That begins on %(from)s, after 15%% of the time and three whole weeks."
    ),
    "month": N_(
        "Too early to judge. That begins on %(from)s, after 15%% of the time and three whole"
        " months."
    ),
}
JUDGED_LATE = N_("Too short to judge on the way: it is judged after its last day, %(day)s.")


def never_reviewed() -> Message:
    """Return the sentence for a goal that nobody has reviewed yet."""
    return Message(N_("Not reviewed yet. The first review comes with the next sync."))


def reason(goal: Goal, terms: GoalVersion, measured: Measured, verdict: Verdict) -> Message:
    """Return why a goal has the status shown, and whether its number is doubtful."""
    why = _why(goal, terms, measured, verdict)
    if measured.doubt is None or verdict.status in status.PLUMBING:
        return why
    return Message(N_("%(reason)s Doubtful: %(doubt)s"), {"reason": why, "doubt": measured.doubt})


def _why(goal: Goal, terms: GoalVersion, measured: Measured, verdict: Verdict) -> Message:
    """Return why a goal has the status shown, in one sentence."""

    def amount(value: Decimal | None) -> object:
        return words.amount(value, measured.unit, measured.currency)

    if measured.rolled is not None and (said := _rolled(terms, measured.rolled, verdict)):
        return said
    if verdict.status in status.PLUMBING:
        return _plumbing(terms, measured, verdict.status)
    if measured.milestone is not None:
        return _milestone(terms, measured, measured.milestone, verdict)
    if goal.kind == "maintain" and verdict.status != "too_early":
        line = kept_line(goal, terms, measured.unit, measured.currency)
        text = _kept(measured.inputs.is_reached, verdict)
        return Message(text, {"actual": amount(measured.actual), "line": line})
    numbers = {
        "actual": amount(measured.actual),
        "target": amount(terms.target_value),
        "expected": amount(measured.expected),
        "end": amount(measured.projection),
        "day": words.Day(terms.last_day),
        "from": words.Day(measured.judged_from) if measured.judged_from is not None else None,
    }
    if measured.outlook is not None and measured.outlook.chance is not None:
        ends = measured.outlook.landing
        for name, value in (("low", ends.low), ("likely", ends.likely), ("high", ends.high)):
            # To the last digit it would look surer than it is.
            given = (Decimal(str(value)), measured.unit, measured.currency)
            numbers[name] = words.amount(*given, compact=True)
        numbers["chance"] = words.Chance(Decimal(str(measured.outlook.chance)))
    text = _sentence(measured, verdict)
    said = Message(text, numbers)
    return _held(measured, verdict, said) if text == CHANCE else said


def _held(measured: Measured, verdict: Verdict, said: Message) -> Message:
    """Return what is said of a chance, and why the word is not the one that it alone would give."""
    alone, _ = status.of_the_day(measured.inputs)
    is_bad = verdict.status in status.BAD
    if (alone in status.BAD) == is_bad:
        return said
    near = status.SHORT if alone == "off_track" else status.MATERIAL
    told: dict[str, object] = {"reason": said, "part": words.Rate(Decimal(str(near)), 0)}
    if not is_bad:
        return Message(BESIDE, told)
    told["line"] = words.Chance(Decimal(str(status.RECOVERED)))
    return Message(RECOVERING, told)


def kept_line(goal: Goal, terms: GoalVersion, unit: str, currency: str | None) -> Message:
    """Return where a maintained goal should stay, to stand inside of a sentence."""
    ends = pace.bounds(goal.direction, terms.target_value, terms.low, terms.high)
    low, high = (words.amount(one, unit, currency) for one in ends)
    if low is not None and high is not None:
        return Message(N_("between %(low)s and %(high)s"), {"low": low, "high": high})
    if high is not None:
        return Message(N_("at %(high)s or below"), {"high": high})
    return Message(N_("at %(low)s or above"), {"low": low})


def _kept(is_kept: bool, verdict: Verdict) -> str:
    if verdict.status == "achieved":
        return N_("Ended at %(actual)s; it should stay %(line)s, and it did.")
    if verdict.status == "missed":
        return N_("Ended at %(actual)s; it should have stayed %(line)s.")
    if verdict.status != verdict.judged:
        return N_("%(actual)s; it should stay %(line)s. A new status needs a second day.")
    if is_kept:
        return N_("%(actual)s; it stays %(line)s, as it should.")
    return N_("%(actual)s; it should stay %(line)s.")


#: What is said of the days that are left, or that a milestone is late.
LEFT = P_("due in %(n)s day, on %(day)s", "due in %(n)s days, on %(day)s")
LATE = P_("%(n)s day late, it was due on %(day)s", "%(n)s days late, it was due on %(day)s")


def due(terms: GoalVersion, days_left: int) -> Message:
    """Return when a milestone is due or since when it is late, to stand inside of a sentence."""
    day = words.Day(terms.last_day)
    if days_left == 0:
        return Message(N_("due today, %(day)s"), {"day": day})
    texts = LEFT if days_left > 0 else LATE
    return Message.counted(texts, abs(days_left), {"day": day})


def _milestone(
    terms: GoalVersion, measured: Measured, reached: Reached, verdict: Verdict
) -> Message:
    """Return what is known of a milestone: done on which day, or due in how many."""
    last = words.Day(terms.last_day)
    if reached.done_on is not None:
        done = words.Day(reached.done_on)
        late = (reached.done_on - terms.last_day).days
        if late > 0:
            return Message.counted(
                P_(
                    "Done on %(done)s, %(n)s day after it was due on %(day)s.",
                    "Done on %(done)s, %(n)s days after it was due on %(day)s.",
                ),
                late,
                {"done": done, "day": last},
            )
        return Message(N_("Done on %(done)s; it was due on %(day)s."), {"done": done, "day": last})
    if verdict.status == "achieved":
        value = words.amount(measured.actual, measured.unit, measured.currency)
        target = words.amount(terms.target_value, measured.unit, measured.currency)
        return Message(
            N_("%(actual)s reached; the target was %(target)s."),
            {"actual": value, "target": target},
        )
    parts = {"due": due(terms, reached.days_left)}
    if not reached.steps:
        return Message(N_("Not done yet, %(due)s."), parts)
    told = {**parts, "done": str(reached.done), "steps": str(reached.steps)}
    if reached.late is None:
        return Message(N_("%(done)s of %(steps)s steps done, %(due)s."), told)
    return Message(
        N_("%(done)s of %(steps)s steps done; “%(step)s” was due on %(when)s. %(whole)s"),
        {
            **told,
            "step": reached.late.name,
            "when": words.Day(reached.late.due_on),
            "whole": Message(N_("The whole is %(due)s."), parts),
        },
    )


def _rolled(terms: GoalVersion, rolled: Rolled, verdict: Verdict) -> Message | None:
    """Return what is known of a goal by its parts; None for a sum, which has its own sentence."""
    if not rolled.parts:
        return Message(N_("No goal is part of it yet, so there is nothing to judge it by."))
    if rolled.unknown:
        return Message(
            N_("“%(part)s” has no value yet, so what the parts come to is not known."),
            {"part": rolled.unknown[0].name},
        )
    if rolled.rule == SUM:
        return None
    told = {"done": str(rolled.done), "parts": str(len(rolled.parts))}
    if verdict.final:
        return Message(N_("%(done)s of %(parts)s parts achieved."), told)
    last = {"due": due(terms, (terms.last_day - rolled.day).days)}
    if rolled.rule == "worst" and rolled.worst is not None:
        worst = {
            "part": rolled.worst.name,
            "status": words.status(rolled.worst.status or "no_data"),
        }
        return Message(
            N_("As its worst part: “%(part)s” is %(status)s. The whole is %(due)s."),
            {**worst, **last},
        )
    if rolled.rule == "done":
        return Message(N_("%(done)s of %(parts)s parts achieved, %(due)s."), {**told, **last})
    share, expected = (
        None if one is None else words.Rate(Decimal(str(one)), 0) for one in rolled.shares
    )
    return Message(
        N_("The parts are %(share)s of their way on average, their plans expect %(expected)s."),
        {"share": share, "expected": expected},
    )


def _sentence(measured: Measured, verdict: Verdict) -> str:
    if verdict.status != verdict.judged and verdict.judged in status.JUDGED:
        return N_("%(actual)s, the plan expects %(expected)s. A new status needs a second day.")
    if verdict.status == "achieved":
        if verdict.final:
            return N_("%(actual)s reached; the target was %(target)s.")
        return N_("Met so far: %(actual)s, the target is %(target)s on %(day)s.")
    if verdict.status == "missed":
        return N_("Ended at %(actual)s; the target was %(target)s.")
    if verdict.status == "too_early":
        return _too_early(measured)
    if measured.inputs.judged_by == "chance" and measured.inputs.chance is not None:
        return CHANCE
    return BY_NOW if measured.projection is None else PROJECTED


def _too_early(measured: Measured) -> str:
    window = measured.plan.window
    if status.is_early(measured.inputs) or not measured.inputs.has_value:
        return JUDGED_LATE if measured.judged_from is None else EARLY[units.word_of(window)]
    if measured.inputs.judged_by == "chance":
        return N_("%(actual)s, but too little of its past is known to say a chance.")
    if measured.share is None:
        return N_("%(actual)s, but no baseline is known to judge the way by. Set one.")
    return N_("%(actual)s, the plan expects nothing by now.")


def _plumbing(terms: GoalVersion, measured: Measured, shown: str) -> Message:
    if shown == "no_data":
        return _no_data(terms, measured)
    if shown == "source_broken":
        return Message(
            N_("%(sources)s must be connected again; nothing is read from there meanwhile."),
            {"sources": list(measured.feed.broken)},
        )
    return Message(
        N_("The newest data are from %(day)s, too old to judge by."),
        {"day": words.Day(measured.feed.data_to) if measured.feed.data_to else None},
    )


def _no_data(terms: GoalVersion, measured: Measured) -> Message:
    if measured.counted_in is not None:
        text = N_(
            "The target is meant in %(currency)s, and amounts are counted in %(base)s now. Set a"
            " target in %(base)s."
        )
        return Message(text, {"currency": terms.currency, "base": measured.counted_in})
    if terms.target_value is None and terms.low is None:
        return Message(
            N_("The target is a change from a baseline, and no baseline is known yet. Set one.")
        )
    needs = measured.metric.needs
    if not measured.feed.names:
        return Message(
            N_("Nothing has been read yet that this could be counted from (%(needs)s)."),
            {"needs": [kinds.called(one) for one in needs]},
        )
    return Message(N_("There is nothing to count in this window yet."))
