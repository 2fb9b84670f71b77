"""A sentence that stands beside fields: does it say the same as they do? (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from goals.tracking.smart.rules.facts import Quote
from goals.tracking.smart.text import look, reader


@dataclass(frozen=True)
class Beside:
    """What a sentence says about the number that the fields hold; None where it does not."""

    direction: str | None = None
    target: Decimal | None = None
    absolute: Quote | None = None
    quotes: Mapping[str, Quote] = field(default_factory=dict)


def of(sentence: str, metric: str | None, *, today: date) -> Beside:
    """Return what a sentence says that fields for a metric can be compared with.

    Only a sentence that names the very metric is compared; "25 a month" is no target.
    """
    said = reader.read(sentence, today=today)
    facts = look.facts(said, today=today, currency=None, given=look.NOTHING)
    quotes = facts.quotes
    absolute = quotes.get("absolute")
    if metric is None or facts.metric != metric or len(said.metrics) != 1:
        return Beside(absolute=absolute, quotes=quotes)
    sure = said.rhythm is None and said.baseline is not None
    return Beside(
        direction=said.towards,
        target=facts.target if sure else None,
        absolute=absolute,
        quotes=quotes,
    )
