"""The columns of a file of goals, and what stands in a cell that holds several things (pure)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from goals.records.field import Field
from goals.tracking.goal import DIRECTIONS, JUDGES, KINDS, PERIODS, ROLLUPS, VISIBILITIES

_BETWEEN = re.compile(r"(?<!\\)((?:\\\\)*);")
_ESCAPED = re.compile(r"\\([\\;])")


@dataclass(frozen=True)
class Rows:
    """What a row of goals can hold; goals are kept with their history, not as records."""

    name: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]

    def field(self, name: str) -> Field | None:
        """Return the field of that name, None if there is none."""
        return next((one for one in self.fields if one.name == name), None)

    def all_fields(self) -> tuple[Field, ...]:
        """Return all fields."""
        return self.fields


#: The arguments of `goal add`, the reason for a change, and what a file calls a goal.
GOAL = Rows(
    "goal",
    (
        Field("external_id"),
        Field("name", required=True),
        Field("metric"),
        Field("set"),
        Field("where"),
        Field("kind", "word", required=True, words=KINDS),
        Field("direction", "word", words=DIRECTIONS),
        Field("target", "number"),
        Field("change"),
        Field("commit", "number"),
        Field("stretch", "number"),
        Field("low", "number"),
        Field("high", "number"),
        Field("baseline", "number"),
        Field("from", "date", required=True),
        Field("to", "date"),
        Field("owner"),
        Field("team"),
        Field("channel"),
        Field("plan"),
        Field("judge", "word", words=("auto", *JUDGES)),
        Field("why"),
        Field("action"),
        Field("done_when"),
        Field("step"),
        Field("parent"),
        Field("visibility", "word", words=VISIBILITIES),
        Field("every", "word", words=PERIODS),
        Field("rollup", "word", words=ROLLUPS),
        Field("weight", "number"),
        Field("continues"),
        Field("reason"),
    ),
    key=("name",),
)


def parts(text: str | None) -> list[str]:
    r"""Return what stands between the semicolons of a cell; \; is one that divides nothing."""
    if not text:
        return []
    found = _BETWEEN.sub(lambda one: f"{one[1]}\0", text).split("\0")
    return [_ESCAPED.sub(r"\1", one.strip()) for one in found if one.strip()]


def joined(found: Iterable[str]) -> str:
    """Return several texts as one cell."""
    return "; ".join(one.replace("\\", "\\\\").replace(";", "\\;") for one in found)
