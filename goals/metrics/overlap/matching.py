"""Which records of two sources are one: by an id that one of them keeps, else by what both say.

Keys are tried in their order, the surest first; a record that a key matched is not looked at
again. Where several records say the same, they are paired one to one, in the order of their days.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from goals.metrics.overlap.held import Held
from goals.words import N_, Message

Key = Callable[[Held], Hashable | None]
#: What differs between two records that are one, in words.
DIFFERENCES = {
    "amount": N_("amount"),
    "status": N_("outcome"),
    "stage": N_("stage"),
    "created_on": N_("day created"),
    "closed_on": N_("day closed"),
    "converted_on": N_("day converted"),
    "opened_on": N_("day opened"),
    "solved_on": N_("day solved"),
    "started_on": N_("first day"),
    "ended_on": N_("last day"),
}


@dataclass(frozen=True)
class Pair:
    """A record that both sources hold, or only one of them; `by` is the key that matched it."""

    old: Held | None
    new: Held | None
    by: Message | None = None
    differs: tuple[str, ...] = ()

    @property
    def either(self) -> Held:
        """Return the record as one of the sources has it, the new one first."""
        found = self.new or self.old
        assert found is not None
        return found

    def touches(self, first: date, last: date) -> bool:
        """Tell whether the record of either side has a day within a window."""
        return any(one.touches(first, last) for one in (self.old, self.new) if one is not None)


@lru_cache(maxsize=1 << 16)
def _text(value: str | None) -> str | None:
    return " ".join(value.casefold().split()) or None if value else None


def _all(*parts: Hashable | None) -> Hashable | None:
    return None if any(one is None for one in parts) else parts


def _email(one: Held) -> Hashable | None:
    return _text(one.email)


def _domain(one: Held) -> Hashable | None:
    return (_text(one.domain) or "").removeprefix("www.") or None


def _name(one: Held) -> Hashable | None:
    return _text(one.name)


def _name_and(*days: str) -> Key:
    return lambda one: _all(_text(one.name), *(one.days.get(day) for day in days))


def _deal(*days: str) -> Key:
    return lambda one: _all(_text(one.name), one.amount, *(one.days.get(day) for day in days))


def _of_account(*days: str) -> Key:
    return lambda one: _all(_text(one.account), *(one.days.get(day) for day in days))


_BY_EMAIL, _BY_NAME = N_("e-mail address"), N_("name")
#: The keys of each kind in the order in which they are tried; with a name alone only where no
#: other record of either side has it.
KEYS: dict[str, tuple[tuple[str, Key, bool], ...]] = {
    "owner": ((_BY_EMAIL, _email, False), (_BY_NAME, _name, True)),
    "account": ((N_("domain"), _domain, False), (_BY_NAME, _name, True)),
    "contact": ((_BY_EMAIL, _email, False), (_BY_NAME, _name, True)),
    "lead": (
        (_BY_EMAIL, _email, False),
        (N_("name and day created"), _name_and("created_on"), False),
    ),
    "deal": (
        (N_("name, amount and day closed"), _deal("closed_on"), False),
        (N_("name, amount and day created"), _deal("created_on"), False),
        (N_("name and day created"), _name_and("created_on"), False),
        (_BY_NAME, _name, True),
    ),
    "ticket": ((N_("topic and day opened"), _name_and("opened_on"), False),),
    "subscription": ((N_("customer and first day"), _of_account("started_on"), False),),
    "activity": (
        (
            N_("what it was about, kind and day"),
            lambda one: _all(_text(one.about), _text(one.word), one.days.get("day")),
            False,
        ),
        (
            N_("owner, kind and day"),
            lambda one: _all(_text(one.owner), _text(one.word), one.days.get("day")),
            False,
        ),
    ),
    "survey_answer": (
        (
            N_("customer, day and score"),
            lambda one: _all(_text(one.account), one.days.get("day"), one.score),
            False,
        ),
    ),
    "spend": (
        (
            N_("campaign, day and amount"),
            lambda one: _all(_text(one.about), one.days.get("day"), one.amount),
            False,
        ),
        (N_("campaign and day"), lambda one: _all(_text(one.about), one.days.get("day")), False),
        (
            N_("category, day and amount"),
            lambda one: _all(_text(one.word), one.days.get("day"), one.amount),
            False,
        ),
    ),
    "purchase": (
        (
            N_("customer, day and amount"),
            lambda one: _all(_text(one.account), one.days.get("day"), one.amount),
            False,
        ),
    ),
}  # fmt: skip


def matched(record: str, olds: Sequence[Held], news: Sequence[Held]) -> list[Pair]:
    """Return all records of a kind of two sources, those that are one together."""
    found: list[Pair] = []
    of_old, of_new = ({one.stage for one in side} for side in (olds, news))
    stages = set(map(_text, of_old)) & set(map(_text, of_new))
    left: tuple[list[Held], list[Held]] = list(olds), list(news)
    for by, old_key, new_key, alone in (*_ids(olds, news), *_said(record)):
        if not all(left):
            break
        pairs = _paired(*left, old_key, new_key, alone=alone)
        found += [Pair(old, new, by, _differs(old, new, stages)) for old, new in pairs]
        taken = {one.id for pair in pairs for one in pair}
        left = ([one for one in left[0] if one.id not in taken],
                [one for one in left[1] if one.id not in taken])  # fmt: skip
    found += [Pair(one, None) for one in left[0]]
    found += [Pair(None, one) for one in left[1]]
    return found


def _said(record: str) -> list[tuple[Message, Key, Key, bool]]:
    return [(Message(by), key, key, alone) for by, key, alone in KEYS[record]]


def _ids(olds: Sequence[Held], news: Sequence[Held]) -> list[tuple[Message, Key, Key, bool]]:
    """Return the custom field of either side that holds the other's ids, where there is one."""
    found: list[tuple[Message, Key, Key, bool]] = []
    for place, (theirs, others) in enumerate(((news, olds), (olds, news))):
        name = _field_of_ids(theirs, {one.external_id for one in others})
        if name is None:
            continue
        by = Message(N_("id in the field %(field)s"), {"field": name})

        def kept(one: Held, name: str = name) -> Hashable | None:
            value = one.custom.get(name)
            return None if value is None else str(value)

        keys = (_external, kept) if place == 0 else (kept, _external)
        found.append((by, *keys, False))
    return found


