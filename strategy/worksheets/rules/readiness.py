"""How ready a firm is: ratings from 1 to 5 in three areas, their scores, and what blocks."""

from collections.abc import Callable, Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from goals.words import N_, P_, Message
from strategy.worksheets import library
from strategy.worksheets.book import Book
from strategy.worksheets.content import catalogue_id
from strategy.worksheets.rules.finding import Finding
from strategy.worksheets.setting import Setting

SECTION = "readiness"
RESULT = f"{SECTION}.result"
#: Each area with its ratings.
AREAS = {
    "culture": ("leaders_use_it", "teams_share", "time_to_learn"),
    "data": ("data_found", "data_clean", "data_allowed"),
    "process": ("steps_agreed", "handover_clear", "decisions_clear"),
}
RATINGS = ("1", "2", "3", "4", "5")
#: A rating this low has to be settled first.
BLOCKING = 1

Ratings = Mapping[str, int]


def ratings(book: Book) -> dict[str, int]:
    """Return all ratings that were given, by field."""
    found: dict[str, int] = {}
    for area, keys in AREAS.items():
        for row in book.of(f"{SECTION}.{area}"):
            found |= given(row.value, keys)
    return found


def given(values: Mapping[str, Any], keys: tuple[str, ...]) -> dict[str, int]:
    """Return the ratings among some values."""
    return {key: int(values[key]) for key in keys if values.get(key) in RATINGS}


def score(rated: Ratings, keys: tuple[str, ...]) -> Fraction | None:
    """Return the mean of the ratings of these fields, None until all of them are given."""
    if any(key not in rated for key in keys):
        return None
    return Fraction(sum(rated[key] for key in keys), len(keys))


def blockers(rated: Ratings) -> list[str]:
    """Return the fields whose rating blocks, in their order."""
    every = (key for keys in AREAS.values() for key in keys)
    return [key for key in every if rated.get(key) == BLOCKING]


def findings(book: Book, setting: Setting) -> list[Finding]:
    """Return what there is to say about the section's answers."""
    rated = ratings(book)
    return [*_blocked(rated), *_bare(book), *_signed(book, rated)]


def _blocked(rated: Ratings) -> Iterator[Finding]:
    for key in blockers(rated):
        yield Finding(
            rule="ready-blocker",
            severity="fail",
            message=Message(N_("Not at all so today: %(what)s."), {"what": _label(key)}),
            fix=Message(N_("Settle this first, then rate it again.")),
            question=f"{SECTION}.{_area(key)}",
            field=key,
        )


def _bare(book: Book) -> Iterator[Finding]:
    for area, keys in AREAS.items():
        for row in book.of(f"{SECTION}.{area}"):
            if given(row.value, keys) and not row.value.get(f"{area}_evidence"):
                yield Finding(
                    rule="ready-proof",
                    severity="warn",
                    message=Message(N_("Nothing says what these ratings rest on.")),
                    fix=Message(N_("Write one line on what you saw, counted or heard.")),
                    question=f"{SECTION}.{area}",
                    field=f"{area}_evidence",
                )


def _signed(book: Book, rated: Ratings) -> Iterator[Finding]:
    every = tuple(key for keys in AREAS.values() for key in keys)
    signed = book.value(f"{RESULT}.sponsor_signed_on")
    if not signed and score(rated, every) is not None:
        yield Finding(
            rule="ready-sponsor",
            severity="weak",
            message=Message(N_("The sponsor has not signed yet.")),
            fix=Message(N_("Go through score and blockers together, then write the day.")),
            question=RESULT,
            field="sponsor_signed_on",
        )


def _area(key: str) -> str:
    return next(area for area, keys in AREAS.items() if key in keys)


def _label(key: str) -> Message:
    _, field = library.worksheets().field(f"{SECTION}.{_area(key)}.{key}")
    return Message(catalogue_id(str(field.label)))


# --- Worked out on the pages -------------------------------------------------------------------

MISSING = P_("%(n)s rating is missing.", "%(n)s ratings are missing.")


def said(rated: Ratings, keys: tuple[str, ...]) -> Message | None:
    """Return a score as a sentence, None before anything is rated."""
    have = [key for key in keys if key in rated]
    if not have:
        return None
    found = score(rated, keys)
    if found is None:
        return Message.counted(MISSING, len(keys) - len(have))
    exact = Decimal(found.numerator) / Decimal(found.denominator)
    shown = exact.quantize(Decimal("0.1"), ROUND_HALF_UP)
    return Message(N_("%(score)s of 5"), {"score": str(shown)})


def _of_area(area: str) -> Callable[[Mapping[str, Any], Setting, Book], Message | None]:
    keys = AREAS[area]
    return lambda values, setting, book: said(given(values, keys), keys)


def _overall(values: Mapping[str, Any], setting: Setting, book: Book) -> Message | None:
    return said(ratings(book), tuple(key for keys in AREAS.values() for key in keys))


def _blockers(values: Mapping[str, Any], setting: Setting, book: Book) -> Message | None:
    rated = ratings(book)
    if not rated:
        return None
    found = blockers(rated)
    if not found:
        return Message(N_("None"))
    quoted = [Message(N_("“%(words)s”"), {"words": _label(key)}) for key in found]
    return Message("%(value)s", {"value": quoted})


COMPUTED = {
    **{f"{SECTION}.{area}.{area}_score": _of_area(area) for area in AREAS},
    f"{RESULT}.readiness_score": _overall,
    f"{RESULT}.blockers": _blockers,
}
