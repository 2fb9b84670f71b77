"""Questions to metrics, with what they leave open, before they are answered."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlmodel import Session

from goals.errors import Refusal
from goals.metrics import composed, history, measures, recipes
from goals.metrics.ahead import Ahead
from goals.metrics.catalogue import Metric
from goals.metrics.custom.metric import Custom
from goals.metrics.query import Query
from goals.metrics.reader import Reader
from goals.metrics.recipes import RECIPES
from goals.metrics.scope import scope_of
from goals.words import N_


def check_segment(metric: Metric, segment: Mapping[str, str], field: str = "where") -> None:
    """Raise Refusal for dimensions that a metric cannot be narrowed by."""
    if segment and not metric.is_counted:
        raise Refusal(
            "segment_unfit",
            N_("%(metric)s is entered as a whole and cannot be narrowed."),
            {"metric": metric.name},
            field=field,
        )


@dataclass
class Question:
    """A question to a metric as this workspace has it, and those to what it is made of.

    `reader` works out the value of what is counted, once somebody asked for it.
    """

    metric: Metric
    params: Mapping[str, str]
    query: Query
    parts: Mapping[str, "Question"]
    reader: Reader | None = None

    @property
    def key(self) -> tuple[str, str]:
        """Return what tells it from the others that are asked with it."""
        return self.metric.id, repr(sorted(self.params.items()))

    @property
    def is_counted(self) -> bool:
        """Tell whether it is counted from records."""
        return not isinstance(self.metric, Custom) and self.metric.is_counted

    def read_by(self, ahead: Ahead, today: date) -> Reader:
        """Return the reader of what is counted."""
        if self.reader is None:
            query, recipe = self.query, recipes.of(self.metric.id, self.params)
            scope = scope_of(
                ahead.session, ahead.base, query.where, query.by, recipe.subjects, ahead
            )
            by_stage = "stage" in scope.where or (scope.by is not None and scope.by.base == "stage")
            self.reader = Reader(
                scope, self.metric, self.params, query, query.matured or today, by_stage,
                ahead.here.fiscal,
            )  # fmt: skip
        return self.reader


def look_ahead(ahead: Ahead, asked: Sequence[Question], today: date) -> None:
    """Count together what questions need: first for the figures, then for what is said of them."""
    counted = [one for each in asked for one in _counted_parts(each)]
    readers = [one.read_by(ahead, today) for one in counted]
    if ahead.is_of_many:
        for one in readers:
            one.scope.expect()
    for _ in range(2):
        with ahead.noting():
            for one in readers:
                one.note()


def _counted_parts(asked: Question) -> Iterator[Question]:
    """Yield what is counted of a question: itself, or what it is made of."""
    if asked.is_counted:
        yield asked
    for one in asked.parts.values():
        yield from _counted_parts(one)


def question(
    session: Session,
    metric: Metric,
    params: Mapping[str, str],
    query: Query,
    today: date,
    ahead: Ahead,
    seen: dict[tuple[str, str], Question],
) -> Question:
    """Return a question with what it leaves open; raises Refusal for what cannot be asked.

    `seen` holds those of the same question that were looked at already.
    """
    query = rolled(replace(query, metric=metric.id, params=params))
    if turns_out(metric, params, is_over=query.last_day < today):
        query = replace(query, matured=query.matured or today)
    metric = history.here(session, metric, params, ahead.edges)
    if query.by is not None:
        check_segment(metric, {query.by: ""}, "by")
    parts = {}
    if isinstance(metric, Custom):
        for key, one in composed.to_parts(session, metric, query).items():
            part = metric.expression.parts[key]
            if not turns_out(part.metric, part.params, is_over=query.last_day < today):
                one = replace(one, matured=None)
            parts[key] = question(session, part.metric, part.params, one, today, ahead, seen)
    asked = Question(metric, params, query, parts)
    return seen.setdefault(asked.key, asked)


def rolled(query: Query) -> Query:
    """Return the same question over the days up to its last one that it asks for, if it does."""
    days = query.params.get("days")
    if days is None:
        return query
    return replace(query, first_day=query.last_day - timedelta(days=int(days) - 1))


def is_one_of_them(params: Mapping[str, object]) -> bool:
    """Tell whether a value is one of those it is counted from, as a median is: no ratio of sums."""
    return params.get("stat") in ("median", "p90")


def turns_out(metric: Metric, params: Mapping[str, str], *, is_over: bool) -> bool:
    """Tell whether a window's value still depends on the day on which it is read."""
    if isinstance(metric, Custom):
        parts = metric.expression.parts.values()
        return any(turns_out(one.metric, one.params, is_over=is_over) for one in parts)
    if metric.id not in RECIPES:
        return False
    recipe = recipes.of(metric.id, params)
    names = [one for part in recipe.parts(params) for one in part if one not in recipe.special]
    if any(measures.find(one).turns is not None for one in names):
        return True
    return recipe.ripens is not None and recipe.ripens(params, is_over)
