"""The fixed words of the document, the same in every format (pure)."""

from goals.words import N_
from strategy.document.model import Cell, Document, Kpi

CONTENTS = N_("Contents")
STANDING = N_("Where we stand")
UNWRITTEN = N_("Not written yet")
EMPTY = N_("Nothing of the strategy is written yet.")
CONTINUED = N_("%(title)s (continued)")
IN_NOTES = N_("More of this stands in the notes under the slide.")
FIELD, ANSWER = N_("Question"), N_("Answers")
#: The end of the strategy's own name in a page's head.
STRATEGY = N_("Strategy")
SECTION = N_("Section")

GOAL, OWNER, TEAM, METRIC = N_("Goal"), N_("Owner"), N_("Team"), N_("Metric")
START, NOW, PLAN, LIKELY = N_("Baseline"), N_("Now"), N_("Plan today"), N_("Likely end")
TARGET, DUE, STATUS, WHY = N_("Target"), N_("Due"), N_("Status"), N_("Why this status")
CHART = N_("Course")


def cover_lines(document: Document) -> list[str]:
    """Return what stands under the title: which version, what is new, and when it was made."""
    lines = [document.period, document.edition, document.note, document.news, document.as_of]
    return [one for one in lines if one]


def status(kpi: Kpi) -> str:
    """Return the status as text: its mark and its word."""
    return f"{kpi.mark} {kpi.word}"


def figures(document: Document, kpi: Kpi) -> list[tuple[str, Cell]]:
    """Return a goal's figures with their words, in the order that is the same everywhere."""
    pairs = [(START, kpi.baseline), (NOW, kpi.now), (PLAN, kpi.plan), (LIKELY, kpi.likely)]
    pairs += [(TARGET, kpi.target), (DUE, kpi.due)]
    return [(document.say(word), cell) for word, cell in pairs]
