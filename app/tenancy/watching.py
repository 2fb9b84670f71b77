"""A compiler that remembers what it rendered: each SELECT with its tables, and any plain text.

The ORM decides while compiling which joins and conditions a statement gets, so only here is the
whole of it known. What is remembered stays with the compiled statement in SQLAlchemy's cache.
"""

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Dialect
from sqlalchemy.sql.compiler import SQLCompiler

# Literal columns that cannot hide a query: a star, a name, a number, a quoted word.
_HARMLESS = re.compile(r"\*|[A-Za-z_][\w.]*|-?\d+(\.\d+)?|'[^']*'")
# Operators of one's own: signs that begin no comment, and the words that databases know.
_OPERATOR = re.compile(
    r"(?!.*(--|/\*))[-+*/<>=~!@#%^&|?:]+|REGEXP|MATCH|GLOB|IS( NOT)? DISTINCT FROM"
)
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, eq=False)
class Scope:
    """One rendered SELECT.

    `original` is the statement as written, `select` what the ORM made of it; `froms` is what
    stands after FROM, without the tables that it shares with the statements around it
    (`enclosing`, the innermost last).
    """

    original: Any
    select: Any
    froms: tuple[Any, ...]
    enclosing: tuple[Any, ...]


class Watching(SQLCompiler):
    """Mixed into a database's compiler; see the module."""

    # SQLAlchemy's compilers compile inside their constructor.
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.scopes: list[Scope] = []
        self.rendered: Counter[str] = Counter()
        self.has_text = False
        self.changes_inside = False
        self.shape: Any = None
        self._original: Any = None
        super().__init__(*args, **kwargs)

    def visit_select(self, select_stmt: Any, *args: Any, **kwargs: Any) -> Any:
        """Render a SELECT."""
        self._original = select_stmt
        return super().visit_select(select_stmt, *args, **kwargs)  # type: ignore[no-untyped-call]

    def _setup_select_stack(self, select: Any, *args: Any, **kwargs: Any) -> Any:
        enclosing = tuple(entry["selectable"] for entry in self.stack)
        original = self._original
        froms = super()._setup_select_stack(select, *args, **kwargs)  # type: ignore[no-untyped-call]
        self.scopes.append(Scope(original, select, tuple(froms), enclosing))
        if select._hints or select._statement_hints:
            self.has_text = True
        return froms

    def visit_table(self, table: Any, asfrom: Any = False, *args: Any, **kwargs: Any) -> Any:
        """Render a table's name; counted where rows come from it."""
        self._look_at_name(table.name)
        if asfrom:
            self.rendered[table.name.lower()] += 1
        return super().visit_table(table, asfrom, *args, **kwargs)  # type: ignore[no-untyped-call]

    def visit_column(self, column: Any, *args: Any, **kwargs: Any) -> str:
        """Render a column; a literal one must be harmless."""
        self._look_at_name(column.name)
        if column.is_literal and not _HARMLESS.fullmatch(column.name):
            self.has_text = True
        return super().visit_column(column, *args, **kwargs)

    def visit_custom_op_binary(self, element: Any, operator: Any, **kwargs: Any) -> Any:
        """Render an operator that somebody wrote; it must be one."""
        self._look_at_operator(operator)
        return super().visit_custom_op_binary(element, operator, **kwargs)  # type: ignore[no-untyped-call]

    def visit_custom_op_unary_operator(self, element: Any, operator: Any, **kwargs: Any) -> Any:
        """Render an operator in front of something."""
        self._look_at_operator(operator)
        return super().visit_custom_op_unary_operator(element, operator, **kwargs)  # type: ignore[no-untyped-call]

    def visit_custom_op_unary_modifier(self, element: Any, operator: Any, **kwargs: Any) -> Any:
        """Render an operator behind something."""
        self._look_at_operator(operator)
        return super().visit_custom_op_unary_modifier(element, operator, **kwargs)  # type: ignore[no-untyped-call]

    def visit_extract(self, extract: Any, **kwargs: Any) -> Any:
        """Render a part of a date; its name must be a word."""
        if not _WORD.fullmatch(extract.field):
            self.has_text = True
        return super().visit_extract(extract, **kwargs)  # type: ignore[no-untyped-call]

    def visit_label(self, label: Any, *args: Any, **kwargs: Any) -> Any:
        """Render something with a name of its own."""
        self._look_at_name(label.name)
        return super().visit_label(label, *args, **kwargs)  # type: ignore[no-untyped-call]

    def visit_alias(self, alias: Any, *args: Any, **kwargs: Any) -> Any:
        """Render a source of rows with a name of its own."""
        self._look_at_name(alias.name)
        return super().visit_alias(alias, *args, **kwargs)  # type: ignore[no-untyped-call]

    def _look_at_operator(self, operator: Any) -> None:
        if not _OPERATOR.fullmatch(operator.opstring):
            self.has_text = True

    def _look_at_name(self, name: Any) -> None:
        # A name that asks not to be quoted stands in the statement as it is.
        if getattr(name, "quote", None) is False and not _WORD.fullmatch(name):
            self.has_text = True

    def visit_textclause(self, textclause: Any, *args: Any, **kwargs: Any) -> Any:
        """Render plain text."""
        self.has_text = True
        return super().visit_textclause(textclause, *args, **kwargs)  # type: ignore[no-untyped-call]

    def visit_tstring(self, tstring: Any, *args: Any, **kwargs: Any) -> Any:
        """Render a template string."""
        self.has_text = True
        return super().visit_tstring(tstring, *args, **kwargs)  # type: ignore[no-untyped-call]

    def visit_insert(self, insert_stmt: Any, *args: Any, **kwargs: Any) -> Any:
        """Render an INSERT."""
        self._note_change()
        return super().visit_insert(insert_stmt, *args, **kwargs)  # type: ignore[no-untyped-call]

    def visit_update(self, update_stmt: Any, *args: Any, **kwargs: Any) -> Any:
        """Render an UPDATE."""
        self._note_change()
        return super().visit_update(update_stmt, *args, **kwargs)

    def visit_delete(self, delete_stmt: Any, *args: Any, **kwargs: Any) -> Any:
        """Render a DELETE."""
        self._note_change()
        return super().visit_delete(delete_stmt, *args, **kwargs)  # type: ignore[no-untyped-call]

    def _note_change(self) -> None:
        if self.stack:
            self.changes_inside = True


def watch(dialect: Dialect) -> None:
    """Have a dialect compile with a compiler that remembers."""
    plain = dialect.statement_compiler
    if not issubclass(plain, Watching):
        made = type(f"Watching{plain.__name__}", (Watching, plain), {})
        dialect.statement_compiler = cast(type[SQLCompiler], made)
