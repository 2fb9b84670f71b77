"""The first lock: an engine's statements are checked before they reach the database.

A statement on a table of workspaces runs only where each use of such a table is held to the
value of the workspace that the engine is bound to. Plain SQL and changes of the schema are for
migrations, which have an engine of their own.
"""

from typing import Any

from sqlalchemy import Connection, Engine, event

from app.tenancy import reading
from app.tenancy.shapes import Shape
from app.tenancy.watching import Watching, watch

#: The execution option of an engine that says which workspace its statements are for.
BOUND = "workspace_id"


class TenancyError(Exception):
    """A statement reaches, or might reach, beyond the workspace its session is bound to."""


def install(engine: Engine) -> None:
    """Have every statement of an engine, and of engines bound from it, checked."""
    watch(engine.dialect)
    event.listen(engine, "before_cursor_execute", _check)


def _check(
    connection: Connection, cursor: Any, statement: str, values: Any, context: Any, many: bool
) -> None:
    compiled = context.compiled
    found = getattr(compiled, "shape", None)
    if found is None:
        found = _shape(compiled)
    if found.refused is not None:
        raise TenancyError(found.refused)
    if not found.tables:
        return
    # The engine's own option: none given with a statement or a connection chooses the workspace.
    bound = connection.engine.get_execution_options().get(BOUND)
    if bound is None:
        raise TenancyError(f"{found.tables[0]} belongs to workspaces; this session is in none")
    # Large inserts come here once for each portion, with all their values.
    if getattr(context, "held", None) == bound:
        return
    unheld = found.unheld(bound, context.compiled_parameters, context._expanded_parameters)
    if unheld is not None:
        raise TenancyError(f"{unheld} is not held to the session's workspace")
    context.held = bound


def _shape(compiled: Any) -> Shape:
    if not isinstance(compiled, Watching):
        raise TenancyError("plain SQL and changes of the schema are for migrations only")
    found = reading.shape(compiled)
    compiled.shape = found
    return found
