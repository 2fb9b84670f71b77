"""What is worked out from an answer and never typed, by "section.question.field".

A section says how in a module under `rules`, as a mapping of its paths, and is added here with
one line.
"""

from collections.abc import Callable, Mapping
from typing import Any

from goals.words import Message
from strategy.worksheets import display, suggested
from strategy.worksheets.book import Book
from strategy.worksheets.content import Asked, Field
from strategy.worksheets.display import Shown
from strategy.worksheets.rules import (
    automations,
    best_customers,
    crm_selection,
    gap_size,
    journey,
    readiness,
    sales_process,
)
from strategy.worksheets.setting import Setting

#: From the values of an answer (of a row, where there are rows), None while it cannot be told.
Compute = Callable[[Mapping[str, Any], Setting, Book], Message | None]

COMPUTED: dict[str, Compute] = {
    **automations.COMPUTED,
    **best_customers.COMPUTED,
    **crm_selection.COMPUTED,
    **gap_size.COMPUTED,
    **journey.COMPUTED,
    **readiness.COMPUTED,
    **sales_process.COMPUTED,
    **suggested.COMPUTED,
}


def shown(
    asked: Asked,
    field: Field,
    values: Mapping[str, Any],
    setting: Setting,
    book: Book,
) -> Shown:
    """Return one field of an answer for reading, be it typed or worked out."""
    if field.kind != "computed":
        return display.shown(field, values.get(field.key), values, setting, book)
    compute = COMPUTED.get(f"{asked.address}.{field.key}")
    found = None if compute is None else compute(values, setting, book)
    return Shown() if found is None else Shown((found,))
