"""A metric that a workspace made: a metric like any other, with the expression behind it (pure)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from goals.errors import Refusal
from goals.metrics.custom import meaning, wording
from goals.metrics.custom.faults import Fault
from goals.metrics.custom.syntax import Joined, Node, Operand, operands, parse
from goals.metrics.custom.units import WORDS, Sort
from goals.metrics.custom.value import Known, value_of
from goals.metrics.definitions.metric import Metric
from goals.words import N_, Message

#: Finds a metric by what is written, with all its parameters; raises Refusal for what is none.
Find = Callable[[str, Mapping[str, object]], tuple[Metric, dict[str, str]]]


@dataclass(frozen=True)
class Part:
    """A metric in an expression, with all its parameters."""

    key: str
    metric: Metric
    params: Mapping[str, str]

    @property
    def name(self) -> Message:
        """Return what it is called, with the parameters that were written."""
        if "(" not in self.key:
            return self.metric.name
        written = self.key.partition("(")[2].removesuffix(")")
        return Message("%(name)s (%(written)s)", {"name": self.metric.name, "written": written})


@dataclass(frozen=True)
class Expression:
    """An expression that was read and makes sense."""

    text: str
    tree: Node
    parts: Mapping[str, Part]
    sort: Sort

    @property
    def needed(self) -> list[Part]:
        """Return the metrics without which there is no value; where none is, all of them."""
        keys = meaning.needed(self.tree)
        return [one for key, one in self.parts.items() if not keys or key in keys]

    @property
    def formula(self) -> Message:
        """Return it with the names of its metrics."""
        return wording.worded(self.tree, {key: one.name for key, one in self.parts.items()})

    @property
    def levels(self) -> int:
        """Return how many custom metrics stand within each other, the one with it included."""
        own = (one.metric for one in self.parts.values() if isinstance(one.metric, Custom))
        return 1 + max((one.expression.levels for one in own), default=0)

    def value(self, known: Known) -> Decimal | None:
        """Return its value from those of its metrics."""
        return value_of(self.tree, known)

    def fraction(self, known: Known) -> tuple[Decimal | None, Decimal | None]:
        """Return what stands above and below its line, None where it is no quotient."""
        if not isinstance(self.tree, Joined) or self.tree.op != "/":
            return None, None
        return value_of(self.tree.left, known), value_of(self.tree.right, known)


@dataclass(frozen=True)
class Custom(Metric):
    """A metric made of others.

    `versions` tells of it and of the custom metrics within it in which version they are meant.
    `by` is the member who made it, `at` when this version was made.
    """

    expression: Expression = field(kw_only=True)
    title: str = field(kw_only=True)
    description: str = ""
    versions: Mapping[str, int] = field(default_factory=dict)
    archived_at: datetime | None = None
    by: int | None = None
    at: datetime | None = None


def read(text: str, find: Find) -> Expression:
    """Return what an expression means.

    Raises Fault for what cannot be read, is no metric, or does not go together.
    """
    tree = parse(text)
    parts: dict[str, Part] = {}
    for one in operands(tree):
        if one.key not in parts:
            parts[one.key] = _part(one, find)
    if not parts:
        raise Fault(
            "expression_constant",
            Message(N_("there is no metric in it.")),
            0,
            len(text),
            Message(N_("Name at least one metric by its id.")),
        )
    sorts = {
        key: Sort(one.metric.unit_of(one.params), one.metric.kind) for key, one in parts.items()
    }
    return Expression(text, tree, parts, meaning.sort_of(text, tree, sorts))


def _part(one: Operand, find: Find) -> Part:
    place = one.place
    try:
        metric, params = find(one.name, dict(one.params))
    except Refusal as refusal:
        said = refusal.problem if isinstance(refusal, Fault) else refusal.message
        raise Fault(refusal.code, said, place.at, place.end, refusal.fix) from refusal
    if metric.unit_of(params) not in WORDS:
        raise Fault(
            "expression_unfit",
            Message(N_("%(metric)s is no number."), {"metric": one.name}),
            place.at,
            place.end,
            Message(N_("Choose a metric that is.")),
        )
    return Part(one.key, metric, params)
