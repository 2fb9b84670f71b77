"""An expression as people read it: with the names of its metrics, or with their numbers (pure)."""

from collections.abc import Mapping

from goals.metrics.custom.syntax import Called, Joined, Negated, Node, Number, Operand
from goals.words import N_, Message

_SIGNS = {"+": "+", "-": "\u2212", "*": "\u00d7", "/": "\u00f7"}
_STRENGTH = {"+": 1, "-": 1, "*": 2, "/": 2}
_FUNCTIONS = {
    "min": N_("the least of %(numbers)s"),
    "max": N_("the greatest of %(numbers)s"),
    "abs": N_("%(numbers)s without its sign"),
    "coalesce": N_("the first known of %(numbers)s"),
}


def worded(node: Node, shown: Mapping[str, object]) -> Message:
    """Return a tree with something in the place of each metric, by its key."""
    match node:
        case Number():
            return Message("%(number)s", {"number": f"{node.value:,f}"})
        case Operand():
            return Message("%(metric)s", {"metric": shown[node.key]})
        case Negated():
            return Message("\u2212%(of)s", {"of": _within(node.of, 3, shown)})
        case Joined():
            strength = _STRENGTH[node.op]
            left = _within(node.left, strength, shown)
            # Of what is taken away or divided by, the parentheses matter.
            right = _within(node.right, strength + (node.op in "-/"), shown)
            return Message(f"%(left)s {_SIGNS[node.op]} %(right)s", {"left": left, "right": right})
        case Called():
            inner = [worded(one, shown) for one in node.args]
            return Message(
                "(%(call)s)", {"call": Message(_FUNCTIONS[node.name], {"numbers": inner})}
            )


def _within(node: Node, strength: int, shown: Mapping[str, object]) -> Message:
    """Return a part of a tree, in parentheses where it would fall apart without."""
    found = worded(node, shown)
    own = 3
    if isinstance(node, Joined):
        own = _STRENGTH[node.op]
    elif isinstance(node, Negated):
        own = 2
    return found if own >= strength else Message("(%(inner)s)", {"inner": found})
