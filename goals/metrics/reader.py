"""What a formula asks for while it is worked out, for the total or for one member."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from goals.fiscal import FiscalCalendar
from goals.metrics import cohorts, notes, recipes
from goals.metrics.catalogue import Metric
from goals.metrics.counting import NOTHING, Count, Counts
from goals.metrics.figures.window import Get, Spread
from goals.metrics.formulas import Figure
from goals.metrics.measures import Measure
from goals.metrics.notes import Note
from goals.metrics.query import Query
from goals.metrics.recipes import Asked, Recipe, Window
from goals.metrics.scope import Scope


@dataclass
class Reader:
    """Answers a formula's questions for the total or for one member."""

    scope: Scope
    metric: Metric
    params: Mapping[str, str]
    query: Query
    horizon: date
    by_stage: bool
    fiscal: FiscalCalendar
    splits: dict[tuple[str, date | None, date | None], Counts] = field(default_factory=dict)
    spreads: dict[str, dict[str, list[tuple[int, int]]]] = field(default_factory=dict)
    specials: dict[str, Counts] = field(default_factory=dict)
    outcomes: dict[str, Measure | None] = field(default_factory=dict)

    @property
    def recipe(self) -> Recipe:
        """Return how the metric is counted."""
        return recipes.of(self.metric.id, self.params)

    def window(self) -> Window:
        """Return the whole scope as a formula sees it."""
        return self._window(
            self._total,
            self.scope.spread,
            lambda name: self._special(name, split=False).get("", NOTHING),
            lambda: self._whole.window(),
        )

    def _window(
        self, get: Get, spread: Spread, special: Callable[[str], Count], whole: Callable[[], Window]
    ) -> Window:
        return Window(
            self.query.first_day,
            self.query.last_day,
            get,
            spread,
            special,
            whole,
            self.horizon,
            self.fiscal,
            self.by_stage,
            self.scope.until is not None and not self.scope.custom,
            self.scope.base.is_parted,
        )

    @cached_property
    def _whole(self) -> "Reader":
        """Return the reader of the same question with all stages."""
        return replace(
            self, scope=self.scope.of_all_stages(), by_stage=False, splits={}, spreads={},
            specials={},
        )  # fmt: skip

    def _special(self, name: str, *, split: bool) -> Counts:
        if self.scope.ahead.is_noting:
            return {}
        measure = self.recipe.special[name](self.scope, self.query)
        return self.scope.of_records(measure, None, None, split=split)

    def _total(self, name: str, first: date | None, last: date | None) -> Count:
        measure = self._matured(name)
        if measure is not None:
            how = self.horizon, self.params.get("within_days") or None
            return self.scope.of_outcomes(measure, how, first, last)
        return self.scope.total(name, first, last)

    def _matured(self, name: str) -> Measure | None:
        if name not in self.outcomes:
            self.outcomes[name] = cohorts.matured(
                self.scope, name, self.params, self.query, self.horizon
            )
        return self.outcomes[name]

    def member(self, member: str) -> Window:
        """Return what a formula sees of one member."""

        def get(name: str, first: date | None, last: date | None) -> Count:
            place = (name, first, last)
            if place not in self.splits:
                measure = self._matured(name)
                self.splits[place] = (
                    self.scope.split(name, first, last)
                    if measure is None
                    else cohorts.split(self.scope, measure, first, last)
                )
            return self.splits[place].get(member, NOTHING)

        def spread(name: str, first: date, last: date) -> list[tuple[int, int]]:
            if name not in self.spreads:
                self.spreads[name] = self.scope.spreads(name, first, last)
            return self.spreads[name].get(member, [])

        def special(name: str) -> Count:
            if name not in self.specials:
                self.specials[name] = self._special(name, split=True)
            return self.specials[name].get(member, NOTHING)

        def whole() -> Window:
            by_stages = self.scope.by is not None and self.scope.by.base == "stage"
            return self._whole.window() if by_stages else self._whole.member(member)

        return self._window(get, spread, special, whole)

    def segments(self) -> tuple[list[tuple[str, Figure]], Figure]:
        """Return a figure for every member and that of one for whom nothing counts."""
        formula = self.recipe.figure
        listed = dict.fromkeys(self.scope.members())
        nobody = formula(self.member(""), self.params)
        found: list[Mapping[str, object]] = [*self.splits.values(), *self.spreads.values()]
        for members in (*found, *self.specials.values()):
            listed.update(dict.fromkeys(members))
        return [(name, formula(self.member(name), self.params)) for name in listed], nobody

    def note(self) -> None:
        """Note what the figure, and what is said beside it, need.

        What is made for this question alone is not known ahead, nor what is said of it then.
        """
        figure = self.recipe.figure(self.window(), self.params)
        if not self.recipe.special:
            self.recipe.notes(self._asked(figure))

    def _asked(self, figure: Figure) -> Asked:
        return Asked(
            self.scope, self.query, self.params, self.horizon, self.by_stage, figure, self._total
        )

    def notes(self, figure: Figure) -> list[Note]:
        """Return what to know about the figure."""
        found = self.recipe.notes(self._asked(figure))
        if self.metric.kind in ("ratio", "duration") and 0 < figure.n < notes.SMALL:
            found.append(notes.small_n(figure.n))
        return found
