"""What each step from a CRM's report to our number means, and what can be done about it."""

from collections.abc import Mapping

from goals import words, workspace
from goals.metrics import catalogue
from goals.metrics.reconcile.bridge import Asked, Bridge
from goals.metrics.reconcile.parts import Part
from goals.metrics.reconcile.report import Report
from goals.records import kinds
from goals.words import N_, P_, Message

#: What a day that is counted by is called.
DAYS = {
    "created_on": N_("day created"),
    "closed_on": N_("day closed"),
    "converted_on": N_("day converted"),
    "opened_on": N_("day opened"),
    "solved_on": N_("day solved"),
    "day": N_("day of the activity"),
}
_CHOSEN = {"created": "created_on", "closed": "closed_on"}
TITLES = {
    "archived": N_("Archived"),
    "counts": N_("Filter"),
    "undated": N_("Without a date"),
    "dated": N_("Date used"),
    "zone": N_("Time zone"),
    "untold": N_("Without a stage history"),
    "later": N_("Opened later"),
    "since": N_("Closed since"),
    "cut_over": N_("Cut-over"),
    "narrowed": N_("Narrowed"),
    "valueless": N_("Without an amount"),
    "unrated": N_("No exchange rate"),
    "rates": N_("Exchange rates"),
    "rule": N_("The metric's own rule"),
    "twins": N_("Counted twice"),
    "others": N_("Other sources"),
}
_TEXTS = {
    "archived": N_(
        "The report counts records that were archived or deleted; here they never count."
    ),
    "counts": N_("The report filters otherwise than the metric does."),
    "undated": N_("They have no %(day)s, so they belong to no window. Enter the date in the CRM."),
    "dated": N_("The report goes by the %(there)s, the metric by the %(here)s."),
    "zone": N_(
        "It was another day in %(there)s than in %(here)s, and one of the two lies outside."
    ),
    "untold": N_("Nobody knows since when they are open, so they stand apart."),
    "later": N_("They are open now, and were not at the end of %(day)s."),
    "since": N_("They were open at the end of %(day)s, and are not any more."),
    "cut_over": N_(
        "On these days another source counts in its place, so that nothing counts twice."
    ),
    "narrowed": N_("The report covers everything, this number only a part."),
    "valueless": N_("A report counts them as records; an amount they do not change."),
    "rule": N_("What no filter of a CRM can tell: %(formula)s."),
    "twins": N_(
        "%(source)s has them as well. Take them out of the other source, or undo its import."
    ),
    "others": N_("They came from elsewhere than %(source)s."),
}
_UNRATED = {
    "converted": N_(
        "They are left out until a rate is imported; %(source)s has a rate of its own for them, "
        "which is not known here."
    ),
    "plain": N_(
        "The report adds them as they stand; here they are left out until a rate is imported."
    ),
}
_RATES = {
    "converted": N_(
        "Here each amount is converted at the rate of its day; the report is taken to convert "
        "all of them at the newest rate known."
    ),
    "plain": N_(
        "The report adds up amounts of other currencies as they stand; here each is converted "
        "at the rate of its day."
    ),
}
ASIDE = {
    "gone": P_(
        "%(n)s archived or deleted record counts on neither side.",
        "%(n)s archived or deleted records count on neither side.",
    ),
    "without_day": P_(
        "%(n)s record without a date counts on neither side.",
        "%(n)s records without a date count on neither side.",
    ),
    "stubs": P_(
        "%(n)s record is only referred to and has not come yet; it counts on neither side.",
        "%(n)s records are only referred to and have not come yet; they count on neither side.",
    ),
}


def title(key: str) -> Message:
    """Return what a step is called."""
    return Message(TITLES[key])


def step(asked: Asked, bridge: Bridge, key: str, source: str) -> Message:
    """Return why a step changes the number, and what can be done where something can."""
    report, part = bridge.report, bridge.part
    told = {**_TEXTS, "unrated": _UNRATED[report.currency], "rates": _RATES[report.currency]}
    zone = workspace.of(asked.session).zone
    reading = asked.reading
    shown: dict[str, dict[str, object]] = {
        "undated": {"day": Message(DAYS[part.plain.column])},
        "dated": {"there": Message(_day(part, report)), "here": Message(DAYS[part.plain.column])},
        "zone": {"there": report.zone or zone, "here": zone},
        "later": {"day": words.Day(reading.last_day)},
        "since": {"day": words.Day(reading.last_day)},
        "rule": {"formula": _formula(reading.metric, reading.params)},
    }
    return Message(told[key], shown.get(key, {"source": source}))


def aside(key: str, n: int) -> Message:
    """Return what is said of records that neither side counts."""
    return Message.counted(ASIDE[key], n)


def counted(part: Part) -> Message:
    """Return what a part counts, in a word."""
    return kinds.called(part.record)


def _day(part: Part, report: Report) -> str:
    return DAYS[_CHOSEN.get(report.dated, part.plain.column)]


def _formula(metric: str, params: Mapping[str, str]) -> Message:
    return Message(catalogue.find(metric).formula.id, dict(params))