def _external(one: Held) -> Hashable | None:
    return one.external_id


def _field_of_ids(rows: Sequence[Held], ids: set[str]) -> str | None:
    """Return the field of which most values are ids of the other source, each of another one."""
    has: Counter[str] = Counter()
    hits: dict[str, set[str]] = defaultdict(set)
    for one in rows:
        for name, value in one.custom.items():
            has[name] += 1
            if str(value) in ids:
                hits[name].add(str(value))
    sure = [name for name, found in hits.items() if 2 * len(found) > has[name]]
    return max(sure, key=lambda name: (len(hits[name]), name), default=None)


def _paired(
    olds: Sequence[Held], news: Sequence[Held], old_key: Key, new_key: Key, *, alone: bool
) -> list[tuple[Held, Held]]:
    first, second = _by(olds, old_key), _by(news, new_key)
    found: list[tuple[Held, Held]] = []
    for key in first.keys() & second.keys():
        each = (first[key], second[key])
        if alone and any(len(one) > 1 for one in each):
            continue
        if all(len(one) == 1 for one in each):
            found.append((each[0][0], each[1][0]))
            continue
        # The rest of several alike has no twin.
        found += zip(*(sorted(one, key=_order) for one in each), strict=False)
    return found


def _by(rows: Sequence[Held], key: Key) -> dict[Hashable, list[Held]]:
    found: dict[Hashable, list[Held]] = defaultdict(list)
    for one in rows:
        value = key(one)
        if value is not None:
            found[value].append(one)
    return found


def _order(one: Held) -> tuple[date, str]:
    return one.day or date.min, one.external_id


def _differs(old: Held, new: Held, stages: set[str | None]) -> tuple[str, ...]:
    """Return in what two records differ; stages only where both sources have both of them."""
    found = []
    if old.amount != new.amount or (old.amount and old.currency != new.currency):
        found.append("amount")
    here, there = _text(old.status), _text(new.status)
    if here != there and here is not None and there is not None:
        found.append("status")
    if old.stage != new.stage:
        here, there = _text(old.stage), _text(new.stage)
        if here != there and {here, there} <= stages:
            found.append("stage")
    found += [day for day in old.days if old.days[day] != new.days.get(day)]
    return tuple(one for one in found if one in DIFFERENCES)
