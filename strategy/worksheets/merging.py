"""Three texts of one answer: what two people started from, and what each made of it (pure)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Merged:
    """What becomes of the fields: `values` to keep, and those that both sides changed.

    `taken` are fields in which the other side's change was kept because this one made none.
    """

    values: dict[str, Any]
    clashing: tuple[str, ...]
    taken: tuple[str, ...]
    applied: tuple[str, ...]


def merge(keys: Iterable[str], base: Values, mine: Values, theirs: Values) -> Merged:
    """Merge field by field; a field that `mine` does not hold was not sent.

    Where both sides changed a field to different values, the other side's value stays and
    the field clashes. Empty values are left out.
    """
    values = dict(theirs)
    clashing, taken, applied = [], [], []
    for key in keys:
        if key not in mine:
            continue
        started, own, other = base.get(key), _filled(mine[key]), theirs.get(key)
        if own == started:
            if other != started:
                taken.append(key)
        elif other in (started, own):
            applied.append(key)
            values[key] = own
        else:
            clashing.append(key)
    kept = {key: value for key, value in values.items() if _filled(value) is not None}
    return Merged(kept, tuple(clashing), tuple(taken), tuple(applied))


def _filled(value: Any) -> Any:
    return None if value in ("", []) else value
