"""The engine's event that refuses what is not held to the bound workspace."""

from sqlalchemy import Engine

#: The execution option of an engine that says which workspace its statements are for.
BOUND = "workspace_id"


class TenancyError(Exception):
    """A statement reaches, or might reach, beyond the workspace its session is bound to."""


def install(engine: Engine) -> None:
    """Have every statement of an engine checked."""
