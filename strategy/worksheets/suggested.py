"""Which aims and numbers the signs of a missing strategy point to (pure).

A sign that is seen now and then points to the same aim as one that is seen always, after it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from goals.metrics.catalogue import Metric
from goals.words import N_, Message
from strategy.worksheets import library
from strategy.worksheets.book import Book
from strategy.worksheets.content import catalogue_id
from strategy.worksheets.setting import Setting

SECTION = "symptoms"
CHECKLIST = f"{SECTION}.checklist"

#: Aims with their words; all but the last are aims that a goal can start from.
AIMS = {
    "sell": N_("Sell more"),
    "cycle": N_("Close sooner"),
    "retention": N_("Keep customers"),
    "together": N_("Work from the same data"),
}
_STARTS = frozenset({"sell", "cycle", "retention"})
#: Sign -> aim, and the metrics that show it.
_POINTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "gap_handoff": ("sell", ("mql_to_sql", "followup_coverage", "lead_conversion")),
    "gap_process": ("cycle", ("stage_length", "stage_dropoff", "sales_cycle")),
    "gap_retention": ("retention", ("churn_rate", "repeat_rate", "renewal_rate")),
    "gap_silos": ("together", ("crm_adoption", "data_quality")),
    "gap_unhappy": ("retention", ("resolution_time", "open_cases", "nps", "csat")),
}
_SEEN = ("yes", "sometimes")


@dataclass(frozen=True)
class Suggestion:
    """An aim that the answers point to.

    `preset` is the start of a goal for it, None where there is none; `metrics` are the numbers
    that show it, and `signs` what was ticked. `firm` tells that one of them is always seen.
    """

    aim: str
    title: Message
    preset: str | None
    metrics: tuple[Metric, ...]
    signs: tuple[Message, ...]
    firm: bool


def suggestions(values: Mapping[str, Any], setting: Setting) -> list[Suggestion]:
    """Return the aims that the answers to the checklist point to, the clearest first."""
    seen = {key: str(values[key]) for key in _POINTS if values.get(key) in _SEEN}
    found = []
    for aim in dict.fromkeys(_POINTS[key][0] for key in seen):
        keys = [key for key in seen if _POINTS[key][0] == aim]
        ids = dict.fromkeys(id for key in keys for id in _POINTS[key][1])
        found.append(
            Suggestion(
                aim=aim,
                title=Message(AIMS[aim]),
                preset=aim if aim in _STARTS else None,
                metrics=tuple(setting.metrics[id] for id in ids if id in setting.metrics),
                signs=tuple(_label(key) for key in keys),
                firm=any(seen[key] == "yes" for key in keys),
            )
        )
    return sorted(found, key=lambda one: not one.firm)


def of_book(book: Book, setting: Setting) -> list[Suggestion]:
    """Return the aims that the kept answers point to."""
    row = book.row(library.worksheets().find(CHECKLIST))
    return [] if row is None else suggestions(row.value, setting)


def said(values: Mapping[str, Any], setting: Setting, book: Book) -> Message | None:
    """Return the aims with their numbers as one text, None as long as nothing is answered."""
    found = suggestions(values, setting)
    if found:
        parts = [
            Message(
                N_("%(aim)s (%(metrics)s)"),
                {"aim": one.title, "metrics": [metric.name for metric in one.metrics]},
            )
            for one in found
        ]
        return Message("%(value)s", {"value": parts})
    if all(values.get(key) == "no" for key in _POINTS):
        return Message(N_("None of these signs. Start from your business goals."))
    return None


#: What the page of the checklist says below the boxes.
COMPUTED = {f"{CHECKLIST}.suggests": said}


def _label(key: str) -> Message:
    _, field = library.worksheets().field(f"{CHECKLIST}.{key}")
    return Message(catalogue_id(str(field.label)))
