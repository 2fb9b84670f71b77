"""The part of SOQL that readers of whole objects need: fields, conditions, order, limit."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

Record = dict[str, Any]
#: Returns a field of a record, also one of a parent (`Campaign.Name`).
Look = Callable[[Record, str], Any]
Condition = Callable[[Record], bool]

_TOKEN = re.compile(
    r"\s*(?:(?P<string>'(?:[^'\\]|\\.)*')"
    r"|(?P<stamp>\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:?\d\d))"
    r"|(?P<day>\d{4}-\d\d-\d\d)"
    r"|(?P<number>-?\d+(?:\.\d+)?)"
    r"|(?P<word>[A-Za-z_][\w.]*)"
    r"|(?P<sign><=|>=|!=|[=<>(),]))"
)
_SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
}


class SoqlError(Exception):
    """A query that Salesforce refuses, with its errorCode."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


@dataclass
class Query:
    """A query that was understood; `fields` is empty for COUNT()."""

    text: str
    fields: list[str]
    of: str
    where: Condition
    order: list[tuple[str, bool]]
    limit: int | None

    @property
    def counts(self) -> bool:
        return not self.fields


class _Reader:
    def __init__(self, text: str, kinds: Callable[[str, str], str], look: Look) -> None:
        self.text, self.kinds, self.look = text, kinds, look
        self.tokens: list[tuple[str, str]] = []
        place = 0
        while text[place:].strip():
            found = _TOKEN.match(text, place)
            if found is None:
                raise SoqlError("MALFORMED_QUERY", f"unexpected token at {text[place:][:20]!r}")
            self.tokens.append((str(found.lastgroup), str(found.group(str(found.lastgroup)))))
            place = found.end()
        self.of = ""

    def peek(self) -> str:
        return self.tokens[0][1].upper() if self.tokens else ""

    def take(self, word: str | None = None) -> str:
        if not self.tokens or (word is not None and self.peek() != word):
            raise SoqlError("MALFORMED_QUERY", f"expecting {word or 'more'}, found '{self.peek()}'")
        return self.tokens.pop(0)[1]

    def query(self) -> Query:
        self.take("SELECT")
        fields = self.selected()
        self.take("FROM")
        self.of = self.take()
        for one in fields:
            self.kinds(self.of, one)
        if len(set(fields)) < len(fields):
            raise SoqlError("INVALID_FIELD", "duplicate field selected")
        where = self.any_of() if self.has("WHERE") else lambda record: True
        order: list[tuple[str, bool]] = []
        if self.has("ORDER"):
            self.take("BY")
            order.append(self.ordered())
            while self.has(","):
                order.append(self.ordered())
        limit = int(self.take()) if self.has("LIMIT") else None
        if self.tokens:
            raise SoqlError("MALFORMED_QUERY", f"unexpected token: '{self.peek()}'")
        return Query(self.text, fields, self.of, where, order, limit)

    def has(self, word: str) -> bool:
        """Take a word if it is the next one."""
        found = self.peek() == word
        if found:
            self.take()
        return found

    def selected(self) -> list[str]:
        if self.peek() == "COUNT":
            for word in ("COUNT", "(", ")"):
                self.take(word)
            return []
        fields = [self.take()]
        while self.has(","):
            fields.append(self.take())
        return fields

    def ordered(self) -> tuple[str, bool]:
        name = self.take()
        self.kinds(self.of, name)
        down = self.peek() == "DESC"
        if self.peek() in ("ASC", "DESC"):
            self.take()
        return name, down

    def any_of(self) -> Condition:
        first, word = self.one(), self.peek()
        parts = [first]
        # AND and OR may not be mixed without brackets.
        while self.peek() in ("AND", "OR"):
            if self.peek() != word:
                raise SoqlError("MALFORMED_QUERY", f"unexpected token: '{self.peek()}'")
            self.take()
            parts.append(self.one())
        told = any if word == "OR" else all
        return lambda record: told(part(record) for part in parts)

    def one(self) -> Condition:
        if self.peek() == "(":
            self.take("(")
            inside = self.any_of()
            self.take(")")
            return inside
        name = self.take()
        kind = self.kinds(self.of, name)
        sign = self.take()
        if sign.upper() == "IN":
            self.take("(")
            members = [self.literal(kind, name)]
            while self.peek() == ",":
                self.take(",")
                members.append(self.literal(kind, name))
            self.take(")")
            return lambda record: self.look(record, name) in members
        if sign not in _SIGNS:
            raise SoqlError("MALFORMED_QUERY", f"unexpected token: '{sign}'")
        value = self.literal(kind, name)

        def holds(record: Record) -> bool:
            mine = self.look(record, name)
            if mine is None or value is None:
                return (mine is value) if sign == "=" else sign == "!=" and mine is not value
            return _SIGNS[sign](mine, value)

        return holds

    def literal(self, kind: str, name: str) -> Any:
        if not self.tokens:
            raise SoqlError("MALFORMED_QUERY", "unexpected end")
        what, text = self.tokens.pop(0)
        if what == "word" and text.lower() in ("true", "false", "null"):
            return {"true": True, "false": False, "null": None}[text.lower()]
        wanted = {"datetime": "stamp", "date": "day", "double": "number", "boolean": "word"}
        if what != wanted.get(kind, "string"):
            raise SoqlError(
                "INVALID_FIELD",
                f"value of filter criterion for field '{name}' must be of type {kind}",
            )
        if what == "stamp":
            return datetime.fromisoformat(text)
        if what == "day":
            return date.fromisoformat(text).isoformat()
        return float(text) if what == "number" else re.sub(r"\\(.)", r"\1", text[1:-1])


def read(text: str, kinds: Callable[[str, str], str], look: Look) -> Query:
    """Return a query; `kinds(object, field)` tells a field's type or raises SoqlError."""
    return _Reader(text, kinds, look).query()
