"""The report on two sources: each kind of record in both, and what every metric says by each."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlmodel import Session

from goals.errors import Refusal
from goals.metrics import catalogue, composed, library, readings, refresh
from goals.metrics.catalogue import Metric
from goals.metrics.formulas import Figure
from goals.metrics.overlap import held, matching
from goals.metrics.overlap.matching import KEYS, Pair
from goals.metrics.recipes import RECIPES
from goals.metrics.rows import Base
from goals.records.connections import Connection
from goals.words import N_, Message

#: The groups into which the records of a kind fall.
_TESTS: dict[str, Callable[[Pair], bool]] = {
    "different": lambda one: bool(one.differs),
    "only_old": lambda one: one.new is None,
    "only_new": lambda one: one.old is None,
    "both": lambda one: one.old is not None and one.new is not None,
}
#: What is compared in any case, where both sources have the records for it.
METRICS = (
    "revenue", "contracts_signed", "avg_deal_size", "win_rate", "sales_cycle", "open_deals",
    "opportunities_new", "new_customers", "leads_new", "lead_conversion", "service_requests",
    "open_cases", "net_new_mrr", "avg_purchase_value", "subscribers", "outreach_volume",
    "meetings_set", "nps", "csat", "cpl", "cac",
)  # fmt: skip


@dataclass(frozen=True)
class Overlap:
    """A kind of record in two sources: all that either has, with what matched how many."""

    record: str
    pairs: Sequence[Pair]

    @property
    def keys(self) -> list[tuple[Message, int]]:
        """Return the keys by which records were matched, with how many each matched."""
        by: dict[str, Message] = {}
        counts: Counter[str] = Counter()
        for one in self.pairs:
            if one.by is not None:
                name = repr(one.by)
                by[name] = one.by
                counts[name] += 1
        return [(by[name], n) for name, n in counts.most_common()]

    def group(self, name: str) -> list[Pair]:
        """Return the records of a group, the newest first; raises Refusal `unknown_group`."""
        if name not in _TESTS:
            raise Refusal("unknown_group", N_("There is no such list of records."), field="group")
        chosen = filter(_TESTS[name], self.pairs)
        return sorted(
            chosen, key=lambda one: (one.either.day or date.min, one.either.id), reverse=True
        )

    @property
    def counts(self) -> Mapping[str, int]:
        """Return how many records each group has."""
        return {name: sum(map(test, self.pairs)) for name, test in _TESTS.items()}


@dataclass(frozen=True)
class Compared:
    """What a metric says by two ways of counting it."""

    metric: Metric
    params: Mapping[str, str]
    before: Figure
    after: Figure

    @property
    def is_same(self) -> bool:
        """Tell whether both say the same."""
        return self.before.value == self.after.value


def kinds(session: Session, old: Connection, new: Connection) -> list[str]:
    """Return the kinds of record that both hold and that can be matched.

    What a file or a query delivers is held by the connection of all files, not by its own.
    """
    both = [one for one in KEYS if one in old.records and one in new.records]
    return [one for one in both if all(held.any_of(session, side.id, one) for side in (old, new))]


def of_kind(
    session: Session, old: Connection, new: Connection, record: str, first: date, last: date
) -> Overlap:
    """Return how two sources overlap in a kind of record over a window; raises Refusal.

    Records are looked for on all days, so that a day that differs makes none of them single.
    """
    if record not in kinds(session, old, new):
        raise Refusal("unknown_record", N_("Both sources have no such records."), field="record")
    found = matching.matched(
        record, held.of(session, old.id, record), held.of(session, new.id, record)
    )
    return Overlap(record, [one for one in found if one.touches(first, last)])


def by_source(
    session: Session,
    old: Connection,
    new: Connection,
    first: date,
    last: date,
    *,
    today: date,
    also: Collection[str] = (),
) -> list[Compared]:
    """Return what the metrics that both can say are by either source alone."""
    base = replace(refresh.base_of(session), limits=(), rolled=False)
    one, other = (replace(base, source=side.id) for side in (old, new))
    shared = set(old.records) & set(new.records)
    return _compared(session, one, other, shared, first, last, today, also)


def planned(
    session: Session,
    base: Base,
    first: date,
    last: date,
    *,
    records: Collection[str],
    today: date,
    also: Collection[str] = (),
) -> list[Compared]:
    """Return what metrics of some kinds of record say now, and as a plan would have them."""
    now = replace(refresh.base_of(session), rolled=False)
    then = replace(base, rolled=False)
    return _compared(session, now, then, set(records), first, last, today, also)


def _compared(
    session: Session,
    one: Base,
    other: Base,
    records: set[str],
    first: date,
    last: date,
    today: date,
    also: Collection[str],
) -> list[Compared]:
    refresh.true_up(session)
    found = []
    every = library.every(session)
    own = (name for name in every if name not in catalogue.METRICS)
    for name in dict.fromkeys((*METRICS, *sorted(also), *own)):
        metric = every.get(name)
        if metric is None or not _is_counted_from(metric, records):
            continue
        params = catalogue.filled(metric, {})
        sides = [
            readings.tried(session, metric, params, first, last, base, today=today)
            for base in (one, other)
        ]
        if any(side.n for side in sides):
            found.append(Compared(metric, params, *sides))
    return found


def _is_counted_from(metric: Metric, records: set[str]) -> bool:
    """Tell whether a metric, or all that it is made of, is counted from these kinds of record."""
    made_of = [one for one, _ in composed.leaves(metric, {})]
    return all(one.id in RECIPES and set(one.needs) <= records for one in made_of)
