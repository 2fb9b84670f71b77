"""The data policy in the form in which a program can check records against it.

What is chosen is read here; what is only said in words is carried along for people.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from strategy.worksheets import figures
from strategy.worksheets.book import Book

SECTION = "data_governance"
FIELDS = f"{SECTION}.fields"
#: The kinds of records that have fields, in the order in which they are shown.
RECORDS = ("deal", "contact", "account", "lead")
#: What can be checked of an entry; a form in words ("pattern") can only be checked to be there.
KINDS = ("filled", "one_of", "number", "pattern", "none")


@dataclass(frozen=True)
class FieldPolicy:
    """The rules of one field of a kind of record.

    `kind` is one of KINDS; `values` are the entries allowed by "one_of", `low` and `high` the
    limits of "number" (None: no limit). `duplicates` is "may_repeat", "unique" or "alike";
    `fresh_days` is None for what does not age. `words` hold the rules as they were written, by
    the key of their field.
    """

    item: str
    record: str
    field: str
    owner: str | None
    required: bool
    kind: str
    values: tuple[str, ...]
    low: Decimal | None
    high: Decimal | None
    duplicates: str
    fresh_days: int | None
    good: str
    bad: str
    words: Mapping[str, str]

    def allows(self, entry: str) -> bool:
        """Tell whether an entry passes what can be checked; an empty one unless required."""
        text = entry.strip()
        if not text:
            return not self.required
        if self.kind == "one_of" and self.values:
            return text.casefold() in {one.casefold() for one in self.values}
        if self.kind == "number":
            figure = figures.parse(text)
            if figure is None:
                return False
            fits_low = self.low is None or figure.value >= self.low
            return fits_low and (self.high is None or figure.value <= self.high)
        return True


def policies(book: Book) -> list[FieldPolicy]:
    """Return the rules of all fields that are named, by kind of record and then in their order."""
    found = [_policy(row.item, row.value) for row in book.of(FIELDS) if row.value.get("data_field")]
    return sorted(found, key=lambda one: RECORDS.index(one.record))


#: The rules that are only said in words.
WORDS = ("validity_rule", "duplicate_rule", "freshness_rule", "access_rule")


def _policy(item: str, values: Mapping[str, Any]) -> FieldPolicy:
    record, kind = str(values.get("record") or ""), str(values.get("validity_kind") or "")
    days = _number(values.get("freshness_days"))
    return FieldPolicy(
        item=item,
        record=record if record in RECORDS else RECORDS[0],
        field=str(values["data_field"]),
        owner=values.get("field_owner") or None,
        required=values.get("required") == "yes",
        kind=kind if kind in KINDS else "none",
        values=tuple(values.get("validity_values") or ()) if kind == "one_of" else (),
        low=_number(values.get("validity_low")) if kind == "number" else None,
        high=_number(values.get("validity_high")) if kind == "number" else None,
        duplicates=str(values.get("duplicate_check") or "may_repeat"),
        fresh_days=int(days) if days is not None and days > 0 else None,
        good=str(values.get("good_data_example") or ""),
        bad=str(values.get("bad_data_example") or ""),
        words={key: str(values[key]) for key in WORDS if values.get(key)},
    )


def _number(typed: object) -> Decimal | None:
    figure = figures.parse(typed) if isinstance(typed, str) else None
    return None if figure is None else figure.value
