"""The value of an expression from those of its metrics (pure); no data stays no data."""

from collections.abc import Mapping
from decimal import Decimal

from goals.metrics.custom.syntax import Called, Joined, Negated, Node, Number, Operand

#: The values of metrics by their keys; None is no data.
Known = Mapping[str, Decimal | None]


def value_of(node: Node, known: Known) -> Decimal | None:
    """Return the value of a tree.

    What is worked out from no data is no data, except by coalesce; so is a quotient by zero.
    """
    match node:
        case Number():
            return node.value
        case Operand():
            return known[node.key]
        case Negated():
            found = value_of(node.of, known)
            return None if found is None else -found
        case Joined():
            return _joined(node.op, value_of(node.left, known), value_of(node.right, known))
        case Called(name="coalesce"):
            each = (value_of(one, known) for one in node.args)
            return next((one for one in each if one is not None), None)
        case Called():
            return _called(node.name, [value_of(one, known) for one in node.args])


def _joined(op: str, left: Decimal | None, right: Decimal | None) -> Decimal | None:
    if left is None or right is None:
        return None
    match op:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
    return left / right if right else None


def _called(name: str, given: list[Decimal | None]) -> Decimal | None:
    values = [one for one in given if one is not None]
    if len(values) < len(given):
        return None
    if name == "abs":
        return abs(values[0])
    return min(values) if name == "min" else max(values)
