"""The grammar of expressions: numbers, metrics, + - * /, parentheses and four functions (pure)."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from goals.metrics.custom.faults import Fault
from goals.metrics.custom.tokens import Token, tokens
from goals.words import N_, Message

#: Parentheses within each other, and numbers and metrics together, at most.
MOST_DEEP, MOST_PARTS = 20, 60
#: Function -> how many arguments it takes, from and to.
FUNCTIONS = {"min": (2, 8), "max": (2, 8), "abs": (1, 1), "coalesce": (2, 8)}
_WAY_ON = N_("Put a metric, a number or parentheses here.")


@dataclass(frozen=True)
class Place:
    """The characters of a part: from `at` up to but not including `end`."""

    at: int
    end: int


@dataclass(frozen=True)
class Number:
    """A number as it was written."""

    value: Decimal
    place: Place


@dataclass(frozen=True)
class Operand:
    """A metric by the name and the parameters that were written."""

    name: str
    params: tuple[tuple[str, str], ...]
    place: Place

    @property
    def key(self) -> str:
        """Return the one spelling of this metric with these parameters."""
        if not self.params:
            return self.name
        return f"{self.name}({', '.join(f'{name}={value}' for name, value in self.params)})"


@dataclass(frozen=True)
class Negated:
    """A part with the other sign."""

    of: "Node"
    place: Place


@dataclass(frozen=True)
class Joined:
    """Two parts with + - * or / between them."""

    op: str
    left: "Node"
    right: "Node"
    place: Place


@dataclass(frozen=True)
class Called:
    """A function of some parts."""

    name: str
    args: tuple["Node", ...]
    place: Place


Node = Number | Operand | Negated | Joined | Called


def parse(text: str) -> Node:
    """Return the tree of an expression; raises Fault that says where it breaks off and why."""
    reader = _Parser(text, list(tokens(text)))
    tree = reader.sum(0)
    if reader.next.kind != "end":
        raise reader.unexpected(Message(N_("Put + - * or / before it, or take it out.")))
    return tree


def operands(node: Node) -> Iterator[Operand]:
    """Yield the metrics of a tree as they stand in it."""
    match node:
        case Operand():
            yield node
        case Negated():
            yield from operands(node.of)
        case Joined():
            yield from operands(node.left)
            yield from operands(node.right)
        case Called():
            for one in node.args:
                yield from operands(one)


class _Parser:
    """Reads tokens from left to right, one level of the grammar in each method."""

    def __init__(self, text: str, found: list[Token]) -> None:
        self.text, self.tokens, self.index, self.parts = text, found, 0, 0

    @property
    def next(self) -> Token:
        return self.tokens[self.index]

    def take(self, *marks: str) -> Token | None:
        """Return the next token and step over it if it is one of these marks, else None."""
        token = self.next
        if token.kind != "mark" or token.text not in marks:
            return None
        self.index += 1
        return token

    def need(self, mark: str, fix: Message) -> Token:
        """Return the next token if it is this mark; raises Fault if it is not."""
        found = self.take(mark)
        if found is None:
            raise self.unexpected(fix)
        return found

    def unexpected(self, fix: Message) -> Fault:
        """Return what is said of a token that cannot stand where it does."""
        token = self.next
        if token.kind == "end":
            if not self.text.strip():
                problem = Message(N_("there is no formula yet."))
            else:
                problem = Message(N_("the formula breaks off."))
            return Fault("expression_ends", problem, token.at, token.at, fix)
        problem = Message(N_("“%(text)s” cannot stand here."), {"text": token.text})
        if token.text == ",":
            fix = Message(N_("Write numbers without commas: 1200 and not 1,200."))
        return Fault("expression_unexpected", problem, token.at, token.end, fix)

    def sum(self, depth: int) -> Node:
        left = self.product(depth)
        while (op := self.take("+", "-")) is not None:
            right = self.product(depth)
            left = Joined(op.text, left, right, Place(left.place.at, right.place.end))
        return left

    def product(self, depth: int) -> Node:
        left = self.signed(depth)
        while (op := self.take("*", "/")) is not None:
            right = self.signed(depth)
            left = Joined(op.text, left, right, Place(left.place.at, right.place.end))
        return left

    def signed(self, depth: int) -> Node:
        if depth > MOST_DEEP:
            raise Fault(
                "expression_deep",
                Message(N_("more than %(most)s levels within each other."), {"most": MOST_DEEP}),
                self.next.at,
                self.next.end,
                Message(N_("Make a custom metric of a part of it, and use that one here.")),
            )
        sign = self.take("-")
        if sign is None:
            return self.part(depth)
        found = self.signed(depth + 1)
        return Negated(found, Place(sign.at, found.place.end))

    def part(self, depth: int) -> Node:
        token = self.next
        opened = self.take("(")
        if opened is not None:
            inner = self.sum(depth + 1)
            self.need(")", Message(N_("Close the parenthesis with ).")))
            return inner
        if token.kind not in ("number", "name"):
            raise self.unexpected(Message(_WAY_ON))
        self.index += 1
        if token.text in FUNCTIONS:
            return self.call(token, depth)
        self.parts += 1
        if self.parts > MOST_PARTS:
            raise Fault(
                "expression_parts",
                Message(N_("more than %(most)s metrics and numbers."), {"most": MOST_PARTS}),
                token.at,
                token.end,
                Message(N_("Make a custom metric of a part of it, and use that one here.")),
            )
        if token.kind == "number":
            return Number(Decimal(token.text), Place(token.at, token.end))
        return self.operand(token)

    def operand(self, name: Token) -> Operand:
        """Return a metric, its parameters in parentheses: win_rate(basis=created)."""
        if self.take("(") is None:
            return Operand(name.text, (), Place(name.at, name.end))
        given: dict[str, str] = {}
        while True:
            param = self.next
            fix = Message(N_("Write parameters as name=value, such as basis=created."))
            if param.kind != "name":
                raise self.unexpected(fix)
            self.index += 1
            self.need("=", fix)
            given[param.text] = self.word(fix)
            closed = self.take(")")
            if closed is not None:
                params = tuple(sorted(given.items()))
                return Operand(name.text, params, Place(name.at, closed.end))
            self.need(",", Message(N_("Close the parenthesis with ).")))

    def word(self, fix: Message) -> str:
        """Return the value of a parameter, which may hold a minus as 0-10 does."""
        first = last = self.next
        while self.next.kind in ("name", "number") or self.next.text == "-":
            last = self.next
            self.index += 1
        if last is first and first.kind not in ("name", "number"):
            raise self.unexpected(fix)
        return self.text[first.at : last.end]

    def call(self, name: Token, depth: int) -> Called:
        self.need("(", Message(N_("Put what it is worked out from in parentheses.")))
        args = [self.sum(depth + 1)]
        while self.take(",") is not None:
            args.append(self.sum(depth + 1))
        closed = self.need(")", Message(N_("Close the parenthesis with ).")))
        fewest, most = FUNCTIONS[name.text]
        if not fewest <= len(args) <= most:
            raise Fault(
                "expression_arguments",
                Message(
                    N_("%(name)s takes %(fewest)s to %(most)s numbers, and here are %(n)s."),
                    {"name": name.text, "fewest": fewest, "most": most, "n": len(args)},
                ),
                name.at,
                closed.end,
                Message(N_("Separate them with commas.")),
            )
        return Called(name.text, tuple(args), Place(name.at, closed.end))
