"""Going through a whole file before anything of it is kept: how it writes things, what repeats."""

from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from goals.records.convert import Format
from goals.records.days import Order
from goals.records.numbers import Decimals
from goals.words import N_, Message
from integrations.files.result import NotImported
from integrations.files.sheet import Sheet

_DATES = ("date", "instant")
_NUMBERS = ("money", "number", "positive", "share", "integer")


@dataclass(frozen=True)
class Columns:
    """The places of the cells that matter: those with dates, with numbers, and of the key."""

    types: Mapping[int, str]
    key: Sequence[int]


@dataclass
class Survey:
    """What the whole of a file says about its parts.

    `repeated` tells of the hashes of keys that stand on more than one row on how many each
    stands, `rows` how many rows there are.
    """

    order: Order = field(default_factory=Order)
    decimals: Decimals = field(default_factory=Decimals)
    repeated: Mapping[int, int] = field(default_factory=dict)
    rows: int = 0


def survey(sheet: Sheet, columns: Columns, most: int | None = None) -> Survey:
    """Go through a file once, or through its first rows; its memory is eight bytes a row."""
    found = Survey()
    dates = [place for place, type_ in columns.types.items() if type_ in _DATES]
    figures = [
        (place, type_ == "integer") for place, type_ in columns.types.items() if type_ in _NUMBERS
    ]
    keys = array("q")
    for line in islice(sheet.rows(), most):
        found.rows += 1
        if line.problem is not None:
            continue
        cells = line.cells
        for place in dates:
            if cells[place]:
                found.order.look(cells[place].strip(), line.number)
        for place, whole in figures:
            if cells[place] and place not in line.figures:
                found.decimals.look(cells[place].strip(), line.number, whole=whole)
        keys.append(key_of(cells, columns.key))
    found.repeated = _repeated(keys)
    return found


def key_of(cells: Sequence[str], places: Sequence[int]) -> int:
    """Return a hash of a row's key cells; of all cells where no places are named."""
    named = [cells[place] for place in places] if places else cells
    return hash(tuple(one.strip() for one in named))


def _repeated(keys: "array[int]") -> dict[int, int]:
    ordered = array("q", sorted(keys))
    again = zip(ordered, ordered[1:], strict=False)
    more = Counter(one for one, following in again if one == following)
    return {one: count + 1 for one, count in more.items()}


def settle(sheet: Sheet, told: Mapping[str, str], found: Survey) -> Format:
    """Return the format of a file: what was told of it, and what it shows itself.

    Raises NotImported `ambiguous_dates` or `ambiguous_numbers` where it shows neither.
    """
    order = told.get("date_order") or found.order.decide()
    if order is None:
        contradictory = sorted(found.order.lines.values())
        raise NotImported(
            "ambiguous_dates",
            N_("The dates on lines %(lines)s contradict each other: one has the day first.")
            if contradictory
            else N_(
                "It is not certain whether dates such as that on line %(line)s start with "
                "the day or the month: no row of the file decides it."
            ),
            {"lines": contradictory, "line": found.order.unsure},
            fix=Message(N_("Name the order as format.date_order in the mapping: mdy or dmy.")),
            field="format.date_order",
        )
    decimal = told.get("decimal")
    if decimal is None:
        decision = found.decimals.decide(sheet.delimiter)
        decimal = decision.decimal
        if decimal is None:
            raise NotImported(
                "ambiguous_numbers",
                N_("It is not certain which sign stands before the fraction; see lines %(lines)s."),
                {"lines": list(decision.lines)},
                fix=Message(N_("Name it as format.decimal in the mapping: a point or a comma.")),
                field="format.decimal",
            )
    return Format(
        encoding=sheet.encoding,
        delimiter=sheet.delimiter,
        sheet=sheet.tab.name if sheet.tab is not None else "",
        date_order=order,
        decimal=decimal,
        thousands=told.get("thousands", ""),
    )
