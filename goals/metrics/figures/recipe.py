"""What makes a metric countable: its formula, its parts, its events, what to say beside it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from goals.metrics.counting import Count
from goals.metrics.figures.window import Params, Window
from goals.metrics.formulas import Figure
from goals.metrics.measures import Measure
from goals.metrics.notes import Note
from goals.metrics.query import Query
from goals.metrics.scope import Scope

#: Measures of the numerator and of the denominator; () where there is none.
Parts = tuple[tuple[str, ...], tuple[str, ...]]
#: A measure made for one question, over all its days.
Special = Callable[[Scope, Query], Measure]


@dataclass(frozen=True)
class Asked:
    """A question with its answer, for whoever has something to say beside it.

    `total` counts a measure in the question's scope, outcomes up to `horizon` only.
    """

    scope: Scope
    query: Query
    params: Params
    horizon: date
    by_stage: bool
    figure: Figure
    total: Callable[[str, date | None, date | None], Count]


def _nothing(asked: Asked) -> list[Note]:
    return []


def _of_itself(query: Query) -> tuple[Query, ...]:
    return ()


def always(params: Params, is_over: bool) -> bool:
    """Tell that a value looks at outcomes, whether its window is over or not."""
    return True


@dataclass(frozen=True)
class Recipe:
    """How a metric is counted.

    `figure` makes the value, for the total as for each member. `parts` names the measures
    whose records stand behind it. `events` are the measures whose days tell how far the data
    reaches. `adds` names the measure of a metric that adds up over days, and tells whether its
    sum counts or its number; None for the others. `special` makes measures by a name that
    formula and parts use like any other. `ripens` tells, of a window that is over or not, whether
    they look at what comes after it, up to the question's `matured`. `stands` names, for a
    number as of a day, the measure of what came and the one of its values. `is_money` tells
    which parts are amounts. `listed` are the kinds of record that numerator and denominator
    list, where they are not the subjects: calls are counted, the leads that were called are
    listed. `also` names a second measure that adds up with the one of `adds`. `either` tells
    that events of one kind are enough where they name several. `given` are the recipes that
    stand in where a parameter is given. `made_of` are the questions whose numbers the formula
    takes: their records stand behind the value as well.
    """

    subjects: tuple[str, ...]
    figure: Callable[[Window, Params], Figure]
    parts: Callable[[Params], Parts]
    events: tuple[str, ...]
    adds: Callable[[Params], tuple[str, bool]] | None = None
    special: Mapping[str, Special] = field(default_factory=dict)
    ripens: Callable[[Params, bool], bool] | None = None
    stands: Callable[[Params, bool], tuple[str, str]] | None = None
    is_money: Callable[[Params], tuple[bool, bool]] | None = None
    notes: Callable[[Asked], list[Note]] = _nothing
    listed: tuple[str, ...] = ()
    also: str | None = None
    either: bool = False
    given: Mapping[str, "Recipe"] = field(default_factory=dict)
    made_of: Callable[[Query], tuple[Query, ...]] = _of_itself
