"""How tables in code and in the database are compared, and how column types are written down."""

from typing import Any

from sqlmodel import AutoString

from goals.table import Exact, Json, Money, UTCDateTime

_OURS = {UTCDateTime: "UTCDateTime()", Money: "Money()", Exact: "Exact()"}


def render_item(kind: str, item: Any, autogen_context: Any) -> str | bool:
    """Write our own column types by their names; False leaves the rest to Alembic."""
    if kind != "type":
        return False
    if isinstance(item, AutoString):
        return "sqlmodel.AutoString()"
    if item is Json:
        name = "Json"
    elif type(item) in _OURS:
        name = _OURS[type(item)]
    else:
        return False
    autogen_context.imports.add(f"from goals.table import {name.removesuffix('()')}")
    return name


def compare_type(
    context: Any, inspected: Any, column: Any, inspected_type: Any, metadata_type: Any
) -> bool | None:
    """Compare what our own types are stored as; None leaves the rest to Alembic."""
    implementation = metadata_type.dialect_impl(context.dialect)
    stored = getattr(implementation, "impl_instance", None) or implementation
    if stored is metadata_type:
        return None
    return bool(context.impl.compare_type(inspected, column._copy(type=stored)))


OPTIONS: dict[str, Any] = {
    "render_as_batch": True,
    "render_item": render_item,
    "compare_type": True,
    "compare_server_default": True,
}
