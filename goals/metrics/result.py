"""What a reading says: the value, its parts, what to know about it, and its receipt (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from goals import words
from goals.metrics.catalogue import Metric
from goals.metrics.formulas import Figure
from goals.metrics.notes import Note
from goals.metrics.query import Query


@dataclass(frozen=True)
class Result:
    """A reading: the value, what it was made of, and what to know about it.

    `segments` lists (member, figure) when the query splits, and `nobody` is the figure of one
    for whom nothing counts. `receipt` is None where the reading was not kept. `parts` are the
    readings that a custom metric is made of, by how they are written in it.
    """

    metric: Metric
    params: Mapping[str, str]
    query: Query
    figure: Figure
    currency: str | None
    as_of: datetime
    complete: bool
    notes: tuple[Note, ...]
    data_to: date | None
    unit: str
    segments: Sequence[tuple[str, Figure]] | None = None
    receipt: str | None = None
    nobody: Figure | None = None
    parts: Mapping[str, "Result"] = field(default_factory=dict)

    @property
    def value(self) -> Decimal | None:
        """Return the value, None for no data."""
        return self.figure.value

    def to_json(self, reader: words.Reader | None = None) -> dict[str, Any]:
        """Return the reading in the contract's shape."""
        who = reader or words.Reader()
        shown = {
            "metric": self.metric.id,
            "version": self.metric.version,
            "params": dict(self.params),
            "from": self.query.first_day,
            "to": self.query.last_day,
            "where": dict(self.query.where),
            "by": self.query.by,
            **_figure(self.figure),
            "unit": self.unit,
            "currency": self.currency,
            "as_of": self.as_of,
            "complete": self.complete,
            "note": [one.to_json(who) for one in self.notes],
            "receipt": self.receipt,
        }
        if self.parts:
            shown["made_of"] = [
                {"metric": key, "value": one.value, "unit": one.unit, "receipt": one.receipt}
                for key, one in self.parts.items()
            ]
        if self.segments is not None:
            shown["segments"] = [{"key": key, **_figure(one)} for key, one in self.segments]
        return shown


def _figure(figure: Figure) -> dict[str, Any]:
    return {
        "value": figure.value,
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        "n": figure.n,
    }
