"""What SQLAlchemy rendered for one test's database serves the next test's as well.

Each test has a database and so an engine of its own, and an engine begins with an empty cache: a
third of the suite's time went into rendering the same statements again. Dialects of one class
render alike; those whose statements the tenancy guard reads are kept apart from those that it
does not read.
"""

from typing import Any

from sqlalchemy.engine import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache

#: Statements kept for each kind of engine; a test run asks some thousands of different ones.
KEPT = 5000

_caches: dict[tuple[type, str], LRUCache[Any, Any]] = {}


def cache_of(engine: Engine) -> LRUCache[Any, Any]:
    """Return what was rendered for engines of this kind."""
    kind = (type(engine.dialect), engine.dialect.statement_compiler.__name__)
    return _caches.setdefault(kind, LRUCache(KEPT))


def share() -> None:
    """Let engines use one cache for each kind, and dialects of one class stand for each other."""
    Engine._compiled_cache = property(cache_of, lambda engine, own: None)  # type: ignore[assignment]
    DefaultDialect.__hash__ = lambda self: hash(type(self))  # type: ignore[method-assign]
    DefaultDialect.__eq__ = lambda self, other: type(self) is type(other)  # type: ignore[method-assign]


share()
