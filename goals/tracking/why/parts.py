"""A goal's number split by a dimension: what each member adds, by mix and by rate."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from goals.calendar import Period
from goals.errors import Refusal
from goals.metrics import query, recipes, segments
from goals.metrics.formulas import Figure
from goals.metrics.recipes import RECIPES
from goals.metrics.result import Result
from goals.tracking.drivers import exact
from goals.tracking.drivers.exact import Share
from goals.tracking.why.reading import Reader
from goals.words import N_, Message

#: What a number is split by, the most telling first.
DIMENSIONS = ("owner", "team", "region", "source", "product", "campaign", "customer_type")
#: Members listed; the others are one line.
MOST = 8
#: Scores are written as a hundred times a ratio.
SCALES = (Fraction(1), Fraction(100))


@dataclass(frozen=True)
class Row:
    """A member's part in a change; `member` None are all that are not listed or named.

    `effect` is `mix` plus `rate`: for a ratio by weight and by value, for a sum by how many
    were counted and by how large they are.
    """

    member: str | None
    now: Decimal | None
    then: Decimal | None
    effect: Fraction
    mix: Fraction
    rate: Fraction
    receipt: str | None = None
    receipt_then: str | None = None

    @property
    def name(self) -> Message:
        """Return what the member is called."""
        if self.member is None:
            return Message(N_("all others"))
        if self.member == segments.NOBODY:
            return Message(N_("nobody named"))
        return Message("%(member)s", {"member": self.member})


@dataclass(frozen=True)
class Split:
    """A change split by a dimension; `is_ratio` tells what mix and rate mean."""

    by: str
    is_ratio: bool
    unit: str
    rows: tuple[Row, ...]
    choices: tuple[str, ...]


def best(reader: Reader, now: Period, then: Period, by: str | None = None) -> Split | None:
    """Return the split by a dimension, or by the first that shows more than one member.

    None where the metric cannot be split, or the records name nothing to split it by.
    """
    found = choices(reader)
    for name in [by] if by in found else found:
        split = _split(reader, now, then, name, found)
        if split is not None:
            return split
    return None


def choices(reader: Reader) -> tuple[str, ...]:
    """Return what a goal's metric can be split by, without what it is narrowed by."""
    metric, params = reader.goal.metric, reader.goal.params
    if metric not in RECIPES:
        return ()
    fits = segments.fitting(recipes.of(metric, {k: str(v) for k, v in params.items()}).subjects)
    return tuple(one for one in DIMENSIONS if one in fits and one not in reader.goal.segment)


def _split(
    reader: Reader, now: Period, then: Period, by: str, offered: tuple[str, ...]
) -> Split | None:
    ours, theirs = (_read(reader, one, by) for one in (now, then))
    if ours is None or theirs is None:
        return None
    scale = scale_of(ours, theirs)
    is_sum = scale is None
    if is_sum and not all(_adds_up(one) for one in (ours, theirs)):
        return None
    sides = [_members(one) for one in (ours, theirs)]
    names = [*dict.fromkeys([*sides[0], *sides[1]])]
    if len([one for one in names if one not in (None, segments.NOBODY)]) < 2:
        return None
    pairs = [[_pair(side.get(name), is_sum) for name in names] for side in sides]
    how = exact.amount_and_size if is_sum else exact.mix_and_rate
    try:
        shares = how(pairs[0], pairs[1])
    except ZeroDivisionError:
        return None
    times = scale or Fraction(1)
    rows = [
        _row(name, share, times, sides[0].get(name), sides[1].get(name))
        for name, share in zip(names, shares, strict=True)
    ]
    listed = _shortened([one for one in rows if one.effect or one.now is not None])
    kept = tuple(_with_receipts(reader, one, now, then, by) for one in listed)
    return Split(by, not is_sum, ours.unit, kept, offered)


def _read(reader: Reader, period: Period, by: str) -> Result | None:
    goal = reader.goal
    asked = query.Query(
        goal.metric, period.first, period.last, params=goal.params, where=goal.segment, by=by
    )
    try:
        with reader.session.begin_nested():
            return reader.read(asked, keep=False)
    except Refusal:
        return None


def scale_of(*results: Result) -> Fraction | None:
    """Return by how much a ratio is written larger than it is, None where it is no ratio."""
    for scale in SCALES:
        if all(_is_ratio(one.figure, scale) for one in results):
            return scale
    return None


def _is_ratio(figure: Figure, scale: Fraction) -> bool:
    top, bottom = figure.numerator, figure.denominator
    if figure.value is None or top is None or not bottom:
        return False
    value = scale * Fraction(top) / Fraction(bottom)
    return abs(value - Fraction(figure.value)) <= abs(value) / 10**9


def _adds_up(result: Result) -> bool:
    return (
        result.metric.kind in ("flow", "stock")
        and result.value is not None
        and result.figure.denominator is None
    )


def _members(result: Result) -> dict[str | None, Figure]:
    """Return the figures of members, and under None what none of them has."""
    found: dict[str | None, Figure] = dict(result.segments or ())
    whole = result.figure
    rest = Figure(
        _less(whole.value, [one.value for one in found.values()]),
        _less(whole.numerator, [one.numerator for one in found.values()]),
        None
        if whole.denominator is None
        else _less(whole.denominator, [one.denominator for one in found.values()]),
        whole.n - sum(one.n for one in found.values()),
    )
    if rest.numerator or rest.denominator or (whole.denominator is None and rest.value):
        found[None] = rest
    return found


def _less(whole: Decimal | None, each: Sequence[Decimal | None]) -> Decimal:
    return (whole or Decimal()) - sum((one or Decimal() for one in each), Decimal())


def _pair(figure: Figure | None, is_sum: bool) -> tuple[Fraction, Fraction]:
    if figure is None:
        return Fraction(0), Fraction(0)
    if is_sum:
        return Fraction(figure.value or 0), Fraction(figure.n)
    return Fraction(figure.numerator or 0), Fraction(figure.denominator or 0)


def _row(
    name: str | None, share: Share, times: Fraction, now: Figure | None, then: Figure | None
) -> Row:
    mix, rate = times * share.mix, times * share.rate
    values = [None if one is None or name is None else one.value for one in (now, then)]
    return Row(name, values[0], values[1], mix + rate, mix, rate)


def _shortened(rows: Sequence[Row]) -> list[Row]:
    """Return the members that add most, and all others as one."""
    ordered = sorted(rows, key=lambda one: (one.member is None, -abs(one.effect)))
    if len(ordered) <= MOST:
        return ordered
    rest = ordered[MOST - 1 :]
    mix, rate = (sum((getattr(one, way) for one in rest), Fraction(0)) for way in ("mix", "rate"))
    return [*ordered[: MOST - 1], Row(None, None, None, mix + rate, mix, rate)]


def _with_receipts(reader: Reader, row: Row, now: Period, then: Period, by: str) -> Row:
    """Return a row with a kept reading for each side, where a member can be asked for."""
    if not reader.keep or row.member is None:
        return row
    goal = reader.goal
    kept: list[str | None] = []
    for period in (now, then):
        asked = query.Query(
            goal.metric,
            period.first,
            period.last,
            params=goal.params,
            where={**goal.segment, by: row.member},
        )
        try:
            with reader.session.begin_nested():
                kept.append(reader.read(asked, keep=True).receipt)
        except Refusal:
            kept.append(None)
    return Row(row.member, row.now, row.then, row.effect, row.mix, row.rate, kept[0], kept[1])
