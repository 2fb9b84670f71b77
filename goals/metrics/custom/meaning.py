"""What an expression comes to before any number is read: unit and kind, or no sense (pure)."""

from collections.abc import Callable, Mapping

from goals.metrics.custom import units
from goals.metrics.custom.faults import Fault
from goals.metrics.custom.syntax import Called, Joined, Negated, Node, Number, Operand
from goals.metrics.custom.units import Sort
from goals.metrics.custom.value import value_of
from goals.words import N_, Message

_FIX = {
    "+": N_("Only like can be added to like. To scale a number, multiply it by a rate."),
    "-": N_("Only like can be taken from like. To scale a number, multiply it by a rate."),
    "*": N_("Multiply by a rate, a count or a plain number."),
    "/": N_("Turn it round, or divide by a rate, a count or a plain number."),
}
_PROBLEM = {
    "+": N_(
        "%(right)s cannot be added to %(left)s: one is %(left_unit)s, the other %(right_unit)s."
    ),
    "-": N_(
        "%(right)s cannot be taken from %(left)s: one is %(left_unit)s, the other %(right_unit)s."
    ),
    "*": N_(
        "%(left)s times %(right)s has no unit: one is %(left_unit)s, the other %(right_unit)s."
    ),
    "/": N_(
        "%(left)s divided by %(right)s has no unit: one is %(left_unit)s, the other %(right_unit)s."
    ),
}
_RULES: Mapping[str, Callable[[Sort, Sort], Sort | None]] = {
    "+": units.added,
    "-": units.added,
    "*": units.multiplied,
    "/": units.divided,
}


def sort_of(text: str, node: Node, known: Mapping[str, Sort]) -> Sort:
    """Return the unit and the kind of a tree; `known` has those of its metrics by their keys.

    Raises Fault where two parts have no business with each other.
    """
    match node:
        case Number():
            return Sort(None, None)
        case Operand():
            return known[node.key]
        case Negated():
            return sort_of(text, node.of, known)
        case Joined():
            return _joined(text, node, known)
        case Called():
            return _called(text, node, known)


def _joined(text: str, node: Joined, known: Mapping[str, Sort]) -> Sort:
    left, right = sort_of(text, node.left, known), sort_of(text, node.right, known)
    if node.op == "/" and right.kind is None and not value_of(node.right, {}):
        raise Fault(
            "expression_zero",
            Message(N_("this divides by zero.")),
            node.right.place.at,
            node.right.place.end,
            Message(N_("Divide by another number.")),
        )
    found = _RULES[node.op](left, right)
    if found is None:
        raise _unlike(text, node.op, (node.left, left), (node.right, right))
    return found


def _called(text: str, node: Called, known: Mapping[str, Sort]) -> Sort:
    first, *others = node.args
    found = sort_of(text, first, known)
    if node.name == "coalesce" and all(_is_zero(one) for one in others):
        return found
    if found.kind == "flow":
        found = Sort(found.unit, "ratio", found.is_loose)
    for one in others:
        sort = sort_of(text, one, known)
        both = units.picked(found, sort)
        if both is None:
            raise _unlike(text, "+", (first, found), (one, sort))
        found = both
    return found


def _is_zero(node: Node) -> bool:
    return isinstance(node, Number) and not node.value


def _unlike(text: str, op: str, left: tuple[Node, Sort], right: tuple[Node, Sort]) -> Fault:
    shown: dict[str, object] = {}
    for name, (node, sort) in {"left": left, "right": right}.items():
        shown[name] = text[node.place.at : node.place.end]
        shown[f"{name}_unit"] = units.called(sort.unit)
    wrong = right[0].place
    return Fault(
        "unit_mismatch", Message(_PROBLEM[op], shown), wrong.at, wrong.end, Message(_FIX[op])
    )


def needed(node: Node) -> frozenset[str]:
    """Return the keys of the metrics without which there is no value: all outside coalesce."""
    match node:
        case Number():
            return frozenset()
        case Operand():
            return frozenset((node.key,))
        case Negated():
            return needed(node.of)
        case Joined():
            return needed(node.left) | needed(node.right)
        case Called(name="coalesce"):
            return frozenset()
        case Called():
            return frozenset().union(*map(needed, node.args))
