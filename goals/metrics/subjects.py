"""Subjects: the kinds of record that metrics count, as people narrow, split and list them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from goals.metrics import measures
from goals.metrics.rows import Base
from goals.records import kinds
from goals.records.marketing import EmailEvent
from goals.records.record import Record
from goals.words import N_


@dataclass(frozen=True)
class Subject:
    """A kind of record that is counted.

    `one` heads its column in a list. `known_by` are the measures that between them meet every
    member of a dimension; the first of them is the one for all records that have a day.
    `words` are columns whose texts are members too, though no rollup has them.
    """

    name: str
    one: str
    known_by: tuple[str, ...]
    words: Mapping[str, Any] = field(default_factory=dict)

    @property
    def table(self) -> type[Record]:
        """Return the table of its records."""
        return kinds.KINDS[self.name].table


SUBJECTS: dict[str, Subject] = {
    one.name: one
    for one in (
        Subject("deal", N_("Deal"), ("created", "won", "run_in", "visit_in", "undated")),
        Subject("lead", N_("Lead"), ("leads",)),
        Subject("contact", N_("Contact"), ("opted_in",)),
        Subject("web_visit", N_("Web visits"), ("web_visits", "web_visitors")),
        Subject("email_event", N_("E-mail event"), ("mail",), {"campaign": EmailEvent.message}),
        Subject("spend", N_("Spend"), ("spends",)),
        Subject("subscription", N_("Subscription"), ("subs_in",)),
        Subject("purchase", N_("Purchase"), ("purchases", "given_back")),
        Subject("ticket", N_("Ticket"), ("requests",)),
        Subject("survey_answer", N_("Answer"), ("answers",)),
        Subject("activity", N_("Activity"), ("activities",)),
        Subject("owner", N_("Owner"), ("owners",)),
        Subject("quota", N_("Quota"), ("quotas",)),
        Subject("account", N_("Account"), ()),
    )
}


@cache
def dimensions(names: tuple[str, ...]) -> frozenset[str]:
    """Return the dimensions that all of some subjects have."""
    each = (measures.find(one).rows(Base(0, "")).dims for one in known_by(names, first=True))
    return frozenset.intersection(*map(frozenset, each))


def known_by(names: Iterable[str], *, first: bool = False) -> list[str]:
    """Return the measures that meet every member of some subjects, or the first of each."""
    return [one for name in names for one in SUBJECTS[name].known_by[: 1 if first else None]]
